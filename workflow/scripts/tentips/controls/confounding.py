"""How well the label is predicted without the features: from covariates alone, and from batch, site and time alone."""

import numpy as np
import pandas as pd

from tentips.data.preparation import numbers_and_text, preparation
from tentips.data.rows import Rows
from tentips.statistics.association import is_number
from tentips.statistics.comparison import compare
from tentips.statistics.intervals import independent_units, metric_interval, observed, resample_weights, resampled
from tentips.statistics.metric_names import chance
from tentips.statistics.scores import score

TREES = 200
SOURCES = {"covariates": ("covariates",), "batch, site and time": ("batch", "site", "time")}


def confounders(
    rows: Rows,
    samples: pd.DataFrame,
    roles: dict[str, list[str]],
    model: str,
    oof: np.ndarray,
    metric: str,
    options: dict,
) -> pd.DataFrame:
    """Return one row per source that is declared: how it scores in cross-validation, and by how much `model` beats it.

    A linear model and a random forest, both with default settings, are tried on each source; the better one counts, which
    favours the source. `oof` are the out-of-fold predictions of `model`, the best one of the development part; `options`
    is the resolved evaluation section. Folds are those of the search, groups held apart.
    """
    records = []
    weights = resample_weights(rows.groups, options["bootstrap"], seed=0)
    drawn = resampled(metric, rows.truth, [oof], weights)
    units, rarest = independent_units(rows.truth, rows.groups, len(rows.classes) or None)
    for source, names in SOURCES.items():
        columns = list(dict.fromkeys(column for name in names for column in roles[name]))
        columns = [column for column in columns if samples[column].nunique() > 1]
        if not columns:
            continue
        own = rows.with_features(_as_features(samples[columns], roles))
        predicted = {name: _cross_validated(own, build) for name, build in _predictors(rows.task).items()}
        best = max(predicted, key=lambda name: score(metric, rows.truth, predicted[name]))
        alone = resampled(metric, rows.truth, [predicted[best]], weights)
        interval = metric_interval(
            metric, observed(metric, rows.truth, [predicted[best]]), alone, units, rarest, options["confidence"]
        )
        found = compare(metric, rows.truth, [oof], [predicted[best]], rows.groups, drawn, alone, options["confidence"])
        records.append(
            {
                "source": source,
                "columns": ", ".join(columns),
                "predictor": best,
                "metric": metric,
                "value": interval.value,
                "low": interval.low,
                "high": interval.high,
                "chance": chance(metric, len(rows.classes)),
                "model": model,
                "model_value": observed(metric, rows.truth, [oof]),
                "advantage": found.difference,
                "advantage_low": found.low,
                "advantage_high": found.high,
                "n": len(rows.ids),
            }
        )
    columns = ["source", "columns", "predictor", "metric", "value", "low", "high", "chance", "model", "model_value"]
    return pd.DataFrame(records, columns=[*columns, "advantage", "advantage_low", "advantage_high", "n"])


def _as_features(columns: pd.DataFrame, roles: dict[str, list[str]]) -> pd.DataFrame:
    """Numbers stay numbers, moments become days, everything else (batch numbers too) is a category."""
    frame = {}
    for name, values in columns.items():
        if name in roles["time"] and not pd.api.types.is_numeric_dtype(values):
            moments = pd.to_datetime(values, format="ISO8601")
            frame[name] = (moments - moments.min()) / pd.Timedelta(days=1)
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
