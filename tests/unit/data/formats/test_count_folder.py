"""The folder of counts that Cell Ranger writes."""

import gzip

import numpy as np
import pytest
from scipy.io import mmwrite
from scipy.sparse import coo_matrix

from tentips.data.readers import read_features, read_samples
from tentips.errors import StudyError

COUNTS = np.array([[1, 0, 2], [0, 3, 0], [4, 0, 0], [0, 0, 5]])  # features x cells


def folder(path, packed=False, features="E1\tCD3\tGene\nE2\tTBCE\tGene\nE3\tTBCE\tGene\nE4\tMS4A1\tGene\n"):
    path.mkdir()
    mmwrite(path / "matrix.mtx", coo_matrix(COUNTS))
    (path / "barcodes.tsv").write_text("AAA-1\nCCC-1\nGGG-1\n")
    (path / "features.tsv").write_text(features)
    if packed:
        for file in list(path.iterdir()):
            (path / f"{file.name}.gz").write_bytes(gzip.compress(file.read_bytes()))
            file.unlink()
    return path


@pytest.mark.parametrize("packed", [False, True])
def test_cells_are_rows_and_features_are_called_by_name(tmp_path, packed):
    told = []
    found = read_features(folder(tmp_path / "counts", packed), "cell", announce=told.append)
    assert list(found.columns) == ["cell", "CD3", "TBCE (E2)", "TBCE (E3)", "MS4A1"]
    assert found["cell"].tolist() == ["AAA-1", "CCC-1", "GGG-1"]
    assert (found.drop(columns="cell").to_numpy() == COUNTS.T).all()
    assert told == ["counts: 2 features share their name with another one and are called by name and id (TBCE)"]


def test_what_is_missing_or_does_not_fit_is_told(tmp_path):
    path = folder(tmp_path / "counts")
    with pytest.raises(StudyError, match="counts is a folder of counts and says nothing of its cells"):
        read_samples(path, "cell")
    (path / "barcodes.tsv").write_text("AAA-1\n")
    with pytest.raises(StudyError, match="4 features and 3 cells, but there are names for 4 and 1"):
        read_features(path, "cell")
    (path / "barcodes.tsv").unlink()
    with pytest.raises(StudyError, match=r"counts holds no barcodes.tsv; a folder of counts holds"):
        read_features(path, "cell")
