"""Does `learning-curve` warn where twice the samples would bring something, and stay quiet where they would not?

    .venv/bin/python benchmarks/learning_curves.py [studies]

For each kind of study, `studies` of them are simulated, a logistic regression learns from parts of their development rows as
the rule `control` has it, and the check's own judgement is asked. Beside it stands the true gain: the ROC AUC of the same model
in 20,000 new samples when it learns from all training rows of a fold and from twice as many, the mean of six draws.
"""

import os
import sys
from pathlib import Path
from types import SimpleNamespace

os.environ["OPENBLAS_NUM_THREADS"] = "1"
sys.path.insert(0, str(Path(__file__).parents[1] / "workflow" / "scripts"))

import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from tentips.checks.learning_curves import rising
from tentips.controls import control_tables, experiments, power_law
from tentips.data.rows import Rows
from tentips.data.split import folds

# Samples, features, features with a signal, its size: the probability of a case is logistic in twice their weighted sum.
STUDIES = (
    (400, 100, 60, 1.0),
    (1200, 100, 60, 1.0),
    (1200, 400, 200, 1.0),
    (900, 5, 5, 1.0),
    (300, 10, 10, 1.0),
    (500, 3, 3, 1.5),
)
RESULTS = SimpleNamespace(
    config={"data": {"task": "classification"}, "evaluation": {"metric": None}}, classes=["a", "b"]
)


def drawn(random: np.random.Generator, samples: int, features: int, informative: int, signal: float):
    """Return features, (samples, features), and labels."""
    matrix = random.normal(size=(samples, features))
    score = 2 * signal * matrix[:, :informative].sum(axis=1) / np.sqrt(informative)
    return matrix, (random.random(samples) < 1 / (1 + np.exp(-score))).astype(int)


def model(matrix: np.ndarray, labels: np.ndarray) -> LogisticRegression:
    """Return the model whose curve is drawn."""
    return LogisticRegression(C=0.1, max_iter=300).fit(matrix, labels)


def gain(samples: int, features: int, informative: int, signal: float) -> tuple[float, float]:
    """Return the ROC AUC in new samples with the training rows of a fold, and what twice as many add."""
    found = np.empty((6, 2))
    for draw in range(6):
        random = np.random.default_rng(1000 + draw)
        new, truth = drawn(random, 20_000, features, informative, signal)
        for column, n in enumerate((int(0.8 * samples), int(1.6 * samples))):
            fitted = model(*drawn(random, n, features, informative, signal))
            found[draw, column] = roc_auc_score(truth, fitted.decision_function(new))
    once, twice = found.mean(axis=0)
    return once, twice - once


def law(seed: int, samples: int, *signal) -> dict:
    """Return what is fitted to the learning curve of one study."""
    matrix, labels = drawn(np.random.default_rng(seed), samples, *signal)
    own = np.arange(samples)
    rows = Rows(own.astype(str), pd.DataFrame(matrix), labels, labels, own, own * 0, ["a", "b"], "classification")
    rows = Rows(**{**vars(rows), "fold": folds(labels, own, 5, seed)})
    runs = [
        (each, model(matrix[each.train], labels[each.train]).predict_proba(matrix[each.score]))
        for each in experiments.learning_curve(rows, 0.1, seed)
    ]
    curve = control_tables.learning_curve(runs, "logistic", rows, "roc_auc")
    return {"model": "logistic", **power_law.extrapolate(curve, 1.0, 0.95)}


def main(studies: int) -> None:
    """Print the table."""
    print("| samples | features | with a signal | ROC AUC | by twice the samples | of the error | expected | warned of |\n| - | - | - | - | - | - | - | - |")  # fmt: skip
    for each in STUDIES:
        score, more = gain(*each)
        laws = [law(seed, *each) for seed in range(studies)]
        warned = [bool(rising(_results(found))) for found in laws]
        expected = np.mean([found["gain"] for found in laws])
        print(f"| {each[0]} | {each[1]} | {each[2]} | {score:.3f} | {more:+.3f} | {more / (1 - score):.0%} | {expected:+.3f} | {np.mean(warned):.0%} |", flush=True)  # fmt: skip


def _results(found: dict) -> SimpleNamespace:
    """A study both of whose models have this curve."""
    return SimpleNamespace(**vars(RESULTS), control=lambda kind, name: pd.DataFrame([found]))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 40)
