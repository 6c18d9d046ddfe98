"""Parts of many rows that are looked at in place of all, drawn at random: whole groups, or single rows."""

import numpy as np


def part_of(groups: np.ndarray, most: int, seed: int) -> np.ndarray:
    """Return at most `most` row numbers in order: whole groups at random; all rows where there are no more.

    `groups` are numbers, shape (rows,). A first group that is too large by itself is cut.
    """
    if len(groups) <= most:
        return np.arange(len(groups))
    random = np.random.default_rng(seed)
    codes, sizes = np.unique(groups, return_inverse=True, return_counts=True)[1:]
    order = random.permutation(len(sizes))
    taken = order[: max(1, np.searchsorted(np.cumsum(sizes[order]), most, side="right"))]
    rows = np.flatnonzero(np.isin(codes, taken))
    return rows if len(rows) <= most else np.sort(random.choice(rows, most, replace=False))


def one_of_each(groups: np.ndarray, codes: np.ndarray, seed: int) -> np.ndarray:
    """Return one row of each group in each level of `codes`, drawn at random; row numbers in order."""
    order = np.random.default_rng(seed).permutation(len(groups))
    pairs = np.column_stack([groups, codes])[order]
    return np.sort(order[np.unique(pairs, axis=0, return_index=True)[1]])


def in_proportion(codes: np.ndarray, most: int, least: int, seed: int) -> np.ndarray:
    """Return about `most` row numbers in order: those of each of `codes`, shape (rows,), in proportion, and `least` of it where there are so many."""
    order, share = np.random.default_rng(seed).permutation(len(codes)), most / len(codes)
    kept = []
    for code, count in zip(*np.unique(codes, return_counts=True), strict=True):
        kept.append(order[codes[order] == code][: max(round(count * share), least)])
    return np.sort(np.concatenate(kept))
