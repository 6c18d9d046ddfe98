"""What every search shares, baseline or network: trials on folds, their table, their cost, and a journal to resume from."""

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from tentips.data.preparation import chosen_transform
from tentips.data.rows import Rows
from tentips.jobs.stopwatch import Stopwatch
from tentips.models.folds import Fold
from tentips.models.recipe import Recipe
from tentips.statistics.calibration import calibration_error, error_by_chance, predicted_and_seen
from tentips.statistics.metric_names import NAMES
from tentips.statistics.scores import score


@dataclass
class Trial:
    """One configuration: its settings, its score on each fold's tuning rows, and its out-of-fold predictions."""

    settings: dict
    scores: list[float]
    predictions: np.ndarray | None = None
    seconds: float = 0.0
    seed: int = 0
    extra: dict = field(default_factory=dict)

    @property
    def score(self) -> float:
        """The mean over folds in which the metric is defined."""
        return mean_score(self.scores)


def mean_score(scores: list[float]) -> float:
    """Return the mean over folds in which the metric is defined (not NaN).

    Minus infinity where it is nowhere defined, or where a fold failed, so that such a trial never wins.
    """
    if any(value == float("-inf") for value in scores):
        return float("-inf")
    defined = [value for value in scores if np.isfinite(value)]
    return float(np.mean(defined)) if defined else float("-inf")


def best_of(trials: list[Trial]) -> int:
    """Return the number of the trial with the highest score; the earlier one where two are equal."""
    return int(np.argmax([trial.score for trial in trials]))


def corrected_score(trials: list[Trial]) -> float:
    """Return the score of the search without the optimism of having chosen the best of many trials.

    Each fold is scored by the trial that the other folds would have chosen (after Tsamardinos, Greasidou and Borboudakis
    2018, who bootstrap over rows): what the choice owes to chance in a fold is not counted in that fold. Nearly unbiased:
    folds share training rows. Trials that failed in a fold are never chosen.
    """
    scores = np.array([trial.scores for trial in trials if trial.score > float("-inf")], dtype=float)
    if not len(scores):
        return float("-inf")
    chosen = [
        int(np.argmax([mean_score(row) for row in np.delete(scores, fold, axis=1)])) for fold in range(scores.shape[1])
    ]
    return mean_score([scores[trial, fold] for fold, trial in enumerate(chosen)])


def trials_table(trials: list[Trial], repeat: int) -> pd.DataFrame:
    """Return one row per trial: repeat, trial (0 is untuned), score, one column per fold, seconds, seed, settings."""
    records = []
    for number, trial in enumerate(trials):
        folds = {f"fold_{fold + 1}": value for fold, value in enumerate(trial.scores)}
        records.append(
            {
                "repeat": repeat,
                "trial": number,
                "score": trial.score,
                **folds,
                "seconds": trial.seconds,
                "seed": trial.seed,
                **trial.extra,
                **trial.settings,
            }
        )
    return pd.DataFrame(records)


def search_outcome(model: str, metric: str, repeats: Iterable[dict]) -> str:
    """Return in words what a search found: "random forest: ROC AUC 0.969 in cross-validation, 12 trials".

    `repeats` are the summaries of best.json; score and trials are means over them.
    """
    repeats = list(repeats)
    tuned, trials = (np.mean([each[key] for each in repeats]) for key in ("tuned", "trials"))
    return f"{model.replace('_', ' ')}: {NAMES[metric]} {tuned:.3f} in cross-validation, {trials:.0f} trial{'s' * (trials > 1)}"


def summary(
    rows: Rows,
    trials: list[Trial],
    best: int,
    metric: str,
    fitted: list[np.ndarray],
    recipe: Recipe,
    watch: Stopwatch,
    transforms: dict | None = None,
) -> dict:
    """Return what best.json says of one repeat: the choice, its scores, and what the search consumed.

    `fitted` are the final models' predictions on all development rows, from which the training score is taken; the
    calibration error is that of the out-of-fold predictions, beside what chance makes of faultless ones. `transforms` is
    what `transforms_of` found.
    """
    return {
        "settings": trials[best].settings,
        "trial": best,
        "untuned": trials[0].score,
        "tuned": trials[best].score,
        "corrected": corrected_score(trials),
        "fold_scores": {"untuned": trials[0].scores, "tuned": trials[best].scores},
        "train_score": float(np.mean([score(metric, rows.truth, values) for values in fitted])),
        **_calibration(rows, trials[best].predictions),
        "classes": rows.classes,
        "samples": len(rows.ids),
        "trials": len(trials),
        "trials_asked": recipe.tuning["trials"],
        "folds": int(rows.fold.max() + 1),
        "seeds": len(fitted),
        "preprocess": recipe.preprocess,
        "transforms": transforms,
        "class_weight": recipe.class_weight,
        **watch.read(),
        **trials[best].extra,
    }


def transforms_of(folds: list[Fold], prepare) -> dict | None:
    """Return the transforms that were chosen in each of the `folds` and in the final model's preparation `prepare`.

    {"folds": [names], "final": name}; None where none is tuned, or where a network takes no table.
    """
    final = chosen_transform(prepare)
    return None if final is None else {"folds": [fold.transform for fold in folds], "final": final}


def _calibration(rows: Rows, predictions: np.ndarray) -> dict:
    if not rows.classes:
        return {"calibration_error": None, "calibration_by_chance": None}
    chance = error_by_chance(predicted_and_seen(rows.truth, predictions)[0], rows.groups)
    return {"calibration_error": calibration_error(rows.truth, predictions), "calibration_by_chance": chance}
