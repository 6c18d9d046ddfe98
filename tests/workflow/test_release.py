"""A model is given away and used: by the study, by its bundle, and by the bundle alone in an environment of its own."""

import json
import shutil
import subprocess
import sys
import zipfile
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
import yaml
from conftest import snakemake

from tentips.data.row_options import RowOptions
from tentips.data.rows import development_rows
from tentips.models.final_models import load
from tentips.models.networks import backend
from tentips.models.recipe import Recipe
from tentips.models.refitting import bests_of, refitted, save
from tentips.predict.bundle_files import open_bundle

ANYWAY = "release_anyway=this is a test"


@pytest.fixture(scope="module")
def folder(study, tmp_path_factory):
    """A copy of the finished study, with its test rows as a table of new samples, columns in another order."""
    copy = tmp_path_factory.mktemp("release") / "a study"
    shutil.copytree(study, copy, symlinks=True)
    features = pd.read_parquet(copy / "results/split/test/1/features.parquet")
    features = features[features.columns[::-1]].assign(sex="secret")
    features.to_csv(copy / "new birds.csv", index=False)
    return copy


def asked(folder, *arguments):
    # What is asked for by configuration on the command line would otherwise rerun the report.
    return snakemake(folder, "--rerun-triggers", "mtime", "--cores", "2", *arguments)


@pytest.fixture(scope="module")
def bundle(folder):
    """The unpacked bundle of the network, its archive beside it."""
    done = asked(folder, "release", "--config", ANYWAY, "release={model: mlp}")
    assert done.returncode == 0, done.stdout[-3000:]
    target = folder / "bundle"
    with zipfile.ZipFile(folder / "results/release/bundle.zip") as archive:
        archive.extractall(target)
    return target


def scores(path):
    return pd.read_csv(path, sep="\t").set_index("sample")[["score_female", "score_male"]]


def evaluated(folder, model):
    table = pd.read_parquet(folder / "results/evaluation/predictions.parquet")
    return table[table["model"] == model].set_index("sample")[["score_female", "score_male"]]


@pytest.mark.parametrize("model", ["mlp", "logistic", "stacked"])
def test_the_study_predicts_its_test_rows_as_the_evaluation_did(folder, model):
    request = ("predict=new birds.csv", f"release={{model: {model}}}")
    done = asked(folder, "--forcerun", "predict", "--config", *request, "--", "predict")
    assert done.returncode == 0, done.stdout[-3000:]
    assert "the label 'sex' is in new birds.csv: it is not looked at" in done.stdout
    own = evaluated(folder, "mlp_ensemble" if model == "mlp" else model)
    found = scores(folder / "results/predict/new birds.tsv").loc[own.index]
    assert found.to_numpy() == pytest.approx(own.to_numpy(), abs=1e-6)


def test_bundle_names_its_reason_and_holds_no_row(folder, bundle):
    text = (bundle / "README.md").read_text()
    assert "CC0-1.0" in text and "held-out samples" in text
    features = pd.read_parquet(folder / "results/data/features.parquet")
    ids = {str(name).encode() for name in features["sample"]}
    numbers = features.drop(columns="sample").dropna().to_numpy()
    for file in bundle.rglob("*"):
        if file.is_file():
            content = file.read_bytes()
            if zipfile.is_zipfile(file):
                with zipfile.ZipFile(file) as archive:
                    content = b"".join(archive.read(name) for name in archive.namelist())
            assert not [name for name in ids if name in content], file
            assert not any(row.tobytes() in content or row.astype("float32").tobytes() in content for row in numbers), (
                file
            )


def test_bundle_alone_predicts_the_same_in_an_environment_of_its_own(folder, bundle, tmp_path):
    uv = [sys.executable, "-m", "uv"] if not shutil.which("uv") else ["uv"]
    subprocess.run([*uv, "venv", "-q", "--python", sys.executable, str(tmp_path / "env")], check=True)
    python = tmp_path / "env" / "bin" / "python"
    install = [*uv, "pip", "install", "-q", "--python", str(python), "-r", str(bundle / "requirements.txt")]
    subprocess.run(install, check=True)
    for new, expected in (
        (bundle / "examples.csv", scores(bundle / "examples_predicted.tsv")),
        (folder / "new birds.csv", evaluated(folder, "mlp_ensemble")),
    ):
        out = tmp_path / "predictions.tsv"
        command = [str(python), "-I", str(bundle / "predict.py"), str(new), str(out)]
        done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path)
        assert done.returncode == 0, done.stderr[-2000:]
        assert scores(out).loc[expected.index].to_numpy() == pytest.approx(expected.to_numpy(), abs=1e-6)


