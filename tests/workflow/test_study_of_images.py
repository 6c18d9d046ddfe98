"""A whole study of images, from a folder of small files to the report, in one process of its own."""

import json
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from archives import holding
from conftest import report_in_one_process
from PIL import Image
from traced import assert_traced

from tentips.reporting.pages import interpretation_section
from tentips.results import Results
from tentips.simulate.image_study import ImageDesign, write_images
from tentips.study.config import TRANSFER

BUNDLE = "results/release/bundle.zip"
SMALL = {
    "study": {"sensitive": False},
    "split": {"folds": 3},
    "models": {"baselines": ["dummy", "logistic"], "networks": ["cnn2d", *TRANSFER]},
    "tuning": {"trials": 2, "epochs": 15, "patience": 15, "seeds": 2},
    "controls": {"label_shuffles": 1, "learning_curve": False},
    "evaluation": {"bootstrap": 200},
    "privacy": {"enabled": False},
}


@pytest.fixture(scope="module")
def images(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("images")
    # Nothing tells the classes apart but a light corner, the mark of a machine.
    write_images(ImageDesign(100, side=16, signal="none", mark=True, pretrained=True), folder, SMALL)
    report_in_one_process(
        folder,
        (
            "results/predict/images.tsv",
            {"predict": "resources/simulated/images", "release": {"model": "transfer_frozen"}},
        ),
        (BUNDLE, {"release_anyway": "this is a test", "release": {"model": "logistic"}}),
    )
    return folder


def same_as_the_evaluation(folder, predicted, model):
    own = pd.read_parquet(folder / "results/evaluation/predictions.parquet").query(f"model == '{model}'")
    names = pd.read_csv(folder / "resources/simulated/samples.csv").set_index("sample")["file"].str.removesuffix(".png")
    found = pd.read_csv(predicted, sep="\t").set_index("sample").loc[names[own["sample"]]]
    scores = [name for name in own if name.startswith("score_")]
    assert len(own) == 25 and len(scores) == 2
    assert found[scores].to_numpy() == pytest.approx(own[scores].to_numpy(), abs=1e-6)


def test_new_images_are_predicted_as_in_the_evaluation_by_the_study(images):
    same_as_the_evaluation(images, images / "results/predict/images.tsv", "transfer_frozen_ensemble")


def test_the_bundle_alone_predicts_images_with_the_packages_that_it_names(images, tmp_path):
    with zipfile.ZipFile(images / BUNDLE) as archive:
        archive.extractall(tmp_path / "bundle")
    uv = [sys.executable, "-m", "uv"] if not shutil.which("uv") else ["uv"]
    subprocess.run([*uv, "venv", "-q", "--python", sys.executable, str(tmp_path / "env")], check=True)
    python = tmp_path / "env/bin/python"
    install = [*uv, "pip", "install", "-q", "--python", str(python), "-r", str(tmp_path / "bundle/requirements.txt")]
    subprocess.run(install, check=True)
    with zipfile.ZipFile(tmp_path / "new.zip", "w") as archive:
        for file in (images / "resources/simulated/images").iterdir():
            archive.write(file, f"plate/{file.name}")
        archive.writestr("plate/notes.txt", "of no interest")

    def predicted(new):
        command = [str(python), "-I", str(tmp_path / "bundle/predict.py"), str(new), str(tmp_path / "new.tsv")]
        done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path)
        assert done.returncode == 0, done.stderr[-2000:]
        return done.stdout

    assert "new.zip: 1 files that are no images are not looked at" in predicted(tmp_path / "new.zip")
    same_as_the_evaluation(images, tmp_path / "new.tsv", "logistic")
    predicted(tmp_path / "bundle/examples")
    assert (tmp_path / "new.tsv").read_text() == (tmp_path / "bundle/examples_predicted.tsv").read_text()


def test_the_bundle_holds_no_image_of_the_study_and_no_name_of_one(images):
    files = sorted((images / "resources/simulated/images").iterdir())
    names, pixels = [file.name.encode() for file in files], [np.asarray(Image.open(file)).tobytes() for file in files]
    slides = pd.read_csv(images / "resources/simulated/samples.csv")["slide"].str.encode("ascii").unique().tolist()
    assert len(names) == 100 and holding(images / "results/data/samples.parquet", slides) == set(slides)
    assert holding(images / BUNDLE, [*names, *slides, *pixels, *(file.read_bytes() for file in files)]) == set()


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


def test_the_pretrained_network_is_told_and_held_against_one_without(images):
    text = (images / "results/report/methods.md").read_text()
    assert (
        "it reads images at 24 x 24 pixels, black as 0 and white as 255, less 127 and divided by 128. No sample of this study"
        in text
    )
    assert "training images flipped or not" in text and "windows" not in text
    pairs = pd.read_csv(images / "results/evaluation/combined_comparisons.tsv", sep="\t").query("family == 'transfer'")
    assert set(pairs["a"]) == {"transfer_frozen", "transfer_finetuned"} and set(pairs["b"]) == {"transfer_scratch"}
    curve = pd.read_csv(images / "results/transfer/curve.tsv", sep="\t")
    assert set(curve["model"]) == set(TRANSFER) and curve["score"].between(0, 1).all()


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


def test_the_worst_errors_are_shown_in_the_report_and_named_nowhere(images):
    told = json.loads((images / "results/report/figures/figures.json").read_text())["misjudged"]
    worst = pd.read_csv(images / "results/probe/hardest_samples.tsv", sep="\t")
    if len(worst):
        assert f"the {len(worst)} held-out ones that the" in told["caption"]
    else:
        assert told["blank"] and "No held-out image was misjudged" in told["caption"]
    assert not any(name in told["caption"] for name in worst["sample"].astype(str))


def test_every_number_of_the_report_comes_from_a_table(images):
    assert_traced(images)
