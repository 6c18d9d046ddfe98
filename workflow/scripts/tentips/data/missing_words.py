"""Words that a table holds where a value is missing: which ones count, how often each was read, and what looks like one."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from tentips.data.spellings import folded
from tentips.errors import StudyError
from tentips.wording import series

# "None" and "null" are not among them: a class may be called so.
DEFAULT = ("NA", "N/A", "n/a", "#N/A", "<NA>", "NaN", "nan")
# What archives of samples, clinical forms and spreadsheets write for "missing", blanks and case aside.
SURE = frozenset(
    [
        "not collected",
        "not applicable",
        "not available",
        "not provided",
        "not determined",
        "not reported",
        "not recorded",
        "not evaluated",
        "not known",
        "not tested",
        "not measured",
        "missing",
        "missing value",
        "unknown",
        "undetermined",
        "restricted access",
        "withheld",
        "n.d.",
        "n.a.",
        "n/d",
        "n.k.",
        "?",
        "-",
        "--",
        "---",
        ".",
        "#value!",
        "#ref!",
        "#div/0!",
        "#name?",
        "#num!",
        "#null!",
    ]
)
MAYBE = SURE | {"na", "nd", "nk", "unk", "null", "n.b.", "none reported"}
CODES = (-9.0, -99.0, -999.0, -9999.0, 99.0, 999.0, 9999.0)  # numbers that forms and PLINK files write for "missing"
ALONE = 5  # ranges by which a code in one sample must be away: of many genes one has 99 as its highest count


@dataclass(frozen=True)
class MissingWords:
    """`data.missing`: the words that count as missing in every column, and those of columns that have their own.

    An empty cell, or one of blanks alone, is always missing.
    """

    everywhere: tuple[str, ...] = DEFAULT
    of_column: dict[str, tuple[str, ...]] = field(default_factory=dict)

    @classmethod
    def declared(cls, value: list | dict) -> "MissingWords":
        """Return the words that the key declares: a list for every column, or lists by column beside the default."""
        if isinstance(value, dict):
            return cls(of_column={column: tuple(map(str, words)) for column, words in value.items()})
        return cls(tuple(map(str, value)))

    def of(self, column: str) -> tuple[str, ...]:
        """Return the words that count in this column."""
        return self.of_column.get(column, self.everywhere)


def without(values: pd.Series, words: Iterable[str]) -> tuple[pd.Series, dict[str, int]]:
    """Return the values with NaN in the place of `words`, and how often each word stood there.

    Words are compared without blanks at their ends; one that is a number stands for that number however it is written.
    """
    words = set(words)
    numbers = {number for word in words if (number := _number(word)) is not None}
    if pd.api.types.is_bool_dtype(values):
        return values, {}
    if pd.api.types.is_numeric_dtype(values):
        found = values.isin(numbers)
        counts = {f"{number:g}": int(n) for number, n in values[found].value_counts().items()}
        return (values.astype(float).mask(found), counts) if counts else (values, {})
    if not (pd.api.types.is_object_dtype(values) or pd.api.types.is_string_dtype(values)):
        return values, {}
    # Numbers among text (a column of a spreadsheet) are looked at by their text.
    counts = values.dropna().map(str).value_counts(sort=False)
    said = {
        text: stripped
        for text in counts.index
        if not (stripped := text.strip()) or stripped in words or (numbers and _number(stripped) in numbers)
    }
    if not said:
        return values, {}
    statement: dict[str, int] = {}
    for text, stripped in said.items():
        statement[stripped] = statement.get(stripped, 0) + int(counts[text])
    return values.mask(values.map(str).isin(said)), statement


def looks_missing(values: pd.Series, words: frozenset[str] = MAYBE) -> dict[str, int]:
    """Return the values of a column that look like words or codes for "missing", with how often each is there.

    A number is taken for a code (-9, 999 ...) where it is apart from all others: a negative one below numbers that
    are all 0 or more, or any one further from the others than they are from each other (in one sample only: five times as far).
    """
    present = values.dropna()
    if pd.api.types.is_bool_dtype(present) or not len(present):
        return {}
    if pd.api.types.is_numeric_dtype(present):
        return _codes(present.to_numpy(dtype=float))
    counts = present.map(str).value_counts(sort=False)
    return {text: int(n) for text, n in counts.items() if _bare(text) in words}


def codes_of(features: pd.DataFrame) -> dict[str, dict[str, int]]:
    """Return `looks_missing` of each column of numbers that has some; columns are looked at together, for speed."""
    if not features.shape[1]:
        return {}
    matrix = features.to_numpy(dtype=float, na_value=np.nan)
    with np.errstate(invalid="ignore"):
        ends = np.isin(np.fmin.reduce(matrix, axis=0), CODES) | np.isin(np.fmax.reduce(matrix, axis=0), CODES)
    found = {features.columns[place]: looks_missing(features.iloc[:, place]) for place in np.flatnonzero(ends)}
    return {column: codes for column, codes in found.items() if codes}


def look_alikes(features: pd.DataFrame, sheet: pd.DataFrame, tables: dict) -> list[dict]:
    """Return what `looks_missing` finds in both tables: table, column, value, and in how many samples; `tables` names them."""
    text = [name for name, dtype in features.dtypes.items() if dtype.kind == "O"]
    found = {
        "features": codes_of(features.select_dtypes("number")) | {name: looks_missing(features[name]) for name in text}
    }
    found["samples"] = {name: looks_missing(sheet[name]) for name in sheet}
    return [
        {"table": tables[role], "column": column, "value": value, "samples": count}
        for role, columns in found.items()
        for column, values in columns.items()
        for value, count in values.items()
    ]


def looks_missing_in_words(found: dict) -> str:
    """Return in a sentence what one record of `look_alikes` says, and what to do about it."""
    return (
        f"{found['table']}: {found['value']} in column '{found['column']}' (samples: {found['samples']:,}) looks like a missing value; "
        "if it is one, name it in data.missing"
    )


def check_classes(labels: pd.Series, data: dict, table: str) -> None:
    """Raise StudyError where a class is called like a missing value, unless data.missing has words for the label's column."""
    label = data["label"]
    if isinstance(data["missing"], dict) and label in data["missing"]:
        return
    numbers = pd.to_numeric(labels, errors="coerce")
    found = looks_missing(numbers) if numbers.notna().all() else looks_missing(labels, SURE)
    if found:
        words = json.dumps([*data_words(data), *found], ensure_ascii=False)
        raise StudyError(
            f"{table}: label '{label}' holds {_counted(found)}, which would be a class of its own. If that is a missing value, write "
            f"data.missing: {{{label}: {words}}}; if it is a class, {{{label}: {json.dumps(list(data_words(data)))}}}."
        )


