"""A bundle is checked before anything in it is loaded."""

import json
import pickle
import zipfile

import pandas as pd
import pytest

from tentips.artifacts import sha256, write_json
from tentips.errors import StudyError
from tentips.predict.bundle_files import check_network, check_sums, open_bundle, unpack


def bundle(folder, **files):
    """Seal a bundle that holds these files beside its sheet."""
    write_json({"format": 1, "model": "logistic", "repeat": 1}, folder / "model_sheet.json")
    for name, content in files.items():
        path = folder / "model" / name.replace("__", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    seal(folder)
    return folder


def seal(folder):
    names = [path for path in sorted(folder.rglob("*")) if path.is_file() and path.name != "SHA256SUMS"]
    (folder / "SHA256SUMS").write_text("".join(f"{sha256(path)}  {path.relative_to(folder)}\n" for path in names))


def network(path, *layers):
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(
            "config.json", json.dumps({"module": "keras", "class_name": "Sequential", "config": {"layers": layers}})
        )
    return path


def test_a_changed_a_missing_and_an_added_file_are_found(tmp_path):
    folder = bundle(tmp_path, best__json=b"{}")
    check_sums(folder)
    pd.DataFrame({"x": [1]}).to_csv(folder / "my own samples.csv")
    check_sums(folder)
    (folder / "model" / "more.json").write_text("{}")
    with pytest.raises(StudyError, match=r"model/more.json was added"):
        check_sums(folder)
    (folder / "model" / "more.json").unlink()
    (folder / "model" / "best.json").write_text("{ }")
    with pytest.raises(StudyError, match=r"model/best.json was changed"):
        open_bundle(folder)
    (folder / "model" / "best.json").unlink()
    with pytest.raises(StudyError, match=r"model/best.json is missing"):
        open_bundle(folder)
    (folder / "SHA256SUMS").unlink()
    with pytest.raises(StudyError, match="no bundle"):
        open_bundle(folder)


def test_another_format_is_refused(tmp_path):
    folder = bundle(tmp_path)
    write_json({"format": 2}, folder / "model_sheet.json")
    seal(folder)
    with pytest.raises(StudyError, match="has format 2, this version reads format 1"):
        open_bundle(folder)


class Opened:
    """Leaves a file behind when it is unpickled."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return open, (str(self.path), "w")


def test_a_pickle_is_refused_and_not_opened(tmp_path):
    folder = bundle(tmp_path / "bundle", model__pkl=pickle.dumps(Opened(tmp_path / "opened")))
    with pytest.raises(StudyError, match=r"model/model.pkl is no .keras, .skops or .json file"):
        open_bundle(folder)
    assert not (tmp_path / "opened").exists()


DENSE = {"module": "keras.layers", "class_name": "Dense", "config": {}}


@pytest.mark.parametrize(
    ("module", "name"),
    [
        ("keras.layers", "Lambda"),
        ("builtins", "function"),
        ("os", "system"),
        ("keras.utils", "get_file"),
        ("keras", "__lambda__"),
        ("keras.layers", "TFSMLayer"),
    ],
)
def test_a_layer_that_could_run_code_is_refused(tmp_path, module, name):
    check_network(network(tmp_path / "good.keras", DENSE))
    path = network(tmp_path / "bad.keras", DENSE, {**DENSE, "config": {"x": [{"module": module, "class_name": name}]}})
    with pytest.raises(StudyError, match=f"{name}, which could run code"):
        check_network(path)


def test_what_is_no_archive_is_refused(tmp_path):
    (tmp_path / "bundle.zip").write_text("hello")
    with pytest.raises(StudyError, match="cannot be read as a bundle"):
        unpack(tmp_path / "bundle.zip", tmp_path / "out")
    (tmp_path / "a.keras").write_text("hello")
    with pytest.raises(StudyError, match=r"is no .keras file"):
        check_network(tmp_path / "a.keras")
