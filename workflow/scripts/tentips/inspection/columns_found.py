"""What each column of a table holds: its kind, its values, what is missing."""

import re
from dataclasses import dataclass

import pandas as pd

NUMBERS, WHOLE, TEXT, BOOLEAN, DATES, EMPTY = "numbers", "whole numbers", "text", "true or false", "dates", "nothing"
ISO_DATE = re.compile(r"\d{4}-\d\d?-\d\d?([T ]\d\d?:\d\d.*)?")
OTHER_DATE = re.compile(r"\d\d?[./]\d\d?[./](\d{4}|\d\d)|\d\d?[- ][A-Za-z]{3,9}[- ]\d{2,4}|\d{4}/\d\d?/\d\d?")
SHOWN, LONGEST = 3, 24


@dataclass(frozen=True)
class Column:
    """One column: `kind`, how many rows are `missing`, how many `levels` (different values) the others have, and what they are in words.

    `iso` says whether dates are written as 2026-11-22; `repeated` how many rows hold a value that others hold too.
    """

    name: str
    kind: str
    rows: int
    missing: int
    levels: int
    repeated: int
    values: str
    iso: bool = True

    @property
    def present(self) -> int:
        """Rows that hold a value."""
        return self.rows - self.missing

    @property
    def unique(self) -> bool:
        """Whether it names each row once."""
        return self.missing == 0 and self.levels == self.rows > 1


def column_of(name: str, values: pd.Series) -> Column:
    """Describe one column."""
    present = values.dropna()
    kind, iso = _kind(present)
    counts = (present.astype("int64") if kind == WHOLE else present).astype(str).value_counts()
    repeated = int(counts[counts > 1].sum())
    return Column(
        str(name),
        kind,
        len(values),
        len(values) - len(present),
        len(counts),
        repeated,
        _values(present, kind, counts),
        iso,
    )


def columns_of(frame: pd.DataFrame) -> list[Column]:
    """Describe every column of a table."""
    return [column_of(name, frame[name]) for name in frame.columns]


def _kind(present: pd.Series) -> tuple[str, bool]:
    if present.empty:
        return EMPTY, True
    if pd.api.types.is_bool_dtype(present):
        return BOOLEAN, True
    if pd.api.types.is_datetime64_any_dtype(present):
        return DATES, True
    if pd.api.types.is_numeric_dtype(present):
        return (WHOLE if (present == present.round()).all() else NUMBERS), True
    text = present.astype(str).str.strip()
    if text.str.casefold().isin(("true", "false")).all():
        return BOOLEAN, True
    for pattern, iso in ((ISO_DATE, True), (OTHER_DATE, False)):
        if text.str.fullmatch(pattern.pattern).mean() >= 0.9:
            return DATES, iso
    return TEXT, True


def _values(present: pd.Series, kind: str, counts: pd.Series) -> str:
    if kind == EMPTY:
        return ""
    if kind in (NUMBERS, WHOLE) and len(counts) > SHOWN:
        return f"{present.min():g} to {present.max():g}"
    if kind == DATES:
        text = sorted(present.astype(str))
        return f"{text[0][:10]} to {text[-1][:10]}"
    shown = [f"{_short(name)} ({count})" if count > 1 else _short(name) for name, count in counts.head(SHOWN).items()]
    return ", ".join(shown) + (f" and {len(counts) - SHOWN} more" if len(counts) > SHOWN else "")


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
