"""Explain the recommended model and the best network of a study: all tables of the rule `interpret`."""

from dataclasses import replace

import numpy as np
import pandas as pd

from tentips.data.rows import Rows
from tentips.interpret import agreement, dose_response, expected_gradients, refits
from tentips.interpret.attributions import attributions
from tentips.interpret.changed_inputs import of_final
from tentips.interpret.faithfulness import COLUMNS as FAITHFULNESS
from tentips.interpret.faithfulness import faithfulness
from tentips.interpret.feature_groups import OTHERS, feature_groups
from tentips.interpret.permutation_importance import (
    importance_table,
    permutation_importance,
    prediction_change,
    score_fall,
)
from tentips.interpret.subjects import Subject
from tentips.interpret.surrogate import COLUMNS as SURROGATE
from tentips.interpret.surrogate import surrogate
from tentips.models.final_models import FinalNetwork

REPEATS = 3  # permutations of each group in each model
CHANGED_CELLS = (
    200_000_000  # values from which predictions are held against those of a model of shuffled labels, for each model
)
FEWEST_CHANGED = 50  # rows for that, however wide the table is
LEADING = 6  # features whose response is drawn, beside those with an expected direction
IMPORTANCE = [
    "model",
    "kind",
    "group",
    "features",
    "size",
    "refits",
    "importance",
    "low",
    "high",
    "importance_test",
    "rank",
    "metric",
]


def parts_of(rows: Rows, seed: int) -> dict[str, list[str]]:
    """Return the groups of parts that are explained together: correlated features of a table, else each part alone."""
    parts = rows.modality.parts(rows.features)
    if is_table(rows):
        return feature_groups(rows.table, rows.truth, len(rows.classes), seed)
    return {part: [part] for part in parts}


def is_table(rows: Rows) -> bool:
    """Whether the parts of an input are the features themselves, which can be set to a value."""
    return rows.modality.parts(rows.features) == list(rows.table.columns)


def interpret(
    found: list[Subject],
    rows: Rows,
    test: Rows,
    named: pd.DataFrame,
    expected: dict[str, str],
    metric: str,
    confidence: float,
    seed: int,
) -> dict[str, pd.DataFrame]:
    """Return the tables groups, importance, agreement, faithfulness, attributions, dose_response, effects and surrogate.

    `rows` is the development part, `test` the test part of the first repeat; `named` the levels of the covariates of `rows`,
    `expected` the features whose direction is declared.
    """
    groups = parts_of(rows, seed)
    tables: dict[str, list] = {name: [] for name in ("importance", "faithfulness", "surrogate", "attributions")}
    records, curves, effects = [], [], []
    for subject in found:
        predict = of_final(subject.final)
        by_refit = _by_refit(subject.refits, rows, groups, metric, seed)
        of_test = permutation_importance(
            predict, rows.modality, test.inputs, groups, score_fall(metric, test.truth), REPEATS, seed
        )
        importance = importance_table(groups, by_refit, of_test, confidence)
        tables["importance"].append(importance.assign(model=subject.name, kind=subject.kind, metric=metric))
        records += _agreements(subject, by_refit, rows, test, groups, metric, seed)
        order = np.nanmean(by_refit, axis=0) if np.isfinite(by_refit).any() else np.zeros(len(groups))
        tables["faithfulness"].append(faithfulness(subject.name, predict, test, groups, order, metric, seed))
        tables["attributions"] += attributions(subject, rows, test, seed)
        if is_table(rows):
            asked = _asked(importance, groups, rows, expected)
            for kept, table in zip(
                (curves, effects), _responses(subject, rows, asked, named, confidence, seed), strict=True
            ):
                kept.append(table)
        tables["surrogate"].append(_rules(subject, rows, test, metric))
    return {
        "groups": pd.DataFrame(
            [{"group": name, "feature": part} for name, parts in groups.items() for part in parts],
            columns=["group", "feature"],
        ),
        "importance": _joined(tables["importance"], IMPORTANCE),
        "agreement": agreement.table(records),
        "faithfulness": _joined(tables["faithfulness"], FAITHFULNESS),
        "attributions": _joined(tables["attributions"], expected_gradients.COLUMNS),
        "dose_response": _joined(curves, dose_response.CURVE),
        "effects": _joined(effects, dose_response.EFFECT),
        "surrogate": _joined(tables["surrogate"], SURROGATE),
    }


