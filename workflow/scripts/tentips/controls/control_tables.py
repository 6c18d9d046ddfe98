"""What the controls found, as the tables of results/control."""

from collections import defaultdict

import numpy as np
import pandas as pd

from tentips.controls.experiments import Experiment
from tentips.controls.trainings import out_of_fold
from tentips.data.planted_labels import MEASURES
from tentips.data.rows import Rows
from tentips.models.trials import mean_score
from tentips.statistics.comparison import compare
from tentips.statistics.intervals import observed
from tentips.statistics.scores import score

Runs = list[tuple[Experiment, np.ndarray]]


def label_shuffles(runs: Runs, model: str, real: float, metric: str) -> pd.DataFrame:
    """Return the score of each shuffle, averaged over folds, after that of the `real` labels (shuffle 0)."""
    by_shuffle = defaultdict(list)
    for each, predicted in runs:
        by_shuffle[each.level].append(score(metric, each.truth[each.score], predicted))
    values = [real, *(mean_score(scores) for scores in by_shuffle.values())]
    labels = ["real"] + ["shuffled"] * len(by_shuffle)
    return pd.DataFrame({"model": model, "shuffle": range(len(values)), "labels": labels, "score": values})


def planted_signal(runs: Runs, model: str, task: str) -> pd.DataFrame:
    """Return one row per planted effect and fold: model, measure, effect, fold, n, attainable, score.

    `measure` is the ROC AUC (mean of one class against the rest) or R2; `attainable` is what the signal itself scores on
    the fold's tuning rows, `score` what the model does.
    """
    records = [
        {
            "model": model,
            "measure": MEASURES[task],
            "effect": each.level,
            "fold": each.fold + 1,
            "n": len(each.score),
            "attainable": each.attainable,
            "score": score(MEASURES[task], each.truth[each.score], predicted),
        }
        for each, predicted in runs
    ]
    return pd.DataFrame(records, columns=["model", "measure", "effect", "fold", "n", "attainable", "score"])


def learning_curve(runs: Runs, model: str, rows: Rows, metric: str) -> pd.DataFrame:
    """Return one row per share of the training groups, part of that size and fold: model, share, part, fold, n_train, groups, score."""
    records = [
        {
            "model": model,
            "share": each.level[0],
            "part": each.level[1],
            "fold": each.fold + 1,
            "n_train": len(each.train),
            "groups": len(np.unique(rows.groups[each.train])),
            "score": score(metric, each.truth[each.score], predicted),
        }
        for each, predicted in runs
    ]
    return pd.DataFrame(records, columns=["model", "share", "part", "fold", "n_train", "groups", "score"])


def left_out(
    runs: Runs, reasons: dict[tuple[str, str], str], model: str, rows: Rows, oof: np.ndarray, metric: str, options: dict
) -> pd.DataFrame:
    """Return per level that was left out how well it was predicted, beside the same rows in cross-validation.

    `oof` are the out-of-fold predictions of all rows. `known` is the score where other rows of the level were trained on,
    `unknown` where none were; `difference` is unknown less known, with its interval. Levels and columns that could not be
    left out have a `reason`.
    """
    records = []
    for each, predicted in runs:
        factor, level = each.level
        truth, groups = each.truth[each.score], rows.groups[each.score]
        pair = [predicted], [oof[each.score]]
        found = compare(metric, truth, *pair, groups, options["confidence"])
        records.append(
            {
                "model": model,
                "factor": factor,
                "level": level,
                "n": len(truth),
                "groups": len(np.unique(groups)),
                "known": observed(metric, truth, pair[1]),
                "unknown": observed(metric, truth, pair[0]),
                "difference": found.difference,
                "low": found.low,
                "high": found.high,
                "reason": "",
            }
        )
    for (factor, level), reason in reasons.items():
        records.append({"model": model, "factor": factor, "level": level, "reason": reason})
    columns = ["model", "factor", "level", "n", "groups", "known", "unknown", "difference", "low", "high", "reason"]
    return pd.DataFrame(records, columns=columns)


def random_folds(runs: Runs, reason: str, model: str, rows: Rows, metric: str, confidence: float) -> pd.DataFrame:
    """Return one row: the score in folds that hold groups apart, the same in folds drawn at random, and the paired difference.

    `difference` is random less apart, with its interval over groups: what a division that ignores groups would have claimed too
    much; that over seeds is in the interval. `reason` says why nothing was trained, else it is empty.
    """
    row, members = {"model": model, "reason": reason}, out_of_fold(runs, rows)
    if members:
        apart, random = (
            [member for (name, _), member in members.items() if name == side] for side in ("apart", "random")
        )
        found = compare(metric, rows.truth, random, apart, rows.groups, confidence)
        row |= {"n": len(rows.truth), "groups": len(np.unique(rows.groups)), "folds": len(runs) // len(members)}
        row |= {"apart": observed(metric, rows.truth, apart), "random": observed(metric, rows.truth, random)}
        row |= {"difference": found.difference, "low": found.low, "high": found.high, "p_value": found.p_value}
    columns = ["model", "n", "groups", "folds", "apart", "random", "difference", "low", "high", "p_value", "reason"]
    return pd.DataFrame([row], columns=columns)
