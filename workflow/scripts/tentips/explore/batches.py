"""What the features carry of each batch and site: whether they tell it, which ones differ, how samples mix."""

import numpy as np
import pandas as pd

from tentips.data.preparation import preparation, with_batch
from tentips.data.rows import Rows
from tentips.data.sampling import one_of_each, part_of
from tentips.data.split import folds
from tentips.explore.components import prepared, principal_components
from tentips.explore.factors import MISSING, Factor
from tentips.statistics.intervals import score_interval
from tentips.statistics.mixing import mixing, too_few

TREES = 100
FOLDS = 5
MOST_ROWS = 5000  # that batches are predicted for and mixed among
MOST_FEATURES = 2000  # features with the largest variance that batches are predicted from
NAMED = 50  # features that differ most, in the table
DRAWN = 6  # of them that are drawn
MOST_DRAWN_ROWS = 2000
PREDICTED = [
    "factor",
    "role",
    "levels",
    "value",
    "low",
    "high",
    "corrected",
    "corrected_low",
    "corrected_high",
    "chance",
]
MIXED = ["factor", "role", "correction", "levels", "ilisi", "ilisi_shuffled", "ilisi_most", "ilisi_p", "kbet"]


def predictions(
    rows: Rows, batches: list[Factor], options: dict, confidence: float, seed: int, threads: int
) -> pd.DataFrame:
    """Return how well each batch is predicted from the features, groups held apart, before and after its correction.

    Balanced accuracy of a random forest in 5-fold cross-validation, with an interval over groups and what chance
    would give. `corrected` is the same after ComBat, fitted on the training rows of each fold. Levels that occur in fewer
    than 5 groups cannot be cross-validated and are left out; many rows and features are sampled. `note` says so.
    """
    records = []
    for factor in batches:
        kept, truth, levels, notes = _predictable(factor, rows.groups, seed)
        record = {"factor": factor.name, "role": factor.role, "levels": levels, "n": len(kept)}
        if levels < 2:
            records.append(record | {"n": 0, "note": "; ".join(notes) or "one level only"})
            continue
        part, groups = rows.table.iloc[kept], rows.groups[kept]
        part = _most_variable(part, notes)
        fold = folds(truth, groups, FOLDS, seed)
        record |= {"chance": 1 / levels, "note": "; ".join(notes)}
        for correction, names in (("none", ("value", "low", "high")), ("combat", PREDICTED[6:9])):
            predicted = _cross_validated(
                part, truth, fold, levels, {**options, "batch_correction": correction}, seed, threads
            )
            interval = score_interval("balanced_accuracy", truth, [predicted], groups, confidence)
            record |= dict(zip(names, (interval.value, interval.low, interval.high), strict=True))
        records.append(record)
    return pd.DataFrame(records, columns=[*PREDICTED, "n", "note"])


def mixed(rows: Rows, batches: list[Factor], options: dict, seed: int) -> pd.DataFrame:
    """Return iLISI and kBET of each batch, before and after ComBat fitted on these rows for looking at only.

    Neighbours are sought among the principal components that UMAP is given. Rows of one group in one batch are
    neighbours for another reason, so that one row of each group in each batch is drawn.
    """
    records = []
    for factor in batches:
        known = np.flatnonzero(factor.codes != MISSING)
        kept = known[one_of_each(rows.groups[known], factor.codes[known], seed)]
        kept = kept[part_of(np.arange(len(kept)), MOST_ROWS, seed)]
        codes = np.unique(factor.codes[kept], return_inverse=True)[1]
        notes = []
        if len(kept) < len(known):
            drawn = "one row of each group in each batch" if len(np.unique(rows.groups)) < len(rows.ids) else "rows"
            notes.append(f"{len(kept)} of {len(known)} rows: {drawn}, drawn at random")
        reason = too_few(len(kept)) or ("one level only" if codes.max(initial=0) < 1 else None)
        for correction in ("none", "combat"):
            record = {"factor": factor.name, "role": factor.role, "correction": correction, "n": len(kept)}
            record |= {"levels": codes.max(initial=0) + 1, "note": "; ".join(filter(None, [*notes, reason]))}
            if reason is None:
                own = {**options, "batch_correction": correction, "select": None}
                features = _beside(rows.table, _names(factor), correction)
                points = principal_components(prepared(features, own, rows), seed)[0][kept]
                record |= mixing(points, codes, seed)
            records.append(record)
    return pd.DataFrame(records, columns=[*MIXED, "kbet_shuffled", "kbet_p", "neighbours", "n", "note"])


