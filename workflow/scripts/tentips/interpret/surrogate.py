"""A few rules that imitate a model: how well they do, and how faithful they are."""

import numpy as np
import pandas as pd

from tentips.models.shallow_tree import ShallowTree
from tentips.statistics.scores import score

DEPTH = 3
SMALLEST = 10, 0.03  # samples of a rule, and share of the samples
COLUMNS = [
    "model",
    "rule",
    "n",
    "n_test",
    "predicted",
    "class",
    "observed",
    "fidelity",
    "agreement",
    "score",
    "model_score",
    "metric",
]


def surrogate(
    model: str,
    development: pd.DataFrame,
    predicted: np.ndarray,
    test: pd.DataFrame,
    test_predicted: np.ndarray,
    test_truth: np.ndarray,
    classes: list[str],
    metric: str,
) -> pd.DataFrame:
    """Return the rules of a shallow tree that imitates the predictions of `model`, one row per rule.

    The tree learns what the model predicts of the development rows. `fidelity` (R2 of the model's own predictions) and `agreement`
    (share of decisions in common) are of the test rows; `score` is the tree's own score there, beside `model_score`. `predicted` is the
    probability of the decided class, or the value, that a rule gives; `observed` how often that was right in the test part, or the
    mean of the true values. No rules imitate a model that diverged.
    """
    if not (np.isfinite(predicted).all() and np.isfinite(test_predicted).all()):
        return pd.DataFrame(columns=COLUMNS)
    smallest = int(max(SMALLEST[0], np.ceil(SMALLEST[1] * len(development))))
    tree = ShallowTree.fit(development, predicted, DEPTH, smallest)
    own = tree.predict(test)
    leaves, of_test, words = tree.leaves(development), tree.leaves(test), tree.rules()
    spread = np.square(test_predicted - test_predicted.mean(axis=0)).sum()
    shared = {
        "model": model,
        "fidelity": 1 - np.square(test_predicted - own).sum() / spread
        if np.ptp(test_predicted, axis=0).max() > 0
        else np.nan,
        "agreement": (own.argmax(axis=1) == test_predicted.argmax(axis=1)).mean() if classes else np.nan,
        "score": score(metric, test_truth, own),
        "model_score": score(metric, test_truth, test_predicted),
        "metric": metric,
    }
    records = []
    for leaf, rule in words.items():
        inside, held = leaves == leaf, of_test == leaf
        record = shared | {"rule": rule, "n": int(inside.sum()), "n_test": int(held.sum())}
        mean = predicted[inside].mean(axis=0)
        if classes:
            decided = int(mean.argmax())
            record |= {"class": classes[decided], "predicted": mean[decided]}
            record["observed"] = (test_truth[held] == decided).mean() if held.any() else np.nan
        else:
            record |= {"class": "", "predicted": float(mean)}
            record["observed"] = test_truth[held].mean() if held.any() else np.nan
        records.append(record)
    return pd.DataFrame(records, columns=COLUMNS).sort_values("n", ascending=False, kind="stable", ignore_index=True)
