"""Partial dependence: what a model predicts on average where one feature is set to a value and all else is left."""

import itertools
from collections.abc import Iterator

import numpy as np
import pandas as pd

from tentips.data.preparation import categorical_columns
from tentips.interpret.changed_inputs import Predict, predicted_set_to
from tentips.statistics.comparison import corrected_resampled_t

VALUES = 7  # of a number: equal steps of its ranks from the 5th to the 95th percentile
MOST_LEVELS = 12
MOST_ROWS = 300  # over which is averaged
FEWEST = 10  # rows of a covariate's level, and units that have a value of a feature: of fewer nothing is drawn
CURVE = ["model", "class", "feature", "column", "level", "value", "text", "predicted", "low", "high", "refits"]
EFFECT = ["model", "class", "feature", "column", "level", "from", "to", "effect", "low", "high", "refits"]


def grid(values: pd.Series, units: np.ndarray) -> list:
    """Return the values at which the response is asked for: levels of a category that `FEWEST` units have, or quantiles of a number."""
    distinct = np.unique(values.dropna())
    category = bool(categorical_columns(values.to_frame()))
    if category or len(distinct) <= VALUES:
        counts = pd.Series(units).groupby(values.to_numpy()).nunique().sort_values(ascending=False, kind="stable")
        return sorted(counts.index[counts >= FEWEST][:MOST_LEVELS])
    return np.unique(np.quantile(values.dropna(), np.linspace(0.05, 0.95, VALUES))).tolist()


def responses(predict: Predict, inputs: pd.DataFrame, grids: dict[str, list]) -> Iterator[tuple[str, np.ndarray]]:
    """Yield each feature with the predictions of all rows at each of its values (Friedman 2001): (values, rows, classes) or (values, rows)."""
    predicted = predicted_set_to(predict, inputs, [(name, value) for name, values in grids.items() for value in values])
    for feature, values in grids.items():
        yield feature, np.stack(list(itertools.islice(predicted, len(values))))


def dose_response(
    model: str,
    refits: list[tuple[Predict, np.ndarray]],
    inputs: pd.DataFrame,
    grids: dict[str, list],
    named: pd.DataFrame,
    classes: list[str],
    confidence: float,
    seed: int,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return curves and effects of features at the values of `grids`, overall and within the levels of the covariates in `named`.

    `refits` are the models of folds with the rows that each did not see. A curve is their mean with the corrected resampled t interval
    (Nadeau and Bengio 2003); an effect is the response at the highest value less that at the lowest, with its own. Two classes: the
    probability of the positive one; more: of each class.
    """
    random, found = np.random.default_rng(seed), {}
    drawn = {feature: values for feature, values in grids.items() if len(values) > 1}
    shown = [1] if len(classes) == 2 else range(max(len(classes), 1))
    for number, (predict, rows) in enumerate(refits):
        rows = np.sort(random.permutation(rows)[:MOST_ROWS])
        for feature, predicted in responses(predict, inputs.iloc[rows], drawn):
            predicted = predicted[..., shown] if classes else predicted[..., None]
            for column, level, inside in _parts(named.iloc[rows]):
                mean = predicted[:, inside].mean(axis=1)
                for position, output in enumerate(shown):
                    label = classes[output] if classes else ""
                    found.setdefault((label, feature, column, level), {})[number] = mean[:, position]
    curves, effects = [], []
    for (label, feature, column, level), by_refit in found.items():
        keys = {"model": model, "class": label, "feature": feature, "column": column, "level": level}
        stacked = np.stack(list(by_refit.values()))
        stacked = stacked[np.isfinite(stacked).all(axis=1)]
        if not len(stacked):
            continue
        values, refitted = grids[feature], {"refits": len(stacked)}
        for value, each in zip(values, stacked.T, strict=True):
            number = np.nan if isinstance(value, str) else float(value)
            curves.append(
                keys | {"value": number, "text": str(value)} | _mean(each, confidence, "predicted") | refitted
            )
        rise = stacked[:, -1] - stacked[:, 0]
        effects.append(
            keys | {"from": str(values[0]), "to": str(values[-1])} | _mean(rise, confidence, "effect") | refitted
        )
    return pd.DataFrame(curves, columns=CURVE), pd.DataFrame(effects, columns=EFFECT)


def _parts(named: pd.DataFrame):
    yield "", "", np.ones(len(named), dtype=bool)
    for column in named:
        for level in sorted(named[column].dropna().unique()):
            inside = (named[column] == level).to_numpy()
            if inside.sum() >= FEWEST:
                yield column, level, inside


def _mean(values: np.ndarray, confidence: float, name: str) -> dict:
    if len(values) < 2:
        return {name: values.mean(), "low": np.nan, "high": np.nan}
    found = corrected_resampled_t(values, 1 / (len(values) - 1), confidence)
    return {name: found.difference, "low": found.low, "high": found.high}
