"""Run a whole study, and say where its time went. For the benchmarks beside it."""

import subprocess
import sys
import time
from pathlib import Path

import pandas as pd

ROOT = Path(__file__).parents[1]


def run(folder: Path, cores: int, *targets: str) -> float:
    """Run the workflow in `folder` up to `targets`, by default all, and return its wall time in seconds."""
    began = time.monotonic()
    command = [
        sys.executable,
        "-m",
        "snakemake",
        "--cores",
        str(cores),
        "--directory",
        str(folder),
        *(targets or ["all"]),
        "--quiet",
    ]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{folder.name} failed:\n{done.stderr[-3000:]}")
    return time.monotonic() - began


def by_rule(folder: Path) -> pd.DataFrame:
    """Return for each rule of a finished study its jobs, seconds, processor seconds and the most memory of a job (GB), by seconds."""
    measured = []
    for path in sorted((folder / "results/benchmarks").glob("*/*.tsv")):
        measured.append(pd.read_csv(path, sep="\t").assign(rule=path.parent.name))
    jobs = pd.concat(measured).groupby("rule")
    table = pd.DataFrame(
        {
            "jobs": jobs.size(),
            "seconds": jobs["s"].sum().round(),
            "processor_seconds": jobs["cpu_time"].sum().round(),
            "memory_gb": (jobs["max_rss"].max() / 1024).round(1),
        }
    )
    return table.sort_values("seconds", ascending=False)
