"""Metrics that are means of shares (accuracy, balanced accuracy, macro F1): Wilson's limits of each share, put together."""

from dataclasses import dataclass

import numpy as np
from scipy import stats

from tentips.statistics.jackknife import ROUNDING, Blocks, without
from tentips.statistics.scores import confusion

SHARES = ("accuracy", "balanced_accuracy", "f1_macro")


@dataclass(frozen=True)
class Shares:
    """The shares that a metric is the mean of: their values, how many independent trials each is worth, what leaving out moves.

    `trials` is the effective sample size, `groups` how many independent groups are behind it, `clustered` whether rows share
    groups; `moved` is (shares, blocks).
    """

    values: np.ndarray
    trials: np.ndarray
    groups: np.ndarray
    clustered: np.ndarray
    moved: np.ndarray


def shares_of(name: str, truth: np.ndarray, members: list[np.ndarray], groups: np.ndarray, blocks: Blocks) -> Shares:
    """Return the shares of one model, averaged over `members`.

    The effective number of trials is p (1 - p) over the variance of the share between groups (Korn and Graubard 1998,
    Survey Methodology 24:193): never more than rows that count in it, once for each member; where all rows agree, the number of groups.
    """
    cells = [lambda w, p=p: _shares(name, confusion(truth, p, w)) for p in members]
    whole = np.ones((1, len(truth)))
    values = np.mean([each(whole)[:, 0] for each in cells], axis=0)
    moved = np.mean([without(blocks, each) for each in cells], axis=0)
    present = np.unique(truth)
    masks = [np.ones(len(truth), dtype=bool)] if name == "accuracy" else [truth == number for number in present]
    keep = [0] if name == "accuracy" else present
    most = [len(members) * _rows_of(name, number, mask, members) for number, mask in zip(keep, masks, strict=True)]
    values, moved = values[keep], moved[keep]
    trials, behind, clustered, deviations = [], [], [], []
    for value, own, mask, rows_behind in zip(values, moved, masks, most, strict=True):
        rows, holding = int(mask.sum()), len(np.unique(groups[mask]))
        touched = (
            np.ones(len(own), dtype=bool) if name == "f1_macro" else np.isin(np.arange(len(own)), blocks.of_row[mask])
        )
        m = touched.sum()
        centre = np.nanmean(own[touched]) if m else value
        deviation = np.where(touched & np.isfinite(own), own - centre, 0.0)
        spread = (m - 1) / max(m, 1) * np.square(deviation).sum()
        if value * (1 - value) <= ROUNDING or m < 2:
            found = float(holding)
        elif spread <= ROUNDING**2:
            found = float(rows)
        else:
            found = min(value * (1 - value) / spread, rows_behind)
        trials.append(max(found, 1.0))
        behind.append(holding)
        clustered.append(holding < rows)
        deviations.append(deviation)
    return Shares(values, np.array(trials), np.array(behind), np.array(clustered), np.array(deviations))


def _rows_of(name: str, number: int, mask: np.ndarray, members: list[np.ndarray]) -> float:
    """How many rows count in a share: those of the class; in its F1 also those that were taken for it."""
    if name != "f1_macro":
        return float(mask.sum())
    return float(np.mean([(mask | (p.argmax(axis=1) == number)).sum() for p in members]))


def ends(
    found: list[tuple[float, Shares]], confidence: float, seed_variance: float, freedom: float
) -> tuple[float, float]:
    """Return the limits of a sum of models' mean shares, each with its sign: one model, or the difference of two.

    Wilson's (1927) limits of each share are put together by the method of variance estimates recovery (Zou and Donner 2008,
    Statistics in Medicine 27:1693), with the correlations of shares that leaving out groups shows; for two shares of the
    same rows that is Newcombe's (1998) method 10. `seed_variance` is that of means over training seeds, with `freedom`.
    """
    z = stats.norm.ppf(0.5 + confidence / 2)
    down, up, moved, value = [], [], [], 0.0
    for sign, shares in found:
        count = len(shares.values)
        value += sign * shares.values.mean()
        reach = np.where(shares.clustered, stats.t.ppf(0.5 + confidence / 2, np.maximum(shares.groups - 1, 1)), z)
        low, high = wilson_limits(shares.values, shares.trials, reach)
        lower, upper = (shares.values - low) / count, (high - shares.values) / count
        down.append(lower if sign > 0 else -upper)
        up.append(upper if sign > 0 else -lower)
        moved.append(shares.moved)
    moved = np.concatenate(moved)
    size = np.sqrt(np.square(moved).sum(axis=1))
    scale = np.where(size > 0, size, 1)
    correlation = (moved / scale[:, None]) @ (moved / scale[:, None]).T
    np.fill_diagonal(correlation, 1.0)
    from_seeds = stats.t.ppf(0.5 + confidence / 2, freedom) ** 2 * seed_variance if seed_variance else 0.0
    below, above = (
        np.sqrt(max(part @ correlation @ part, 0.0) + from_seeds) for part in (np.concatenate(down), np.concatenate(up))
    )
    return float(value - below), float(value + above)


def p_value_of(limits_at, tolerance: float = 1e-6) -> float:
    """Return the p-value that agrees with the intervals: the smallest level at which `limits_at(confidence)` leaves out 0."""

    def without_zero(confidence):
        low, high = limits_at(confidence)
        return low > 0 or high < 0

    least, most = 1e-9, 1 - 1e-12  # confidences at which the interval leaves out 0 and holds it
    if not without_zero(least):
        return 1.0
    if without_zero(most):
        return float(1 - most)
    while most - least > tolerance * (1 - least):
        middle = (least + most) / 2
        least, most = (middle, most) if without_zero(middle) else (least, middle)
    return float(1 - (least + most) / 2)


def wilson_limits(share, trials, z) -> tuple[np.ndarray, np.ndarray]:
    """Return the ends of Wilson's (1927) interval of a share of `trials`, which need not be whole; z is the normal quantile."""
    middle, half = (
        share + z * z / (2 * trials),
        z * np.sqrt(share * (1 - share) / trials + z * z / (4 * trials * trials)),
    )
    low, high = (middle - half) / (1 + z * z / trials), (middle + half) / (1 + z * z / trials)
    return np.minimum(np.maximum(low, 0), share), np.maximum(np.minimum(high, 1), share)


def _shares(name: str, cells: np.ndarray) -> np.ndarray:
    """The shares under each weighting, (shares, weightings), from confusion matrices."""
    hits, true = np.diagonal(cells, axis1=1, axis2=2), cells.sum(axis=2)
    with np.errstate(invalid="ignore", divide="ignore"):
        if name == "accuracy":
            return (hits.sum(axis=1) / true.sum(axis=1))[None]
        if name == "balanced_accuracy":
            return (hits / true).T
        return (2 * hits / (true + cells.sum(axis=1))).T
