"""A whole study of images, from a folder of small files to the report, in one process of its own."""

import json
from pathlib import Path

import pandas as pd
import pytest
from conftest import report_in_one_process
from traced import assert_traced

from tentips.reporting.pages import interpretation_section
from tentips.results import Results
from tentips.simulate.image_study import ImageDesign, write_images

SMALL = {
    "study": {"sensitive": False},
    "split": {"folds": 3},
    "models": {"baselines": ["dummy", "logistic"], "networks": ["cnn2d"]},
    "tuning": {"trials": 2, "epochs": 15, "patience": 15, "seeds": 2},
    "controls": {"label_shuffles": 1, "learning_curve": False},
    "evaluation": {"bootstrap": 200},
    "privacy": {"enabled": False},
}


@pytest.fixture(scope="module")
def images(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("images")
    # Nothing tells the classes apart but a light corner, the mark of a machine.
    write_images(ImageDesign(100, side=16, signal="none", mark=True), folder, SMALL)
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


def test_the_mark_is_where_both_kinds_of_models_look(images):
    places = pd.read_csv(images / "results/interpret/places.tsv", sep="\t")
    for model in ("logistic", "cnn2d"):
        own = places[places["model"] == model].sort_values("size", ascending=False)
        assert tuple(own[["place_row", "place_column"]].iloc[0]) == (1, 1), own.head()
    held = pd.read_csv(images / "results/interpret/map_agreement.tsv", sep="\t").set_index(["model", "b"])
    assert held.loc[("cnn2d", "Grad-CAM"), "correlation"] > held.loc[("cnn2d", "Grad-CAM"), "chance_high"]
    told = json.loads((images / "results/report/figures/figures.json").read_text())["saliency"]
    assert "occlusion and Grad-CAM rank the places of" in told["caption"]
    assert "Grad-CAM" in interpretation_section.maps(Results(images / "results"))


def test_images_are_shown_where_the_study_may_show_them(images):
    shown = pd.read_parquet(images / "results/interpret/saliency.parquet")
    assert {"red", "occlusion", "Grad-CAM"} <= set(shown["layer"]) and shown["sample"].max() == 6
    told = json.loads((images / "results/report/figures/figures.json").read_text())["saliency"]
    assert "images of each class drawn at random" in told["caption"] and "row 1 column 1" in told["alt"]


def test_every_number_of_the_report_comes_from_a_table(images):
    assert_traced(images)
