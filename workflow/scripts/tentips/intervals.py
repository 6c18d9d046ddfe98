"""Intervals and paired comparisons by a bootstrap of whole groups."""

from dataclasses import dataclass

import numpy as np

from tentips.scores import score, weighted_scores

LEAST = 100  # resamples in which a metric must be defined before an interval is given


@dataclass(frozen=True)
class Interval:
    """An estimate with the ends of its interval."""

    value: float
    low: float
    high: float


def resample_weights(groups: np.ndarray, n: int, seed: int) -> np.ndarray:
    """Draw `n` cluster-bootstrap samples (Field and Welsh 2007): whole groups, as many as there are, with replacement.

    Returns how often each row stands in each sample, (n, rows). Where every row is its own group this is the ordinary
    bootstrap.
    """
    codes = np.unique(groups, return_inverse=True)[1]
    n_groups = codes.max() + 1
    counts = np.random.default_rng(seed).multinomial(n_groups, np.full(n_groups, 1 / n_groups), size=n)
    return counts[:, codes].astype(float)


def resampled(name: str, truth, members: list[np.ndarray], weights: np.ndarray) -> np.ndarray:
    """Return the metric in each resample, averaged over `members` (one prediction per seed, or a single one)."""
    return np.mean([weighted_scores(name, truth, predicted, weights) for predicted in members], axis=0)


def observed(name: str, truth, members: list[np.ndarray]) -> float:
    """Return the metric on the samples themselves, averaged over `members`."""
    return float(np.mean([score(name, truth, predicted) for predicted in members]))


def percentile(value: float, values: np.ndarray, confidence: float) -> Interval:
    """Return the percentile interval of resampled `values`; NaN ends where too few of them are defined."""
    values = values[np.isfinite(values)]
    if len(values) < LEAST:
        return Interval(value, float("nan"), float("nan"))
    tail = (1 - confidence) / 2
    low, high = np.quantile(values, [tail, 1 - tail])
    return Interval(value, float(low), float(high))


def two_sided_p(differences: np.ndarray) -> float:
    """Return the p-value of "no difference" from resampled differences; NaN where too few are defined.

    Twice the smaller share of differences on either side of zero (Davison and Hinkley 1997, section 4.4), with one added
    so that it is never 0.
    """
    differences = differences[np.isfinite(differences)]
    if len(differences) < LEAST:
        return float("nan")
    n = len(differences) + 1
    return float(min(1.0, 2 * min(((differences <= 0).sum() + 1) / n, ((differences >= 0).sum() + 1) / n)))
