"""A whole study of images, from a folder of small files to the report, in one process of its own."""

import json
from pathlib import Path

import pandas as pd
import pytest
from conftest import report_in_one_process

from tentips.simulate.image_study import ImageDesign, write_images

SMALL = {
    "study": {"sensitive": False},
    "split": {"folds": 3},
    "models": {"baselines": ["dummy", "logistic"], "networks": ["cnn2d"]},
    "tuning": {"trials": 2, "epochs": 4, "patience": 2, "seeds": 2},
    "controls": {"label_shuffles": 1, "learning_curve": False},
    "evaluation": {"bootstrap": 200},
    "privacy": {"enabled": False},
}


@pytest.fixture(scope="module")
def images(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("images")
    write_images(ImageDesign(100, side=16), folder, SMALL)
    report_in_one_process(folder)
    return folder


def test_the_report_says_what_the_images_are(images):
    told = json.loads((images / "results/data/provenance.json").read_text())
    assert told["images"] == {"height": 16, "width": 16, "channels": 3, "bits": 8, "sizes_differ": False}
    assert told["features"] == 3 * 3 + 16 * 9 + 2 * 10
    assert any(
        "100 images of 16 x 16 pixels, red, green and blue, 8 bits" in note for note in told["sources"][0]["notes"]
    )
    text = (images / "results/report/methods.md").read_text()
    assert "with images (16 x 16 pixels, in colour, 8 bits; 173 features of them for simpler models), were used" in text
    assert "Copies were looked for by comparing images" in text


def test_both_kinds_of_models_are_compared(images):
    metrics = pd.read_csv(images / "results/evaluation/metrics.tsv", sep="\t")
    assert {"logistic", "cnn2d", "dummy"} <= set(metrics["model"])
