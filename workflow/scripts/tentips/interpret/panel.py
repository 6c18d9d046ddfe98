"""The smallest panel of features that does as well as all of them, chosen inside the folds."""

from collections.abc import Callable

import numpy as np
import pandas as pd

from tentips.data.rows import Rows
from tentips.interpret.feature_groups import association, relevance
from tentips.statistics.comparison import corrected_resampled_t
from tentips.statistics.scores import score

SIZES = (1, 2, 3, 4, 5, 7, 10, 15, 20, 30)
CANDIDATES = 300  # features with the strongest association that a panel may hold
HALVES = 50  # random halves of the units in which features are chosen again (Meinshausen and Bühlmann 2010)
SCORED = ["size", "score", "difference", "low", "high", "all_features", "smallest", "enough"]
CHOSEN = ["feature", "place", "chosen", "folds"]
Fitting = Callable[[Rows, np.ndarray], Callable[[pd.DataFrame], np.ndarray]]


def ranked(table: pd.DataFrame, truth: np.ndarray, classes: int, most: int) -> list[str]:
    """Return `most` features in the order in which a panel takes them up: relevant and not yet said by those before.

    mRMR, difference form (Peng, Long and Ding 2005): association with the label less the mean association with those chosen.
    """
    strength = relevance(table, truth, classes)
    candidates = np.argsort(-strength, kind="stable")[:CANDIDATES]
    near, strength = association(table.iloc[:, candidates]), strength[candidates]
    chosen = [int(strength.argmax())]
    while len(chosen) < min(most, len(candidates)):
        gain = strength - near[:, chosen].mean(axis=1)
        gain[chosen] = -np.inf
        chosen.append(int(gain.argmax()))
    return [table.columns[candidates[number]] for number in chosen]


def sizes(features: int) -> list[int]:
    """Return the sizes of panels that are tried: fewer than all features."""
    return [size for size in SIZES if size < features]


def scores_of_sizes(
    rows: Rows, fitting: Fitting, metric: str, smallest_difference: float, confidence: float
) -> pd.DataFrame:
    """Return how panels of each size do in the study's folds, chosen on the training rows of each fold alone.

    `fitting(rows, train)` trains a model on some rows and returns how it predicts. `difference` is the panel's score less that of the
    same model with all features, paired by fold, with the corrected resampled t interval. A panel is `enough` where the lower end is
    above minus the smallest difference that matters.
    """
    features = rows.table
    wanted = sizes(features.shape[1])
    by_fold = []
    for _, train, tune in rows.folds:
        order = ranked(features.iloc[train], rows.truth[train], len(rows.classes), max(wanted, default=1))
        panels = [rows.with_features(features[order[:size]]) for size in wanted]
        by_fold.append([_score(fitting, each, train, tune, metric) for each in [rows.with_features(features), *panels]])
    by_fold = np.array(by_fold)
    by_fold = by_fold[np.isfinite(by_fold).all(axis=1)]
    records = []
    for number, size in enumerate(wanted, start=1):
        if len(by_fold) < 2:
            break
        difference = by_fold[:, number] - by_fold[:, 0]
        found = corrected_resampled_t(difference, 1 / (len(by_fold) - 1), confidence)
        low = found.low if np.isfinite(found.low) else found.difference
        records.append(
            {
                "size": size,
                "score": by_fold[:, number].mean(),
                "difference": found.difference,
                "low": found.low,
                "high": found.high,
                "all_features": by_fold[:, 0].mean(),
                "smallest": smallest_difference,
                "enough": low > -smallest_difference,
            }
        )
    return pd.DataFrame(records, columns=SCORED)


def chosen_features(rows: Rows, size: int, seed: int) -> pd.DataFrame:
    """Return the panel of all development rows and how often each feature is chosen from random halves of the units.

    `chosen` is the share of halves, `folds` the share of the study's folds in which the feature is among the first `size`;
    features outside the panel that were chosen at least once in ten halves follow it, without a `place`.
    """
    table, random, classes = rows.table, np.random.default_rng(seed), len(rows.classes)
    units = np.unique(rows.groups)
    panel = ranked(table, rows.truth, classes, size)
    counts: dict[str, int] = {}
    for _ in range(HALVES):
        half = np.flatnonzero(np.isin(rows.groups, random.permutation(units)[: max(len(units) // 2, 1)]))
        for name in ranked(table.iloc[half], rows.truth[half], classes, size):
            counts[name] = counts.get(name, 0) + 1
    in_folds: dict[str, int] = {}
    folds = list(rows.folds)
    for _, train, _ in folds:
        for name in ranked(table.iloc[train], rows.truth[train], classes, size):
            in_folds[name] = in_folds.get(name, 0) + 1
    others = [name for name, n in sorted(counts.items(), key=lambda item: -item[1]) if name not in panel]
    records = [
        {
            "feature": name,
            "place": panel.index(name) + 1 if name in panel else np.nan,
            "chosen": counts.get(name, 0) / HALVES,
            "folds": in_folds.get(name, 0) / len(folds),
        }
        for name in [*panel, *(name for name in others if counts[name] >= HALVES / 10)]
    ]
    return pd.DataFrame(records, columns=CHOSEN)


def _score(fitting: Fitting, rows: Rows, train: np.ndarray, tune: np.ndarray, metric: str) -> float:
    return score(metric, rows.truth[tune], fitting(rows, train)(rows.inputs.iloc[tune]))