def test_snakemake_predicts_by_a_bundle_and_refuses_one_that_was_changed(folder, bundle):
    request = ["predict=new birds.csv", "bundle=results/release/bundle.zip"]
    done = asked(folder, "--forcerun", "predict", "--config", *request, "--", "predict")
    assert done.returncode == 0, done.stdout[-3000:]
    own = evaluated(folder, "mlp_ensemble")
    assert scores(folder / "results/predict/new birds.tsv").loc[own.index].to_numpy() == pytest.approx(
        own.to_numpy(), abs=1e-6
    )
    changed = folder / "changed.zip"
    with zipfile.ZipFile(folder / "results/release/bundle.zip") as archive, zipfile.ZipFile(changed, "w") as other:
        for name in archive.namelist():
            content = archive.read(name)
            other.writestr(name, content.replace(b'"threshold": 0.5', b'"threshold": 0.9'))
    done = asked(folder, "--forcerun", "predict", "--config", request[0], "bundle=changed.zip", "--", "predict")
    assert done.returncode != 0
    assert "FAILED predict: model_sheet.json was changed since the bundle was made" in done.stdout


def test_models_trained_anew_on_the_same_rows_are_the_same_and_can_be_saved(folder, tmp_path):
    backend.choose("tensorflow", 0, True, 1)
    results, config = folder / "results", yaml.safe_load((folder / "results/config.yaml").read_text())
    bests = bests_of([*results.glob("baseline/*/best.json"), *results.glob("network/*/best.json")])
    own = results / "split/development/1"
    paths = SimpleNamespace(
        features=own / "features.parquet", samples=own / "samples.parquet", split=results / "split/split.parquet"
    )
    rows = development_rows(paths, RowOptions.of(config))
    for name in ("mlp", "stacked"):
        model = load(name, 1, folder=str(results))
        again = refitted(model, bests, rows, Recipe.of(config), 1)
        assert again.predict(rows.inputs) == pytest.approx(model.predict(rows.inputs), abs=1e-5)
        save(again, bests, tmp_path)
        loaded = load(name, 1, folder=str(tmp_path)).predict(rows.inputs)
        assert loaded == pytest.approx(again.predict(rows.inputs), abs=1e-6)


def test_a_model_of_all_samples_is_named_as_such_beside_the_estimate_of_the_evaluation(folder, bundle, tmp_path):
    (folder / "refit.yaml").write_text("release: {model: random_forest, refit: true}\n")
    overlay = ("--configfile", str(folder / "refit.yaml"), "--config", ANYWAY)
    done = asked(folder, "--forcerun", "release", *overlay, "--", "release")
    assert done.returncode == 0, done.stdout[-3000:]
    with zipfile.ZipFile(folder / "results/release/bundle.zip") as archive:
        archive.extractall(tmp_path)
    sheet = json.loads((tmp_path / "model_sheet.json").read_text())
    counts = pd.read_parquet(folder / "results/split/split.parquet")["role"].value_counts()
    assert sheet["trained_on"]["samples"] == counts["train"] + counts["test"] and counts["test"] > 50
    assert sheet["trained_on"]["part"] == "all samples"
    value = pd.read_csv(folder / "results/evaluation/metrics.tsv", sep="\t")
    value = value.query("model == 'random_forest' and metric == 'roc_auc'")["value"].item()
    for name in ("README.md", "MODEL_CARD.md"):
        text = (tmp_path / name).read_text()
        assert "trained anew on all samples, the test part among them" in text and f"ROC AUC {value:.3f}" in text, name
    # It knows the test rows, which the model of the evaluation does not.
    _, model = open_bundle(tmp_path)
    new = pd.read_csv(folder / "new birds.csv").set_index("sample")
    truth = pd.read_parquet(folder / "results/split/test/1/samples.parquet").set_index("sample")["label"]
    found = pd.DataFrame(model.predict(new.drop(columns="sex")), index=new.index, columns=model.classes)
    before = evaluated(folder, "random_forest")
    right = [
        each.to_numpy()[np.arange(len(truth)), [model.classes.index(name) for name in truth]]
        for each in (found.loc[truth.index], before.loc[truth.index])
    ]
    assert right[0].mean() > right[1].mean() + 0.05
    old, ours = (json.loads((each / "model_sheet.json").read_text()) for each in (bundle, tmp_path))
    assert old["trained_on"]["samples"] == counts["train"] and ours["features"] != old["features"]


def test_a_model_that_may_not_be_given_away_is_refused_with_each_reason(folder):
    (folder / "results/release/bundle.zip").unlink(missing_ok=True)
    done = asked(folder, "release", "--config", "release={model: svm, licence: ''}")
    assert done.returncode != 0
    assert "against it: the model stores training rows as they are (support vectors)" in done.stdout
    assert "against it: no licence is declared for the model" in done.stdout
    assert not (folder / "results/release/bundle.zip").exists()


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["predict"], "snakemake predict --config predict=FILE"),
        (["predict", "--config", "predict=nothing.csv"], "there is no file nothing.csv"),
        (["predict", "--config", "predict=new birds.csv", "bundle=no.zip"], "there is no file no.zip"),
    ],
)
def test_what_is_not_there_is_refused_before_any_job(folder, arguments, line):
    done = asked(folder, *arguments)
    assert done.returncode != 0 and line in done.stdout
    assert np.sum(["Traceback" in done.stdout, "rule predict" in done.stdout]) == 0
