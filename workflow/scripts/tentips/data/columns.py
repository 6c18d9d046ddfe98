"""What the columns of a table are read as: names stay as they are spelled, measurements become numbers."""

from collections.abc import Iterable
from dataclasses import dataclass, field

import pandas as pd

from tentips.data import numbers, times
from tentips.data.missing_words import MissingWords, without
from tentips.data.numbers import Notation, Read
from tentips.errors import StudyError

NAMES = ("id", "group", "batch", "site", "split")  # roles whose values are names even where they look like numbers
DIGITS, LEADING_ZERO = r"\d+", r"0\d+"
WHOLE = r"[+-]?\d+\.0"


@dataclass(frozen=True)
class Values:
    """How a study's tables write their values: the keys data.missing, decimal, thousands, percent, categories, time_format."""

    missing: MissingWords = field(default_factory=MissingWords)
    notation: Notation = field(default_factory=Notation)
    categories: tuple[str, ...] = ()
    time_format: str | None = None

    @classmethod
    def declared(cls, data: dict) -> "Values":
        """Return what the resolved section `data` declares."""
        notation = Notation(data["decimal"], data["thousands"], data["percent"])
        if notation.decimal == notation.thousands:
            raise StudyError(f"data.decimal and data.thousands are both '{notation.decimal}'; they must differ.")
        return cls(MissingWords.declared(data["missing"]), notation, tuple(data["categories"]), data["time_format"])


def measurements(frame: pd.DataFrame, table: str, id_column: str, values: Values) -> pd.DataFrame:
    """Read the text columns of a features table: numbers as `values` says, else categories; refuse what is neither.

    `table` names it in errors. Columns that are numbers already are not looked at, but for words of their own that are
    declared as missing.
    """
    changed = {}
    own = [column for column in values.missing.of_column if column in frame and column != id_column]
    for column in dict.fromkeys([*_text_columns(frame, id_column), *own]):
        found = without(frame[column], values.missing.of(column))[0]
        if column not in values.categories and _is_text(found):
            found = _number_or_name(found, column, table, frame[id_column], values)
        changed[column] = found
    for column in set(values.categories) & set(frame.columns) - {id_column}:
        changed[column] = _as_names(changed.get(column, frame[column]))
    return frame.assign(**changed) if changed else frame


def sheet(
    frame: pd.DataFrame,
    table: str,
    id_column: str,
    values: Values,
    roles: dict[str, list[str]] | None = None,
    task: str = "",
) -> pd.DataFrame:
    """Read the columns of a sample sheet by their roles; `attrs["missing"]` counts what was read as missing, by column and word.

    Ids, classes, groups, batches, sites and parts of a split are names; the time is numbers or ISO text (`times.read`);
    covariates are numbers or names, the label of a regression too (what is no number there is refused later). Other columns,
    and all of them without `roles`, are numbers where all their values are.
    """
    changed, statement = {}, {}
    for column in frame.columns.drop(id_column):
        found, words = without(frame[column], values.missing.of(column))
        if words:
            statement[column] = words
        held = {role for role, names in (roles or {}).items() if column in names}
        if "time" in held:
            found = _time(found, column, table, frame[id_column], values)
        elif column in values.categories or held & set(NAMES) or ("label" in held and task == "classification"):
            found = _as_names(found)
        elif held:
            found = _number_or_name(found, column, table, frame[id_column], values)
        else:
            found = _numbers_if_all(found)
        changed[column] = found
    frame = frame.assign(**changed)
    frame.attrs["missing"] = statement
    return frame


def as_names(values: pd.Series) -> pd.Series:
    """Return names as they are spelled; where all are whole numbers with .0 behind, which a spreadsheet adds, without it."""
    if not _is_text(values):
        return values
    present = values.dropna().map(str)
    if len(present) and present.str.fullmatch(WHOLE).all():
        return values.map(str, na_action="ignore").str.removesuffix(".0").astype(object)
    return values


def _as_names(values: pd.Series) -> pd.Series:
    if _is_text(values):
        return as_names(values)
    from tentips.data.tidy import as_text

    return values.map(as_text, na_action="ignore").astype(object).where(values.notna(), None)


def _time(found: pd.Series, column: str, table: str, ids: pd.Series, values: Values) -> pd.Series:
    if not values.time_format:
        read = numbers.read(found, values.notation, ids) if _is_text(found) else Read(found)
        if read.refused:
            raise StudyError(f"{table}: column '{column}' {read.refused}")
        if read.numbers is not None and pd.api.types.is_numeric_dtype(read.numbers):
            return read.numbers
    try:
        return times.read(found, values.time_format, ids)
    except times.NoMoment as error:
        raise StudyError(f"{table}: column '{column}' {error}") from None


def _number_or_name(found: pd.Series, column: str, table: str, ids: pd.Series, values: Values) -> pd.Series:
    if not _is_text(found) or _has_leading_zeros(found):
        return found
    read = numbers.read(found, values.notation, ids)
    if read.refused:
        raise StudyError(f"{table}: column '{column}' {read.refused}")
    return found if read.numbers is None else read.numbers


def _numbers_if_all(values: pd.Series) -> pd.Series:
    """Numbers where every value is one and none has a leading zero (plate 01), else the values as they are."""
    if not _is_text(values) or _has_leading_zeros(values):
        return values
    present = values.dropna()
    found = pd.to_numeric(present, errors="coerce")
    return found.reindex(values.index) if len(present) and found.notna().all() else values


def _has_leading_zeros(values: pd.Series) -> bool:
    """Whether a column holds codes: digits alone, and some begin with a zero (plate 01, postcode 04109)."""
    text = pd.Series(values.dropna().unique()).map(str).str.strip()
    return bool(text.str.fullmatch(LEADING_ZERO).any() and text.str.fullmatch(DIGITS).all())


def _is_text(values: pd.Series) -> bool:
    return pd.api.types.is_object_dtype(values.dtype) or pd.api.types.is_string_dtype(values.dtype)


def _text_columns(frame: pd.DataFrame, id_column: str) -> Iterable[str]:
    # By dtypes, not by columns: taking 20,000 columns out one by one takes seconds.
    return [name for name, dtype in frame.dtypes.items() if name != id_column and dtype.kind == "O"]
