"""What each row adds to the sampling error of a metric: the bootstrap's variance without resamples.

The infinitesimal jackknife (Efron 1982): the variance of a statistic over bootstrap resamples of whole groups is, to first
order, the sum over groups of the squared sum of their rows' influences. For the area under the ROC curve the influences
are the structural components of DeLong et al. (1988), and their sums over groups those of Obuchowski (1997).
"""

import numpy as np

KNOWN = ("roc_auc", "r2")


def value_and_spread(name: str, truth: np.ndarray, predicted: np.ndarray, groups: np.ndarray) -> tuple[float, float]:
    """Return the metric, as scores.py defines it, and its variance over bootstrap resamples of whole groups.

    `name` is one of `KNOWN`; `predicted` has a score per class, shape (rows, classes), or a value, shape (rows,). NaN
    where the metric is not defined.
    """
    value, influence = value_and_influence(name, truth, predicted)
    return value, float(np.square(np.bincount(groups, influence)).sum())


def value_and_influence(name: str, truth: np.ndarray, predicted: np.ndarray) -> tuple[float, np.ndarray]:
    """Return the metric, one of `KNOWN`, and what each row adds to its sampling error; see `value_and_spread`."""
    return _r2(truth, predicted) if name == "r2" else _areas(truth, predicted)


def area_of(member: np.ndarray, ranking: np.ndarray) -> tuple[float, np.ndarray]:
    """Return the area under the ROC curve and the influence of each row on it; NaN where one side is empty."""
    inside, outside = np.sort(ranking[member]), np.sort(ranking[~member])
    influence = np.zeros(len(ranking))
    if not len(inside) or not len(outside):
        return float("nan"), influence
    above = _share_below(outside, ranking[member])
    value = above.mean()
    influence[member] = (above - value) / len(inside)
    influence[~member] = (1 - _share_below(inside, ranking[~member]) - value) / len(outside)
    return float(value), influence


def _areas(truth, predicted):
    numbers = [1] if predicted.shape[1] == 2 else range(predicted.shape[1])
    parts = [area_of(truth == number, predicted[:, number]) for number in numbers]
    defined = [part for part in parts if np.isfinite(part[0])]
    if not defined:
        return float("nan"), parts[0][1]
    return float(np.mean([value for value, _ in defined])), np.mean([influence for _, influence in defined], axis=0)


def _r2(truth, predicted):
    total = np.square(truth - truth.mean())
    if not total.sum() > 0:
        return float("nan"), np.zeros(len(truth))
    error = np.square(truth - predicted)
    left = error.sum() / total.sum()
    return float(1 - left), (left * total - error) / total.sum()


def _share_below(others: np.ndarray, values: np.ndarray) -> np.ndarray:
    """The share of the sorted `others` that lie below each value, ties counting half."""
    return (np.searchsorted(others, values, "left") + np.searchsorted(others, values, "right")) / (2 * len(others))
