"""New labelled samples: the same world keeps the model, another world asks for another one; drift is found where it was planted."""

import json
import shutil

import numpy as np
import pandas as pd
import pytest
from archives import holding
from conftest import ROOT, snakemake

from tentips.models.networks import backend

MOVED = "Flipper Length (mm)"


@pytest.fixture(scope="module")
def folder(study, tmp_path_factory):
    """A copy of the finished study with new birds in two files: of the same world, and of one where the sexes are exchanged."""
    copy = tmp_path_factory.mktemp("update") / "a study"
    shutil.copytree(study, copy, symlinks=True)
    random = np.random.default_rng(0)
    features = pd.read_parquet(copy / "results/split/development/1/features.parquet")
    samples = pd.read_parquet(copy / "results/split/development/1/samples.parquet")
    drawn = random.integers(len(features), size=1000)
    new = features.iloc[drawn].reset_index(drop=True)
    numbers = list(new.columns.drop("sample"))
    new[numbers] = new[numbers] + random.normal(size=(1000, len(numbers))) * features[numbers].std().to_numpy() * 0.02
    new["sample"] = [f"new {number}" for number in range(1000)]
    new["nest"] = [f"new nest {number // 2}" for number in range(1000)]
    new["sex"] = samples["label"].iloc[drawn].to_numpy()
    same = new.iloc[:240].assign(**{MOVED: new[MOVED] + 20})
    # Two that the study has: by its id, and by its nest in the test part.
    same.loc[0, "sample"] = features["sample"].iloc[0]
    same.loc[1, "nest"] = pd.read_parquet(copy / "results/split/test/1/samples.parquet")["group"].iloc[0]
    same.to_csv(copy / "same.csv", index=False)
    new.assign(sex=new["sex"].map({"female": "male", "male": "female"})).to_csv(copy / "exchanged.csv", index=False)
    return copy


def updated(folder, name, model):
    done = snakemake(
        folder,
        "--rerun-triggers",
        "mtime",
        "--config",
        f"new={name}.csv",
        f"release={{model: {model}}}",
        "--",
        "update",
    )
    assert done.returncode == 0, done.stdout[-3000:]
    own = folder / "results/update" / name
    tables = {each: pd.read_csv(own / f"{each}.tsv", sep="\t") for each in ("metrics", "comparisons", "shift")}
    return done.stdout, tables, json.loads((own / "lineage.json").read_text())


def ledger(folder):
    return [json.loads(line) for line in (folder / "resources/test-ledger.jsonl").read_text().splitlines()]


def test_a_model_is_kept_in_the_same_world_and_planted_drift_is_found(folder):
    before = ledger(folder)
    printed, tables, lineage = updated(folder, "same", "logistic")
    assert "1 of 240 new samples have an id that the study has: left out" in printed
    assert "1 of 240 new samples are of units in the study's test part" in printed
    comparisons, shift = tables["comparisons"], tables["shift"].set_index("name")
    assert lineage["recommended"] == "keep" and list(comparisons["a"]) == ["retrain"]
    assert not list((folder / "results/update/same/model").rglob("best.json"))
    features = shift[shift["of"] == "feature"]
    assert list(features.index[features["p_adjusted"] < 0.001]) == [MOVED]
    assert 10 < features.loc[MOVED, "now"] - features.loc[MOVED, "before"] < 30
    assert shift.loc["label", "p_value"] > 0.01
    learned = lineage["learned_from"]
    # Half of what is left is locked; the rest is added to all that the model learned from.
    assert learned["samples_added"] == pytest.approx(119, abs=3)
    assert set(tables["metrics"]["n"]) == {238 - learned["samples_added"]}
    added = ledger(folder)[len(before) :]
    assert [entry["subject"] for entry in added] == [{"update": "same.csv"}]
    assert set(added[0]["figures"]) == {"keep", "retrain"} and added[0]["content"] == lineage["judged_on"]["content"]


def test_what_an_update_writes_names_no_sample_and_no_group(folder):
    new = pd.read_csv(folder / "same.csv")
    names = [name.encode() for name in [*new["sample"], *new["nest"].unique()] if name.startswith("new ")]
    assert len(names) > 300
    written = [path for path in (folder / "results/update/same").rglob("*") if path.is_file()]
    assert len(written) > 4
    assert {path.name: found for path in written if (found := holding(path, names))} == {}


def test_a_network_of_another_world_is_exchanged_and_its_files_predict(folder):
    _, tables, lineage = updated(folder, "exchanged", "mlp")
    comparisons = tables["comparisons"].set_index("a")
    assert set(comparisons.index) == {"warm_start", "retrain"}
    assert comparisons.loc["retrain", "outcome"] == "better"
    assert comparisons["confidence"].to_numpy() == pytest.approx([0.975, 0.975])
    assert lineage["recommended"] in comparisons.index[comparisons["outcome"] == "better"]
    changed = lineage["performance_of_the_kept_model"]
    assert changed["high"] < 0 and changed["locked_part"] < 0.5 < changed["evaluation"]

    backend.choose("tensorflow", 0, True)
    from tentips.models.final_models import load

    model = load("mlp", 1, folder=str(folder / "results/update/exchanged/model"))
    new = pd.read_csv(folder / "exchanged.csv")
    kept = load("mlp", 1, folder=str(folder / "results"))
    inputs = new.drop(columns=["sample", "nest", "sex"]).astype(float)
    female = (new["sex"] == "female").to_numpy()
    right, wrong = ((each.predict(inputs)[:, 0] > 0.5) == female for each in (model, kept))
    assert right.mean() > 0.5 > wrong.mean()


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        ([], "snakemake update --config new=FILE"),
        (["--config", "new=nothing.csv"], "there is no file nothing.csv (new=)"),
    ],
)
def test_an_update_without_its_file_is_refused_before_any_job(folder, arguments, line):
    done = snakemake(folder, "--rerun-triggers", "mtime", *arguments, "--", "update")
    assert done.returncode != 0 and line in done.stdout and "Traceback" not in done.stdout


@pytest.mark.parametrize(("example", "modality"), [("splice", "sequence"), ("blood", "image")])
def test_sequences_and_images_are_refused_in_one_line(example, modality, tmp_path):
    folder = tmp_path / "examples" / example
    shutil.copytree(ROOT / "examples" / example / "config", folder / "config")
    (tmp_path / "resources").symlink_to(ROOT / "resources")
    (folder / "new.fa").write_text(">a\nACGT\n", encoding="utf-8")
    done = snakemake(folder, "--config", "new=new.fa", "--", "update")
    assert done.returncode != 0 and "Traceback" not in done.stdout
    assert f"data.modality is '{modality}': this version updates models of tables only." in done.stdout
