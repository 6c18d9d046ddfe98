"""Measure how many rows a second `snakemake predict` predicts by a bundle, and what memory that takes.

    python benchmarks/predict.py STUDY [ROWS ...]

STUDY is the folder of a finished study of a table. Its bundle is made (`snakemake release`), and tables of the given sizes, drawn
with replacement from its development part, are predicted by the bundle alone, each in a process of its own. What a process
takes before the first row (imports, loading) is measured on a table of one row and taken off.
"""

import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd

ROOT = Path(__file__).parents[1]
SIZES = (20_000, 100_000, 1_000_000)
PART = 50_000  # rows that are written at once
MEASURED = (
    "import resource, sys; from tentips.predict.__main__ import main; code = main(*sys.argv[1:]); "
    "print('peak', resource.getrusage(resource.RUSAGE_SELF).ru_maxrss); sys.exit(code)"
)


def bundle_of(study: Path, target: Path) -> None:
    """Make the bundle of a study and unpack it."""
    release = [sys.executable, "-m", "snakemake", "--cores", "1", "--directory", study, "--rerun-triggers", "mtime"]
    subprocess.run([*release, "--config", "release_anyway=a benchmark", "--", "release"], cwd=ROOT, check=True)
    with zipfile.ZipFile(study / "results/release/bundle.zip") as archive:
        archive.extractall(target)


def write_rows(features: pd.DataFrame, rows: int, file: Path) -> None:
    """Write a table of so many rows, drawn from `features`, each with an id of its own."""
    random = np.random.default_rng(0)
    for begin in range(0, rows, PART):
        part = features.iloc[random.integers(len(features), size=min(PART, rows - begin))]
        part = part.assign(sample=[f"n{begin + number}" for number in range(len(part))])
        part.to_csv(file, mode="w" if begin == 0 else "a", header=begin == 0, index=False)


def predicted(bundle: Path, file: Path) -> tuple[float, float]:
    """Return wall seconds and the peak of memory in MB of predicting a table."""
    began = time.monotonic()
    command = [sys.executable, "-c", MEASURED, bundle, file, file.with_suffix(".tsv")]
    done = subprocess.run(command, cwd=ROOT / "workflow/scripts", check=True, capture_output=True, text=True)
    peak = next(line for line in done.stdout.splitlines() if line.startswith("peak "))
    return time.monotonic() - began, int(peak.split()[1]) / 1024


def main() -> None:
    """Predict and print a table."""
    study = Path(sys.argv[1]).resolve()
    features = pd.read_parquet(study / "results/split/development/1/features.parquet")
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        bundle_of(study, folder / "bundle")
        bundle = next((folder / "bundle").rglob("model_sheet.json")).parent
        write_rows(features, 1, folder / "one.csv")
        least = min(predicted(bundle, folder / "one.csv")[0] for _ in range(3))
        print("| rows | s | s without the start | rows per s | peak memory, MB |")
        print("| --- | --- | --- | --- | --- |")
        for rows in map(int, sys.argv[2:] or SIZES):
            write_rows(features, rows, folder / "new.csv")
            seconds, peak = predicted(bundle, folder / "new.csv")
            print(
                f"| {rows:,} | {seconds:.1f} | {seconds - least:.1f} | {rows / (seconds - least):,.0f} | {peak:,.0f} |",
                flush=True,
            )


if __name__ == "__main__":
    main()
