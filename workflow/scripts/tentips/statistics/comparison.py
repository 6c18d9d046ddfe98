"""Paired comparisons of two models on the same test rows, and tests over repeated splits."""

from dataclasses import dataclass

import numpy as np
from scipy import stats

from tentips.statistics.intervals import (
    COUNTED,
    FLAT,
    limits,
    observed,
    pooled_freedom,
    too_few,
    unit_of,
    variance_over_seeds,
)
from tentips.statistics.jackknife import blocks_of, freedom, left_out, variance
from tentips.statistics.proportions import SHARES, ends, p_value_of, shares_of
from tentips.statistics.widest_limits import unseen_share


@dataclass(frozen=True)
class Comparison:
    """A difference of scores (positive: the first is better), its interval, the p-value of "none" and the method."""

    difference: float
    low: float
    high: float
    p_value: float
    method: str


def compare(
    name: str,
    truth: np.ndarray,
    a: list[np.ndarray],
    b: list[np.ndarray],
    groups: np.ndarray,
    confidence: float,
) -> Comparison:
    """Compare model `a` with model `b` on the same rows by the metric `name`.

    `a` and `b` hold one prediction per training seed, as scores.py takes them. Variances are those of the models'
    intervals (intervals.py), so that a difference and its parts cannot contradict one another. Independent rows: the test
    of DeLong et al. (1988) for the area under the ROC curve of two classes, by t with the rarer class's freedom;
    McNemar's (1947) for the accuracy of two single models. Means of shares: limits of all shares put together
    (proportions.py). Otherwise Student's t on a jackknife of whole groups. The variance over seeds is added.
    """
    blocks = blocks_of(truth, groups, a[0].shape[1] if a[0].ndim == 2 else None)
    difference = observed(name, truth, a) - observed(name, truth, b)
    independent = blocks.groups == len(truth)
    unknown = Comparison(difference, float("nan"), float("nan"), float("nan"), "none: too few independent groups")
    if not np.isfinite(difference) or too_few(name, blocks):
        return unknown
    if name == "accuracy" and independent and len(a) == len(b) == 1:
        right_a, right_b = (members[0].argmax(axis=1) == truth for members in (a, b))
        if (right_a != right_b).any():
            return mcnemar(right_a, right_b, confidence)
    over_seeds = [(variance_over_seeds(name, truth, members), len(members)) for members in (a, b)]
    added = ", seed variance added" if len(a) + len(b) > 2 else ""
    if name in SHARES:
        shares = [shares_of(name, truth, members, groups, blocks) for members in (a, b)]
        return _of_shares(difference, shares, blocks.groups, over_seeds, confidence, added)
    moved = left_out(name, truth, a, blocks) - left_out(name, truth, b, blocks)
    free, method = freedom(name, moved, blocks, difference=True), "paired jackknife of groups, t interval"
    if name == "roc_auc" and independent and len(np.unique(truth)) == 2 and a[0].shape[1] == 2:
        sampling, method = delong_variance(truth, a, b), "DeLong's test, t of the rarer class"
    else:
        sampling = variance(moved, blocks)
    error = np.sqrt(sampling + sum(more for more, _ in over_seeds))
    if not np.isfinite(error):
        return unknown
    unit = unit_of(name, truth)
    if not error > FLAT * unit:
        return _without_spread(name, difference, blocks.rarest, confidence, unit)
    within = _possible(name, truth, a, b, blocks)
    return _student(difference, error, pooled_freedom(sampling, free, *over_seeds), confidence, method + added, within)


def delong_variance(truth: np.ndarray, a: list[np.ndarray], b: list[np.ndarray]) -> float:
    """Return the variance of the difference of two areas under the ROC curve (DeLong, DeLong and Clarke-Pearson 1988).

    `truth` is 0 or 1, `a` and `b` hold predictions of shape (samples, 2). The structural components of a model with
    several members are the means of theirs.
    """
    cases, controls = (
        np.mean([side(m[:, 1]) for m in a], axis=0) - np.mean([side(m[:, 1]) for m in b], axis=0)
        for side in (lambda scores: _components(scores, truth == 1), lambda scores: 1 - _components(scores, truth == 0))
    )
    return float(np.var(cases, ddof=1) / len(cases) + np.var(controls, ddof=1) / len(controls))


def mcnemar(right_a: np.ndarray, right_b: np.ndarray, confidence: float) -> Comparison:
    """Compare two accuracies on the same independent rows; `right_a` and `right_b` are booleans, shape (samples,).

    The p-value is that of McNemar's (1947) test by the exact binomial distribution; the interval is method 10 of Newcombe
    (1998, Statistics in Medicine 17:2635), from Wilson's intervals of both accuracies and their correlation.
    """
    n = len(right_a)
    both, only_a, only_b = (right_a & right_b).sum(), (right_a & ~right_b).sum(), (~right_a & right_b).sum()
    neither = n - both - only_a - only_b
    p_value = stats.binomtest(int(only_a), int(only_a + only_b)).pvalue if only_a + only_b else 1.0
    low, high = newcombe(int(both), int(only_a), int(only_b), int(neither), confidence)
    return Comparison(
        float((only_a - only_b) / n), low, high, float(p_value), "McNemar's exact test, Newcombe's interval"
    )


