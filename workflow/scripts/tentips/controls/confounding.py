"""How well covariates alone, and batch, site and time alone, predict the label, and what the features add to them."""

import numpy as np
import pandas as pd
from scipy import special, stats

from tentips.data import times
from tentips.data.preparation import numbers_and_text, preparation
from tentips.data.rows import Rows
from tentips.statistics.association import is_number
from tentips.statistics.comparison import compare
from tentips.statistics.intervals import limits, observed, score_interval
from tentips.statistics.jackknife import blocks_of, left_out, variance
from tentips.statistics.metric_names import chance
from tentips.statistics.scores import score

TREES = 200
STRATA = 5  # which take away nine tenths of a bias (Cochran 1968)
COLUMNS = [
    "source",
    "columns",
    "predictor",
    "metric",
    "value",
    "low",
    "high",
    "chance",
    "model",
    "model_value",
    "together",
    "added",
    "added_low",
    "added_high",
    "strata",
    "within",
    "within_low",
    "within_high",
    "n",
]
SOURCES = {"covariates": ("covariates",), "batch, site and time": ("batch", "site", "time")}


def confounders(
    rows: Rows,
    samples: pd.DataFrame,
    roles: dict[str, list[str]],
    oof: dict[str, np.ndarray],
    metric: str,
    options: dict,
) -> pd.DataFrame:
    """Return one row per source that is declared and model: how the source scores in cross-validation, and what the features add.

    A linear model and a random forest, both with default settings, are tried on each source; the better one counts, which
    favours the source. `oof` are the out-of-fold predictions of each model that may be recommended; `options` is the resolved
    evaluation section. Folds are those of the search, groups held apart. `together` is the same predictor
    on the source and on what the model predicts from the features, `added` by how much that is better than the source
    alone: features may add much and yet be no better alone. `within` is the score of the model among rows to which the source
    gives like predictions (strata by the source's prediction, Rosenbaum and Rubin 1984), the mean over strata. Within a stratum
    the source still varies a little, so that this score alone does not show that the features add anything.
    """
    records = []
    for source, names in SOURCES.items():
        columns = list(dict.fromkeys(column for name in names for column in roles[name]))
        columns = [column for column in columns if samples[column].nunique() > 1]
        if not columns:
            continue
        own = rows.with_features(_as_features(samples[columns], roles))
        predicted = {name: _cross_validated(own, build) for name, build in _predictors(rows.task).items()}
        best = max(predicted, key=lambda name: score(metric, rows.truth, predicted[name]))
        alone = predicted[best]
        interval = score_interval(metric, rows.truth, [alone], rows.groups, options["confidence"])
        statement = {
            "source": source,
            "columns": ", ".join(columns),
            "predictor": best,
            "metric": metric,
            "value": interval.value,
            "low": interval.low,
            "high": interval.high,
            "chance": chance(metric, len(rows.classes)),
            "n": len(rows.ids),
        }
        for model, predictions in oof.items():
            more = pd.concat([own.features, _as_columns(predictions, own.features.index)], axis=1)
            together = _cross_validated(rows.with_features(more), _predictors(rows.task)[best])
            added = _added(rows, alone, predictions, together, metric, options["confidence"])
            records.append(statement | {"model": model} | added)
    return pd.DataFrame(records, columns=COLUMNS)


def _added(
    rows: Rows, alone: np.ndarray, oof: np.ndarray, together: np.ndarray, metric: str, confidence: float
) -> dict:
    """What a model's predictions from the features add to the predictions of a source alone."""
    found = compare(metric, rows.truth, [together], [alone], rows.groups, confidence)
    return {
        "model_value": observed(metric, rows.truth, [oof]),
        "together": observed(metric, rows.truth, [together]),
        "added": found.difference,
        "added_low": found.low,
        "added_high": found.high,
        **within_strata(rows, alone, oof, metric, confidence),
    }


