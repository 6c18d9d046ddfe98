"""Intervals of metrics on the test rows, from a bootstrap of whole groups."""

from dataclasses import dataclass

import numpy as np
from scipy import special, stats

from tentips.statistics.scores import score, weighted_scores

LEAST = 100  # resamples in which a metric must be defined before an interval is given
FEWEST_UNITS = 6  # independent units that an interval needs: 462 different resamples; 5 would give 126, and t is wild
FLAT = 1e-9  # resampled values that spread no more than this do not spread
COUNTED = ("roc_auc", "accuracy", "balanced_accuracy")  # shares of rows or of pairs of rows that are right
RANKED = ("roc_auc", "average_precision")
CORRELATIONS = ("matthews_corrcoef", "spearman")


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


def independent_units(truth: np.ndarray, groups: np.ndarray, classes: int | None) -> tuple[int, int | None]:
    """Return how many groups there are, and how many hold the class that the fewest hold (None without `classes`)."""
    holding = [len(np.unique(groups[truth == number])) for number in range(classes or 0)]
    return len(np.unique(groups)), min((n for n in holding if n), default=None)


def variance_over_seeds(name: str, truth, members: list[np.ndarray]) -> float:
    """Return the variance of the mean metric over training seeds, s^2/S; 0 for a single member."""
    scores = [score(name, truth, predicted) for predicted in members]
    return float(np.var(scores, ddof=1) / len(scores)) if len(scores) > 1 else 0.0


def limits(name: str) -> tuple[float, float]:
    """Return the smallest and the largest value that the metric can take."""
    if name == "r2" or name.startswith("neg_"):
        return -np.inf, float(name == "r2")
    return (-1.0, 1.0) if name in CORRELATIONS else (0.0, 1.0)


def metric_interval(
    name: str,
    value: float,
    draws: np.ndarray,
    units: int,
    rarest: int | None,
    confidence: float,
    seed_variance: float = 0.0,
    seeds: int = 1,
) -> Interval:
    """Return the interval of a metric from its values in cluster-bootstrap resamples, `draws`, shape (resamples,).

    A Wald interval on a scale without limits (logit, Fisher's z or logarithm), by the delta method from the bootstrap
    standard error and Student's t with n - 1 degrees of freedom. n is `units`, the number of independent groups; for
    metrics in `RANKED` it is `rarest`, the number of groups that hold the rarest class, which decide their variance. To
    the sampling variance comes `seed_variance`, that of the mean over `seeds` training seeds.

    Faultless scores of the metrics in `COUNTED` get the exact binomial limits for m trials that all agree (Clopper and
    Pearson 1934). m is `units` for accuracy and `rarest` otherwise, because so many pairs of one case and one control
    without a common member are independent. Other metrics at the end of their range, fewer than `LEAST` defined draws and
    fewer than `FEWEST_UNITS` units have NaN ends. A score without any spread elsewhere is that of a predictor that orders nothing: exact.
    """
    draws = draws[np.isfinite(draws)]
    if len(draws) < LEAST:
        return Interval(value, float("nan"), float("nan"))
    return interval_of(name, value, float(np.var(draws, ddof=1)), units, rarest, confidence, seed_variance, seeds)


def interval_of(
    name: str,
    value: float,
    spread: float,
    units: int,
    rarest: int | None,
    confidence: float,
    seed_variance: float = 0.0,
    seeds: int = 1,
) -> Interval:
    """Return the interval that `metric_interval` gives where the variance of the resamples, `spread`, is known."""
    unknown = Interval(value, float("nan"), float("nan"))
    if units < FEWEST_UNITS or not np.isfinite(value):
        return unknown
    lowest, highest = limits(name)
    n = max(rarest, 2) if name in RANKED else units
    variance = spread * n / (n - 1)
    at_an_end = min(value - lowest, highest - value) <= FLAT
    if variance + seed_variance <= FLAT**2 and not at_an_end:
        return Interval(value, value, value)  # a predictor that orders nothing scores this whatever the sample
    if at_an_end:
        if name not in COUNTED:
            return unknown
        margin = unseen_share(units if name == "accuracy" else rarest, confidence)
        return Interval(value, max(lowest, value - margin), min(highest, value + margin))
    forward, backward, slope = _scale(name)
    error = np.sqrt(variance + seed_variance) * slope(value)
    reach = error * stats.t.ppf(0.5 + confidence / 2, pooled_freedom(variance, n - 1, (seed_variance, seeds)))
    low, high = sorted(float(backward(forward(value) + sign * reach)) for sign in (-1, 1))
    return Interval(value, min(low, value), max(high, value))


def sampling_variance(draws: np.ndarray, units: int) -> float:
    """Return the variance of the metric from its bootstrap draws, without the bias (units - 1) / units of theirs."""
    return float(np.var(draws, ddof=1) * units / (units - 1))


def pooled_freedom(variance: float, freedom: float, *seeds: tuple[float, int]) -> float:
    """Return the degrees of freedom (Satterthwaite 1946) of a variance plus those over seeds, (variance, seeds)."""
    parts = [(variance, freedom), *((more, n - 1) for more, n in seeds if n > 1)]
    uncertain = sum(part**2 / free for part, free in parts)
    return sum(part for part, _ in parts) ** 2 / uncertain if uncertain > 0 else freedom


def unseen_share(trials: int, confidence: float) -> float:
    """Return the largest share of failures that `trials` trials without any leave open (Clopper and Pearson 1934)."""
    return float(1 - ((1 - confidence) / 2) ** (1 / trials))


def _scale(name):
    """A transformation to a scale without limits, its inverse, and the size of its slope."""
    if name == "r2":
        return lambda v: np.log(1 - v), lambda x: 1 - np.exp(x), lambda v: 1 / (1 - v)
    if name.startswith("neg_"):
        return lambda v: np.log(-v), lambda x: -np.exp(x), lambda v: -1 / v
    if name in CORRELATIONS:
        return np.arctanh, np.tanh, lambda v: 1 / (1 - v**2)
    return special.logit, special.expit, lambda v: 1 / (v * (1 - v))