def data_words(data: dict) -> tuple[str, ...]:
    """Return the words that count as missing in every column that has none of its own."""
    return MissingWords.declared(data["missing"]).everywhere


def read_as_missing(words: dict[str, int] | None) -> str:
    """Say in brackets which words were read as missing, and how often; nothing where all cells were empty."""
    if not words or not any(words):
        return ""
    return f" (read as missing: {_counted(words)})"


def _counted(words: dict[str, int]) -> str:
    return series(f"'{word}' in {count:,} sample{'s' if count != 1 else ''}" if word else f"empty in {count:,}" for word, count in words.items())  # fmt: skip


def _codes(numbers: np.ndarray) -> dict[str, int]:
    code = np.isin(numbers, CODES)
    others = numbers[~code]
    if not code.any() or len(np.unique(others)) < 2:
        return {}
    low, high = others.min(), others.max()
    found = {}
    for value in np.unique(numbers[code]):
        beyond = low - value if value < low else value - high
        samples = int((numbers == value).sum())
        if beyond > (high - low) * (ALONE if samples == 1 else 1) or (value < 0 <= low):
            found[f"{value:g}"] = samples
    return found


def _bare(text: str) -> str:
    name = folded(text).strip("[]()'\" ")
    return "missing" if name.startswith("missing:") else name


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
