"""How strongly two columns of the sample sheet hang together, and whether chance alone would do that."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

PERMUTATIONS = 999
MOST_LEVELS = 20  # a number with no more different values than this is taken as categories


@dataclass(frozen=True)
class Association:
    """Strength from 0 to 1, the name of the measure, and the permutation p-value."""

    measure: str
    value: float
    p_value: float
    n: int


def associate(a: pd.Series, b: pd.Series, groups: np.ndarray, a_is_number: bool, seed: int = 0) -> Association:
    """Measure the association of `a` (the label) with `b`.

    Two categories: Cramer's V with Bergsma's (2013) bias correction. A category and a number: correlation ratio with
    Kelley's (1935) correction, the square root of epsilon squared. Two numbers: absolute Spearman correlation. The
    p-value comes from shuffling `a`; where all rows of a group share a value, whole groups are shuffled. Rows in which
    `b` is missing are left out.
    """
    present = b.notna().to_numpy()
    a, b, groups = a[present].reset_index(drop=True), b[present].reset_index(drop=True), groups[present]
    if b.nunique() < 2:
        return Association("none: one value only", float("nan"), float("nan"), len(b))
    b_is_number = is_number(b)
    if a_is_number and b_is_number:
        measure, statistic, x = "absolute Spearman correlation", _spearman(b.rank().to_numpy()), a.rank().to_numpy()
    elif a_is_number:
        measure, statistic, x = "correlation ratio", _ratio_of_number(pd.factorize(b)[0]), a.to_numpy(dtype=float)
    elif b_is_number:
        measure, statistic, x = "correlation ratio", _ratio_of_category(b.to_numpy(dtype=float)), pd.factorize(a)[0]
    else:
        measure, statistic, x = "bias-corrected Cramer's V", _cramer(pd.factorize(b)[0]), pd.factorize(a)[0]
    value = statistic(x)
    random = np.random.default_rng(seed)
    shuffled = [statistic(_shuffle(x, groups, random)) for _ in range(PERMUTATIONS)]
    return Association(
        measure, float(value), float((1 + np.sum(np.array(shuffled) >= value - 1e-12)) / (PERMUTATIONS + 1)), len(x)
    )


def cramers_v(a: np.ndarray, b: np.ndarray) -> float:
    """Return Cramer's V of two arrays of category numbers with Bergsma's (2013) bias correction, from 0 to 1."""
    table = np.zeros((a.max() + 1, b.max() + 1))
    np.add.at(table, (a, b), 1)
    n, (r, k) = table.sum(), table.shape
    if min(r, k) < 2:
        return 0.0
    expected = np.outer(table.sum(axis=1), table.sum(axis=0)) / n
    phi2 = (np.square(table - expected) / expected).sum() / n
    phi2 = max(0.0, phi2 - (r - 1) * (k - 1) / (n - 1))
    r, k = r - (r - 1) ** 2 / (n - 1), k - (k - 1) ** 2 / (n - 1)
    return float(np.sqrt(phi2 / min(r - 1, k - 1))) if min(r, k) > 1 else 0.0


def correlation_ratio(categories: np.ndarray, values: np.ndarray) -> float:
    """Return the share of variance between categories as a correlation, from 0 to 1, corrected for their number."""
    n, k = len(values), categories.max() + 1
    counts = np.bincount(categories, minlength=k)
    means = np.bincount(categories, weights=values, minlength=k) / counts
    total = np.square(values - values.mean()).sum()
    if total == 0 or n <= k:
        return 0.0
    within = np.square(values - means[categories]).sum()
    epsilon2 = 1 - (within / (n - k)) / (total / (n - 1))
    return float(np.sqrt(max(0.0, epsilon2)))


def is_number(column: pd.Series) -> bool:
    """Whether a column of the sheet is treated as a number rather than as categories."""
    return (
        pd.api.types.is_numeric_dtype(column)
        and not pd.api.types.is_bool_dtype(column)
        and column.nunique() > MOST_LEVELS
    )


def _cramer(b):
    return lambda a: cramers_v(a, b)


def _ratio_of_number(categories):
    return lambda values: correlation_ratio(categories, values)


def _ratio_of_category(values):
    return lambda categories: correlation_ratio(categories, values)


def _spearman(ranks):
    return lambda other: abs(float(np.corrcoef(other, ranks)[0, 1])) if other.std() and ranks.std() else 0.0


def _shuffle(x: np.ndarray, groups: np.ndarray, random: np.random.Generator) -> np.ndarray:
    codes, first = np.unique(groups, return_index=True)
    position = np.searchsorted(codes, groups)
    if len(codes) < len(x) and (x[first][position] == x).all():
        return random.permutation(x[first])[position]
    return random.permutation(x)
