"""Read a table of any supported format into a data frame whose columns are numbers, booleans or text."""

import contextlib
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd

from tentips.data import columns
from tentips.data.columns import Values
from tentips.data.formats import annotated_matrix, count_folder, gene_dates, gene_tables
from tentips.data.formats.memory_limits import check_bytes
from tentips.data.formats.text_form import ending, is_series
from tentips.data.formats.text_table import read_text
from tentips.data.formats.workbook import read_workbook
from tentips.data.numbers import Notation
from tentips.errors import StudyError, listed

LINEAGE = ("taxonomy", "Consensus Lineage")  # the last column of a table of biom

WORDS_ONLY = {
    "dtype": str,
    "na_filter": False,
}  # a sheet is read as it is spelled; what is a number is decided afterwards
READ_AS_TEXT = 30_000_000  # bytes up to which a table that nobody has described yet is read so, too


def _silent(text: str) -> None:
    """Tell nobody."""


def read_features(
    path: str | Path,
    id_column: str,
    orientation: str = "samples_in_rows",
    layer: str | None = None,
    worksheet: str | None = None,
    announce: Callable[[str], None] = _silent,
    values: Values | None = None,
) -> pd.DataFrame:
    """Read measurements into a frame with one row per sample; `id_column` holds the sample ids as text.

    csv, tsv and txt (also packed), xlsx, parquet, h5ad, GCT, series matrices of GEO, and folders of counts by 10x. With samples in
    columns the first column names the features; in h5ad the samples are then those of var. `layer` is one of an h5ad file,
    `worksheet` one of a workbook; `announce` is called with what a person should know of the file, `values` says how numbers and missing values
    are written. Raises StudyError where the file cannot be read, where `id_column` is missing, or where a column holds what is
    neither numbers as they are declared nor names.
    """
    path, turned, values = Path(path), orientation == "samples_in_columns", values or Values()
    match _format(path):
        case "h5ad":
            frame = annotated_matrix.read_matrix(path, id_column, turned, layer, announce)
        case "gct":
            frame = gene_tables.read_gct(path, id_column, "features", announce)
        case "series matrix":
            frame = gene_tables.read_series_matrix(path, id_column, "features", announce)
        case "folder":
            frame = count_folder.read_counts(path, id_column, announce)
        case kind:
            types = partial(_types, id_column=None if turned else id_column, values=values)
            frame = _table(path, kind, id_column, worksheet, announce, types)
            frame = _turned(frame, path, id_column, announce, values) if turned else frame
    dates = gene_dates.dates_among(frame.columns.drop(id_column, errors="ignore"))
    if dates:
        announce(
            f"{path.name}: {'a feature is' if len(dates) == 1 else f'{len(dates)} features are'} called like a date ({listed(dates)}), as spreadsheet programs make of gene "
            "names such as SEPT1 or MARCH2; take the names from the original file before you interpret them"
        )
    return columns.measurements(_checked(frame, path, id_column), path.name, id_column, values)


def read_samples(
    path: str | Path,
    id_column: str,
    orientation: str = "samples_in_rows",
    worksheet: str | None = None,
    announce: Callable[[str], None] = _silent,
    values: Values | None = None,
    roles: dict | None = None,
    task: str = "",
) -> pd.DataFrame:
    """Read a sample sheet: one row per sample, `id_column` as text, columns by their `roles` (`columns.sheet`).

    h5ad gives its table obs (var with samples in columns), GCT 1.3 and series matrices what they say of samples. Errors as above.
    """
    path, values = Path(path), values or Values()
    match _format(path):
        case "h5ad":
            frame = annotated_matrix.read_sheet(path, id_column, orientation == "samples_in_columns")
        case "gct":
            frame = gene_tables.read_gct(path, id_column, "samples", announce)
        case "series matrix":
            frame = gene_tables.read_series_matrix(path, id_column, "samples", announce)
        case "folder":
            raise StudyError(
                f"{path.name} is a folder of counts and says nothing of its cells; data.samples needs a sheet."
            )
        case kind:
            frame = _table(path, kind, id_column, worksheet, announce, lambda header: WORDS_ONLY)
    return columns.sheet(_checked(frame, path, id_column), path.name, id_column, values, roles, task)


def read_as_is(path: str | Path, announce: Callable[[str], None] = _silent) -> pd.DataFrame:
    """Read a table before anybody has said what its columns are: numbers where all values of a column are, else text.

    Where a format has ids apart from its columns, they are the first column, `sample`; of h5ad the table obs is read, of GCT 1.3 and
    series matrices what they say of samples.
    """
    path = Path(path)
    match _format(path):
        case "h5ad":
            return read_samples(path, "sample", announce=announce)
        case "gct" | "series matrix":
            with contextlib.suppress(StudyError):
                return read_samples(path, "sample", announce=announce)
            return read_features(path, "sample", announce=announce)
        case "folder":
            return read_features(path, "sample", announce=announce)
        case kind:
            as_text = path.stat().st_size < READ_AS_TEXT
            types = partial(_types, id_column=None, values=Values())
            frame = _table(path, kind, "sample", None, announce, (lambda header: WORDS_ONLY) if as_text else types)
            return columns.sheet(frame, path.name, frame.columns[0], Values())


def _format(path: Path) -> str:
    """Which module reads a file."""
    if path.is_dir():
        return "folder"
    if is_series(path):
        return "series matrix"
    kinds = {".h5ad": "h5ad", ".gct": "gct", ".parquet": "parquet", ".xlsx": "workbook", ".xlsm": "workbook"}
    return kinds.get(ending(path), "text")


