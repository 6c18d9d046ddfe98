"""h5ad files as people have them: without X, with several layers, with the samples in var."""

import anndata
import numpy as np
import pandas as pd
import pytest
from scipy.sparse import csr_matrix

from tentips.data.readers import read_features, read_samples
from tentips.errors import StudyError

MATRIX = np.array([[1.0, 0.0], [0.5, 2.0], [0.0, 3.5]], dtype="float32")


def written(path, x=None, layers=(), raw=None):
    obs = pd.DataFrame({"kind": ["T", "B", "T"]}, index=pd.Index(["c1", "c2", "c3"], dtype=object), dtype=object)
    var = pd.DataFrame({"chromosome": [1, 2]}, index=pd.Index(["CD3", "MS4A1"], dtype=object))
    made = anndata.AnnData(x, obs=obs, var=var, layers=dict(layers))
    if raw is not None:
        made.raw = anndata.AnnData(raw, obs=obs, var=pd.DataFrame(index=pd.Index(["a", "b", "c"], dtype=object)))
    made.write_h5ad(path)
    return path


@pytest.mark.parametrize("pack", [np.asarray, csr_matrix])
def test_the_only_layer_stands_in_for_x_and_that_is_told(tmp_path, pack):
    told = []
    found = read_features(written(tmp_path / "t.h5ad", layers={"counts": pack(MATRIX)}), "cell", announce=told.append)
    assert (found[["CD3", "MS4A1"]].to_numpy() == MATRIX).all()
    assert told == ["t.h5ad: it has no matrix X; its only layer, counts, is read"]


def test_of_several_layers_one_must_be_named(tmp_path):
    path = written(tmp_path / "t.h5ad", layers={"counts": MATRIX, "scaled": 2 * MATRIX})
    with pytest.raises(
        StudyError, match=r"has no matrix X; it has the layers counts, scaled. Name one under data.layer"
    ):
        read_features(path, "cell")
    assert read_features(path, "cell", layer="scaled")["CD3"].tolist() == [2.0, 1.0, 0.0]
    with pytest.raises(StudyError, match=r"has no layer 'X', which data.layer names; it has: counts, scaled\."):
        read_features(path, "cell", layer="X")


def test_layers_and_raw_are_chosen_by_name(tmp_path):
    raw = np.arange(9, dtype="float32").reshape(3, 3)
    path = written(tmp_path / "t.h5ad", x=MATRIX, layers={"counts": 10 * MATRIX}, raw=raw)
    assert read_features(path, "cell")["CD3"].tolist() == [1.0, 0.5, 0.0]
    assert read_features(path, "cell", layer="counts")["CD3"].tolist() == [10.0, 5.0, 0.0]
    assert read_features(path, "cell", layer="raw").to_dict("list") == {
        "cell": ["c1", "c2", "c3"],
        "a": [0, 3, 6],
        "b": [1, 4, 7],
        "c": [2, 5, 8],
    }


def test_a_file_without_any_matrix_is_refused(tmp_path):
    with pytest.raises(
        StudyError, match=r"has no matrix X; it has no layer either. A file with measurements is needed"
    ):
        read_features(written(tmp_path / "t.h5ad"), "cell")


def test_samples_in_columns_are_those_of_var(tmp_path):
    path = written(tmp_path / "t.h5ad", x=csr_matrix(MATRIX))
    found = read_features(path, "gene", "samples_in_columns")
    assert found.to_dict("list") == {"gene": ["CD3", "MS4A1"], "c1": [1, 0], "c2": [0.5, 2], "c3": [0, 3.5]}
    sheet = read_samples(path, "gene", "samples_in_columns")
    assert sheet.to_dict("list") == {"gene": ["CD3", "MS4A1"], "chromosome": [1, 2]}


def test_the_sheet_is_read_without_the_matrix(tmp_path, monkeypatch):
    from tentips.data.formats import annotated_matrix

    path, read = written(tmp_path / "t.h5ad", x=MATRIX), []
    own = annotated_matrix._element
    monkeypatch.setattr(annotated_matrix, "_element", lambda stored: read.append(stored.name) or own(stored))
    read_samples(path, "cell")
    assert read == ["/obs"]
