"""Groups of features that say nearly the same, which are explained together: alone, each could be replaced by the others."""

import numpy as np
import pandas as pd

from tentips.data.preparation import categorical_columns

CORRELATED = (
    0.7  # association from which features belong together (Dormann et al. 2013, doi:10.1111/j.1600-0587.2012.07348.x)
)
MOST = 200  # features that are explained one by one; the others are one group of their own
OTHERS = "all other features"
MOST_ROWS = 5000
AT_ONCE = 500  # features that are ranked together: their ranks stay in a processor's cache


def feature_groups(table: pd.DataFrame, truth: np.ndarray, classes: int, seed: int = 0) -> dict[str, list[str]]:
    """Return groups of associated features by name, fixed on training rows: {group: features}.

    Average linkage on one minus the association: the absolute rank correlation of numbers, the largest one over levels of
    categories. A group is named after the feature that is closest to all its others. Of more than `MOST` features those with the
    strongest association with the label are grouped; the rest is the group `OTHERS`, so that its use would be seen.
    """
    random = np.random.default_rng(seed)
    drawn = np.arange(len(table))
    if len(table) > MOST_ROWS:
        drawn = np.sort(random.choice(len(table), MOST_ROWS, replace=False))
    table, truth = table.iloc[drawn], truth[drawn]
    kept = list(table.columns)
    if len(kept) > MOST:
        strength = relevance(table, truth, classes)
        chosen = set(np.argsort(-strength, kind="stable")[:MOST])
        kept = [name for number, name in enumerate(table.columns) if number in chosen]
    groups = _linked(table[kept])
    others = [name for name in table.columns if name not in set(kept)]
    return groups | ({OTHERS: others} if others else {})


def relevance(table: pd.DataFrame, truth: np.ndarray, classes: int) -> np.ndarray:
    """Return the strongest absolute correlation of each feature with the label (of a class against the rest), (features,)."""
    targets = np.eye(classes)[truth] if classes else np.argsort(np.argsort(truth))[:, None].astype(float)
    targets = _standard(targets)
    found = np.zeros(table.shape[1])
    for start in range(0, table.shape[1], AT_ONCE):
        codes, owner = coded(table.iloc[:, start : start + AT_ONCE])
        np.maximum.at(found, start + owner, np.abs(codes.T @ targets / len(codes)).max(axis=1))
    return found


def association(table: pd.DataFrame) -> np.ndarray:
    """Return the association of each pair of features, from 0 to 1, (features, features)."""
    codes, owner = coded(table)
    correlation = np.abs(codes.T @ codes / len(codes))
    if len(owner) > table.shape[1]:
        starts = np.searchsorted(owner, np.arange(table.shape[1]))
        correlation = np.maximum.reduceat(np.maximum.reduceat(correlation, starts, axis=0), starts, axis=1)
    return np.clip(correlation, 0, 1)


def coded(table: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Return standardised columns, (rows, columns), and the number of the feature of each: ranks, or one column a level."""
    text = set(categorical_columns(table))
    numbers = [number for number, name in enumerate(table) if name not in text]
    blocks, owner = [ranks(table.iloc[:, numbers].to_numpy(dtype=float, na_value=np.nan))], list(numbers)
    if (gaps := np.isnan(blocks[0])).any():
        means = np.nansum(blocks[0], axis=0) / np.maximum((~gaps).sum(axis=0), 1)
        blocks[0] = np.where(gaps, means, blocks[0])
    if not text:
        return _standard(blocks[0]), np.array(owner)
    for number, name in enumerate(table):
        if name in text:
            blocks.append(pd.get_dummies(table[name]).to_numpy(dtype=float))
            owner += [number] * blocks[-1].shape[1]
    order = np.argsort(owner, kind="stable")
    return _standard(np.hstack(blocks)[:, order]), np.array(owner)[order]


def ranks(values: np.ndarray) -> np.ndarray:
    """Return the rank of each value in its column, (rows, columns), from 1: ties have their mean rank, missing values none (NaN).

    Columns without ties and gaps are ranked by one sort of all of them, several times faster than by pandas.
    """
    across = np.ascontiguousarray(values.T)
    order = np.argsort(across, axis=1)
    ordered, found = np.take_along_axis(across, order, axis=1), np.empty(across.shape)
    np.put_along_axis(found, order, np.arange(1.0, len(values) + 1)[None], axis=1)
    # NaN comes last.
    plain = (ordered[:, 1:] > ordered[:, :-1]).all(axis=1) & ~np.isnan(ordered[:, -1:]).any(axis=1)
    if not plain.all():
        found[~plain] = pd.DataFrame(across[~plain].T).rank().to_numpy().T
    return found.T


def _standard(values: np.ndarray) -> np.ndarray:
    spread = values.std(axis=0)
    return (values - values.mean(axis=0)) / np.where(spread > 0, spread, 1)


def _linked(table: pd.DataFrame) -> dict[str, list[str]]:
    from scipy.cluster.hierarchy import fcluster, linkage
    from scipy.spatial.distance import squareform

    names = list(table.columns)
    if len(names) == 1:
        return {names[0]: names}
    near = association(table)
    far = 1 - near
    np.fill_diagonal(far, 0)
    number = fcluster(linkage(squareform(far, checks=False), "average"), 1 - CORRELATED, "distance")
    groups = {}
    for each in dict.fromkeys(number):
        members = np.flatnonzero(number == each)
        centre = members[near[np.ix_(members, members)].sum(axis=0).argmax()]
        groups[names[centre]] = [names[member] for member in members]
    return groups
