"""How numbers are written that look like text: the keys data.decimal, thousands and percent that would read them."""

from dataclasses import replace

import pandas as pd

from tentips.data.numbers import Notation, read

# Those without a sign between thousands first: they fit wherever one with it does and none is there.
NOTATIONS = (Notation(), *(Notation(decimal, between) for between in (None, ".", ",", " ", "'") for decimal in ",." if decimal != between))  # fmt: skip
MOST_COLUMNS = 200  # that are looked at


def written(*tables: pd.DataFrame | None) -> tuple[Notation, list[str]]:
    """Return the notation that makes numbers of all columns that are meant as such, and these columns.

    The notation is the usual one, and the list is empty, where all numbers are read as they are, where no notation reads them, or
    where two do that mean different numbers (1,234).
    """
    columns = [item for table in tables if table is not None for item in table.items()]
    pointed = any(pd.api.types.is_float_dtype(column) and (column.dropna() % 1 != 0).any() for _, column in columns)
    text = [(str(name), column) for name, column in columns if not pd.api.types.is_numeric_dtype(column)]
    meant = {}
    for name, column in text[:MOST_COLUMNS]:
        column = column.reset_index(drop=True)
        if read(column, Notation(), column.index.to_series()).refused:
            meant[name] = column
    percent = any(column.dropna().map(str).str.strip().str.endswith("%").any() for column in meant.values())
    # Where other columns have a decimal point, a comma would read some of the numbers and refuse the rest.
    allowed = [replace(each, percent=percent) for each in NOTATIONS if each.decimal == "." or not pointed]
    fitting = [each for each in allowed if _all_read(meant, each)]
    if not meant or not fitting:
        return Notation(), []
    values = [_numbers(meant, each) for each in fitting]
    if any(not each.equals(values[0]) for each in values[1:]):
        return Notation(), []
    return fitting[0], list(meant)


def _all_read(columns: dict[str, pd.Series], notation: Notation) -> bool:
    return all(read(column, notation, column.index.to_series()).numbers is not None for column in columns.values())


def _numbers(columns: dict[str, pd.Series], notation: Notation) -> pd.Series:
    return pd.concat([read(column, notation, column.index.to_series()).numbers for column in columns.values()])
