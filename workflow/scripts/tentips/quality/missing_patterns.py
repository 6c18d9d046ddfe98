"""What the pattern of missing values alone tells: the label, a batch or a site; and where values are missing."""

import numpy as np
import pandas as pd

from tentips.data.rows import Rows
from tentips.data.sampling import part_of
from tentips.data.split import folds
from tentips.statistics.comparison import holm
from tentips.statistics.intervals import score_interval
from tentips.statistics.scores import score

PERMUTATIONS = 199
FOLDS = 5
PENALTY = 0.1  # per training row, of standardised indicators
MOST_PATTERNS = 200  # different patterns of features, those that vary most
MOST_ROWS = 5000  # of more, whole groups are drawn
MOST_LEVELS = 20
MOST_FEATURES = 30  # that the map shows
BLOCKS, FEWEST_IN_BLOCK = 60, 5  # columns of the map, each of at least so many samples: none shows a single one
COLUMNS = ["target", "role", "value", "low", "high", "p_value", "p_adjusted", "n", "note"]


def predicted_from_missing(
    rows: Rows, measured: pd.DataFrame, samples: pd.DataFrame, roles: dict[str, list[str]], confidence: float, seed: int
) -> pd.DataFrame:
    """Return how well label, batches and sites are told from which values are missing, and from nothing else.

    `measured` are the features as they were read. ROC AUC (the mean of one class against the rest; of a numeric label,
    above against below its median) of ridge regression on indicators and their sum, cross-validated with
    groups apart, its cluster-bootstrap interval, and the p-value of permuting the target among groups (adjusted for the
    number of targets, Holm 1979). Empty where no value is missing.
    """
    matrix = indicators(measured)
    if not matrix.shape[1]:
        return pd.DataFrame(columns=COLUMNS)
    records = [_how_well_predicted(matrix, truth, rows.groups, confidence, seed) | {"target": name, "role": role}
               for name, role, truth in _targets(rows, samples, roles)]  # fmt: skip
    table = pd.DataFrame(records, columns=COLUMNS)
    return table.assign(p_adjusted=holm(table["p_value"].to_numpy(dtype=float)))


def indicators(measured: pd.DataFrame) -> np.ndarray:
    """Return which values are missing, one column per different pattern, and how many of a row are; standardised."""
    absent = measured.isna().to_numpy()
    share = absent.mean(axis=1)
    absent = absent[:, absent.any(axis=0) & ~absent.all(axis=0)]
    if not absent.shape[1]:
        return np.empty((len(measured), 0))
    order = np.argsort(-absent.var(axis=0), kind="stable")[: 10 * MOST_PATTERNS]
    absent = np.unique(absent[:, order], axis=1).astype(float)
    absent = absent[:, np.argsort(-absent.var(axis=0), kind="stable")[:MOST_PATTERNS]]
    matrix = np.column_stack([absent, share])
    spread = matrix.std(axis=0)
    return (matrix - matrix.mean(axis=0))[:, spread > 0] / spread[spread > 0]


