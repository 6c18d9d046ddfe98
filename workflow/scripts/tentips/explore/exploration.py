"""A first look at the development rows: missing values, classes, associations and single features."""

import numpy as np
import pandas as pd

from tentips.data.rows import Rows
from tentips.statistics.association import associate, cramers_v


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
    for name, values in rows.table.items():
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
