"""Whether correcting for a batch helps to predict the label, and whether it may be recommended at all."""

import dataclasses
import warnings

import numpy as np
import pandas as pd

from tentips.data.preparation import preparation, with_batch
from tentips.data.rows import Rows
from tentips.data.sampling import part_of
from tentips.explore.factors import MISSING, Factor
from tentips.statistics.association import associate
from tentips.statistics.comparison import compare
from tentips.statistics.scores import score

MOST_ROWS = 10_000
MOST_FEATURES = 2000
SIGNIFICANT = 0.05
RECOMMENDED, NOT_RECOMMENDED, REFUSED, UNKNOWN = "recommended", "not recommended", "refused", "cannot say"
COLUMNS = ["factor", "role", "levels", "metric", "without", "with", "difference", "low", "high", "p_value", "method"]
ASSOCIATED = ["measure", "association", "association_p", "threshold", "advice", "folds_unseen", "folds", "n", "note"]


def corrections(
    rows: Rows,
    samples: pd.DataFrame,
    batches: list[Factor],
    preprocess: dict,
    metric: str,
    confidence: float,
    threshold: float,
    seed: int,
) -> pd.DataFrame:
    """Return for each batch how a linear model predicts the label without and with ComBat, and the advice.

    Logistic or ridge regression with the library's default settings, in cross-validation on the folds of the search;
    `difference` is with less without, with its paired interval. `rows` are development rows. `folds_unseen` counts the
    folds whose scored rows are of batches that their training rows do not hold, which ComBat leaves as they are. Of many
    rows, whole groups are drawn; of many features those with the largest variance are taken; `note` says so. `threshold` is
    the association of label and batch from which on nothing is recommended (`checks.association`).
    """
    drawn = part_of(rows.groups, MOST_ROWS, seed)
    drawing = [f"{len(drawn):,} of {len(rows.ids):,} rows, drawn by whole groups"] if len(drawn) < len(rows.ids) else []
    rows, samples = rows.part(drawn), samples.iloc[drawn].reset_index(drop=True)
    records = []
    for factor in batches:
        names = np.array([*factor.levels, None], dtype=object)[factor.codes[drawn]]
        record = {"factor": factor.name, "role": factor.role, "levels": len(factor.levels), "metric": metric}
        found = associate(samples["label"], pd.Series(names), rows.groups, rows.task == "regression")
        tied = bool(found.value >= threshold and found.p_value < SIGNIFICANT)
        record |= {"measure": found.measure, "association": found.value, "association_p": found.p_value}
        record |= {"threshold": threshold, "n": len(rows.ids), "folds": int(rows.fold.max() + 1)}
        pairs = [(train, tune) for _, train, tune in rows.folds]
        codes = factor.codes[drawn]
        unseen = [not set(codes[tune]) & set(codes[train]) - {MISSING} for train, tune in pairs]
        record["folds_unseen"] = int(sum(unseen))
        part, notes = _most_variable(rows)
        predicted = {
            correction: _cross_validated(part, names, {**preprocess, "batch_correction": correction})
            for correction in ("none", "combat")
        }
        both = [predicted["combat"]], [predicted["none"]]
        compared = compare(metric, rows.truth, *both, rows.groups, confidence)
        record |= {"with": score(metric, rows.truth, predicted["combat"])}
        record |= {"without": score(metric, rows.truth, predicted["none"]), **dataclasses.asdict(compared)}
        record |= {"advice": advice(tied, compared.difference, compared.low), "note": "; ".join([*drawing, *notes])}
        records.append(record)
    return pd.DataFrame(records, columns=[*COLUMNS, *ASSOCIATED])


def advice(tied: bool, difference: float, low: float) -> str:
    """Return what is advised: nothing in favour where label and batch are tied, else what the interval's lower end says."""
    if tied:
        return REFUSED
    if difference != 0 and not np.isfinite(low):
        return UNKNOWN
    return RECOMMENDED if low > 0 else NOT_RECOMMENDED


def _most_variable(rows: Rows) -> tuple[Rows, list[str]]:
    features = rows.table
    if features.shape[1] <= MOST_FEATURES:
        return rows, []
    chosen = features[features.select_dtypes("number").var().nlargest(MOST_FEATURES).index]
    return rows.with_features(chosen), [f"from the {MOST_FEATURES} features with the largest variance"]


def _cross_validated(rows: Rows, names: np.ndarray, options: dict) -> np.ndarray:
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.linear_model import LogisticRegression, Ridge

    features = rows.table if options["batch_correction"] == "none" else with_batch(rows.table, names)
    predictions = np.zeros((len(rows.ids), rows.outputs) if rows.classes else len(rows.ids))
    for _, train, tune in rows.folds:
        prepare = preparation(features, options, rows.task)
        model = LogisticRegression(max_iter=500) if rows.classes else Ridge()
        with warnings.catch_warnings():
            # Both sides are fitted alike; what has not converged is compared as it is.
            warnings.simplefilter("ignore", ConvergenceWarning)
            model.fit(prepare.fit_transform(features.iloc[train], rows.truth[train]), rows.truth[train])
        matrix = prepare.transform(features.iloc[tune])
        predictions[tune] = model.predict_proba(matrix) if rows.classes else model.predict(matrix)
    return predictions
