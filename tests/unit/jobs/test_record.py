import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tentips.data.provenance import describe_source
from tentips.jobs import environment, record
from tentips.paths import ROOT


def written(folder, job, inputs, outputs, started="2026-01-01T00:00:00+00:00", **more):
    path = folder / "logs" / f"{job}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    told = {"job": job, "started": started, "inputs": inputs, "outputs": outputs, **more}
    path.write_text(json.dumps(told))


def test_a_job_is_recorded_when_it_begins_and_completed_when_it_ends(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    log, code = "results/logs/baseline/svm.log", ROOT / "workflow/scripts/tentips/jobs/record.py"
    template = ROOT / "workflow/report/templates/tentips/style.css"
    inputs = ["results/a.parquet", os.path.relpath(code), os.path.relpath(template)]
    begun = record.begin(log, 3, inputs, [Path("results/b.json")])
    running = json.loads(Path("results/logs/baseline/svm.json").read_text())
    assert running == begun
    assert (running["job"], running["threads"], running["ended"]) == ("baseline/svm", 3, None)
    assert (running["inputs"], running["outputs"]) == (["results/a.parquet"], ["results/b.json"])
    assert (running["code"]["files"], running["code"]["sha256"]) == (2, environment.files_hash([code, template]))
    record.finish(log, begun, "svm: ROC AUC 0.9")
    done = json.loads(Path("results/logs/baseline/svm.json").read_text())
    assert running["started"] <= done["ended"]
    assert done["packages"]["python"] == ".".join(map(str, sys.version_info[:3]))
    assert {"pytest", "pluggy"} <= set(done["imported"]) <= set(done["packages"])
    assert set(done["packages"]) - set(done["imported"]) >= {"ruff", "snakefmt"}
    assert done["hardware"]["device"] in ("cpu", "gpu")
    text = json.dumps(done)
    assert str(tmp_path) not in text and str(ROOT) not in text
    assert set(done) == {*running, "outcome", "cpu_seconds", "hardware", "packages", "imported"}
    assert done["outcome"] == "svm: ROC AUC 0.9" and 0 <= record.seconds_of(done) < 60


def test_paths_are_told_without_the_machines_folders(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert environment.shown_path("results/x.tsv") == "results/x.tsv"
    assert environment.shown_path(tmp_path / "results/x.tsv") == "results/x.tsv"
    assert (
        environment.shown_path(os.path.relpath(ROOT / "resources/cells/samples.tsv")) == "resources/cells/samples.tsv"
    )
    assert environment.shown_path("/home/someone/private/x.tsv") == "x.tsv"


def test_of_two_copies_of_a_package_the_one_that_an_import_finds_is_recorded(tmp_path, monkeypatch):
    for folder, version in (("environment", "2.0"), ("host", "1.0")):
        info = tmp_path / folder / f"A_package-{version}.dist-info"
        info.mkdir(parents=True)
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: A_package\nVersion: {version}\n")
    monkeypatch.setattr(sys, "path", [str(tmp_path / "environment"), *sys.path, str(tmp_path / "host")])
    assert environment.describe_environment()["a-package"] == "2.0"


def test_packages_are_those_that_the_standard_library_finds():
    import importlib.metadata

    found = environment.describe_environment()
    for distribution in importlib.metadata.distributions():
        assert found[re.sub(r"[-_.]+", "-", distribution.metadata["Name"]).lower()] == distribution.version
    owners = importlib.metadata.packages_distributions()
    imported = {name for module in {name.split(".")[0] for name in sys.modules} for name in owners.get(module, [])}
    assert {re.sub(r"[-_.]+", "-", name).lower() for name in imported} == set(environment.imported_packages())


def test_lineage_follows_files_back_and_leaves_other_jobs_out(tmp_path):
    written(tmp_path, "data/data", ["raw.csv"], ["results/d"], "2026-01-01T00:00:01")
    written(tmp_path, "baseline/svm", ["results/d"], ["results/s"], "2026-01-01T00:00:03")
    written(tmp_path, "baseline/old", ["results/d"], ["results/o"], "2026-01-01T00:00:02")
    written(tmp_path, "report/report", ["results/s", "results/unknown"], ["results/r"], "2026-01-01T00:00:04")
    found = record.lineage(tmp_path, ["results/r"])
    assert [job["job"] for job in found] == ["data/data", "baseline/svm", "report/report"]
    assert record.lineage(tmp_path, ["results/nothing"]) == []


def git(folder, *arguments):
    identity = ["-c", "user.name=a", "-c", "user.email=a@example.org"]
    subprocess.run(["git", *identity, *arguments], cwd=folder, check=True, capture_output=True)


def test_changed_files_count_but_not_the_test_ledger(tmp_path):
    assert environment.describe_code(tmp_path) == {"commit": None, "changed_files": None}
    (tmp_path / "resources").mkdir()
    ledger, config = tmp_path / "resources/test-ledger.jsonl", tmp_path / "config.yaml"
    ledger.write_text("one\n")
    config.write_text("a: 1\n")
    for arguments in (["init", "-q"], ["add", "."], ["commit", "-qm", "study"]):
        git(tmp_path, *arguments)
    assert environment.describe_code(tmp_path)["changed_files"] == 0
    ledger.write_text("one\ntwo\n")
    assert environment.describe_code(tmp_path)["changed_files"] == 0
    config.write_text("a: 2\n")
    assert environment.describe_code(tmp_path)["changed_files"] == 1


@pytest.mark.parametrize(
    "declared, modified, obtained, way",
    [
        ("2024-05-31", 1.7e9, "2024-05-31", "declared"),
        ("", 1.7e9, "2023-11-14T22:13:20+00:00", "file"),
        ("", 0, None, "file"),
        ("", 315532800, None, "file"),
        ("", 4e9, None, "file"),
    ],
)
def test_a_date_that_cannot_be_true_is_no_date(tmp_path, monkeypatch, declared, modified, obtained, way):
    from tentips.data.datasets import Dataset

    monkeypatch.chdir(tmp_path)
    Path("x.csv").write_text("id,x\n1,2\n")
    os.utime("x.csv", (modified, modified))
    import pandas as pd

    source = Dataset("x", "x.csv", "", "1", "CC0", "", declared)
    found = describe_source(source, pd.DataFrame({"id": ["1"], "x": [2]}))
    assert (found["obtained"], found["obtained_from"]) == (obtained, way)
    assert (found["bytes"], found["rows"], found["columns"], found["file"]) == (9, 1, 2, "x.csv")
