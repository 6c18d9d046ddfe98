"""Ask whether tuners lose anything when their trials are trained in packs instead of one after the other.

    python benchmarks/tuners.py [--seeds 20] [--trials 80]

For each tuner and seed the same search is carried out twice on the same simulated study, with packs and with one trial at
a time, and the best scores are compared, paired by seed. 80 trials are more than one whole round of Hyperband's brackets.
"""

import argparse
import sys
import tempfile
from pathlib import Path

import numpy as np

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "workflow" / "scripts"))


def rows_of(seed: int):
    """Return the rows of a simulated study with a signal that only some networks find, in three folds."""
    from tentips.data.preparation import numbers_and_text
    from tentips.data.rows import Rows
    from tentips.data.split import folds
    from tentips.simulate.simulation import study

    made = study(samples=300, features=10, signal=0.8, interaction=1.2, seed=seed)
    truth = (made.samples["label"] == "case").to_numpy(int)
    ids, groups = made.samples["sample"].to_numpy(), np.arange(len(truth))
    features = numbers_and_text(made.features.drop(columns="sample"))
    return Rows(ids, features, truth, truth, groups, folds(truth, groups, 3, 1), ["control", "case"], "classification")


def best_score(tuner: str, seed: int, trials: int, together) -> float:
    """Return the best score of a search whose packs hold as many trials as `together` says."""
    from tentips.models.journal import Journal
    from tentips.models.networks import search
    from tentips.models.networks.architecture import ARCHITECTURES
    from tentips.models.networks.workbench import Workbench
    from tentips.models.recipe import Recipe
    from tentips.study.resolution import resolve

    roles = {"features": "f", "samples": "s", "id": "sample", "label": "label"}
    tuning = {"trials": trials, "tuner": tuner, "epochs": 27, "patience": 8, "seed": seed}
    config = resolve({"study": {"title": "t", "question": "q"}, "data": roles, "tuning": tuning})
    bench = Workbench(ARCHITECTURES["mlp"], rows_of(seed), Recipe.of(config), "roc_auc")
    search.together = together
    with tempfile.TemporaryDirectory() as folder:
        journal = Journal(f"{folder}/1.jsonl", "mark")
        found, best = search.search(bench, journal, folder, lambda text: None)
    return found[best].score


def main() -> None:
    """Run the searches and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--trials", type=int, default=80)
    options = parser.parse_args()
    from tentips.models.networks import backend

    backend.choose("tensorflow", 0, True, 2)
    from scipy import stats

    from tentips.models.networks.search import TOGETHER, together

    print(f"| tuner | best AUC in packs | one at a time | difference, n = {options.seeds} | 95 % interval |")
    print("| --- | --- | --- | --- | --- |")
    for tuner in TOGETHER:
        ways = (together, lambda oracle, tuner: 1)
        seeds = range(1, options.seeds + 1)
        pairs = np.array([[best_score(tuner, seed, options.trials, way) for way in ways] for seed in seeds])
        difference = pairs[:, 0] - pairs[:, 1]
        reach = stats.t.ppf(0.975, len(difference) - 1) * stats.sem(difference)
        packs, single = pairs.mean(axis=0)
        print(
            f"| {tuner} | {packs:.4f} | {single:.4f} | {difference.mean():+.4f} | "
            f"{difference.mean() - reach:+.4f} to {difference.mean() + reach:+.4f} |",
            flush=True,
        )


if __name__ == "__main__":
    main()
