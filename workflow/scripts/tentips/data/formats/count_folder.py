"""The folder that 10x's Cell Ranger writes: a sparse matrix of counts, with the names of its cells and features."""

from collections.abc import Callable
from pathlib import Path

import pandas as pd

from tentips.data.formats.memory_limits import check_bytes
from tentips.data.formats.text_form import unpacked
from tentips.errors import StudyError, listed

PARTS = {
    "matrix": ("matrix.mtx", "matrix.mtx.gz"),
    "cells": ("barcodes.tsv", "barcodes.tsv.gz"),
    "features": ("features.tsv", "features.tsv.gz", "genes.tsv", "genes.tsv.gz"),
}


def read_counts(path: Path, id_column: str, announce: Callable[[str], None]) -> pd.DataFrame:
    """Read the counts of a folder, one row per cell; its barcode is the id.

    A feature is called by its name (gene symbol); where two have one name, by its id too.
    """
    from scipy.io import mminfo, mmread

    files = {}
    for part, names in PARTS.items():
        found = [path / name for name in names if (path / name).is_file()]
        if not found:
            raise StudyError(
                f"{path.name} holds no {' or '.join(names[::2])}; a folder of counts holds matrix.mtx, barcodes.tsv and features.tsv (each also .gz)."
            )
        files[part] = found[0]
    cells, features = (_names(files[part]) for part in ("cells", "features"))
    try:
        with unpacked(files["matrix"]) as file:
            shape = mminfo(file)[:2]
        _check_shape(path, shape, len(features), len(cells))
        with unpacked(files["matrix"]) as file:
            counts = mmread(file).tocsc()  # features in rows
    except (ValueError, OSError, EOFError) as error:
        raise StudyError(
            f"{path.name}/{files['matrix'].name} cannot be read as a sparse matrix: {str(error).splitlines()[0]}"
        ) from error
    names = features[1] if features.shape[1] > 1 else features[0]
    twice = names.duplicated(keep=False)
    if twice.any():
        announce(
            f"{path.name}: {twice.sum()} features share their name with another one and are called by name and id ({listed(names[twice].unique(), 3)})"
        )
        names = names.where(~twice, names + " (" + features[0] + ")")
    frame = pd.DataFrame(counts.T.toarray(), columns=names.to_numpy())
    frame.insert(0, id_column, cells[0].to_numpy())
    return frame


def _check_shape(path: Path, shape: tuple[int, int], features: int, cells: int) -> None:
    """Before anything is read: a few bytes can claim any shape."""
    if shape != (features, cells):
        raise StudyError(
            f"{path.name}: matrix.mtx has {shape[0]} features and {shape[1]} cells, but there are names for {features} and {cells}."
        )
    check_bytes(f"{path.name} ({shape[1]:,} cells, {shape[0]:,} features)", 8 * shape[0] * shape[1])


def _names(file: Path) -> pd.DataFrame:
    with unpacked(file) as text:
        return pd.read_csv(text, sep="\t", header=None, dtype=str, keep_default_na=False)
