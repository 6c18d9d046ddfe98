"""Every rule in the environment that its env file describes, and in nothing else."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT, set_up_study

pytestmark = pytest.mark.slow
HERE = Path(__file__).parent
LOCK = ROOT / "requirements.txt"


@pytest.fixture(scope="module")
def host(tmp_path_factory) -> Path:
    """The bin folder of an environment that holds Snakemake alone, at the locked versions, and the stand-in for conda."""
    uv = shutil.which("uv", path=Path(sys.executable).parent) or shutil.which("uv")
    assert uv, "make test installs uv into .venv"
    folder = tmp_path_factory.mktemp("conda") / "host"
    pinned = re.search(r"^snakemake==\S+", LOCK.read_text(encoding="utf-8"), re.MULTILINE)[0]
    subprocess.run([uv, "venv", "-q", "--python", sys.executable, folder], check=True)
    python = folder / "bin/python"
    subprocess.run([uv, "pip", "install", "-q", "--python", python, "--constraint", LOCK, pinned], check=True)
    conda = folder / "bin/conda"
    conda.write_text(f'#!/bin/sh\nexec "{python}" "{HERE / "stand_in.py"}" "{LOCK}" "{folder}" "{uv}" "$@"\n')
    conda.chmod(0o755)
    (folder / "bin/activate").write_text('export PATH="$1/bin:$PATH"\n')
    return folder / "bin"


def snakemake(host: Path, *arguments: str, where: Path = ROOT) -> subprocess.CompletedProcess:
    """Run the host's Snakemake; environments that were built once are kept for all tests of this module."""
    command = [str(host / "python"), "-m", "snakemake", "--sdm", "conda", "--conda-prefix", str(host.parent / "envs")]
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("VIRTUAL_ENV", "PYTHON"))}
    environment["PATH"] = f"{host}:/usr/local/bin:/usr/bin:/bin"
    return subprocess.run(
        [*command, *arguments],
        cwd=where,
        env=environment,
        capture_output=True,
        text=True,
        timeout=900,
    )


def env_file(name: str) -> str:
    return (ROOT / f"envs/{name}.yaml").read_text(encoding="utf-8")


def test_the_whole_study_runs_with_every_rule_in_its_own_environment(host, tmp_path):
    folder = set_up_study(
        tmp_path / "study",
        tuning={"trials": 3, "epochs": 10, "seeds": 1, "shards": 2},
        models={"baselines": ["dummy", "logistic"]},
        controls={"label_shuffles": 2},
    )
    done = snakemake(host, "--cores", "2", "--directory", str(folder))
    assert done.returncode == 0, done.stderr[-5000:]
    assert (folder / "results/report/report.html").exists()
    # Env files of one content are one environment, under the name of one of them.
    built = {env_file(name) for name in re.findall(r"Environment for \S*?envs/(\w+)\.yaml created", done.stderr)}
    elsewhere = ("download", "predict", "release", "update")  # asked for by a remote source, or by name
    assert built == {env_file(path.stem) for path in (ROOT / "envs").glob("*.yaml") if path.stem not in elsewhere}
    # The host has none of what rules import.
    for name in ("numpy", "pandas", "sklearn", "keras"):
        assert subprocess.run([host / "python", "-c", f"import {name}"], capture_output=True).returncode == 1, name


def test_an_environment_that_lacks_a_package_fails_in_words(host, tmp_path):
    """Else the host, or Snakemake's own packages, would stand in for what an env file forgot."""
    copy = tmp_path / "tentips"
    for name in ("workflow", "envs", "profiles"):
        shutil.copytree(ROOT / name, copy / name)
    shutil.copy(ROOT / "Snakefile", copy)
    env = copy / "envs/split.yaml"
    env.write_text(re.sub(r"  - scikit-learn=.*\n", "", env.read_text()))
    set_up_study(copy)
    done = snakemake(host, "--cores", "1", "results/split/split.parquet", where=copy)
    assert done.returncode == 1
    assert "ModuleNotFoundError: No module named 'sklearn'" in (copy / "results/logs/split/split.log").read_text()
    assert (copy / "results/data/features.parquet").exists() and not (copy / "results/split").exists()


def test_a_container_would_hold_every_environment(host):
    """`snakemake --containerize`: each env file, or one with the same content, is in the image."""
    done = snakemake(host, "--containerize")
    assert done.returncode == 0, done.stderr[-3000:]
    sources = re.findall(r"^#   source: (\S+)$", done.stdout, re.MULTILINE)
    contents = {(ROOT / source).read_text(encoding="utf-8") for source in sources}
    assert contents == {path.read_text(encoding="utf-8") for path in (ROOT / "envs").glob("*.yaml")}
    assert len(re.findall(r"conda env create --prefix (\S+)", done.stdout)) == len(sources) == len(contents)
    assert all(f"COPY {source} " in done.stdout for source in sources)
