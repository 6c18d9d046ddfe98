"""A study of several labels is written as one study for each: its configuration, its registry, its folder."""

import pytest
import yaml
from small import config

from tentips.errors import StudyError
from tentips.study.resolution import resolve
from tentips.study.several_labels import folder_of, is_several, labels_of, study_of, write

LABEL = [
    {"column": "sex", "positive": "male"},
    "species",
    {"column": "mass", "task": "regression", "metric": "spearman"},
]


def several(label=LABEL, **sections):
    data = {
        "label": label,
        "covariates": ["species", "island"],
        "ignored": ["mass", "egg_date"],
        **sections.pop("data", {}),
    }
    return config(data=data, models={"networks": ["mlp"]}, **sections)


def test_a_list_of_labels_is_several():
    assert is_several(several()) and not is_several(config()) and not is_several({})


def test_each_label_gets_its_own_keys_and_a_shared_test_part():
    found = {label: resolve(study_of(several(), label)) for label in ("sex", "species", "mass")}
    assert [found[label]["data"]["task"] for label in found] == ["classification", "classification", "regression"]
    assert found["sex"]["data"]["positive"] == "male" and found["species"]["data"]["positive"] is None
    assert found["mass"]["evaluation"]["metric"] == "spearman" and found["sex"]["evaluation"]["metric"] is None
    assert all(each["split"]["across_labels"] == ["sex", "species", "mass"] for each in found.values())
    assert found["mass"]["study"]["title"] == "A study (mass)"


def test_a_label_is_no_covariate_of_its_own_and_no_ignored_column():
    assert study_of(several(), "species")["data"]["covariates"] == ["island"]
    assert study_of(several(), "sex")["data"]["covariates"] == ["species", "island"]
    assert study_of(several(), "sex")["data"]["ignored"] == ["egg_date"]


def test_other_labels_are_learned_where_multitask_competes_and_only_there():
    assert "other_labels" not in study_of(several(), "sex")["data"]
    shared = several(data={"other_labels": "age"})
    shared["models"] = {"networks": ["mlp", "multitask"]}
    assert study_of(shared, "species")["data"]["other_labels"] == ["sex", "mass", "age"]


def test_what_was_given_is_not_changed():
    given = several()
    study_of(given, "species")
    assert given == several()


@pytest.mark.parametrize(
    ("label", "words"),
    [
        (["sex", "sex"], "its entries must differ"),
        (["sex"], "label"),
        (["sex", {"column": "sex", "task": "regression"}], "names sex twice"),
        (["a b", "a/b"], "two would be one folder .labels/a_b."),
        (["sex", {"task": "regression"}], "label"),
        (["sex", {"column": "mass", "tsak": "regression"}], "label"),
    ],
)
def test_a_wrong_list_is_refused(label, words):
    with pytest.raises(StudyError, match=words):
        labels_of(several(label))


def test_what_is_of_one_label_stands_in_its_entry():
    with pytest.raises(
        StudyError,
        match=r"data.positive is of one label, but data.label lists several; write it into the entry of its label",
    ):
        labels_of(several(data={"positive": "male"}))


def test_a_study_across_labels_that_leaves_its_own_out_is_refused():
    with pytest.raises(StudyError, match=r"split.across_labels names a, b, but not data.label, which is 'label'"):
        resolve(config(split={"across_labels": ["a", "b"]}))


def test_folders_hold_no_sign_that_a_path_cannot():
    assert folder_of("dmfs 5y/ER+") == "labels/dmfs_5y_ER"
    assert folder_of("../..") == "labels/label"


def test_what_is_written_finds_the_sources_and_stays_where_nothing_changed(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "config").mkdir()
    registry = 'id\tsource\tsha256\tversion\tlicence\tcitation\nmeasured\tdata/a.csv\t\t\t\tA "B"\nsheet\thttps://x.org/s.csv\t\t\t\t\n'
    (tmp_path / "config/datasets.tsv").write_text(registry)
    given = several()
    given["models"] = {"networks": ["mlp", "custom"], "custom": "own.py"}
    folders = {label: folder_of(label) for label in labels_of(given)}
    assert folders == {label: f"labels/{label}" for label in ("sex", "species", "mass")}
    write(given, folders)
    own = tmp_path / "labels/mass/config"
    assert (own / "datasets.tsv").read_text() == registry.replace("data/a.csv", "../../data/a.csv")
    text = (own / "config.yaml").read_text()
    assert text.startswith("# The study of the label 'mass'.")
    assert yaml.safe_load(text)["models"]["custom"] == "../../own.py"
    assert (tmp_path / "labels/mass/resources").resolve() == tmp_path / "resources"
    before = (own / "config.yaml").stat().st_mtime_ns
    write(given, folders)
    assert (own / "config.yaml").stat().st_mtime_ns == before
