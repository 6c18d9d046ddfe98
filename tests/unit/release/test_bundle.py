"""What a bundle consists of, and that its made-up samples are made up."""

import tomllib

import yaml
from conftest import ROOT

from tentips.models.selection import parts_of
from tentips.release.bundle import VERSION, citation, licence, requirements


def test_parts_of_each_kind_of_model():
    stacked = {"repeats": {"1": {"weights": {"svm": 0.0, "logistic": 0.4, "mlp": 0.6}}}}
    assert parts_of("stacked", ["mlp"], stacked) == ["logistic", "mlp"]
    assert parts_of("mlp", ["mlp"], stacked) == parts_of("mlp_ensemble", ["mlp"], stacked) == ["mlp"]
    assert parts_of("svm", ["mlp"], stacked) == ["svm"]


def test_packages_are_named_at_the_versions_that_trained_the_model():
    packages = {
        name: "1.2"
        for name in (
            "numpy",
            "pandas",
            "scipy",
            "scikit-learn",
            "skops",
            "keras",
            "tensorflow",
            "pillow",
            "scikit-image",
            "tifffile",
        )
    }
    assert "tensorflow" not in requirements(False, "tabular", packages)
    assert "pillow==1.2\n" in requirements(False, "image", packages)
    assert "pillow" not in requirements(True, "sequence", packages)
    assert "keras==1.2\n" in requirements(True, "sequence", packages)


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
