"""Measure what `snakemake design` costs before training: wall time, processor time and peak memory of each rule.

    python benchmarks/design.py [SAMPLESxFEATURES ...]

Simulates studies of the given sizes (1000x20000 and 100000x100 if none is given), with four batches, carries `design` out
in an empty folder on two cores, and prints what Snakemake measured.
"""

import csv
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
SIZES = ("1000x20000", "100000x100")


def measured(folder: Path) -> dict[str, tuple[float, float, float]]:
    """Return wall seconds, processor seconds and peak memory in MB of each rule, the largest of its jobs."""
    found: dict[str, tuple[float, float, float]] = {}
    for file in sorted((folder / "results/benchmarks").rglob("*.tsv")):
        row = next(csv.DictReader(file.read_text().splitlines(), delimiter="\t"))
        own = tuple(float(row[name]) for name in ("s", "cpu_time", "max_rss"))
        found[file.parent.name] = tuple(map(max, own, found.get(file.parent.name, own)))
    return found


def main() -> None:
    """Run the studies and print a table."""
    # One thread for numerical libraries, as in the jobs: what is simulated here must not disturb them either.
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1"}
    print(
        "| samples x features | rule | wall s | cpu s | peak memory MB |\n| --- | --- | --- | --- | --- |", flush=True
    )
    for size in sys.argv[1:] or SIZES:
        samples, features = size.split("x")
        with tempfile.TemporaryDirectory() as folder:
            simulate = [sys.executable, ROOT / "workflow/scripts/tentips/simulate", folder, "--batches", "4"]
            options = ["--samples", samples, "--features", features]
            subprocess.run([*simulate, *options], check=True, capture_output=True, env=environment)
            began = time.monotonic()
            command = [sys.executable, "-m", "snakemake", "--cores", "2", "--directory", folder, "design"]
            done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, env=environment)
            wall = time.monotonic() - began
            for rule, (seconds, cpu, memory) in measured(Path(folder)).items():
                print(f"| {size} | {rule} | {seconds:.0f} | {cpu:.0f} | {memory:,.0f} |", flush=True)
            told = f"{wall:.0f}" if done.returncode == 0 else f"failed after {wall:.0f}"
            print(f"| {size} | all of it | {told} | | |", flush=True)


if __name__ == "__main__":
    main()