def missing_map(measured: pd.DataFrame, samples: pd.DataFrame, roles: dict[str, list[str]], task: str) -> pd.DataFrame:
    """Return the share of missing values per feature and block of samples: `feature`, `block`, `label`, `batch`, `samples`, `share`.

    Blocks are of samples with one label (or quarter of its range) and one level of the first batch or site; no block has fewer
    than `FEWEST_IN_BLOCK` samples. Features are those with most missing values.
    """
    absent = measured.isna()
    worst = absent.mean().sort_values(ascending=False, kind="stable")
    worst = worst[worst > 0].index[:MOST_FEATURES]
    label = samples["label"] if task == "classification" else pd.qcut(samples["label"], 4, duplicates="drop")
    column = next(iter([*roles["batch"], *roles["site"]]), None)
    batch = samples[column].astype(str) if column and samples[column].nunique() <= MOST_LEVELS else ""
    strata = pd.DataFrame({"label": label.astype(str), "batch": batch})
    records, block = [], 0
    for (name, level), part in strata.groupby(["label", "batch"], sort=True):
        if len(part) < FEWEST_IN_BLOCK:
            continue
        count = max(1, min(len(part) // FEWEST_IN_BLOCK, round(BLOCKS * len(part) / len(samples))))
        for rows in np.array_split(part.index.to_numpy(), count):
            shares = absent.loc[rows, worst].mean()
            known = {"block": block, "label": name, "batch": level, "samples": len(rows)}
            records += [{"feature": feature, **known, "share": share} for feature, share in shares.items()]
            block += 1
    return pd.DataFrame(records, columns=["feature", "block", "label", "batch", "samples", "share"])


def _targets(rows: Rows, samples: pd.DataFrame, roles: dict[str, list[str]]):
    truth = rows.truth if rows.classes else (rows.truth > np.median(rows.truth)).astype(int)
    yield "label", "label", truth
    for role in ("batch", "site"):
        for column in roles[role]:
            if 2 <= samples[column].nunique() <= MOST_LEVELS:
                yield column, role, pd.factorize(samples[column].astype(str), sort=True)[0]


def _how_well_predicted(
    matrix: np.ndarray, truth: np.ndarray, groups: np.ndarray, confidence: float, seed: int
) -> dict:
    random = np.random.default_rng(seed)
    drawn = part_of(groups, MOST_ROWS, seed)
    holding = pd.Series(groups[drawn]).groupby(truth[drawn]).nunique()
    kept = drawn[np.isin(truth[drawn], holding.index[holding >= FOLDS])]
    if len(np.unique(truth[kept])) < 2:
        return {"n": len(kept), "note": f"fewer than two levels in {FOLDS} groups or more"}
    truth = np.unique(truth[kept], return_inverse=True)[1]
    groups = np.unique(groups[kept], return_inverse=True)[1]
    matrix = matrix[kept]
    ridge = _Ridge(matrix, folds(truth, groups, FOLDS, seed))
    predicted = ridge.predicted(truth)
    interval = score_interval("roc_auc", truth, [predicted], groups, confidence)
    null = []
    for _ in range(PERMUTATIONS):
        other = shuffled(truth, groups, random)
        null.append(score("roc_auc", other, ridge.predicted(other)))
    p = (1 + np.sum(np.array(null) >= interval.value - 1e-12)) / (1 + PERMUTATIONS)
    ends = {"value": interval.value, "low": interval.low, "high": interval.high}
    return ends | {"p_value": float(p), "n": len(kept), "note": ""}


def shuffled(truth: np.ndarray, groups: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """Shuffle the target: between groups where each has one value, else among all rows."""
    first = np.unique(groups, return_index=True)[1]
    if len(first) < len(groups) and (truth[first][groups] == truth).all():
        return random.permutation(truth[first])[groups]
    return random.permutation(truth)


class _Ridge:
    """Ridge-penalised least squares on indicators of the classes, cross-validated: what does not depend on them is kept."""

    def __init__(self, matrix: np.ndarray, fold: np.ndarray):
        self.matrix, self.parts = matrix, []
        for number in range(fold.max() + 1):
            train = np.flatnonzero(fold != number)
            x = matrix[train]
            gram = x.T @ x + PENALTY * len(train) * np.eye(x.shape[1])
            self.parts.append((train, np.flatnonzero(fold == number), np.linalg.solve(gram, x.T)))

    def predicted(self, truth: np.ndarray) -> np.ndarray:
        """Return scores that order the classes, (samples, classes), each row by a fit to the other folds.

        Shares of classes are left out: where a fold holds more of a class, its training rows hold fewer, and scores that
        follow these would order the folds, and shuffled labels, backwards.
        """
        wanted = np.eye(truth.max() + 1)[truth]
        result = np.zeros(wanted.shape)
        for train, tune, solved in self.parts:
            result[tune] = self.matrix[tune] @ (solved @ (wanted[train] - wanted[train].mean(axis=0)))
        return result
