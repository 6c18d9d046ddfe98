"""Intervals of metrics on the test rows, over independent groups and training seeds."""

from dataclasses import dataclass

import numpy as np
from scipy import special, stats

from tentips.statistics.jackknife import Blocks, blocks_of, freedom, left_out, variance
from tentips.statistics.metric_names import IN_LABEL_UNITS
from tentips.statistics.proportions import SHARES, Shares, ends, shares_of
from tentips.statistics.scores import EPSILON, score, weighted_scores
from tentips.statistics.widest_limits import widest_limits

FEWEST_UNITS = 6  # independent groups that an interval needs
FEWEST_OF_A_CLASS = 3  # groups that hold the rarer of two classes, for metrics of ranks
FLAT = 1e-9  # a metric that moves by no more than this share of its unit does not move
COUNTED = ("roc_auc",)  # shares of pairs of rows that are right
RANKED = ("roc_auc", "average_precision")
CORRELATIONS = ("matthews_corrcoef", "spearman")


@dataclass(frozen=True)
class Interval:
    """An estimate with the ends of its interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Spread:
    """The variance of a score over samples with its degrees of freedom, and that over training seeds with their number."""

    sampling: float
    free: float
    over_seeds: float = 0.0
    seeds: int = 1


def resample_weights(groups: np.ndarray, n: int, seed: int) -> np.ndarray:
    """Draw `n` cluster-bootstrap samples (Field and Welsh 2007): whole groups, as many as there are, with replacement.

    Returns how often each row is in each sample, (n, rows). Where every row is its own group this is the ordinary
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


def variance_over_seeds(name: str, truth, members: list[np.ndarray]) -> float:
    """Return the variance of the mean metric over training seeds, s^2/S; 0 for a single member."""
    scores = [score(name, truth, predicted) for predicted in members]
    return float(np.var(scores, ddof=1) / len(scores)) if len(scores) > 1 else 0.0


def limits(name: str) -> tuple[float, float]:
    """Return the smallest and the largest value that the metric can take."""
    known = {
        "r2": (-np.inf, 1.0),
        "neg_brier_score": (-1.0, 0.0),
        "neg_log_loss": (np.log(EPSILON), np.log(1 - EPSILON)),
    }
    if name in known:
        return known[name]
    if name.startswith("neg_"):
        return -np.inf, 0.0
    return (-1.0, 1.0) if name in CORRELATIONS else (0.0, 1.0)


def score_interval(
    name: str, truth: np.ndarray, members: list[np.ndarray], groups: np.ndarray, confidence: float
) -> Interval:
    """Return a metric, averaged over `members` (one prediction per seed), with its interval over groups and seeds.

    Means of shares (accuracy, balanced accuracy, macro F1): Wilson's limits put together (proportions.py). Else a Wald
    interval on a scale without limits (logit, Fisher's z or logarithm) with the variance and the degrees of freedom of a
    jackknife over groups (jackknife.py), by Student's t. To the sampling variance comes that of the mean over seeds.

    Neither end lies beyond the widest limits (widest_limits.py), and a faultless ROC AUC gets these. NaN ends: other
    metrics at the end of their range, fewer than `FEWEST_UNITS` groups, a rarest class in fewer than `FEWEST_OF_A_CLASS`
    groups where the metric depends on each class. A score that no group moves is that of a predictor that orders nothing: exact.
    """
    value = observed(name, truth, members)
    blocks = blocks_of(truth, groups, members[0].shape[1] if members[0].ndim == 2 else None)
    seeds = variance_over_seeds(name, truth, members), len(members)
    if not np.isfinite(value) or too_few(name, blocks):
        return Interval(value, float("nan"), float("nan"))
    if name in SHARES:
        shares = shares_of(name, truth, members, groups, blocks)
        low, high = ends([(1.0, shares)], confidence, *_seed_part(seeds, blocks, shares))
        return Interval(value, max(low, 0.0), min(high, 1.0))
    values = left_out(name, truth, members, blocks)
    spread = Spread(variance(values, blocks), freedom(name, values, blocks), *seeds)
    widest = widest_limits(name, value, truth, members, groups, blocks.rarest, seeds[0], confidence)
    return interval_of(name, value, spread, widest, confidence, unit_of(name, truth), values)


