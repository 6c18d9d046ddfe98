"""A first look at the development rows: components, neighbours, missing values, classes, and batches."""

import sys

import numpy as np
import pandas as pd

from tentips.association import associate, cramers_v, is_number
from tentips.development import Rows
from tentips.intervals import independent_units, metric_interval, observed, resample_weights, resampled
from tentips.preparation import preparation
from tentips.split import folds

UMAP_COMPONENTS = 50  # principal components that UMAP is given where there are more features
NEIGHBOURS = 15
TREES = 100
FOLDS = 5
MOST_BATCH_FEATURES = 2000  # features with the largest variance that batches are predicted from


def prepared(rows: Rows, options: dict) -> np.ndarray:
    """Return the features as models see them, fitted on these rows; for looking at, not for scoring."""
    return np.asarray(
        preparation(rows.features, options, rows.task).fit_transform(rows.features, rows.truth), dtype=float
    )


def principal_components(matrix: np.ndarray, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Return coordinates (samples, components) and each component's share of the variance."""
    from sklearn.decomposition import PCA

    model = PCA(n_components=min(UMAP_COMPONENTS, *matrix.shape), svd_solver="auto", random_state=seed)
    return model.fit_transform(matrix), model.explained_variance_ratio_


def umap_coordinates(components: np.ndarray, seed: int) -> np.ndarray:
    """Return two UMAP coordinates (McInnes et al. 2018) of each sample, the same for the same seed."""
    # umap imports TensorFlow for a parametric variant that is not used here: 10 s and 800 MB for nothing.
    hidden = "tensorflow" not in sys.modules
    if hidden:
        sys.modules["tensorflow"] = None
    try:
        import umap
    finally:
        if hidden:
            del sys.modules["tensorflow"]
    neighbours = min(NEIGHBOURS, len(components) - 1)
    return umap.UMAP(n_neighbors=neighbours, random_state=seed, n_jobs=1).fit_transform(components)


def missing_values(features: pd.DataFrame) -> pd.DataFrame:
    """Return per feature how many values are missing, and their share."""
    missing = features.isna().sum()
    return pd.DataFrame(
        {
            "feature": missing.index,
            "missing": missing.to_numpy(),
            "share": missing.to_numpy() / len(features),
            "n": len(features),
        }
    )


def balance(samples: pd.DataFrame, task: str) -> pd.DataFrame:
    """Return per class, or per quartile of a numeric label, its samples and independent groups."""
    if task == "regression":
        samples = samples.assign(label=pd.qcut(samples["label"], 4, duplicates="drop").astype(str))
    counted = samples.groupby("label").agg(samples=("sample", "size"), groups=("group", "nunique")).reset_index()
    return counted.rename(columns={"label": "class"})


def associations(samples: pd.DataFrame, roles: dict[str, list[str]], task: str) -> pd.DataFrame:
    """Return the label's association with every declared batch, site, time and covariate column."""
    groups, label = pd.factorize(samples["group"])[0], samples["label"]
    records = []
    for role in ("batch", "site", "time", "covariates"):
        for column in roles[role]:
            found = associate(label, samples[column], groups, task == "regression")
            records.append(
                {
                    "factor": column,
                    "role": role,
                    "measure": found.measure,
                    "value": found.value,
                    "p_value": found.p_value,
                    "n": found.n,
                }
            )
    return pd.DataFrame(records, columns=["factor", "role", "measure", "value", "p_value", "n"])


def single_features(rows: Rows) -> pd.DataFrame:
    """Return how well each feature alone orders or separates the label, from 0.5 or 0 (not at all) to 1.

    Two classes: area under the ROC curve, either way round. More: its mean of one class against the rest. Numeric labels:
    absolute Spearman correlation. Categories, with a class as the label: bias-corrected Cramer's V.
    """
    from scipy.stats import rankdata

    records = []
    for name, values in rows.features.items():
        present = values.notna().to_numpy()
        truth, values = rows.truth[present], values[present]
        if not pd.api.types.is_numeric_dtype(values):
            if rows.classes:
                records.append((name, "Cramer's V", cramers_v(pd.factorize(values)[0], truth)))
            continue
        ranks = rankdata(values)
        if not rows.classes:
            varies = np.ptp(ranks) > 0 and np.ptp(truth) > 0
            value = abs(np.corrcoef(ranks, rankdata(truth))[0, 1]) if varies else 0.0
            records.append((name, "absolute Spearman correlation", value))
            continue
        areas = [_area(ranks, truth == number) for number in range(len(rows.classes))]
        records.append((name, "ROC AUC", float(np.nanmean(areas)) if np.isfinite(areas).any() else 0.5))
    table = pd.DataFrame(records, columns=["feature", "measure", "value"])
    return table.sort_values("value", ascending=False, kind="stable", ignore_index=True)


def _area(ranks: np.ndarray, member: np.ndarray) -> float:
    """The area under the ROC curve of these ranks (Mann and Whitney 1947), the better way round."""
    inside, outside = member.sum(), (~member).sum()
    if not inside or not outside:
        return np.nan
    area = (ranks[member].sum() - inside * (inside + 1) / 2) / (inside * outside)
    return max(area, 1 - area)


def batch_predictions(
    rows: Rows, samples: pd.DataFrame, roles: dict[str, list[str]], options: dict, confidence: float, seed: int
) -> pd.DataFrame:
    """Return how well each batch and site column is predicted from the features, groups held apart.

    Balanced accuracy of a random forest in 5-fold cross-validation, with a cluster-bootstrap interval and what chance
    would give. Levels that stand in fewer than 5 groups cannot be cross-validated and are left out; `note` says so.
    """
    from sklearn.ensemble import RandomForestClassifier

    features = rows.features
    records = []
    for column in dict.fromkeys([*roles["batch"], *roles["site"]]):
        values = samples[column]
        if is_number(values):
            values = pd.qcut(values, 5, duplicates="drop").astype(object)
        values = values.map(str).where(values.notna())
        enough = pd.Series(rows.groups).groupby(values.to_numpy()).nunique()
        levels = sorted(enough.index[enough >= FOLDS])
        dropped = values.dropna().nunique() - len(levels)
        note = f"{dropped} levels in fewer than {FOLDS} groups left out" if dropped else ""
        if len(levels) < 2:
            records.append({"factor": column, "levels": len(levels), "note": note or "one level only", "n": 0})
            continue
        kept = np.flatnonzero(values.isin(levels))
        truth, groups = pd.Categorical(values.iloc[kept], categories=levels).codes.astype(int), rows.groups[kept]
        part = features.iloc[kept]
        if part.shape[1] > MOST_BATCH_FEATURES:
            part = part[part.select_dtypes("number").var().nlargest(MOST_BATCH_FEATURES).index]
            note = "; ".join(filter(None, [note, f"from the {MOST_BATCH_FEATURES} features with the largest variance"]))
        fold, predicted = folds(truth, groups, FOLDS, seed), np.zeros((len(kept), len(levels)))
        for number in range(FOLDS):
            train, tune = np.flatnonzero(fold != number), np.flatnonzero(fold == number)
            prepare = preparation(part, {**options, "select": None}, "classification")
            model = RandomForestClassifier(TREES, class_weight="balanced", random_state=seed)
            model.fit(prepare.fit_transform(part.iloc[train], truth[train]), truth[train])
            predicted[np.ix_(tune, model.classes_)] = model.predict_proba(prepare.transform(part.iloc[tune]))
        weights = resample_weights(groups, 500, seed)
        interval = metric_interval(
            "balanced_accuracy",
            observed("balanced_accuracy", truth, [predicted]),
            resampled("balanced_accuracy", truth, [predicted], weights),
            *independent_units(truth, groups, len(levels)),
            confidence,
        )
        records.append(
            {
                "factor": column,
                "levels": len(levels),
                "value": interval.value,
                "low": interval.low,
                "high": interval.high,
                "chance": 1 / len(levels),
                "n": len(kept),
                "note": note,
            }
        )
    return pd.DataFrame(records, columns=["factor", "levels", "value", "low", "high", "chance", "n", "note"])