def differing(features: pd.DataFrame, batches: list[Factor], seed: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the features that differ most between levels, and the values of the few that are drawn.

    `epsilon_squared` is the share of a feature's variance that lies between levels, corrected for their number (Kelley
    1935); it describes these rows and takes no account of groups. The second table holds factor, feature, level, value of
    a sample of rows, without ids.
    """
    numeric = features.select_dtypes("number")
    tables, values = [], []
    for factor in batches:
        known = np.flatnonzero(factor.codes != MISSING)
        share = epsilon_squared(numeric.to_numpy(dtype=float)[known], factor.codes[known])
        table = pd.DataFrame(
            {"factor": factor.name, "feature": numeric.columns, "epsilon_squared": share, "n": len(known)}
        )
        table = table.sort_values("epsilon_squared", ascending=False, kind="stable").head(NAMED)
        tables.append(table)
        drawn = np.sort(np.random.default_rng(seed).permutation(known)[:MOST_DRAWN_ROWS])
        levels = np.array(factor.levels, dtype=object)[factor.codes[drawn]]
        for feature in table["feature"].head(DRAWN):
            found = numeric[feature].to_numpy()[drawn]
            values.append(pd.DataFrame({"factor": factor.name, "feature": feature, "level": levels, "value": found}))
    columns = ["factor", "feature", "epsilon_squared", "n"], ["factor", "feature", "level", "value"]
    return tuple(
        pd.concat(found, ignore_index=True) if found else pd.DataFrame(columns=names)
        for found, names in zip((tables, values), columns, strict=True)
    )


def epsilon_squared(values: np.ndarray, codes: np.ndarray) -> np.ndarray:
    """Return the share of the variance of each column that lies between levels; (features,), missing values left out."""
    codes = np.unique(codes, return_inverse=True)[1]
    present = np.isfinite(values)
    filled = np.where(present, values, 0.0)
    levels = codes.max() + 1
    onto = (codes == np.arange(levels)[:, None]).astype(float)
    counts, sums = onto @ present, onto @ filled
    n, used = counts.sum(axis=0), (counts > 0).sum(axis=0)
    mean = filled.sum(axis=0) / np.maximum(n, 1)
    total = (np.square(filled - mean) * present).sum(axis=0)
    between = (counts * np.square(sums / np.maximum(counts, 1) - mean)).sum(axis=0)
    free = np.maximum(n - used, 1)
    share = 1 - (total - between) / free / np.where(total > 0, total / np.maximum(n - 1, 1), 1)
    return np.where((total > 0) & (n > used), np.clip(share, 0, 1), 0.0)


def _predictable(factor: Factor, groups: np.ndarray, seed: int) -> tuple[np.ndarray, np.ndarray, int, list[str]]:
    """The rows of the levels that can be cross-validated, their classes, how many there are, and what was left out."""
    known = factor.codes != MISSING
    enough = pd.Series(groups[known]).groupby(factor.codes[known]).nunique()
    levels = enough.index[enough >= FOLDS].to_numpy()
    dropped, notes = len(enough) - len(levels), [factor.note] if factor.note else []
    if dropped:
        notes.append(f"{dropped} levels in fewer than {FOLDS} groups left out")
    kept = np.flatnonzero(np.isin(factor.codes, levels))
    if len(kept) > MOST_ROWS:
        kept = kept[part_of(groups[kept], MOST_ROWS, seed)]
        notes.append(f"{len(kept)} rows drawn by whole groups")
        found = pd.Series(groups[kept]).groupby(factor.codes[kept]).nunique()
        levels = found.index[found >= FOLDS].to_numpy()
        kept = kept[np.isin(factor.codes[kept], levels)]
    return kept, np.searchsorted(levels, factor.codes[kept]), len(levels), notes


def _most_variable(part: pd.DataFrame, notes: list[str]) -> pd.DataFrame:
    if part.shape[1] <= MOST_FEATURES:
        return part
    notes.append(f"from the {MOST_FEATURES} features with the largest variance")
    return part[part.select_dtypes("number").var().nlargest(MOST_FEATURES).index]


def _cross_validated(part, truth, fold, levels, options, seed, threads) -> np.ndarray:
    from sklearn.ensemble import RandomForestClassifier

    features = _beside(part, truth.astype(str).astype(object), options["batch_correction"])
    predicted = np.zeros((len(truth), levels))
    for number in range(FOLDS):
        train, tune = np.flatnonzero(fold != number), np.flatnonzero(fold == number)
        prepare = preparation(features, {**options, "select": None}, "classification")
        model = RandomForestClassifier(TREES, class_weight="balanced", random_state=seed, n_jobs=threads)
        model.fit(prepare.fit_transform(features.iloc[train], truth[train]), truth[train])
        predicted[np.ix_(tune, model.classes_)] = model.predict_proba(prepare.transform(features.iloc[tune]))
    return predicted


def _beside(features: pd.DataFrame, names: np.ndarray, correction: str) -> pd.DataFrame:
    return features if correction == "none" else with_batch(features, names)


def _names(factor: Factor) -> np.ndarray:
    return np.array([*factor.levels, None], dtype=object)[factor.codes]
