"""Whether features drift with time: rank correlations, tested by permutation and corrected for their number."""

import numpy as np
import pandas as pd
from scipy.stats import rankdata

from tentips.data.rows import Rows
from tentips.data.sampling import part_of
from tentips.data.times import as_numbers

PERMUTATIONS = 999
COMPONENTS = 10
KEPT = 50  # features that the table names, those that drift most
AT_ONCE = 50  # permutations in one product
MOST_ROWS = 5000
COLUMNS = ["kind", "name", "correlation", "p_value", "n", "groups", "permuted"]


def drift_of(
    rows: Rows, samples: pd.DataFrame, roles: dict[str, list[str]], scores: np.ndarray, seed: int
) -> pd.DataFrame:
    """Return `drift` with the declared time, of `MOST_ROWS` rows at most, drawn by whole groups; empty without a time."""
    if not roles["time"] or samples[roles["time"][0]].nunique() < 2:
        return pd.DataFrame(columns=COLUMNS)
    drawn = part_of(rows.groups, MOST_ROWS, seed)
    time = as_numbers(samples[roles["time"][0]]).to_numpy(dtype=float)
    return drift(scores[drawn], rows.table.iloc[drawn], time[drawn], rows.groups[drawn], seed)


def drift(scores: np.ndarray, features: pd.DataFrame, time: np.ndarray, groups: np.ndarray, seed: int) -> pd.DataFrame:
    """Return the Spearman correlation of leading components and features with `time`: kind, name, correlation, p_value, n.

    Where all rows of each group have one time, whole groups exchange their times, else rows exchange them within their
    group, which tests for drift inside groups. `p_value` is that of the largest correlation of its kind under permutation
    (Westfall and Young 1993), so that all features together raise a false alarm as often as one. Missing values take the
    middle rank. The table holds the components and the features that drift most.
    """
    numeric = features.select_dtypes("number")
    filled = numeric.fillna(numeric.median())
    kinds = {
        "component": (
            scores[:, :COMPONENTS],
            [f"PC {number + 1}" for number in range(min(COMPONENTS, scores.shape[1]))],
        ),
        "feature": (filled.to_numpy(dtype=float), list(numeric.columns)),
    }
    shuffled, how = _permuted(rankdata(time), groups, seed)
    tables = []
    for kind, (values, names) in kinds.items():
        if not names:
            continue
        ranks = _standardised(rankdata(values, axis=0))
        observed = _standardised(rankdata(time)[:, None])[:, 0] @ ranks
        largest = np.concatenate(
            [
                np.abs(_standardised(shuffled[start : start + AT_ONCE].T).T @ ranks).max(axis=1)
                for start in range(0, PERMUTATIONS, AT_ONCE)
            ]
        )
        reached = (largest[:, None] >= np.abs(observed) - 1e-12).sum(axis=0)
        table = pd.DataFrame({"kind": kind, "name": names, "correlation": observed})
        table["p_value"] = (1 + reached) / (PERMUTATIONS + 1)
        tables.append(table.sort_values("correlation", key=np.abs, ascending=False, kind="stable").head(KEPT))
    return pd.concat(tables, ignore_index=True).assign(n=len(time), groups=len(np.unique(groups)), permuted=how)


def _permuted(ranks: np.ndarray, groups: np.ndarray, seed: int) -> tuple[np.ndarray, str]:
    """Times under permutation, (permutations, rows), and what was exchanged."""
    random = np.random.default_rng(seed)
    codes, first = np.unique(groups, return_inverse=True, return_index=True)[2], np.unique(groups, return_index=True)[1]
    if (ranks[first][codes] == ranks).all():
        whole = "rows" if len(first) == len(ranks) else "whole groups"
        return np.stack([random.permutation(ranks[first])[codes] for _ in range(PERMUTATIONS)]), whole
    order = np.argsort(codes, kind="stable")
    result = np.empty((PERMUTATIONS, len(ranks)))
    for number in range(PERMUTATIONS):
        # Sorting by group and then by chance is a permutation inside each group.
        result[number, order] = ranks[np.lexsort((random.random(len(ranks)), codes))]
    return result, "rows within groups"


def _standardised(columns: np.ndarray) -> np.ndarray:
    """Columns with mean 0 and length 1; 0 where they do not vary."""
    centred = columns - columns.mean(axis=0)
    length = np.sqrt(np.square(centred).sum(axis=0))
    return centred / np.where(length > 0, length, 1.0)
