"""The library on the path, and one shrunk run of the real example study that many tests share."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "workflow" / "scripts"))
sys.path.insert(0, str(ROOT / "tests" / "unit"))

SMALL = {
    "tuning": {"trials": 3, "epochs": 15, "patience": 5, "seeds": 2},
    "split": {"folds": 3},
    "evaluation": {"bootstrap": 200},
    "controls": {"label_shuffles": 4},
}


def set_up_study(folder: Path, **changes) -> Path:
    """Set the example study up in `folder`, shrunk, with `changes` to its config by section."""
    shutil.copytree(ROOT / "config", folder / "config")
    shutil.copytree(ROOT / "resources" / "penguins", folder / "resources" / "penguins")
    config = yaml.safe_load((ROOT / "config" / "config.yaml").read_text(encoding="utf-8"))
    for layer in (SMALL, changes):
        for section, keys in layer.items():
            config[section] = {**config.get(section, {}), **keys}
    (folder / "config" / "config.yaml").write_text(yaml.safe_dump(config, allow_unicode=True), encoding="utf-8")
    return folder


def snakemake(folder: Path, *arguments: str, **options) -> subprocess.CompletedProcess:
    """Run Snakemake on the study in `folder` and return what it printed, output and errors together."""
    command = [sys.executable, "-m", "snakemake", "--cores", "2", "--directory", str(folder), *arguments]
    environment = {**os.environ, "PYTHONHASHSEED": "0"}
    return subprocess.run(
        command,
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=900,
        **options,
    )


FIRST = ("tests/cluster", "the example study", "tests/gauntlet", "tests/conda", "tests/template")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep together what shares a study: all tests of the example study, and each other file, run on one worker.

    The longest begin first, so that both workers end at about the same time; within a group the order is kept.
    """
    groups = {}
    for item in items:
        shared = item._fixtureinfo.name2fixturedefs.get("study", [None])[-1]
        group = "the example study" if shared and shared.baseid == "tests" else str(item.path.relative_to(ROOT))
        item.add_marker(pytest.mark.xdist_group(group))
        groups.setdefault(group, []).append(item)
    rank = {name: place for place, name in enumerate(FIRST)}
    first = lambda group: min((rank[name] for name in FIRST if group.startswith(name)), default=len(FIRST))  # noqa: E731
    items[:] = [item for group in sorted(groups, key=first) for item in groups[group]]


@pytest.fixture(scope="session")
def study(tmp_path_factory) -> Path:
    """The folder of the finished example study; terminal.txt holds what the run printed."""
    folder = set_up_study(tmp_path_factory.mktemp("penguins") / "a study")
    done = snakemake(folder)
    assert done.returncode == 0, done.stdout[-5000:]
    (folder / "terminal.txt").write_text(done.stdout, encoding="utf-8")
    return folder
