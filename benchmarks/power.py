"""Hold the power that `snakemake design` tells against studies that are simulated, learned and tested as a whole.

    .venv/bin/python benchmarks/power.py [studies]

For each design, `studies` whole studies of a known attainable ROC AUC or R2 are simulated (tentips.simulate), the linear
models of the power analysis learn from the development part, once from all of it and once from four fifths of it (as many
as its folds learn from), and the interval that a study uses is computed on the test part.
The share in which its lower end lies above chance is the true power. Beside it stands what the power analysis told from
the development parts of a tenth of these studies, and the share found without any effect. Patients of grouped designs have
two rows and one label, with an intra-class correlation of 0.6; their attainable score is that of the planted signal.
"""

import os
import sys
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from pathlib import Path

os.environ["OPENBLAS_NUM_THREADS"] = "1"
sys.path.insert(0, str(Path(__file__).parents[1] / "workflow" / "scripts"))

import numpy as np
import pandas as pd

from tentips.data.planted_labels import MEASURES, Planter, structure_of
from tentips.data.rows import Rows
from tentips.data.split import folds, hold_out, strata_of
from tentips.design import power
from tentips.models.folds import Fold, prepare_folds
from tentips.simulate import simulation
from tentips.statistics.metric_names import chance

OPTIONS = {"transform": "none", "impute": "median", "scale": "standard", "select": None}
DESIGNS = {
    "300 samples, 20 features, AUC 0.70": ({"samples": 300, "features": 20, "signal": 0.742}, 0.7),
    "200 samples, 500 features, AUC 0.80": ({"samples": 200, "features": 500, "signal": 1.19}, 0.8),
    "150 patients x 2, 20 features, AUC 0.70": (
        {"samples": 300, "group_size": 2, "icc": 0.6, "features": 20, "signal": 0.742},
        0.7,
    ),
    "300 samples, 20 features, R2 0.2": ({"samples": 300, "features": 20, "task": "regression", "r2": 0.2}, 0.2),
}


def parts(arguments: dict, seed: int) -> tuple[Rows, Rows]:
    """Simulate a study and return its development and test part."""
    made = simulation.study(seed=seed, correlation=0.0, **arguments)
    task = made.design.task
    labels = made.samples["label"]
    truth = labels.to_numpy(dtype=float) if task == "regression" else pd.factorize(labels, sort=True)[0]
    groups = pd.factorize(made.samples["patient"])[0] if "patient" in made.samples else np.arange(len(truth))
    strata = strata_of(labels, task)
    features = made.features.drop(columns="sample")
    classes = [] if task == "regression" else sorted(labels.unique())
    everything = Rows(made.samples["sample"].to_numpy(), features, truth, strata, groups, strata * 0, classes, task)
    test = hold_out(strata, groups, 0.25, seed)
    development = _taken(everything, ~test)
    fold = folds(development.strata, development.groups, 5, seed)
    return replace(development, fold=fold), _taken(everything, test)


def found(development: Rows, test: Rows, share: float, seed: int) -> bool:
    """Whether what is learned from a share of the development part is seen to be better than chance in the test part."""
    kept = hold_out(development.strata, development.groups, share, seed) if share < 1 else development.fold >= 0
    x, y = development.features.to_numpy()[kept], development.truth[kept]
    matrix = (np.concatenate([x, test.features.to_numpy()]) - x.mean(0)) / x.std(0)
    truth = np.concatenate([y, test.truth]).astype(float)[:, None]
    groups = np.concatenate([development.groups[kept], development.groups.max() + 1 + test.groups])
    train, tested = np.split(np.arange(len(matrix)), [len(x)])
    learner = power.Learner.of(Fold(0, train, tested, matrix), groups, seed)
    predicted = learner.predict(truth)[:, 0] + y.mean()
    predicted = predicted if not test.classes else np.column_stack([1 - predicted, predicted])
    metric = MEASURES[development.task]
    groups = pd.factorize(test.groups)[0]
    _, low = power._tested(metric, test.truth, predicted, groups, len(test.classes), 0.95)
    return low > chance(metric, len(test.classes))


def told(development: Rows, tested: int, seed: int) -> pd.Series:
    """What the power analysis says of this development part: power by effect, and by what was attained."""
    matrix = development.features.to_numpy(dtype="float32")
    matrix = (matrix - matrix.mean(0)) / matrix.std(0)
    planter = Planter(structure_of(development), matrix, development.task, seed)
    metric = MEASURES[development.task]
    runs = power.repeated(development, prepare_folds(development, OPTIONS), planter, tested, metric, 0.95, 100)
    return runs.groupby("effect")["found"].mean()


def cell(name: str, studies: int) -> tuple[str, float, float, float, float]:
    """Return the design, its true power with all and with four fifths of the development part, the power told, and the null."""
    arguments, effect = DESIGNS[name]
    hits, analyses = [], []
    for seed in range(studies):
        development, test = parts(arguments, seed)
        hits.append((found(development, test, 1.0, seed), found(development, test, 0.8, seed)))
        if seed % 10 == 0:
            analyses.append(told(development, len(np.unique(test.groups)), seed))
    mean = pd.concat(analyses, axis=1).mean(axis=1)
    return name, *np.mean(hits, axis=0), float(np.interp(effect, mean.index, mean)), float(mean.iloc[0])


def main() -> None:
    """Run all designs in two processes and print a table."""
    studies = int(sys.argv[1]) if len(sys.argv) > 1 else 400
    print(f"{studies} studies; one standard error of a share near 50 %: {50 / np.sqrt(studies):.1f} points.\n")
    print("| design | power, learned from all | from four fifths | told before | no effect |")
    print("| --- | --- | --- | --- | --- |", flush=True)
    with ProcessPoolExecutor(2) as pool:
        for name, *shares in pool.map(cell, DESIGNS, [studies] * len(DESIGNS)):
            print(f"| {name} | " + " | ".join(f"{100 * share:.1f}" for share in shares) + " |", flush=True)


def _taken(rows: Rows, mask: np.ndarray) -> Rows:
    names = ("ids", "truth", "strata", "groups", "fold")
    return replace(
        rows,
        features=rows.features[mask].reset_index(drop=True),
        **{name: getattr(rows, name)[mask] for name in names},
    )


if __name__ == "__main__":
    main()
