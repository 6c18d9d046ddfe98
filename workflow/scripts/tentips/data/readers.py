"""Read a table of any supported format into a data frame whose columns are numbers, booleans or text."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from tentips.data.formats import annotated_matrix, count_folder, gene_dates, gene_tables
from tentips.data.formats.text_form import ending, is_series
from tentips.data.formats.text_table import MISSING_WORDS, as_numbers, numbers_found, read_text
from tentips.data.formats.workbook import read_workbook
from tentips.errors import StudyError, listed

MANY_NUMBERS = 10  # different numbers from which a column that also holds text is taken for a measurement
LINEAGE = ("taxonomy", "Consensus Lineage")  # the last column of a table of biom


def _silent(text: str) -> None:
    """Tell nobody."""


def read_features(
    path: str | Path,
    id_column: str,
    orientation: str = "samples_in_rows",
    layer: str | None = None,
    worksheet: str | None = None,
    tell: Callable[[str], None] = _silent,
) -> pd.DataFrame:
    """Read measurements into a frame with one row per sample; `id_column` holds the sample ids as text.

    csv, tsv and txt (also packed), xlsx, parquet, h5ad, GCT, series matrices of GEO, and folders of counts by 10x. With samples in
    columns the first column names the features; in h5ad the samples are then those of var. `layer` is one of an h5ad file,
    `worksheet` one of a workbook; `tell` is told what a person should know of the file. Raises StudyError where it cannot be
    read, where `id_column` is missing, or where numbers are mixed with text.
    """
    path, turned = Path(path), orientation == "samples_in_columns"
    match _format(path):
        case "h5ad":
            frame = annotated_matrix.read_matrix(path, id_column, turned, layer, tell)
        case "gct":
            frame = gene_tables.read_gct(path, id_column, "features", tell)
        case "series matrix":
            frame = gene_tables.read_series_matrix(path, id_column, "features", tell)
        case "folder":
            frame = count_folder.read_counts(path, id_column, tell)
        case kind:
            frame = _table(path, kind, id_column, worksheet, tell)
            frame = _turned(frame, path, id_column, tell) if turned else frame
    dates = gene_dates.dates_among(frame.columns.drop(id_column, errors="ignore"))
    if dates:
        tell(
            f"{path.name}: {len(dates)} features are called like a date ({listed(dates)}), as spreadsheet programs make of gene "
            "names such as SEPT1 or MARCH2; take the names from the original file before you interpret them"
        )
    return _typed(frame, path, id_column)


def read_samples(
    path: str | Path,
    id_column: str,
    orientation: str = "samples_in_rows",
    worksheet: str | None = None,
    tell: Callable[[str], None] = _silent,
) -> pd.DataFrame:
    """Read a sample sheet: one row per sample, `id_column` as text.

    h5ad gives its table obs (var with samples in columns), GCT 1.3 and series matrices what they say of samples. Errors as above.
    """
    path = Path(path)
    match _format(path):
        case "h5ad":
            frame = annotated_matrix.read_sheet(path, id_column, orientation == "samples_in_columns")
        case "gct":
            frame = numbers_found(gene_tables.read_gct(path, id_column, "samples", tell), id_column)
        case "series matrix":
            frame = numbers_found(gene_tables.read_series_matrix(path, id_column, "samples", tell), id_column)
        case "folder":
            raise StudyError(
                f"{path.name} is a folder of counts and says nothing of its cells; data.samples needs a sheet."
            )
        case kind:
            frame = _table(path, kind, id_column, worksheet, tell, names=True)
    return _typed(frame, path, id_column, mixed=False)


def stray_text(column: pd.Series) -> pd.Series:
    """Return the entries that are no numbers in a text column that is a measurement; empty for other columns.

    A measurement is a column most of whose entries are numbers, or that holds more than `MANY_NUMBERS` different ones.
    """
    if pd.api.types.is_numeric_dtype(column) or pd.api.types.is_bool_dtype(column):
        return column.iloc[:0]
    present = column.dropna()
    bad = as_numbers(present).isna()
    measured = bad.sum() < 0.5 * len(present) or present[~bad].nunique() > MANY_NUMBERS
    return present[bad] if bad.any() and measured else present.iloc[:0]


def _format(path: Path) -> str:
    """Which module reads a file."""
    if path.is_dir():
        return "folder"
    if is_series(path):
        return "series matrix"
    kinds = {".h5ad": "h5ad", ".gct": "gct", ".parquet": "parquet", ".xlsx": "workbook", ".xlsm": "workbook"}
    return kinds.get(ending(path), "text")


def _table(
    path: Path, kind: str, id_column: str, worksheet: str | None, tell: Callable[[str], None], names: bool = False
) -> pd.DataFrame:
    """A table as it is in the file; with `names`, text that looks like a number may be a name."""
    if kind == "text":
        types = {"dtype": str if names else {id_column: str, f"#{id_column}": str}, "na_values": MISSING_WORDS}
        frame = read_text(path, lambda header: types, tell)
        frame = numbers_found(frame, id_column) if names else frame
    elif kind == "parquet":
        frame = _read_parquet(path, id_column)
    else:
        frame = read_workbook(path, id_column, worksheet, tell)
        text = frame.columns[[dtype.kind == "O" for dtype in frame.dtypes]]
        frame[text] = numbers_found(frame[text].copy(), id_column)
    if id_column not in frame and f"#{id_column}" in frame:
        frame = frame.rename(columns={f"#{id_column}": id_column})
    return frame


def _read_parquet(path: Path, id_column: str) -> pd.DataFrame:
    """A parquet table; an index that holds more than row numbers is its first column, where no column is called `id_column`."""
    try:
        frame = pd.read_parquet(path)
    except Exception as error:
        if type(error).__module__.startswith("pyarrow"):
            raise StudyError(f"{path.name} cannot be read as parquet: {str(error).splitlines()[0]}") from error
        raise
    if isinstance(frame.index, pd.RangeIndex) or id_column in frame:
        return frame
    unnamed = frame.index.nlevels == 1 and frame.index.name is None
    return (frame.rename_axis(id_column) if unnamed else frame).reset_index()


def _turned(frame: pd.DataFrame, path: Path, id_column: str, tell: Callable[[str], None]) -> pd.DataFrame:
    last = frame.columns[-1]
    if last in LINEAGE and not pd.api.types.is_numeric_dtype(frame[last]):
        tell(f"{path.name}: its last column, {last}, names the features' lineage and is left out")
        frame = frame.iloc[:, :-1]
    names = frame.iloc[:, 0]
    repeated = names[names.duplicated()].unique()
    if len(repeated):
        raise StudyError(f"{path.name}: feature {listed(repeated)} is there more than once; feature names must differ.")
    values = frame.iloc[:, 1:]
    turned = pd.DataFrame(values.to_numpy().T, columns=names.astype(str).to_numpy()).infer_objects()
    # One row of text in the file makes every column of it text: numbers are found again feature by feature.
    for column in turned.columns[[not pd.api.types.is_numeric_dtype(dtype) for dtype in turned.dtypes]]:
        numbers = pd.to_numeric(turned[column], errors="coerce")
        if numbers.notna().sum() == turned[column].notna().sum():
            turned[column] = numbers
    turned.insert(0, id_column, values.columns.astype(str))
    return turned


def _typed(frame: pd.DataFrame, path: Path, id_column: str, mixed: bool = True) -> pd.DataFrame:
    name = path.name
    if len(frame) == 0:
        raise StudyError(f"{name} has a header but no rows; it needs one line per sample.")
    if id_column not in frame:
        hint = " (is it separated by blanks?)" if frame.shape[1] == 1 and " " in str(frame.columns[0]) else ""
        raise StudyError(
            f"{name} has no column '{id_column}', which data.id names; it has: {listed(frame.columns, 12)}{hint}."
        )
    if frame[id_column].isna().any():
        rows = np.flatnonzero(frame[id_column].isna()) + 2
        raise StudyError(f"{name}: '{id_column}' is empty in line {listed(rows)}; every sample needs an id.")
    frame[id_column] = frame[id_column].astype(str)
    repeated = frame.loc[frame[id_column].duplicated(), id_column].unique()
    if len(repeated):
        raise StudyError(
            f"{name}: id {listed(repeated)} is there more than once; ids must differ (a replicate needs an id of its own and a shared data.group)."
        )
    for column in frame.columns.drop(id_column):
        if isinstance(frame[column].dtype, pd.CategoricalDtype):
            # A level that no sample has would count as a class.
            frame[column] = frame[column].astype(object)
    if not mixed:
        return frame
    for column in frame.columns.drop(id_column):
        stray = stray_text(frame[column])
        if len(stray):
            shown = listed([f"'{value}' (sample {frame[id_column][row]})" for row, value in stray.items()])
            raise StudyError(
                f"{name}: column '{column}' holds numbers, but also {shown}; correct them, or leave missing values empty."
            )
    return frame
