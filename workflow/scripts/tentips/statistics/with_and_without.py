"""What a part of the test rows does to a score: the score with and without them, on the same rows, with an interval."""

from dataclasses import dataclass

import numpy as np
from scipy import stats

from tentips.statistics.intervals import FLAT, observed, pooled_freedom, too_few, unit_of
from tentips.statistics.jackknife import blocks_of, freedom, without
from tentips.statistics.scores import score, weighted_scores

FEWEST_PARTS = 2  # independent groups of the part: one alone has no spread


@dataclass(frozen=True)
class WithAndWithout:
    """A score on all rows, the score without a part of them, their difference with its interval, and the method."""

    with_part: float
    without_part: float
    difference: float
    low: float
    high: float
    method: str


def with_and_without(
    name: str, truth: np.ndarray, members: list[np.ndarray], part: np.ndarray, groups: np.ndarray, confidence: float
) -> WithAndWithout:
    """Return how much the metric `name` gains by the rows `part` (a mask), averaged over `members`, one prediction per seed.

    Both scores share rows: the variance is that of a jackknife that leaves a whole group out of both (Efron and Stein 1981), to which
    that over seeds is added. Few rows decide the difference, so that Student's t has no more degrees of freedom than groups hold
    `part`, less 1. NaN ends where fewer than `FEWEST_PARTS` groups do, or where an interval of the score itself needs more groups.
    """
    kept = ~part
    both = observed(name, truth, members), observed(name, truth[kept], [each[kept] for each in members])
    difference = both[0] - both[1]
    blocks = blocks_of(truth, groups, members[0].shape[1] if members[0].ndim == 2 else None)
    shared = len(np.unique(groups[part]))
    unknown = WithAndWithout(*both, difference, float("nan"), float("nan"), "none: too few independent groups")
    if not np.isfinite(difference) or shared < FEWEST_PARTS or too_few(name, blocks):
        return unknown
    moved = np.mean([_moved(name, truth, each, kept, blocks) for each in members], axis=0)
    # How many rows the part has is as random as they are: blocks that hold it are no stratum of their own.
    sampling = float((len(moved) - 1) / len(moved) * np.square(moved - moved.mean()).sum())
    seeds = [score(name, truth, each) - score(name, truth[kept], each[kept]) for each in members]
    over_seeds = float(np.var(seeds, ddof=1) / len(seeds)) if len(seeds) > 1 else 0.0
    error = np.sqrt(sampling + over_seeds)
    if not np.isfinite(error):
        return unknown
    method = "paired jackknife of groups, t interval" + ", seed variance added" * (len(seeds) > 1)
    if error <= FLAT * unit_of(name, truth):
        return WithAndWithout(*both, difference, difference, difference, "no group moves the difference")
    free = min(freedom(name, moved, blocks, difference=True), shared - 1)
    reach = error * stats.t.ppf(0.5 + confidence / 2, pooled_freedom(sampling, free, (over_seeds, len(seeds))))
    return WithAndWithout(*both, difference, float(difference - reach), float(difference + reach), method)


def _moved(name, truth, predicted, kept, blocks) -> np.ndarray:
    """The difference without each block, shape (blocks,)."""
    return without(
        blocks,
        lambda weights: (
            weighted_scores(name, truth, predicted, weights) - weighted_scores(name, truth, predicted, weights * kept)
        ),
    )
