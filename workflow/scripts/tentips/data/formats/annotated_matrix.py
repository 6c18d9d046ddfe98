"""h5ad: a matrix of one or several layers, with a table for its rows (obs) and one for its columns (var)."""

import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from tentips.data.formats.memory_limits import check_bytes
from tentips.errors import StudyError, listed


def read_matrix(
    path: Path, id_column: str, turned: bool, layer: str | None, announce: Callable[[str], None]
) -> pd.DataFrame:
    """Return ids and the matrix, one row per sample: those of obs, or with `turned` those of var.

    `layer` is X, raw, or the name of a layer; without it X, or the only layer of a file without X. A sparse matrix stays one until
    the frame is made.
    """
    import h5py

    with _opened(path) as file:
        layer = layer or _only(path, file, announce)
        held = {"raw": file.get("raw"), "X": file}.get(layer) if layer in ("X", "raw") else file.get("layers")
        key = "X" if layer in ("X", "raw") else layer
        if held is None or key not in held or not isinstance(held[key], (h5py.Group, h5py.Dataset)):
            raise StudyError(
                f"{path.name} has no layer '{layer}', which data.layer names; it has: {listed(layers(file)) or 'none'}."
            )
        _check_size(path, held[key])
        matrix = _element(held[key])
        if hasattr(matrix, "check_format"):
            matrix.check_format(full_check=True)  # an index beyond the shape is passed over, or worse, without a word
        rows = _table(file, "obs")
        columns = _table(held, "var") if layer == "raw" and "var" in held else _table(file, "var")
    matrix = matrix.T if turned else matrix
    samples, features = (columns, rows) if turned else (rows, columns)
    if matrix.shape != (len(samples), len(features)):
        raise StudyError(
            f"{path.name}: its matrix has the shape {' x '.join(map(str, matrix.shape))}, but there are names for {len(samples)} samples and {len(features)} features; it is no whole h5ad file."
        )
    dense = matrix.toarray() if hasattr(matrix, "toarray") else np.asarray(matrix)
    frame = pd.DataFrame(dense, columns=features.index.astype(str), copy=False)
    frame.insert(0, id_column, _ids(samples, id_column))
    return frame


def read_sheet(path: Path, id_column: str, turned: bool) -> pd.DataFrame:
    """Return the table of the samples, obs or with `turned` var, its index as `id_column`; the matrix is not read."""
    with _opened(path) as file:
        table = _table(file, "var" if turned else "obs")
    frame = table.drop(columns=id_column, errors="ignore").reset_index(drop=True)
    frame.insert(0, id_column, _ids(table, id_column))
    return frame


def layers(file) -> list[str]:
    """Return the names of the matrices that a file holds: X, raw, and its layers."""
    named = [name for name in ("X", "raw") if name in file and getattr(file[name], "shape", True) != ()]
    return [*named, *file.get("layers", {})]


def _check_size(path: Path, stored) -> None:
    """Raise StudyError where what is stored, which may be sparse or well packed, does not fit into the memory once it is read."""
    shape = tuple(int(size) for size in (stored.attrs.get("shape", ()) if hasattr(stored, "keys") else stored.shape))
    held = [each for each in stored.values() if hasattr(each, "dtype")] if hasattr(stored, "keys") else [stored]
    width = max((each.dtype.itemsize for each in held), default=8)
    wanted = max([math.prod(shape) * width, *(each.size * each.dtype.itemsize for each in held)])
    check_bytes(
        f"{path.name} ({stored.name.strip('/')} of the shape {' x '.join(map(str, shape)) or 'of a table'})", wanted
    )


def _check_own(path: Path, file) -> None:
    """Raise StudyError where a part of the file lies in another one: reading it would open whatever file it names."""
    import h5py

    def outside(name: str, found) -> str | None:
        return name if isinstance(found, h5py.ExternalLink) else None

    def elsewhere(name: str, found) -> str | None:
        return name if isinstance(found, h5py.Dataset) and (found.external or found.is_virtual) else None

    name = file.visititems_links(outside) or file.visititems(elsewhere)
    if name:
        raise StudyError(
            f"{path.name}: its part {name} lies in another file, which is not opened; save the data as one file (anndata: adata.write_h5ad)."
        )


def _only(path: Path, file, announce: Callable[[str], None]) -> str:
    held = layers(file)
    if "X" in held:
        return "X"
    if len(held) == 1:
        announce(f"{path.name}: it has no matrix X; its only layer, {held[0]}, is read")
        return held[0]
    raise StudyError(
        f"{path.name} has no matrix X; it has {f'the layers {listed(held, 12)}' if held else 'no layer either'}. "
        + ("Name one under data.layer." if held else "A file with measurements is needed.")
    )


def _ids(table: pd.DataFrame, id_column: str) -> np.ndarray:
    return (table[id_column] if id_column in table else table.index.to_series()).astype(str).to_numpy()


def _element(stored):
    from anndata.io import read_elem

    return read_elem(stored)


def _table(file, name: str) -> pd.DataFrame:
    import h5py

    if name not in file:
        raise StudyError(f"{Path(file.file.filename).name} has no table {name}; it is no whole h5ad file.")
    parts = [file[name]] if isinstance(file[name], h5py.Dataset) else file[name].values()
    for part in parts:
        _check_size(Path(file.file.filename), part)
    if isinstance(file[name], h5py.Dataset):  # as anndata wrote it before version 0.7
        array = pd.DataFrame.from_records(file[name][:])
        text = array.select_dtypes(object).columns
        array[text] = array[text].map(lambda value: value.decode() if isinstance(value, bytes) else value)
        return array.set_index(array.columns[0])
    return _element(file[name])


class _opened:
    """The file, open for reading; raises StudyError where it is no HDF5 file, or where a part of it cannot be read."""

    def __init__(self, path: Path):
        self.path = path

    def __enter__(self):
        import h5py

        try:
            self.file = h5py.File(self.path, "r")
        except OSError as error:
            raise StudyError(f"{self.path.name} cannot be read as h5ad: {str(error).splitlines()[0]}") from error
        _check_own(self.path, self.file)
        return self.file

    def __exit__(self, kind, error, trace):
        self.file.close()
        if isinstance(error, Exception) and not isinstance(error, (StudyError, ImportError, MemoryError)):
            line = str(error).splitlines()[0] if str(error) else kind.__name__
            raise StudyError(f"{self.path.name} cannot be read as h5ad: {line}") from error
