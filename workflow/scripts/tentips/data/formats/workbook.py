"""Excel workbooks: one sheet of it, its first non-empty row the header."""

import datetime
from collections.abc import Callable
from pathlib import Path

import pandas as pd

from tentips.data.formats.memory_limits import check_bytes
from tentips.data.formats.text_table import check_header
from tentips.errors import StudyError, listed

ERRORS = ("#DIV/0!", "#REF!", "#VALUE!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#CALC!")


def read_workbook(path: Path, id_column: str, worksheet: str | None, announce: Callable[[str], None]) -> pd.DataFrame:
    """Read the sheet `worksheet` of a workbook, or its first one; what a formula gave when it was saved counts.

    Numbers, booleans and text keep their kind; dates become ISO text. Raises StudyError where there is no such sheet, and where a
    cell holds an error of a formula.
    """
    names, lines = _lines(path, worksheet, announce)
    lines = [line for line in lines if any(value is not None and value != "" for value in line)]
    while (
        len(lines) > 1 and str(lines[0][0] or "").startswith("#") and sum(value is not None for value in lines[0]) == 1
    ):
        announce(f"{path.name}: a line before its header left out ('{lines[0][0]}')")
        lines = lines[1:]
    if not lines:
        raise StudyError(f"{path.name}: sheet '{names}' is empty; it needs a header row and one row per sample.")
    width = max(max((i for i, value in enumerate(line) if value is not None), default=0) for line in lines) + 1
    header = pd.Series([_name(value) for value in (*lines[0], *[None] * width)[:width]], dtype=object)
    check_header(path, header, lambda: [_name(value) or "" for value in lines[1][:width]] if len(lines) > 1 else [])
    columns = [
        _column([line[place] if place < len(line) else None for line in lines[1:]], path, name, name == id_column)
        for place, name in enumerate(header)
    ]
    return pd.concat(columns, axis=1) if len(lines) > 1 else pd.DataFrame(columns=list(header))


def _lines(path: Path, worksheet: str | None, announce: Callable[[str], None]) -> tuple[str, list[tuple]]:
    """The rows of a sheet, and its name."""
    import zipfile

    import openpyxl

    try:
        with zipfile.ZipFile(path) as packed:
            check_bytes(path.name, sum(each.file_size for each in packed.infolist()))
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    except (zipfile.BadZipFile, KeyError, OSError, ValueError, openpyxl.utils.exceptions.InvalidFileException) as error:
        raise StudyError(f"{path.name} cannot be read as a workbook: {error}; save it as .xlsx, or as .csv.") from error
    try:
        names = [sheet.title for sheet in book.worksheets]
        if worksheet is not None and worksheet not in names:
            raise StudyError(
                f"{path.name} has no sheet '{worksheet}', which data.worksheet names; it has: {listed(names, 12)}."
            )
        if worksheet is None and len(names) > 1:
            announce(
                f"{path.name}: its first sheet, '{names[0]}', is read; data.worksheet chooses another: {listed(names[1:])}"
            )
        sheet = book[worksheet or names[0]]
        sheet.reset_dimensions()  # some programs write them wrongly
        return sheet.title, [row for row in sheet.iter_rows(values_only=True)]
    finally:
        book.close()


def _name(value) -> str | None:
    text = "" if value is None else str(_plain(value)).strip()
    return text or None


def _plain(value):
    """A cell as text tables hold it: whole numbers without decimals, dates as ISO text."""
    if isinstance(value, datetime.datetime):
        return value.date().isoformat() if value.time() == datetime.time() else value.isoformat()
    if isinstance(value, (datetime.date, datetime.time)):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return int(value)
    return value


def _column(values: list, path: Path, name: str, ids: bool) -> pd.Series:
    for row, value in enumerate(values, start=2):
        if isinstance(value, str) and value in ERRORS:
            raise StudyError(
                f"{path.name}: column '{name}' holds {value} in row {row} of its table, the error of a formula; correct it, or leave the cell empty."
            )
    values = [None if isinstance(value, str) and not value.strip() else _plain(value) for value in values]
    present = [value for value in values if value is not None]
    if ids or any(isinstance(value, str) for value in present):
        values = [None if value is None else str(value) for value in values]
        return pd.Series(values, name=name, dtype=object)
    return pd.Series(values, name=name, dtype=object).infer_objects()
