"""Where errors gather: slices found by a shallow tree on the development part and validated on the test part."""

import numpy as np
import pandas as pd
from scipy import stats

from tentips.data.preparation import numbers_and_text
from tentips.models.shallow_tree import ShallowTree
from tentips.statistics.comparison import holm
from tentips.statistics.intervals import resample_weights

DEPTH = 2  # conditions of a slice at most: what a person can remember
CANDIDATES = 3  # slices with the highest losses that are validated
SMALLEST = 20, 0.05  # samples of a slice, and share of the samples (a convention)
MOST_FEATURES = 200  # those that vary most are searched; more would only find chance
ALPHA = 0.05
COLUMNS = [
    "slice",
    "n",
    "loss",
    "rest",
    "n_test",
    "loss_test",
    "rest_test",
    "difference",
    "low",
    "high",
    "p_value",
    "p_adjusted",
    "confirmed",
]


def losses(truth: np.ndarray, predicted: np.ndarray) -> np.ndarray:
    """Return the loss of each row: half the Brier score for classes, the absolute error for values."""
    if predicted.ndim == 1:
        return np.abs(truth - predicted)
    return 0.5 * np.square(predicted - np.eye(predicted.shape[1])[truth]).sum(axis=1)


def slices(
    development: pd.DataFrame,
    development_loss: np.ndarray,
    test: pd.DataFrame,
    test_loss: np.ndarray,
    test_units: np.ndarray,
    options: dict,
) -> pd.DataFrame:
    """Return the slices of `development` with the highest out-of-fold loss, and their loss in `test`.

    Both tables hold features and covariates by name. A slice is `confirmed` where its loss in the test part is above that of the
    rest with Holm's one-sided p below 5 %, by a cluster bootstrap of test units: slices of noise are not. Losses that are no numbers, as
    those of a model that diverged, have no slices. `options`: confidence, bootstrap.
    """
    if not (np.isfinite(development_loss).all() and np.isfinite(test_loss).all()):
        return pd.DataFrame(columns=COLUMNS)
    development, test = numbers_and_text(development), numbers_and_text(test)
    kept = _searched(development)
    smallest = int(max(SMALLEST[0], np.ceil(SMALLEST[1] * len(development))))
    if not kept or len(development) < 2 * smallest or np.ptp(development_loss) == 0:
        return pd.DataFrame(columns=COLUMNS)
    tree = ShallowTree.fit(development[kept], development_loss, DEPTH, smallest)
    leaves, of_test, words = tree.leaves(development[kept]), tree.leaves(test[kept]), tree.rules()
    by_leaf = pd.Series(development_loss).groupby(leaves).mean().sort_values(ascending=False)
    weights = resample_weights(test_units, options["bootstrap"], seed=0)
    records = []
    for leaf, loss in by_leaf.items():
        if loss <= development_loss.mean() or len(records) == CANDIDATES:
            break
        inside, held = leaves == leaf, of_test == leaf
        record = {"slice": words[leaf], "n": int(inside.sum()), "loss": loss, "rest": development_loss[~inside].mean()}
        records.append(record | _validated(test_loss, held, test_units, weights, options["confidence"]))
    table = pd.DataFrame(records, columns=COLUMNS)
    table["p_adjusted"] = holm(table["p_value"])
    table["confirmed"] = table["p_adjusted"] < ALPHA
    return table


def _searched(table: pd.DataFrame) -> list[str]:
    varying = [name for name in table if table[name].nunique() > 1]
    if len(varying) <= MOST_FEATURES:
        return varying
    numbers = table[varying].select_dtypes("number")
    spread = (numbers.std() / numbers.abs().mean()).sort_values(ascending=False)
    return list(spread.index[:MOST_FEATURES])


def _validated(loss, held, units, weights, confidence) -> dict:
    n, distinct = int(held.sum()), len(np.unique(units[held]))
    if distinct < 2 or held.all():
        return {"n_test": n}
    inside, outside = weights * held, weights * ~held
    with np.errstate(invalid="ignore"):
        draws = inside @ loss / inside.sum(axis=1) - outside @ loss / outside.sum(axis=1)
    draws, difference = draws[np.isfinite(draws)], loss[held].mean() - loss[~held].mean()
    error = draws.std(ddof=1) * np.sqrt(distinct / (distinct - 1))
    if not error > 0:
        return {"n_test": n, "loss_test": loss[held].mean(), "rest_test": loss[~held].mean(), "difference": difference}
    reach = error * stats.t.ppf(0.5 + confidence / 2, distinct - 1)
    return {
        "n_test": n,
        "loss_test": loss[held].mean(),
        "rest_test": loss[~held].mean(),
        "difference": difference,
        "low": difference - reach,
        "high": difference + reach,
        "p_value": float(stats.t.sf(difference / error, distinct - 1)),
    }
