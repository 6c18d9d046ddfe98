"""Read a table of any supported format into a data frame whose columns are numbers, booleans or text."""

import gzip
import warnings
import zlib
from pathlib import Path

import numpy as np
import pandas as pd

from tentips.errors import StudyError, listed

# What a table may hold where a value is missing. "None" and "null" are not among them: a class may be called so.
MISSING_WORDS = ["", "NA", "N/A", "n/a", "#N/A", "<NA>", "NaN", "nan"]
LEADING_ZERO = r"[+-]?0\d.*"
MANY_NUMBERS = 10  # different numbers from which a column that also holds text is taken for a measurement


def read_features(path: str | Path, id_column: str, orientation: str = "samples_in_rows") -> pd.DataFrame:
    """Read measurements into a frame with one row per sample; `id_column` holds the sample ids as text.

    csv, tsv and txt (also .gz), parquet, and h5ad (matrix X). With samples in columns the first column names the
    features. Raises StudyError where the file cannot be read, `id_column` is missing, or numbers are mixed with text.
    """
    frame = _read_h5ad(path, id_column, "features") if _is_h5ad(path) else _read(path, id_column)
    if orientation == "samples_in_columns" and not _is_h5ad(path):
        frame = _turned(frame, path, id_column)
    return _typed(frame, path, id_column)


def read_samples(path: str | Path, id_column: str) -> pd.DataFrame:
    """Read a sample sheet: one row per sample, `id_column` as text. h5ad gives its obs table. Errors as above."""
    frame = _read_h5ad(path, id_column, "samples") if _is_h5ad(path) else _read(path, id_column, names=True)
    return _typed(frame, path, id_column, mixed=False)


def stray_text(column: pd.Series) -> pd.Series:
    """Return the entries that are no numbers in a text column that is a measurement; empty for other columns.

    A measurement is a column most of whose entries are numbers, or that holds more than `MANY_NUMBERS` different ones.
    """
    if pd.api.types.is_numeric_dtype(column) or pd.api.types.is_bool_dtype(column):
        return column.iloc[:0]
    present = column.dropna()
    bad = pd.to_numeric(present, errors="coerce").isna()
    measured = bad.sum() < 0.5 * len(present) or present[~bad].nunique() > MANY_NUMBERS
    return present[bad] if bad.any() and measured else present.iloc[:0]


def _is_h5ad(path) -> bool:
    return str(path).endswith(".h5ad")


def _read(path, id_column: str, names: bool = False) -> pd.DataFrame:
    path = Path(path)
    try:
        frame = pd.read_parquet(path) if path.name.endswith(".parquet") else _read_text(path, id_column, names)
    except pd.errors.EmptyDataError:
        raise StudyError(f"{path.name} is empty; it needs a header line and one line per sample.") from None
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise StudyError(f"{path.name} is a broken or cut-off gzip file ({error}); get it again.") from error
    except UnicodeDecodeError as error:
        raise StudyError(f"{path.name} is not UTF-8 text (byte {error.start}); save it as UTF-8.") from error
    except pd.errors.ParserError as error:
        raise StudyError(f"{path.name} is not a regular table: {str(error).strip()}") from error
    except Exception as error:
        if type(error).__module__.startswith("pyarrow"):
            raise StudyError(f"{path.name} cannot be read as parquet: {str(error).splitlines()[0]}") from error
        raise
    return frame


def _read_text(path: Path, id_column: str, names: bool) -> pd.DataFrame:
    """Read delimited text; with `names`, columns may hold names that look like numbers (plate 01), which stay text."""
    separator = "," if path.name.endswith((".csv", ".csv.gz")) else "\t"
    options = {
        "sep": separator,
        "encoding": "utf-8-sig",
        "index_col": False,
        "keep_default_na": False,
        "na_values": MISSING_WORDS,
    }
    header = pd.read_csv(path, header=None, nrows=1, dtype=str, **options).iloc[0]
    if header.isna().any():
        raise StudyError(
            f"{path.name}: column {listed(header.index[header.isna()] + 1)} has no name (row numbers, which could give the order of the samples away?); name it or take it out."
        )
    repeated = header[header.duplicated()].unique()
    if len(repeated):
        raise StudyError(f"{path.name}: column {listed(repeated)} stands there more than once; names must differ.")
    with warnings.catch_warnings():
        # Rows with one entry more than the header: the entries would be cut off, or all columns shifted.
        warnings.simplefilter("error", pd.errors.ParserWarning)
        try:
            frame = pd.read_csv(path, dtype=str if names else {id_column: str}, low_memory=False, **options)
        except pd.errors.ParserWarning:
            raise StudyError(
                f"{path.name} has rows with more entries than its header has names; give the first column (row names?) a name."
            ) from None
    return _numbers_found(frame, id_column) if names else frame


def _numbers_found(frame: pd.DataFrame, id_column: str) -> pd.DataFrame:
    """Turn columns that were read as text into numbers, but not ids, nor columns in which a leading zero stands."""
    for column in frame.columns.drop(id_column, errors="ignore"):
        present = frame[column].dropna()
        if present.str.fullmatch(LEADING_ZERO).any():
            continue
        numbers = pd.to_numeric(present, errors="coerce")
        if len(present) and numbers.notna().all():
            frame[column] = numbers.reindex(frame.index)
    return frame


def _read_h5ad(path, id_column: str, part: str) -> pd.DataFrame:
    import anndata

    try:
        data = anndata.read_h5ad(path)
    except OSError as error:
        raise StudyError(f"{Path(path).name} cannot be read as h5ad: {str(error).splitlines()[0]}") from error
    ids = data.obs[id_column].astype(str) if id_column in data.obs else pd.Series(data.obs_names, dtype=str)
    if part == "samples":
        frame = data.obs.drop(columns=id_column, errors="ignore").reset_index(drop=True)
    else:
        matrix = data.X.toarray() if hasattr(data.X, "toarray") else np.asarray(data.X)
        frame = pd.DataFrame(matrix, columns=data.var_names.astype(str))
    frame.insert(0, id_column, ids.to_numpy())
    return frame


def _turned(frame: pd.DataFrame, path, id_column: str) -> pd.DataFrame:
    names = frame.iloc[:, 0]
    repeated = names[names.duplicated()].unique()
    if len(repeated):
        raise StudyError(
            f"{Path(path).name}: feature {listed(repeated)} stands there more than once; feature names must differ."
        )
    values = frame.iloc[:, 1:]
    turned = pd.DataFrame(values.to_numpy().T, columns=names.astype(str).to_numpy()).infer_objects()
    # One row of text in the file makes every column of it text: numbers are found again feature by feature.
    for column in turned.columns[[not pd.api.types.is_numeric_dtype(dtype) for dtype in turned.dtypes]]:
        numbers = pd.to_numeric(turned[column], errors="coerce")
        if numbers.notna().sum() == turned[column].notna().sum():
            turned[column] = numbers
    turned.insert(0, id_column, values.columns.astype(str))
    return turned


def _typed(frame: pd.DataFrame, path, id_column: str, mixed: bool = True) -> pd.DataFrame:
    name = Path(path).name
    if len(frame) == 0:
        raise StudyError(f"{name} has a header but no rows; it needs one line per sample.")
    if id_column not in frame:
        hint = " (is it separated by semicolons?)" if frame.shape[1] == 1 and ";" in str(frame.columns[0]) else ""
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
            f"{name}: id {listed(repeated)} stands there more than once; ids must differ (a replicate needs an id of its own and a shared data.group)."
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
