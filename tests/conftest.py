"""The library on the path, and one shrunk run of the real example study that many tests share."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

# Before anything imports numpy: two workers whose libraries start a thread for each core wait for one another most of the time.
for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS"):
    os.environ.setdefault(variable, "1")

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


def report_in_one_process(folder: Path, *asked: tuple[str, dict]) -> None:
    """Carry the study in `folder` out up to its report, all its scripts in one process of their own, so that TensorFlow starts once.

    Then what is `asked` for: files with what a person gives by --config for them.
    """
    run = (
        "import sys, json; sys.path[:0] = sys.argv[3:]; from warm import run; run(sys.argv[1], 'results/report/report.html'); "
        "[run(sys.argv[1], target, config) for target, config in json.loads(sys.argv[2])]"
    )
    command = [sys.executable, "-c", run, folder, json.dumps(asked), ROOT / "tests/gauntlet", ROOT / "workflow/scripts"]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=600)
    assert done.returncode == 0, done.stdout[-4000:]


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


# What shares the finished example study; each of the other files makes studies of its own.
SHARING = (
    "tests/browser",
    "tests/crate",
    "tests/test_documents.py",
    "tests/unit/models/test_final_models.py",
    *(
        f"tests/workflow/test_{name}.py"
        for name in (
            "study",
            "texts",
            "traced_numbers",
            "result_tables",
            "hostile_names",
            "release",
            "update",
            "dag",
            "kills",
        )
    ),
)
# What else begins early because it takes long.
FIRST = (
    "tests/cluster",
    *SHARING,
    "tests/gauntlet",
    "tests/workflow",
    "tests/conda",
    "tests/template",
    "tests/unit/models",
    "tests/unit/quality",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes longest, so that all workers end at about the same time."""
    items.sort(key=lambda item: next((n for n, each in enumerate(FIRST) if item.nodeid.startswith(each)), len(FIRST)))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """Give all tests of the example study to one worker, and those of each other file to one worker."""
    from xdist.scheduler import LoadScopeScheduling

    class ByStudy(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return "the example study" if nodeid.startswith(SHARING) else nodeid.split("::")[0]

    return ByStudy(config, log)


@pytest.fixture(scope="session")
def study(tmp_path_factory) -> Path:
    """The folder of the finished example study; terminal.txt holds what the run printed."""
    folder = set_up_study(tmp_path_factory.mktemp("penguins") / "a study")
    done = snakemake(folder)
    assert done.returncode == 0, done.stdout[-5000:]
    (folder / "terminal.txt").write_text(done.stdout, encoding="utf-8")
    return folder
