"""Names and titles with braces: Snakemake must not take them for wildcards, nor may a path with them come to it."""

import json

import pandas as pd
import pytest
import yaml
from conftest import snakemake

from tentips.artifacts import sha256
from tentips.simulate import simulation, writing

NAMED = {"sample": "sample {id}", "label": "class {y}", "batch": "plate {b}", "site": "{site}", "patient": "mouse {p}"}


@pytest.fixture
def folder(tmp_path):
    """A study of which every column that can have a role, and every text, has a name in braces."""
    texts = dict.fromkeys(("title", "question", "claim", "unit"), "the effect of {drug} {")
    made = simulation.study(samples=80, features=6, group_size=2, batches=3, sites=3)
    writing.write(made, tmp_path, {"study": {"sensitive": False, **texts}})
    registry = pd.read_csv(tmp_path / "config/datasets.tsv", sep="\t", dtype=str, keep_default_na=False)
    for row, source in registry["source"].items():
        pd.read_csv(tmp_path / source).rename(columns=NAMED).to_csv(tmp_path / source, index=False)
        registry.loc[row, "sha256"] = sha256(tmp_path / source)
    registry.to_csv(tmp_path / "config/datasets.tsv", sep="\t", index=False)
    path = tmp_path / "config/config.yaml"
    config = yaml.safe_load(path.read_text(encoding="utf-8"))
    data = json.dumps(config["data"])
    for name, braced in NAMED.items():
        data = data.replace(f'"{name}"', f'"{braced}"').replace(f'"{braced}":', f'"{name}":')
    path.write_text(yaml.safe_dump(config | {"data": json.loads(data)}), encoding="utf-8")
    return tmp_path


def planned(folder, *arguments):
    return snakemake(folder, *arguments, "-n", "-q")


@pytest.mark.parametrize("arguments", [(), ("release",), ("update", "--config", "new=new.csv"), ("predict", "--config", "predict=new.csv")])  # fmt: skip
def test_names_in_braces_are_no_wildcards(folder, arguments):
    (folder / "new.csv").write_text("a\n")
    done = planned(folder, *arguments)
    assert done.returncode == 0, done.stdout[-2000:]


def test_the_data_of_such_names_are_read_and_split(folder):
    done = snakemake(folder, "results/split/split.parquet")
    assert done.returncode == 0, done.stdout[-2000:]
    sheet = pd.read_parquet(folder / "results/data/samples.parquet")
    assert {NAMED["site"], NAMED["batch"]} <= set(sheet.columns) and len(sheet) == 80


def test_a_path_with_braces_is_refused_in_one_line_before_any_job(folder):
    registry = folder / "config/datasets.tsv"
    text = registry.read_text()
    source = text.splitlines()[1].split("\t")[1]
    registry.write_text(text.replace(source, source.replace("features", "features{1}")))
    told = planned(folder).stdout.splitlines()[-1]
    assert told.startswith("error: config/datasets.tsv, line 2: the source of ") and "{1}" in told
    assert told.endswith("Rename the file or its folder without braces.")
    registry.write_text(text)
    told = planned(folder, "predict", "--config", "predict=n{ew}.csv").stdout.splitlines()[-1]
    assert told.startswith("error: predict= is n{ew}.csv, but Snakemake takes what stands in braces for a wildcard.")
