"""How far a metric moves where a group is left out: its sampling variance, and the degrees of freedom of that variance."""

import itertools
from dataclasses import dataclass

import numpy as np

from tentips.statistics.scores import weighted_scores

MOST_BLOCKS = 200  # of a class; of more groups, several are left out together
CHUNK = 100  # blocks left out at a time: many samples stay within memory
ROUNDING = 1e-9  # of a metric's own size; a spread below it is no spread
# Metrics to which each class contributes alike, however rare it is: the rarest one decides how sure they are.
OF_CLASSES = ("roc_auc", "average_precision", "balanced_accuracy", "f1_macro", "matthews_corrcoef")
ERRORS = "neg_"
SKEWED = 0.35  # of the degrees of freedom, for means of errors: benchmarks/coverage.py, skewed and heavy-tailed labels


@dataclass(frozen=True)
class Blocks:
    """Groups, or several groups together, that are left out one block at a time.

    `of_row` numbers the block of each row; `stratum` of each block is the rarest class that it holds (0 for a numeric
    label); `groups` counts independent groups, `holding` those of each stratum; `rarest` those that hold the rarest class.
    `of_class` counts the groups that hold each class, several of them if they hold several; classes of one group are left out.
    """

    of_row: np.ndarray
    stratum: np.ndarray
    groups: int
    holding: np.ndarray
    rarest: int | None
    of_class: np.ndarray


def blocks_of(truth: np.ndarray, groups: np.ndarray, classes: int | None) -> Blocks:
    """Divide the rows into blocks of whole groups, by the rarest class of each; `classes` is None for a numeric label.

    A class that one group alone holds has no variance of its own: that group counts to the next rarest class.
    """
    codes = np.unique(groups, return_inverse=True)[1]
    n = codes.max() + 1
    stratum, rarest, of_class = np.zeros(n, dtype=int), None, np.array([n])
    if classes:
        held = np.zeros((n, classes), dtype=bool)
        held[codes, truth] = True
        counts = held.sum(axis=0)
        order = [number for number in np.argsort(counts, kind="stable") if counts[number]]
        rarest = int(counts[order[0]])
        of_class = counts[counts > 1] if (counts > 1).any() else of_class
        for number in order[::-1]:
            stratum[held[:, number]] = number
        for number, following in itertools.pairwise(order):
            if (stratum == number).sum() == 1:
                stratum[stratum == number] = following
        if (stratum == order[-1]).sum() == 1 and len(order) > 1:
            stratum[stratum == order[-1]] = np.bincount(
                np.delete(stratum, np.flatnonzero(stratum == order[-1]))
            ).argmax()
    numbers = np.unique(stratum)
    block, kinds, last = np.zeros(n, dtype=int), [], 0
    for position, number in enumerate(numbers):
        members = np.flatnonzero(stratum == number)
        among = min(len(members), MOST_BLOCKS)
        block[members] = last + np.arange(len(members)) % among
        kinds += [position] * among
        last += among
    holding = np.array([(stratum == number).sum() for number in numbers])
    return Blocks(block[codes], np.array(kinds), int(n), holding, rarest, of_class)


def left_out(name: str, truth: np.ndarray, members: list[np.ndarray], blocks: Blocks) -> np.ndarray:
    """Return the metric without each block, averaged over `members`; shape (blocks,), NaN where it is not defined."""
    return np.mean([without(blocks, lambda w, p=p: weighted_scores(name, truth, p, w)) for p in members], axis=0)


def without(blocks: Blocks, measured) -> np.ndarray:
    """Return what `measured` gives for weights (chunk, rows) that leave out each block; the last axis is that of blocks."""
    count = len(blocks.stratum)
    parts = []
    for start in range(0, count, CHUNK):
        numbers = np.arange(start, min(start + CHUNK, count))
        parts.append(measured((blocks.of_row[None, :] != numbers[:, None]).astype(float)))
    return np.concatenate(parts, axis=-1)


def variance(values: np.ndarray, blocks: Blocks) -> float:
    """Return the sampling variance from the metric without each block, shape (blocks,): the delete-a-group jackknife.

    Within each class (Efron and Stein 1981; Kott 2001), and between classes, whose shares are as random as the samples.
    """
    inside, middles, sizes = 0.0, [], []
    for number in range(len(blocks.holding)):
        own = values[blocks.stratum == number]
        inside += (len(own) - 1) / len(own) * np.square(own - own.mean()).sum()
        middles.append(own.mean())
        sizes.append(len(own))
    middles, sizes = np.array(middles), np.array(sizes)
    n = sizes.sum()
    between = (n - 1) / n * (sizes * np.square(middles - np.average(middles, weights=sizes))).sum()
    return float(inside + between)


def freedom(name: str, values: np.ndarray, blocks: Blocks, difference: bool = False) -> float:
    """Return the degrees of freedom of `variance`.

    For metrics of `OF_CLASSES`, Satterthwaite's (1946) for classes of equal spread: of 3 cases and 200 controls about 2,
    of eight classes with 3 groups each 16; where groups hold several classes, no more than groups less 1. Otherwise groups less 1, and no more than the kurtosis k of the values allows:
    the variance of a variance is (k - 1) / n of its square, so that 2 n / (k - 1) degrees of freedom have it. Means of
    errors get a part of that, `SKEWED`, because their skewness ties the error to its own uncertainty.
    """
    if name in OF_CLASSES:
        held = blocks.of_class
        own = np.square((1 / held).sum()) / (1 / (held**2 * (held - 1))).sum()
        return float(min(own, blocks.groups - 1))
    deviation = values - values.mean()
    squares = np.square(deviation)
    if not squares.sum() > 0:
        return float(blocks.groups - 1)
    kurtosis = len(values) * np.square(squares / squares.sum()).sum()
    share = SKEWED if name.startswith(ERRORS) and not difference else 1.0
    return float(max(1.0, min(blocks.groups - 1, share * 2 * len(values) / max(kurtosis - 1, 1e-6))))
