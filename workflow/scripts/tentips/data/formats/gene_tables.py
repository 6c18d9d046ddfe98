"""Expression tables with the samples in columns and something above them: GCT, and series matrices of GEO."""

import csv
import io
from collections.abc import Callable
from pathlib import Path

import pandas as pd

from tentips.data.formats.text_form import form_of, unpacked
from tentips.data.formats.text_table import understood
from tentips.data.missing_words import DEFAULT
from tentips.errors import StudyError, listed

BEGIN, END = "!series_matrix_table_begin", "!series_matrix_table_end"


def read_gct(path: Path, id_column: str, part: str, announce: Callable[[str], None]) -> pd.DataFrame:
    """Read GCT 1.2 or 1.3, one row per sample: the `features`, or the `samples` (the metadata of columns, GCT 1.3)."""
    with understood(path), _text(path) as text:
        version, size = text.readline().strip(), text.readline().split()
        if version not in ("#1.2", "#1.3") or len(size) < 2 or not all(number.isdigit() for number in size):
            raise StudyError(
                f"{path.name} is not GCT 1.2 or 1.3: its first two lines are '{version}' and '{' '.join(size)}'."
            )
        words = ["", *(DEFAULT if part == "features" else ())]  # of the samples they are looked at by column, later
        table = pd.read_csv(text, sep="\t", dtype=object, keep_default_na=False, na_values=words)
    about, above = (int(size[2]), int(size[3])) if version == "#1.3" and len(size) > 3 else (1, 0)
    body = table.iloc[above:, 1 + about :]
    if (len(body), body.shape[1]) != (int(size[0]), int(size[1])):
        raise StudyError(
            f"{path.name} holds {len(body)} features of {body.shape[1]} samples, but its second line says {size[0]} of {size[1]}; it was cut off or changed."
        )
    if part == "samples":
        if not above:
            raise StudyError(
                f"{path.name} says nothing about its samples (GCT 1.2); data.samples needs a sheet of its own."
            )
        names = table.iloc[:above, 0]
        sheet = pd.DataFrame(table.iloc[:above, 1 + about :].T.to_numpy(), columns=names.to_numpy())
        return _with_ids(sheet, body.columns, id_column)
    announce(f"{path.name}: {len(body)} features of {body.shape[1]} samples, in columns")
    return _with_ids(_numbers(body, table.iloc[above:, 0]), body.columns, id_column)


def read_series_matrix(path: Path, id_column: str, part: str, announce: Callable[[str], None]) -> pd.DataFrame:
    """Read a series matrix of GEO, one row per sample: the `features`, or the `samples` (the lines !Sample_...).

    A characteristic "age: 45" becomes the column age. The sample's accession (GSM...) is its id.
    """
    with understood(path), _text(path) as text:
        about = []
        for line in text:
            if line.startswith(BEGIN):
                break
            if line.startswith("!Sample_"):
                about.append(next(csv.reader([line.rstrip("\r\n")], delimiter="\t")))
        else:
            raise StudyError(f"{path.name} has no line {BEGIN}; it is no series matrix, or it was cut off.")
        if part == "samples":
            return _sheet(path, about, id_column)
        table = pd.read_csv(text, sep="\t", dtype={0: str}, keep_default_na=False, na_values=["", *DEFAULT, "null"])
    last = str(table.iloc[-1, 0]) if len(table) else ""
    if last != END:
        raise StudyError(f"{path.name} does not end with {END}; it was cut off. Get it again.")
    table = table.iloc[:-1]
    if table.empty:
        raise StudyError(
            f"{path.name} holds no measurements, as GEO does where they are in files of their own; get those."
        )
    announce(f"{path.name}: {len(table)} features of {table.shape[1] - 1} samples, in columns")
    return _with_ids(_numbers(table.iloc[:, 1:], table.iloc[:, 0]), table.columns[1:], id_column)


def _sheet(path: Path, about: list[list[str]], id_column: str) -> pd.DataFrame:
    columns: dict[str, list] = {}
    for name, *values in about:
        name = name.removeprefix("!Sample_")
        if name == "geo_accession":
            ids = values
        elif name.startswith("characteristics"):
            # A line may mix keys: where a sample has none, the others move up.
            for place, value in enumerate(values):
                key, _, text = value.partition(": ")
                if text:
                    columns.setdefault(key, [None] * len(values))[place] = text
        elif len(set(values)) > 1:
            kept = columns.setdefault(name, values)
            if kept is not values:
                columns[name] = [f"{one} {other}".strip() for one, other in zip(kept, values, strict=True)]
    if not about or "ids" not in locals():
        raise StudyError(f"{path.name} has no line !Sample_geo_accession; it is no series matrix of GEO.")
    return _with_ids(pd.DataFrame(columns, dtype=object), ids, id_column)


def _with_ids(frame: pd.DataFrame, ids, id_column: str) -> pd.DataFrame:
    frame = frame.drop(columns=id_column, errors="ignore").reset_index(drop=True)
    frame.insert(0, id_column, [str(name) for name in ids])
    return frame


def _numbers(body: pd.DataFrame, names: pd.Series) -> pd.DataFrame:
    """Turn a table with features in rows; every entry must be a number or empty."""
    if names.isna().any() or names.duplicated().any():
        twice = names[names.duplicated()].unique()
        raise StudyError(
            f"feature {listed(twice) or 'without a name'} is there more than once; feature names must differ."
        )
    numbers = body.apply(pd.to_numeric, errors="coerce")
    stray = (numbers.isna() & body.notna()).to_numpy()
    if stray.any():
        row, column = (places[0] for places in stray.nonzero())
        raise StudyError(
            f"feature '{names.iloc[row]}' holds '{body.iloc[row, column]}' (sample {body.columns[column]}); correct it, or leave it empty."
        )
    return pd.DataFrame(numbers.to_numpy(dtype=float).T, columns=names.astype(str).to_numpy())


def _text(path: Path) -> io.TextIOWrapper:
    encoding = "utf-8-sig"
    if path.stat().st_size:
        encoding = form_of(path).encoding.replace("utf-8", "utf-8-sig").replace("sig-sig", "sig")
    return io.TextIOWrapper(unpacked(path), encoding=encoding, newline="")
