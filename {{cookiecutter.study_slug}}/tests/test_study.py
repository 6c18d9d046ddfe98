"""Is the study in order? Nothing here opens the test part, and nothing is written beside the study."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

STUDY = Path(__file__).parents[1]
SMALL = {
    "tuning": {"trials": 2, "epochs": 5, "patience": 2, "seeds": 1},
    "split": {"folds": 3, "repeats": 1},
    "controls": {"label_shuffles": 0, "learning_curve": False},
}


def snakemake(*arguments: str) -> str:
    command = [sys.executable, "-m", "snakemake", "--cores", "2", *arguments]
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    done = subprocess.run(command, cwd=STUDY, capture_output=True, text=True, env={**os.environ, "PATH": path})
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return done.stdout


@pytest.fixture
def copy(tmp_path):
    """A copy of what belongs to the study, without its results."""
    for folder in ("config", "resources"):
        shutil.copytree(STUDY / folder, tmp_path / folder, ignore=shutil.ignore_patterns("test-ledger*"))
    return tmp_path


def test_config_is_valid_and_every_job_is_known(copy):
    assert "evaluate" in snakemake("--dry-run", "--directory", str(copy))


def test_everything_up_to_the_test_part_runs(copy):
    """A shrunk search on the study's own data; the rule that opens the test part is left out."""
    config = yaml.safe_load((copy / "config/config.yaml").read_text(encoding="utf-8"))
    for section, keys in SMALL.items():
        config[section] = {**config.get(section, {}), **keys}
    (copy / "config/config.yaml").write_text(yaml.safe_dump(config, allow_unicode=True), encoding="utf-8")
    snakemake("--directory", str(copy), "results/explore/explore.html", "results/stack/best.json")
    assert (copy / "results/stack/best.json").exists()
    assert not (copy / "resources/test-ledger.jsonl").exists()
    assert not (copy / "results/evaluation").exists()