def newcombe(both: int, only_a: int, only_b: int, neither: int, confidence: float) -> tuple[float, float]:
    """Return the ends of Newcombe's (1998) method 10 interval for the difference of two paired proportions."""
    n = both + only_a + only_b + neither
    a, b = (both + only_a) / n, (both + only_b) / n
    (low_a, high_a), (low_b, high_b) = (
        stats.binomtest(successes, n).proportion_ci(confidence, "wilson")
        for successes in (both + only_a, both + only_b)
    )
    product = (both + only_a) * (only_b + neither) * (both + only_b) * (only_a + neither)
    excess = both * neither - only_a * only_b
    if excess > 0:
        excess = max(excess - n / 2, 0)
    phi = excess / np.sqrt(product) if product else 0.0

    def reach(one, other):
        return np.sqrt(one**2 - 2 * phi * one * other + other**2)

    low, high = a - b - reach(a - low_a, high_b - b), a - b + reach(high_a - a, b - low_b)
    return float(max(low, -1.0)), float(min(high, 1.0))


def holm(p_values) -> np.ndarray:
    """Return p-values adjusted for their number by Holm's (1979) step-down method; NaN stays and does not count."""
    p_values = np.asarray(p_values, dtype=float)
    adjusted = np.full(p_values.shape, np.nan)
    order = np.argsort(p_values)[: np.isfinite(p_values).sum()]
    steps = p_values[order] * np.arange(len(order), 0, -1)
    adjusted[order] = np.minimum(np.maximum.accumulate(steps), 1.0)
    return adjusted


def corrected_resampled_t(
    values: np.ndarray, test_share: float, confidence: float, within: tuple[float, float] = (-np.inf, np.inf)
) -> Comparison:
    """Test whether the mean of `values` over repeated random splits is 0 (Nadeau and Bengio 2003), and its interval.

    `values` holds a score or a difference of scores per repeat, shape (repeats,). Repeats share training rows, so that
    the variance of their mean is taken as (1/R + `test_share`) s^2, `test_share` being the number of test rows over that
    of training rows; Student's t with R - 1 degrees of freedom. The interval is cut to `within`.
    """
    values = np.asarray(values, dtype=float)
    values = values[np.isfinite(values)]
    method = "corrected resampled t-test"
    mean = float(values.mean()) if len(values) else float("nan")
    if len(values) < 2:
        return Comparison(mean, float("nan"), float("nan"), float("nan"), method)
    error = np.sqrt((1 / len(values) + test_share) * values.var(ddof=1))
    if error <= FLAT * np.abs(values).max():
        return Comparison(mean, float("nan"), float("nan"), float("nan") if mean else 1.0, method)
    return _student(mean, error, len(values) - 1, confidence, method, within)


def _components(scores, inside):
    """For each row inside, the share of rows outside with a lower score, ties counting half."""
    outside = np.sort(scores[~inside])
    below = np.searchsorted(outside, scores[inside], "left") + np.searchsorted(outside, scores[inside], "right")
    return below / (2 * len(outside))


def _widest(name):
    lowest, highest = limits(name)
    return lowest - highest, highest - lowest


def _possible(name, truth, a, b, blocks):
    """The smallest and largest possible difference: against a model whose score no group moves, what that score leaves."""
    lowest, highest = limits(name)
    (low_a, high_a), (low_b, high_b) = (_within(name, truth, members, blocks, lowest, highest) for members in (a, b))
    return low_a - high_b, high_a - low_b


def _within(name, truth, members, blocks, lowest, highest):
    moved, value = left_out(name, truth, members, blocks), observed(name, truth, members)
    # A single constant predictor orders nothing: it scores this whatever the sample.
    return (
        (value, value) if len(members) == 1 and np.ptp(moved) == 0 and lowest < value < highest else (lowest, highest)
    )


def _student(difference, error, freedom, confidence, method, within):
    reach = error * stats.t.ppf(0.5 + confidence / 2, freedom)
    low, high = np.clip([difference - reach, difference + reach], *within)
    return Comparison(
        float(difference), float(low), float(high), float(2 * stats.t.sf(abs(difference) / error, freedom)), method
    )


def _of_shares(difference, both, groups, over_seeds, confidence, added):
    """From the shares of both models, of so many `groups`, and their variances over seeds."""
    seed_variance = sum(more for more, _ in over_seeds)
    sampling = sum((each.values * (1 - each.values) / each.trials).sum() / len(each.values) ** 2 for each in both)
    free = pooled_freedom(sampling, groups - 1, *over_seeds) if seed_variance else np.inf

    def limits_at(level):
        return ends([(1.0, both[0]), (-1.0, both[1])], level, seed_variance, free)

    low, high = np.clip(limits_at(confidence), -1.0, 1.0)
    method = "Wilson's limits of each share, put together (Newcombe's method 10)" + added
    return Comparison(float(difference), float(low), float(high), p_value_of(limits_at), method)


def _without_spread(name, difference, trials, confidence, unit):
    """Samples that all agree leave a share of failures open, for both models where they differ by more than half."""
    if name not in COUNTED:
        p_value = 1.0 if abs(difference) <= FLAT * unit else float("nan")
        return Comparison(difference, float("nan"), float("nan"), p_value, "none: no group moves the difference")
    margin = unseen_share(trials, confidence) * max(1.0, 2 * abs(difference))
    low, high = np.clip([difference - margin, difference + margin], *_widest(name))
    p_value = min(1.0, 2 * (1 - min(abs(difference), 0.5)) ** trials)
    return Comparison(difference, float(low), float(high), float(p_value), "exact binomial limits")
