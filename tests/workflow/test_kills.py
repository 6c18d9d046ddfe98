"""A run that is killed in the middle of a step is run again, and ends with what it would have written; searches are killed in test_study."""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time

import pytest
from conftest import ROOT, snakemake

pytestmark = pytest.mark.slow
PATIENCE = 120  # seconds
# What a step has written of itself when it is killed, how many files of it, and what it ends with.
KILLED = {
    "quality": ("results/logs/quality/quality.log", 1, "results/quality/label_noise.tsv"),
    "control": ("results/control/network/kept/*.npy", 3, "results/control/network/determinism.json"),
    "report": ("results/report/figures/*.svg", 1, "results/report/report.html"),
    "crate": ("results/.*.partial.crate/*", 1, "results/crate/ro-crate-metadata.json"),
}


@pytest.fixture(scope="module")
def folder(study, tmp_path_factory):
    """A copy of the finished example study."""
    folder = tmp_path_factory.mktemp("killed") / "study"
    shutil.copytree(study, folder)
    assert snakemake(folder, "--touch").returncode == 0
    return folder


def written(files, begun):
    """How many of the files were written since; Snakemake may remove one of the run before while they are looked at."""
    found = 0
    for file in files:
        with contextlib.suppress(FileNotFoundError):
            found += file.stat().st_mtime > begun
    return found


def tables(folder, target):
    """The content of each file beside `target`, or below, that tells no time of day and no hours of work."""
    place = (folder / target).parent
    files = [file for file in place.rglob("*") if file.suffix in (".tsv", ".parquet", ".svg", ".json") and file.is_file()]  # fmt: skip
    timed = ("dome.json", "ro-crate-metadata.json", "energy.tsv")
    records = [file for file in files if "logs" not in file.parts and file.name not in timed]
    return {file.relative_to(place).as_posix(): file.read_bytes() for file in records}


@pytest.mark.parametrize("rule", KILLED)
def test_a_killed_step_is_made_again_and_ends_the_same(folder, rule):
    pattern, least, target = KILLED[rule]
    expected, begun = tables(folder, target), time.time()
    names = {file.relative_to(folder) for file in (folder / target).parent.rglob("*")}
    command = [
        sys.executable,
        "-m",
        "snakemake",
        "--cores",
        "2",
        "--directory",
        str(folder),
        target,
        "--forcerun",
        rule,
    ]
    running = subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    while written(folder.glob(pattern), begun) < least:
        assert running.poll() is None and time.time() < begun + PATIENCE, "it ended before it could be killed"
        time.sleep(0.01)
    os.killpg(running.pid, signal.SIGKILL)
    running.wait()
    assert "`snakemake --unlock`" in snakemake(folder, target).stdout
    snakemake(folder, "--unlock")
    done = snakemake(folder, target)
    assert done.returncode == 0, done.stdout[-3000:]
    assert {file.relative_to(folder) for file in (folder / target).parent.rglob("*")} == names
    assert tables(folder, target) == expected and not list(folder.rglob("*.partial.*"))
    if rule == "control":
        log = (folder / "results/logs/control/network.log").read_text()
        assert "trainings were finished before; going on" in log
