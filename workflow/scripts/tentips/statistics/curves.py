"""ROC and precision-recall curves with bands from a bootstrap of whole groups."""

from collections.abc import Callable

import numpy as np

from tentips.statistics.intervals import resample_weights
from tentips.statistics.scores import steps

GRID = np.linspace(0, 1, 101)
RESAMPLES = 500  # a band of two decimals needs no more; the intervals of the metrics use evaluation.bootstrap
CHUNK = 50  # resamples at a time: many samples stay within memory


def roc(member: np.ndarray, ranking: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Return the share of members found at each share of others taken for members in `GRID`: (resamples, 101).

    `member` says which rows are of the class, `ranking` is their score, `weights` (resamples, rows) how often each row
    is in a resample. Between two thresholds the curve is straight, as ties counting half have it (Fawcett 2006).
    """
    inside, outside = (part.cumsum(axis=1) for part in steps(member, ranking, weights))
    return _each(_roc_of_one, inside, outside)


def precision_recall(member: np.ndarray, ranking: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Return the precision at the first threshold that reaches each recall in `GRID`: (resamples, 101).

    Steps, not lines: between two thresholds precision does not change linearly (Davis and Goadrich 2006).
    """
    inside, outside = (part.cumsum(axis=1) for part in steps(member, ranking, weights))
    return _each(_precision_of_one, inside, outside)


def with_band(
    curve: Callable, member: np.ndarray, ranking: np.ndarray, groups: np.ndarray, confidence: float, seed: int = 0
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return a curve and the ends of its pointwise percentile band over resamples of whole groups, each (101,).

    The ends are NaN where fewer than half of the resamples define the curve.
    """
    own = curve(member, ranking, np.ones((1, len(member))))[0]
    drawn = np.concatenate(
        [
            curve(member, ranking, resample_weights(groups, CHUNK, seed * RESAMPLES + start))
            for start in range(0, RESAMPLES, CHUNK)
        ]
    )
    drawn = drawn[np.isfinite(drawn).all(axis=1)]
    if len(drawn) < RESAMPLES / 2:
        return own, np.full_like(own, np.nan), np.full_like(own, np.nan)
    low, high = np.quantile(drawn, [(1 - confidence) / 2, (1 + confidence) / 2], axis=0)
    return own, low, high


def _each(of_one: Callable, inside: np.ndarray, outside: np.ndarray) -> np.ndarray:
    defined = (inside[:, -1] > 0) & (outside[:, -1] > 0)
    curves = np.full((len(inside), len(GRID)), np.nan)
    for number in np.flatnonzero(defined):
        curves[number] = of_one(inside[number], outside[number])
    return curves


def _roc_of_one(inside: np.ndarray, outside: np.ndarray) -> np.ndarray:
    x, y = np.append(0.0, outside / outside[-1]), np.append(0.0, inside / inside[-1])
    # Of points above one another the highest counts, which is the last; a little to the right, for what rounding takes away.
    return np.interp(GRID + 1e-12, x, y)


def _precision_of_one(inside: np.ndarray, outside: np.ndarray) -> np.ndarray:
    recall, precision = inside / inside[-1], inside / np.maximum(inside + outside, 1)
    first = np.searchsorted(recall, np.maximum(GRID - 1e-9, 1e-12))  # a little below, for what rounding takes away
    return precision[first]
