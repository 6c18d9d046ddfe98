"""What a bundle consists of, and that its made-up samples are made up."""

import tomllib

import yaml
from conftest import ROOT

from tentips.models.selection import parts_of
from tentips.release.bundle import VERSION, citation, examples, licence, requirements

SHEET = {
    "id": "patient",
    "features": [
        {"name": "age", "type": "number", "low": 20.0, "high": 60.0},
        {"name": "unknown", "type": "number", "low": None, "high": None},
        {"name": "sex", "type": "category", "categories": ["f", "m"]},
        {"name": "city", "type": "category", "categories": []},
    ],
}


def test_examples_lie_in_the_range_and_use_the_known_categories():
    found = examples(SHEET)
    assert found["age"].tolist() == [30.0, 40.0, 50.0]
    assert found["unknown"].tolist() == [0.0, 0.0, 0.0]
    assert found["sex"].tolist() == ["f", "m", "f"]
    assert found["city"].isna().all()
    assert found["patient"].tolist() == ["example 1", "example 2", "example 3"]


def test_parts_of_each_kind_of_model():
    stacked = {"repeats": {"1": {"weights": {"svm": 0.0, "logistic": 0.4, "mlp": 0.6}}}}
    assert parts_of("stacked", ["mlp"], stacked) == ["logistic", "mlp"]
    assert parts_of("mlp", ["mlp"], stacked) == parts_of("mlp_ensemble", ["mlp"], stacked) == ["mlp"]
    assert parts_of("svm", ["mlp"], stacked) == ["svm"]


def test_packages_are_named_at_the_versions_that_trained_the_model():
    packages = {name: "1.2" for name in ("numpy", "pandas", "scipy", "scikit-learn", "skops", "keras", "tensorflow")}
    assert "tensorflow" not in requirements(False, packages)
    assert "keras==1.2\n" in requirements(True, packages)


def test_licence_and_citation_are_files_that_others_can_read():
    assert licence("CC-BY-4.0") == "CC-BY-4.0\nhttps://spdx.org/licenses/CC-BY-4.0.html\n"
    assert "nobody but its owner" in licence(None)
    assert "http" not in licence("ask the hospital")
    found = yaml.safe_load(
        citation({"title": 'A "model": of x', "licence": "MIT", "citations": ["Doe J (2020) doi:10.1/x"]})
    )
    assert found["title"] == 'A "model": of x' and found["license"] == "MIT"
    assert found["references"][0]["title"] == "Doe J (2020) doi:10.1/x"


def test_version_is_that_of_the_package():
    assert tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"] == VERSION
