"""Delimited text into a data frame, whatever its packing, encoding and separator."""

import contextlib
import warnings
from collections.abc import Callable
from pathlib import Path

import pandas as pd

from tentips.data.formats.text_form import BROKEN, TextForm, form_of, packing, short_lines, unpacked
from tentips.errors import StudyError, listed

ONE_MORE = "has rows with more entries than its header has names; give the first column (row names?) a name."


def read_text(path: Path, types: Callable[[list[str]], dict], announce: Callable[[str], None]) -> pd.DataFrame:
    """Read delimited text; `types` gives, for the names of its header, pandas' arguments on types and missing values.

    `announce` is called with a sentence on what was found of its form. Raises StudyError where it is no regular table.
    """
    with understood(path):
        form = form_of(path)
        for note in form.notes:
            announce(f"{path.name}: {note}")
        header = pd.read_csv(**source(path, form), header=None, nrows=1, dtype=str, keep_default_na=False).iloc[0]
        check_header(path, header, lambda: second_line(path, form))
        options = source(path, form) | types(list(header))
        with warnings.catch_warnings():
            # Rows with one entry more than the header: the entries would be cut off, or all columns shifted.
            warnings.simplefilter("error", pd.errors.ParserWarning)
            try:
                frame = pd.read_csv(**options, keep_default_na=False, low_memory=False)
            except pd.errors.ParserWarning:
                raise StudyError(f"{path.name} {ONE_MORE}") from None
        last = frame.iloc[:, -1]
        # Pandas fills short rows up with empty entries, so that only a table with such a row has one in its last column.
        if last.isna().any() or (pd.api.types.is_string_dtype(last) and (last == "").any()):
            check_rows(path, form)
        return frame


def check_rows(path: Path, form: TextForm) -> None:
    """Raise StudyError where lines have fewer entries than the header: entries were lost, or the file was cut off."""
    names, short = short_lines(path, form)
    if short:
        line, entries = short[0]
        more = f" (and {len(short) - 1} more lines)" if len(short) > 1 else ""
        raise StudyError(
            f"{path.name}: line {line} has {entries} of {names} entries{more}. Was the file cut off, or is a separator missing? "
            "Write one for each empty cell, too."
        )


def source(path: Path, form: TextForm, in_parts: bool = False) -> dict:
    """Return the arguments with which pandas reads a table of that form; one that is read `in_parts` may exceed the memory."""
    contiguous = form.skipped == tuple(range(len(form.skipped)))
    options = {
        "sep": form.separator,
        "encoding": "utf-8-sig" if form.encoding == "utf-8" else form.encoding,
        "index_col": False,
        "skiprows": len(form.skipped) if contiguous else list(form.skipped),
    }
    return {"filepath_or_buffer": unpacked(path, bounded=not in_parts), **options}


def second_line(path: Path, form: TextForm) -> list[str]:
    """Return the entries of the line after the header."""
    options = source(path, form) | {"skiprows": len(form.skipped) + 1}
    with contextlib.suppress(pd.errors.EmptyDataError):
        return pd.read_csv(**options, header=None, nrows=1, dtype=str, keep_default_na=False).iloc[0].tolist()
    return []


def check_header(path: Path, header: pd.Series, below: Callable[[], list[str]]) -> None:
    """Raise StudyError where a column of the header has no name, or a name is there twice; `below` gives the line after it."""
    header = header.where(header != "")
    unnamed = header.isna().to_numpy()
    if unnamed.sum() > 1 and unnamed.sum() >= (len(header) - 1) / 3 and merged(below()):
        over = listed(header.dropna(), 3)
        raise StudyError(
            f"{path.name} has two header lines: {unnamed.sum()} of {len(header)} columns have no name in "
            f"the first ({over}), as headings that were merged over several columns leave it. Keep one "
            "header line with a name for each column."
        )
    if unnamed.any():
        raise StudyError(
            f"{path.name}: column {listed(header.index[unnamed] + 1)} has no name (row numbers, which could give the order of the samples away?); name it or take it out."
        )
    repeated = header[header.duplicated()].unique()
    if len(repeated):
        raise StudyError(f"{path.name}: column {listed(repeated)} is there more than once; names must differ.")


def merged(line: list[str]) -> bool:
    """Whether the line after the header is a second header: a name in nearly every column, hardly a number, none twice."""
    named = [str(entry).strip() for entry in line if str(entry).strip()]
    text = [entry for entry in named if pd.isna(pd.to_numeric(entry, errors="coerce"))]
    return len(named) >= 0.7 * len(line) and len(text) >= 0.9 * len(named) and len(set(named)) >= 0.7 * len(named)


@contextlib.contextmanager
def understood(path: Path):
    """Tell in one line what is wrong with a file of text."""
    try:
        yield
    except pd.errors.EmptyDataError:
        raise StudyError(f"{path.name} is empty; it needs a header line and one line per sample.") from None
    except BROKEN as error:
        kind = {".gz": "gzip", ".bz2": "bzip2", ".xz": "xz", ".zip": "zip"}.get(path.suffix.lower(), "packed")
        raise StudyError(f"{path.name} is a broken or cut-off {kind} file ({error}); get it again.") from error
    except UnicodeError as error:
        place = f" (byte {error.start})" if isinstance(error, UnicodeDecodeError) else ""
        raise StudyError(f"{path.name} is not UTF-8 text{place}; save it as UTF-8.") from error
    except pd.errors.ParserError as error:
        raise StudyError(f"{path.name} is not a regular table: {str(error).strip()}") from error
    except OSError as error:
        if form_packing := packing(path):
            raise StudyError(
                f"{path.name} is a broken or cut-off {form_packing} file ({error}); get it again."
            ) from error
        raise
