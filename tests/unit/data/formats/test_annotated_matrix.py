"""h5ad files as people have them: without X, with several layers, with the samples in var."""

import anndata
import h5py
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


def replaced(path, name, make):
    """The file with another part `name`, which `make` writes, and the attributes of the one before."""
    with h5py.File(path, "a") as file:
        kept = dict(file[name].attrs)
        del file[name]
        made = make(file)
        if made is not None:
            for key, value in kept.items():
                made.attrs.setdefault(key, value)
    return path


def linked(file):
    file["X"] = h5py.ExternalLink("/etc/passwd", "X")


def virtual(file):
    layout = h5py.VirtualLayout((3, 2), "f4")
    layout[:] = h5py.VirtualSource("other.h5", "X", (3, 2))
    return file.create_virtual_dataset("X", layout)


def stored_outside(file):
    return file.create_dataset("X", (3, 2), "f4", external="/etc/passwd")


def huge(file):
    return file.create_dataset("X", (10**7, 10**6), "f4", chunks=(1000, 1000))


def sparse(shape, indices):
    def make(file):
        group = file.create_group("X")
        group.attrs.update({"encoding-type": "csr_matrix", "encoding-version": "0.1.0", "shape": np.array(shape)})
        group["data"], group["indices"], group["indptr"] = np.ones(2, "f4"), np.array(indices), np.array([0, 1, 2, 2])
        return group

    return make


ELSEWHERE = "its part X lies in another file, which is not opened"
HOSTILE = {
    "external link": (linked, ELSEWHERE),
    "virtual": (virtual, ELSEWHERE),
    "external storage": (stored_outside, ELSEWHERE),
    "absurd shape": (huge, r"\(X of the shape 10000000 x 1000000\) would take 40,000.0 GB of memory"),
    "absurd sparse shape": (sparse((10**9, 10**6), [0, 1]), "would take 8,000,000.0 GB of memory"),
    "negative shape": (sparse((-3, 2), [0, 1]), "cannot be read as h5ad: 'shape' elements cannot be negative"),
    "index beyond the shape": (sparse((3, 2), [0, 99]), "cannot be read as h5ad: indices must be < 2"),
    "other shape": (sparse((3, 7), [0, 1]), "its matrix has the shape 3 x 7, but there are names for 3 samples and 2"),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_a_file_that_opens_others_or_claims_an_absurd_shape_is_refused_in_one_line(tmp_path, what):
    make, said = HOSTILE[what]
    path = replaced(written(tmp_path / "t.h5ad", x=MATRIX), "X", make)
    with pytest.raises(StudyError, match=said) as refused:
        read_features(path, "cell")
    assert "\n" not in str(refused.value)


def test_a_sheet_of_absurd_length_is_refused(tmp_path):
    def long(file):
        return file["obs"].create_dataset("_index", (10**11,), h5py.string_dtype(), chunks=(10**6,))

    path = replaced(written(tmp_path / "t.h5ad", x=MATRIX), "obs/_index", long)
    with pytest.raises(StudyError, match=r"obs/_index of the shape 100000000000\) would take 800.0 GB"):
        read_samples(path, "cell")
