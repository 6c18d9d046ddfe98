"""Conformal sets and intervals from out-of-fold predictions, their coverage on the test part, and how many samples can be decided."""

import numpy as np
import pandas as pd
from scipy import stats

from tentips.models.guards import conformal_quantile, nonconformity, prediction_intervals, prediction_sets
from tentips.statistics.intervals import resample_weights

LEVELS = 0.8, 0.9, 0.95  # shares of new samples whose set is to hold the truth
STEPS = 20  # of the abstention curve
COVERED = [
    "column",
    "level_name",
    "level",
    "n",
    "units",
    "coverage",
    "low",
    "high",
    "size",
    "decided",
    "right",
    "quantile",
]
DECIDED = ["share", "n", "threshold", "value", "right", "low", "high"]


def calibrate(truth: np.ndarray, predicted: np.ndarray, units: np.ndarray, classes: list[str]) -> dict:
    """Return the guard of new samples: {"task", "classes", "method", "units", "quantiles": {level: quantile or null}}."""
    scores = nonconformity(truth, predicted)
    quantiles = {f"{level:g}": conformal_quantile(scores, units, level) for level in LEVELS}
    return {
        "task": "classification" if classes else "regression",
        "classes": list(classes),
        "method": "cross-validated: nonconformity of out-of-fold predictions, every unit weighing alike",
        "units": len(np.unique(units)),
        "quantiles": quantiles,
    }


def coverage(
    guard: dict, truth: np.ndarray, predicted: np.ndarray, units: np.ndarray, named: pd.DataFrame, options: dict
) -> pd.DataFrame:
    """Return how often sets held the truth: over all test samples, by class, and by each subgroup of `named`.

    `size` is the mean number of classes of a set or the width of an interval, `decided` the share of sets with one class, `right`
    how many of these were right. The interval of the coverage comes from a cluster bootstrap (Wilson's where units are single).
    """
    everybody = pd.DataFrame({"all": ["all samples"] * len(truth)}, index=named.index)
    if guard["classes"]:
        everybody["class"] = np.array(guard["classes"], dtype=object)[truth]
    records = []
    for text, quantile in guard["quantiles"].items():
        if quantile is None:
            continue
        hit, size, one, right = _sets(guard, truth, predicted, quantile)
        for column, values in pd.concat([everybody, named], axis=1).items():
            for name in sorted(values.dropna().unique()):
                inside = (values == name).to_numpy()
                record = {"column": column, "level_name": name, "level": float(text), "n": int(inside.sum())}
                record |= {"units": len(np.unique(units[inside])), "coverage": hit[inside].mean()}
                record["low"], record["high"] = share_interval(hit[inside], units[inside], options)
                record |= {"size": size[inside].mean(), "quantile": quantile}
                if one is not None:
                    chosen = inside & one
                    record |= {"decided": one[inside].mean(), "right": right[chosen].mean() if chosen.any() else np.nan}
                records.append(record)
    return pd.DataFrame(records, columns=COVERED)


def share_interval(hit: np.ndarray, units: np.ndarray, options: dict) -> tuple[float, float]:
    """Return the interval of a share of rows: Wilson's (1927) with the number of rows that independent units are worth."""
    n, share = len(hit), float(np.mean(hit))
    weights = resample_weights(units, options["bootstrap"], seed=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        draws = weights @ hit / weights.sum(axis=1)
    spread, alone = float(np.nanvar(draws)), share * (1 - share) / n
    worth = n if spread <= alone or alone == 0 else n * alone / spread
    worth = max(min(worth, n) if alone else len(np.unique(units)), 1.0)
    z = stats.norm.ppf(0.5 + options["confidence"] / 2)
    middle = (share + z * z / (2 * worth)) / (1 + z * z / worth)
    half = z * np.sqrt(share * (1 - share) / worth + z * z / (4 * worth * worth)) / (1 + z * z / worth)
    return max(0.0, middle - half), min(1.0, middle + half)


def abstention(truth: np.ndarray, predicted: np.ndarray, units: np.ndarray, options: dict) -> pd.DataFrame:
    """Return how good decisions are where only the surest share of the samples is decided.

    Classes: `threshold` is the lowest probability of the decided class, `right` the share of right decisions. Empty for
    regression, whose model says nothing of how sure it is, and for predictions that are no numbers.
    """
    if predicted.ndim == 1 or not np.isfinite(predicted).all():
        return pd.DataFrame(columns=DECIDED)
    sure = predicted.max(axis=1)
    order, right = np.argsort(-sure, kind="stable"), predicted.argmax(axis=1) == truth
    records = []
    for share in np.linspace(1 / STEPS, 1, STEPS):
        kept = order[: max(1, round(share * len(order)))]
        low, high = share_interval(right[kept], units[kept], options)
        value = right[kept].mean()
        records.append(
            {"share": share, "n": len(kept), "threshold": sure[kept[-1]], "value": value, "low": low, "high": high}
        )
        records[-1]["right"] = int(right[kept].sum())
    return pd.DataFrame(records, columns=DECIDED)


def _sets(guard: dict, truth, predicted, quantile):
    """Whether each set holds the truth, its size, whether it has one class, and whether that one is right."""
    if guard["classes"]:
        held = prediction_sets(predicted, quantile)
        hit, size = held[np.arange(len(truth)), truth], held.sum(axis=1)
        return hit, size, size == 1, hit & (size == 1)
    ends = prediction_intervals(predicted, quantile)
    return (ends[:, 0] <= truth) & (truth <= ends[:, 1]), ends[:, 1] - ends[:, 0], None, None