def _responses(subject: Subject, rows: Rows, features: list[str], named: pd.DataFrame, confidence: float, seed: int):
    """The tables dose_response and effects of one model."""
    grids = {feature: dose_response.grid(rows.inputs[feature], rows.groups) for feature in features}
    models = [(each.predict, each.tune) for each in subject.refits]
    return dose_response.dose_response(subject.name, models, rows.inputs, grids, named, rows.classes, confidence, seed)


def _rules(subject: Subject, rows: Rows, test: Rows, metric: str) -> pd.DataFrame:
    """The table surrogate of one model."""
    predicted = [subject.final.predict(part.inputs) for part in (rows, test)]
    return surrogate(subject.name, rows.table, predicted[0], test.table, predicted[1], test.truth, rows.classes, metric)


def nothing() -> dict[str, pd.DataFrame]:
    """Return the tables of a study whose models are not interpreted."""
    columns = {
        "groups": ["group", "feature"],
        "importance": IMPORTANCE,
        "agreement": agreement.COLUMNS,
        "faithfulness": FAITHFULNESS,
        "attributions": expected_gradients.COLUMNS,
        "dose_response": dose_response.CURVE,
        "effects": dose_response.EFFECT,
        "surrogate": SURROGATE,
    }
    return {name: pd.DataFrame(columns=own) for name, own in columns.items()}


def _by_refit(models: list[refits.Refit], rows: Rows, groups, metric: str, seed: int) -> np.ndarray:
    found = []
    for number, each in enumerate(models):
        held = rows.part(each.tune)
        fall = score_fall(metric, held.truth)
        found.append(
            permutation_importance(each.predict, rows.modality, held.inputs, groups, fall, REPEATS, seed + number)
        )
    return np.stack(found)


def _changes(models: list[refits.Refit], rows: Rows, groups, seed: int) -> np.ndarray:
    most = max(FEWEST_CHANGED, CHANGED_CELLS // max(len(groups) * rows.inputs.shape[1], 1))
    random = np.random.default_rng(seed)
    held = [rows.part(np.sort(random.permutation(each.tune)[:most])).inputs for each in models]
    return np.stack(
        [
            permutation_importance(each.predict, rows.modality, inputs, groups, prediction_change, 1, seed)
            for each, inputs in zip(models, held, strict=True)
        ]
    )


def _agreements(subject: Subject, by_refit, rows: Rows, test: Rows, groups, metric: str, seed: int) -> list[dict]:
    records = [agreement.agreement(subject.name, "folds", by_refit, seed=seed)]
    final = subject.final
    if isinstance(final, FinalNetwork) and len(final.networks) > 1:
        by_seed = [
            permutation_importance(
                of_final(replace(final, networks={each: network})),
                rows.modality,
                test.inputs,
                groups,
                score_fall(metric, test.truth),
                REPEATS,
                seed,
            )
            for each, network in final.networks.items()
        ]
        records.append(agreement.agreement(subject.name, "seeds", np.stack(by_seed), seed=seed))
    real, other = (_changes(models, rows, groups, seed) for models in (subject.refits, subject.shuffled))
    return [*records, agreement.shuffled_agreement(subject.name, real, other)]


def _asked(importance: pd.DataFrame, groups, rows: Rows, expected: dict) -> list[str]:
    leading = [name for name in importance["group"] if name != OTHERS][:LEADING]
    return list(dict.fromkeys([*leading, *(name for name in expected if name in rows.table)]))


def _joined(tables: list[pd.DataFrame], columns: list[str]) -> pd.DataFrame:
    tables = [table for table in tables if len(table)]
    return pd.concat(tables, ignore_index=True)[columns] if tables else pd.DataFrame(columns=columns)