def within_strata(rows: Rows, alone: np.ndarray, oof: np.ndarray, metric: str, confidence: float) -> dict:
    """Return the score of `oof` among rows of like predictions `alone`: the mean over strata, weighted by rows.

    Strata are fifths of the source's prediction (of several classes: the class that it decides for). Those in which the
    metric has no interval are left out; `strata` counts the others. Ends are by Student's t.
    """
    if not rows.classes or len(rows.classes) == 2:
        ranks = pd.Series(alone[:, 1] if rows.classes else alone).rank(method="average")
        stratum = pd.qcut(ranks, STRATA, labels=False, duplicates="drop").fillna(0).to_numpy()
    else:
        stratum = alone.argmax(axis=1)
    values, variances, sizes, groups = [], [], [], 0
    for number in np.unique(stratum):
        kept = np.flatnonzero(stratum == number)
        part = score_interval(metric, rows.truth[kept], [oof[kept]], rows.groups[kept], confidence)
        if np.isfinite([part.low, part.high]).all():
            blocks = blocks_of(rows.truth[kept], rows.groups[kept], len(rows.classes) or None)
            values.append(part.value)
            variances.append(variance(left_out(metric, rows.truth[kept], [oof[kept]], blocks), blocks))
            sizes.append(len(kept))
            groups += blocks.rarest or blocks.groups
    nothing = {"strata": len(values), "within": np.nan, "within_low": np.nan, "within_high": np.nan}
    if not values or not np.isfinite(variances).all():
        return nothing
    share = np.array(sizes) / np.sum(sizes)
    value, error = float(share @ values), float(np.sqrt(share**2 @ variances))
    reach = error * stats.t.ppf(0.5 + confidence / 2, max(groups - len(values), 1))
    low, high = np.clip([value - reach, value + reach], *limits(metric))
    return nothing | {"within": value, "within_low": float(low), "within_high": float(high)}


def _as_columns(oof: np.ndarray, index) -> pd.DataFrame:
    """A model's out-of-fold predictions as columns: values, or logits of all classes but the first."""
    if oof.ndim == 1:
        return pd.DataFrame({"predicted from the features": oof}, index=index)
    logits = special.logit(np.clip(oof[:, 1:], 1e-4, 1 - 1e-4))
    return pd.DataFrame(logits, index=index, columns=[f"predicted class {number}" for number in range(1, oof.shape[1])])


def _as_features(columns: pd.DataFrame, roles: dict[str, list[str]]) -> pd.DataFrame:
    """Numbers stay numbers, moments become days, everything else (batch numbers too) is a category."""
    frame = {}
    for name, values in columns.items():
        if name in roles["time"] and not pd.api.types.is_numeric_dtype(values):
            frame[name] = times.as_numbers(values)
        elif name in roles["time"] or (name in roles["covariates"] and is_number(values)):
            frame[name] = values
        else:
            frame[name] = values.map(str).where(values.notna())
    return numbers_and_text(pd.DataFrame(frame))


def _predictors(task: str) -> dict:
    from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor
    from sklearn.linear_model import LogisticRegression, Ridge

    if task == "classification":
        return {
            "logistic regression": lambda: LogisticRegression(max_iter=1000),
            "random forest": lambda: RandomForestClassifier(TREES, min_samples_leaf=5, random_state=0),
        }
    return {
        "ridge regression": lambda: Ridge(),
        "random forest": lambda: RandomForestRegressor(TREES, min_samples_leaf=5, random_state=0),
    }


def _cross_validated(rows: Rows, build) -> np.ndarray:
    options = {"impute": "median", "transform": "none", "scale": "standard", "select": None}
    predictions = np.zeros((len(rows.ids), rows.outputs) if rows.classes else len(rows.ids))
    for _, train, tune in rows.folds:
        prepare, model = preparation(rows.features, options, rows.task), build()
        model.fit(prepare.fit_transform(rows.features.iloc[train], rows.truth[train]), rows.truth[train])
        matrix = prepare.transform(rows.features.iloc[tune])
        predictions[tune] = model.predict_proba(matrix) if rows.classes else model.predict(matrix)
    return predictions
