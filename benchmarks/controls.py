"""Measure what share of a study's time its controls take, and how that grows with the number of samples.

    python benchmarks/controls.py [SAMPLES ...]

Simulates studies of the given sizes, carries each out in an empty folder on two cores with the default numbers of trials,
seeds and shuffles, and adds up what Snakemake measured for each job.
"""

import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "workflow" / "scripts"))
CONTROLS = ("control", "confounder")


def measured(folder: Path) -> dict[str, float]:
    """Return the wall seconds of all jobs of each rule."""
    seconds: dict[str, float] = {}
    for file in sorted((folder / "results/benchmarks").rglob("*.tsv")):
        rule = file.relative_to(folder / "results/benchmarks").parts[0]
        seconds[rule] = seconds.get(rule, 0) + float(file.read_text().splitlines()[1].split("\t")[0])
    return seconds


def main() -> None:
    """Run the studies and print a table."""
    from tentips.simulate import simulation, writing

    print("| samples | wall s | jobs s | network s | controls s | controls' share of the jobs |")
    print("| --- | --- | --- | --- | --- | --- |")
    for samples in map(int, sys.argv[1:] or (250, 1000, 4000)):
        with tempfile.TemporaryDirectory() as scratch:
            folder = Path(scratch)
            study = simulation.study(samples=samples, group_size=2, batches=3, sites=3, covariate_strength=0.0)
            writing.write(study, folder)
            began = time.monotonic()
            command = [sys.executable, "-m", "snakemake", "--cores", "2", "--directory", str(folder)]
            subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
            wall, rules = time.monotonic() - began, measured(folder)
            controls, total = sum(rules[name] for name in CONTROLS), sum(rules.values())
            print(
                f"| {samples:,} | {wall:.0f} | {total:.0f} | {rules['network']:.0f} | {controls:.0f} | {controls / total:.0%} |",
                flush=True,
            )


if __name__ == "__main__":
    main()
