"""Run whole studies of growing size, and print their time and memory by rule.

    python benchmarks/growth.py 100000x100 20000x2000 1000x20000 [--minutes 10] [--keep FOLDER]

Each size is samples x features of a simulated study with two classes, one in ten features informative up to fifty. `--minutes`
is `compute.minutes`, the limit of searches and controls. Everything else is as by default. With --keep the studies stay in FOLDER.
"""

import argparse
import sys
import tempfile
from pathlib import Path

from whole_studies import ROOT, by_rule, run

sys.path.insert(0, str(ROOT / "workflow" / "scripts"))

from tentips.simulate import simulation, writing


def set_up(samples: int, features: int, folder: Path, compute: dict) -> None:
    """Write a study of a table of `samples` x `features`, as parquet, into `folder`."""
    simulated = simulation.study(samples=samples, features=features, informative=min(50, features // 10), signal=2.0)
    folder.mkdir(parents=True)
    simulated.features.to_parquet(folder / "features.parquet", index=False)
    simulated.samples.to_csv(folder / "samples.csv", index=False)
    sections = {
        "study": {"title": f"{samples} x {features}", "question": "How long does a study of this size take?"},
        "data": {"features": "features", "samples": "samples", "id": "sample", "label": "label", "positive": "case"},
    }
    sources = [["features", "features.parquet", "", "", "", ""], ["samples", "samples.csv", "", "", "", ""]]
    writing.write_config(folder, sections, {"compute": compute}, sources)


def main() -> None:
    """Set up and run the studies of the sizes asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("sizes", nargs="+", help="SAMPLESxFEATURES")
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--cores", type=int, default=2)
    parser.add_argument("--keep", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        for size in options.sizes:
            samples, features = map(int, size.split("x"))
            folder = (options.keep or Path(scratch)) / size
            set_up(samples, features, folder, {"minutes": options.minutes})
            seconds = run(folder, options.cores)
            print(f"\n{size}: {seconds / 60:.1f} minutes\n{by_rule(folder).to_string()}", flush=True)


if __name__ == "__main__":
    main()