def interval_of(
    name: str,
    value: float,
    spread: Spread,
    widest: tuple[float, float],
    confidence: float,
    unit: float = 1.0,
    moved: np.ndarray | None = None,
) -> Interval:
    """Return the interval of a score with this spread, as `score_interval` describes it.

    `widest` are the limits that it does not exceed (`widest_limits`); `unit` is the size of the label's unit for metrics that
    have one; `moved` holds the metric without each block.
    """
    unknown = Interval(value, float("nan"), float("nan"))
    lowest, highest = limits(name)
    if not np.isfinite([value, spread.sampling]).all():
        return unknown
    at_an_end = min(value - lowest, highest - value) <= FLAT * unit
    if np.sqrt(spread.sampling + spread.over_seeds) <= FLAT * unit and not at_an_end:
        return Interval(value, value, value)  # a predictor that orders nothing scores this whatever the sample
    if at_an_end:
        return Interval(value, *widest) if name in COUNTED else unknown
    forward, backward, slope = _scale(name)
    sampling = max(spread.sampling, _bent(forward, moved, slope(value)) if moved is not None else 0.0)
    error = np.sqrt(sampling + spread.over_seeds) * abs(slope(value))
    free = pooled_freedom(sampling, spread.free, (spread.over_seeds, spread.seeds))
    reach = error * stats.t.ppf(0.5 + confidence / 2, free)
    low, high = sorted(float(backward(forward(value) + sign * reach)) for sign in (-1, 1))
    low, high = max(low, widest[0], lowest), min(high, widest[1], highest)
    return Interval(value, min(low, value), max(high, value))


def too_few(name: str, blocks: Blocks) -> bool:
    """Whether there are too few groups for an interval, or too few of them hold the rarest class."""
    if blocks.groups < FEWEST_UNITS:
        return True
    return name in RANKED and len(blocks.holding) <= 2 and blocks.rarest < FEWEST_OF_A_CLASS


def unit_of(name: str, truth: np.ndarray) -> float:
    """Return what the size of a metric is measured by: the label's spread for errors in its unit, 1 for metrics without one."""
    return float(np.std(truth)) if name in IN_LABEL_UNITS else 1.0


def _seed_part(seeds: tuple[float, int], blocks: Blocks, *shares: Shares) -> tuple[float, float]:
    """The variance over seeds, and the degrees of freedom that it leaves beside that of the shares."""
    if not seeds[0]:
        return 0.0, np.inf
    sampling = sum((each.values * (1 - each.values) / each.trials).sum() / len(each.values) ** 2 for each in shares)
    return seeds[0], pooled_freedom(float(sampling), blocks.groups - 1, seeds)


def _bent(forward, moved: np.ndarray, slope: float) -> float:
    """The jackknife variance taken on the scale itself, in the metric's unit: larger where the scale is bent."""
    with np.errstate(invalid="ignore", divide="ignore"):
        bent = forward(moved)
    if not np.isfinite(bent).all():
        return 0.0
    return float((len(bent) - 1) / len(bent) * np.square(bent - bent.mean()).sum() / slope**2)


def pooled_freedom(variance: float, freedom: float, *seeds: tuple[float, int]) -> float:
    """Return the degrees of freedom (Satterthwaite 1946) of a variance plus those over seeds, (variance, seeds)."""
    parts = [(variance, freedom), *((more, n - 1) for more, n in seeds if n > 1)]
    uncertain = sum(part**2 / free for part, free in parts)
    return sum(part for part, _ in parts) ** 2 / uncertain if uncertain > 0 else freedom


def _scale(name):
    """A transformation to a scale without limits, its inverse, and the size of its slope."""
    if name == "r2":
        return lambda v: np.log(1 - v), lambda x: 1 - np.exp(x), lambda v: 1 / (1 - v)
    if name.startswith("neg_"):
        return lambda v: np.log(-v), lambda x: -np.exp(x), lambda v: -1 / v
    if name in CORRELATIONS:
        return np.arctanh, np.tanh, lambda v: 1 / (1 - v**2)
    return special.logit, special.expit, lambda v: 1 / (v * (1 - v))
