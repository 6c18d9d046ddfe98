"""Permutation importance of groups: how far the score falls where a group's values come from other samples."""

from collections.abc import Callable

import numpy as np
import pandas as pd

from tentips.data.modality import Modality
from tentips.interpret.changed_inputs import Predict, predicted_exchanged
from tentips.statistics.comparison import corrected_resampled_t
from tentips.statistics.scores import score

MOST_CELLS = 1_000_000_000  # values that are predicted from in all: of wide tables each group is exchanged once
Effect = Callable[[np.ndarray, np.ndarray], float]


def permutation_importance(
    predict: Predict,
    modality: Modality,
    inputs: pd.DataFrame,
    groups: dict[str, list[str]],
    effect: Effect,
    repeats: int,
    seed: int,
) -> np.ndarray:
    """Return the effect of exchanging each group, (groups,), the mean over `repeats` permutations (Breiman 2001; Fisher et al. 2019).

    The parts of a group are taken from one other sample together, so that they still fit each other. `effect` is `score_fall` or
    `prediction_change`. NaN where the model or the rows do not define it. Fewer permutations, at least one, where they would be
    `MOST_CELLS` values in all.
    """
    repeats = max(1, min(repeats, MOST_CELLS // max(len(groups) * inputs.size, 1)))
    random = np.random.default_rng(seed)
    whole = predict(inputs)
    orders = [random.permutation(len(inputs)) for _ in range(repeats)]
    wanted = [(parts, order) for parts in groups.values() for order in orders]
    effects = [effect(whole, each) for each in predicted_exchanged(predict, modality, inputs, wanted)]
    return np.array(effects).reshape(len(groups), repeats).mean(axis=1)


def score_fall(metric: str, truth: np.ndarray) -> Effect:
    """Return how far the metric falls from the predictions of the inputs to those of the changed inputs."""
    return lambda whole, changed: score(metric, truth, whole) - score(metric, truth, changed)


def prediction_change(whole: np.ndarray, changed: np.ndarray) -> float:
    """Return the mean absolute change of the predictions: what a model uses, whether or not that helps."""
    return float(np.abs(whole - changed).mean())


def importance_table(
    groups: dict[str, list[str]], by_refit: np.ndarray, of_final: np.ndarray, confidence: float
) -> pd.DataFrame:
    """Return one row per group, most important first: group, features, importance, low, high, refits, importance_test, rank.

    `by_refit` is (refits, groups): the fall of the score of each fold's model on rows that it did not see. Its mean has the corrected
    resampled t interval (Nadeau and Bengio 2003), refits sharing training rows. `of_final` is that of the final model on test rows.
    """
    usable = by_refit[np.isfinite(by_refit).all(axis=1)]
    records = []
    for number, (name, features) in enumerate(groups.items()):
        record = {"group": name, "features": ", ".join(features[:50]), "size": len(features), "refits": len(usable)}
        record["importance"] = usable[:, number].mean() if len(usable) else np.nan
        record["low"] = record["high"] = np.nan
        if len(usable) > 1:
            found = corrected_resampled_t(usable[:, number], 1 / (len(usable) - 1), confidence)
            record |= {"low": found.low, "high": found.high}
        records.append(record | {"importance_test": of_final[number]})
    table = pd.DataFrame(records).sort_values("importance", ascending=False, kind="stable", ignore_index=True)
    return table.assign(rank=np.arange(1, len(table) + 1))
