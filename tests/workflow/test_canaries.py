"""What is written for others holds no row, id, group, rare category, path, name of a machine or user, or password of a sensitive study.

Canaries of each kind are planted in a study that is declared sensitive, and searched in every byte of what may be shown:
text, HTML, tables, parquet, archives within archives, and the text in pictures.
"""

import functools
import http.server
import json
import os
import socket
import sys
import threading

import numpy as np
import pandas as pd
import pytest
import yaml
from archives import contents
from conftest import ROOT, set_up_study, snakemake
from traced import assert_traced

SMALL = {"models": {"baselines": ["dummy", "logistic"]}, "controls": {"label_shuffles": 2, "learning_curve": False}}
CANARIES = {
    "id": "canary-bird",
    "nest": "canary-nest",
    "island": "canary-island",
    "ring": "canary-ring",
    "value": "4321.98765",
    "user": "canaryuser",
    "password": "canarysecret",
}
# What stays in the house: the data, the models' out-of-fold predictions, tables with a row for each sample,
# and those that name levels of covariates and categories, however rare.
AT_HOME = (
    "results/data/features.parquet",
    "results/data/samples.parquet",
    "results/split/",
    "results/baseline/",
    "results/network/",
    "results/stack/",
    "results/explore/",
    "results/quality/",
    "results/evaluation/predictions.parquet",
    "results/interpret/",
    "results/probe/",
)
SHOWN = ("results/explore/explore.html", "results/probe/guards.json")


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    """A finished sensitive study with canaries; its sample sheet comes from a server that asks for a password."""
    folder = set_up_study(
        tmp_path_factory.mktemp("canaries") / "canary folder",
        study={"sensitive": True},
        data={"covariates": ["island", "species"]},
        release={"licence": "CC0-1.0", "model": "logistic", "units": {}},
        compute={"minutes": 0.01},
        **SMALL,
    )
    own = folder / "resources/penguins"
    samples, features = pd.read_csv(own / "samples.tsv", sep="\t"), pd.read_csv(own / "features.csv")
    largest = samples["nest"].value_counts().index
    chosen = samples["nest"] == largest[0]
    # Four nests, fewer than the smallest cell, so that some of them are for development.
    ringed = samples.loc[samples["nest"].isin(largest[:4]), "sample"].to_numpy()
    samples.loc[chosen, ["nest", "island"]] = CANARIES["nest"], CANARIES["island"]
    renamed = {name: f"{CANARIES['id']}-{number}" for number, name in enumerate(samples.loc[chosen, "sample"])}
    samples["sample"], features["sample"] = samples["sample"].replace(renamed), features["sample"].replace(renamed)
    features["Ring"] = np.resize(["blue", "red", "green"], len(features))
    features.loc[features["sample"].isin([renamed.get(each, each) for each in ringed]), "Ring"] = CANARIES["ring"]
    features.loc[features["sample"].isin(renamed.values()), "Body Mass (g)"] = 4321.98765
    samples.to_csv(own / "samples.tsv", sep="\t", index=False)
    features.to_csv(own / "features.csv", index=False)
    handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=own)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        address = f"http://{CANARIES['user']}:{CANARIES['password']}@127.0.0.1:{running.server_port}"
        registry = pd.read_csv(folder / "config/datasets.tsv", sep="\t", dtype=str).assign(sha256="")
        registry["source"] = registry["source"].str.replace("resources/penguins", address)
        registry.to_csv(folder / "config/datasets.tsv", sep="\t", index=False)
        done = snakemake(folder)
        running.shutdown()
    assert done.returncode == 0, done.stdout[-5000:]
    return folder


def planted(folder):
    """The canaries and, by name, what else must not be found."""
    found = {**CANARIES, "folder": str(folder), "repository": str(ROOT), "python": os.path.dirname(sys.executable)}
    if len(socket.gethostname()) > 3:
        found["host"] = socket.gethostname()
    return {name: text.encode() for name, text in found.items()}


def leaks(folder, files, besides=()):
    """Every canary found, with the file it was found in."""
    found = set()
    for file in files:
        for name, content in contents(file.relative_to(folder).as_posix(), file.read_bytes()):
            found |= {(kind, name) for kind, text in planted(folder).items() if kind not in besides and text in content}
    return sorted(found)


def for_others(folder):
    files = [path for path in sorted((folder / "results").rglob("*")) if path.is_file()]
    named = {path.relative_to(folder).as_posix(): path for path in files}
    shown = [path for name, path in named.items() if name in SHOWN or not name.startswith(AT_HOME)]
    return [*shown, *sorted((folder / "resources").glob("test-ledger*"))]


def test_every_number_of_the_report_comes_from_a_table(study):
    assert_traced(study)


def test_what_the_minutes_of_the_study_left_no_time_for_is_said_as_it_was(study):
    scorecard = json.loads((study / "results/report/scorecard.json").read_text(encoding="utf-8"))
    found = {check["id"]: check for check in scorecard["checks"]}
    for name in ("label-shuffle", "planted-signal", "membership"):
        assert found[name]["status"] == "skip"
        assert found[name]["finding"].endswith(": the 0.01 minutes of the study (compute.minutes) left no time for it.")
    assert found["learning-curve"]["finding"].endswith(": it is switched off (controls.learning_curve).")
    methods = (study / "results/report/methods.md").read_text(encoding="utf-8")
    assert "shuffles of the labels" not in methods and "on signals planted" not in methods
    assert len(pd.read_csv(study / "results/control/network/planted_signal.tsv", sep="\t")) == 0


def test_canaries_are_where_the_data_are(study):
    """The search finds what it looks for: in parquet, in archives and as plain text."""
    everything = [path for path in (study / "results").rglob("*") if path.is_file()]
    kinds = {kind for kind, _ in leaks(study, everything)}
    assert {"id", "nest", "island", "ring", "value"} <= kinds


def test_nothing_for_others_holds_a_canary(study):
    assert leaks(study, for_others(study)) == []


def test_snakemake_report_holds_no_canary(study):
    done = snakemake(study, "--report", "results/report.zip", "--rerun-triggers", "mtime")
    assert done.returncode == 0, done.stdout[-3000:]
    # Snakemake names the workflow's files as seen from the study, and this study is in another place than the workflow.
    assert leaks(study, [study / "results/report.zip"], besides=("repository",)) == []


def test_gate_names_the_rare_category_and_a_bundle_holds_no_other_canary(study):
    refused = snakemake(study, "release", "--rerun-triggers", "mtime")
    assert "categories of so few units that they point at people, in Ring" in refused.stdout
    done = snakemake(study, "release", "--rerun-triggers", "mtime", "--config", "release_anyway=this is a test")
    assert done.returncode == 0, done.stdout[-3000:]
    assert leaks(study, [study / "results/release/bundle.zip"], besides=("ring",)) == []


@pytest.mark.parametrize("kind", ["results/report/report.html", "results/crate/ro-crate-metadata.json"])
def test_what_was_searched_is_there(study, kind):
    assert (study / kind) in for_others(study)
    assert yaml.safe_load((study / "results/config.yaml").read_text())["study"]["sensitive"] is True