def _table(
    path: Path, kind: str, id_column: str, worksheet: str | None, announce: Callable[[str], None], types: Callable
) -> pd.DataFrame:
    """A table as it is in the file; `types` says what is text in a text table (`text_table.read_text`)."""
    if kind == "text":
        frame = read_text(path, types, announce)
    elif kind == "parquet":
        frame = _read_parquet(path, id_column)
    else:
        frame = read_workbook(path, id_column, worksheet, announce)
    if id_column not in frame and f"#{id_column}" in frame:
        frame = frame.rename(columns={f"#{id_column}": id_column})
    return frame


def _types(header: list[str], id_column: str | None, values: Values) -> dict:
    """What is text in a table of measurements, and what counts as missing, as pandas' arguments.

    The column of ids, or with samples in columns the first one, holds names: a feature may be called NA.
    """
    if id_column is None and (values.missing.of_column or values.notation != Notation()):
        # Samples are columns here: some would become numbers, others stay text, and each feature would be a mixture of both.
        return {"dtype": str, "na_filter": False}
    named = [header[0]] if id_column is None else [name for name in (id_column, f"#{id_column}") if name in header]
    text = {column: str for column in values.categories if column in header and column not in named}
    words = {column: ["", *values.missing.of(column)] for column in header} if values.missing.of_column else None
    return {
        "converters": dict.fromkeys(named, str),
        "dtype": text,
        "na_values": words or ["", *values.missing.everywhere],
        "decimal": values.notation.decimal,
    }


def _read_parquet(path: Path, id_column: str) -> pd.DataFrame:
    """A parquet table; an index that holds more than row numbers is its first column, where no column is called `id_column`."""
    import pyarrow.parquet

    try:
        size = pyarrow.parquet.read_metadata(path)
        check_bytes(
            f"{path.name} ({size.num_rows:,} rows, {size.num_columns:,} columns)", 8 * size.num_rows * size.num_columns
        )
        frame = pd.read_parquet(path)
    except Exception as error:
        if type(error).__module__.startswith("pyarrow"):
            raise StudyError(f"{path.name} cannot be read as parquet: {str(error).splitlines()[0]}") from error
        raise
    if isinstance(frame.index, pd.RangeIndex) or id_column in frame:
        return frame
    unnamed = frame.index.nlevels == 1 and frame.index.name is None
    return (frame.rename_axis(id_column) if unnamed else frame).reset_index()


def _turned(
    frame: pd.DataFrame, path: Path, id_column: str, announce: Callable[[str], None], values: Values
) -> pd.DataFrame:
    last = frame.columns[-1]
    if last in LINEAGE and not pd.api.types.is_numeric_dtype(frame[last]):
        announce(f"{path.name}: its last column, {last}, names the features' lineage and is left out")
        frame = frame.iloc[:, :-1]
    names = frame.iloc[:, 0].map(str, na_action="ignore").str.strip()
    lines = np.flatnonzero(names.isna() | (names == "")) + 2
    if len(lines):
        raise StudyError(f"{path.name}: the feature in line {listed(lines)} has no name; name it or take it out.")
    names = columns.as_names(names)
    repeated = names[names.duplicated()].unique()
    if len(repeated):
        raise StudyError(f"{path.name}: feature {listed(repeated)} is there more than once; feature names must differ.")
    measured = frame.iloc[:, 1:]
    turned = pd.DataFrame(measured.to_numpy().T, columns=names.to_numpy(dtype=object)).infer_objects()
    # One row of text in the file makes every column of it text: numbers are found again feature by feature.
    plain = values.notation == Notation()
    text = turned.columns[[plain and not pd.api.types.is_numeric_dtype(dtype) for dtype in turned.dtypes]]
    for column in text.difference(values.categories, sort=False):
        numbers = pd.to_numeric(turned[column], errors="coerce")
        if numbers.notna().sum() == turned[column].notna().sum():
            turned[column] = numbers
    turned.insert(0, id_column, measured.columns.astype(str))
    return turned


def _checked(frame: pd.DataFrame, path: Path, id_column: str) -> pd.DataFrame:
    name = path.name
    if len(frame) == 0:
        raise StudyError(f"{name} has a header but no rows; it needs one line per sample.")
    if id_column not in frame:
        hint = " (is it separated by blanks?)" if frame.shape[1] == 1 and " " in str(frame.columns[0]) else ""
        raise StudyError(
            f"{name} has no column '{id_column}', which data.id names; it has: {listed(frame.columns, 12)}{hint}."
        )
    ids = frame[id_column]
    empty = ids.isna() | (ids.map(str).str.strip() == "")
    if empty.any():
        rows = np.flatnonzero(empty) + 2
        raise StudyError(f"{name}: '{id_column}' is empty in line {listed(rows)}; every sample needs an id.")
    frame[id_column] = columns.as_names(ids.map(str)).astype(str)
    repeated = frame.loc[frame[id_column].duplicated(), id_column].unique()
    if len(repeated):
        raise StudyError(
            f"{name}: id {listed(repeated)} is there more than once; ids must differ (a replicate needs an id of its own and a shared data.group)."
        )
    # A level that no sample has would count as a class.
    graded = [name for name, dtype in frame.dtypes.items() if isinstance(dtype, pd.CategoricalDtype)]
    return frame.astype(dict.fromkeys(graded, object)) if graded else frame
