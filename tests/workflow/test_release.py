"""A model is given away and used: by the study, by its bundle, and by the bundle alone in an environment of its own."""

import shutil
import subprocess
import sys
import zipfile

import numpy as np
import pandas as pd
import pytest
from conftest import snakemake

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
