"""Which model a study recommends: among those not worse by the smallest difference in cross-validation, the calibrated and simplest one.

The development part alone chooses among the simpler models. A choice by the test part would flatter the figures that the test part
then gives of the chosen one. Whether the network is better than the best simpler model is the one thing that the test part decides.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from tentips.artifacts import read_parquet, read_table
from tentips.models.selection import best_model, tuned_score
from tentips.statistics.metric_names import IN_LABEL_UNITS
from tentips.statistics.smallest_difference import BETTER, outcome, smallest_difference

# From the simplest to explain and to share: coefficients first; what stores training samples or hundreds of trees last.
SIMPLICITY = ("logistic", "naive_bayes", "random_forest", "gradient_boosting", "nearest_neighbours", "svm")


@dataclass(frozen=True)
class Recommendation:
    """The model, what it was chosen from, and why: `best` came first in cross-validation, `candidates` are not shown to be worse.

    `off` holds the calibration errors of those whose probabilities are off.
    """

    model: str
    best: str
    candidates: tuple[str, ...]
    off: dict[str, float]

    @property
    def calibrated(self) -> bool:
        """Whether the probabilities of the model are near what was observed."""
        return self.model not in self.off


def calibration_errors(calibration: pd.DataFrame) -> dict[str, float]:
    """Return each model's mean distance between predicted and observed shares, weighted by samples."""
    return {
        model: float(np.average((part["predicted"] - part["observed"]).abs(), weights=part["n"]))
        for model, part in calibration.groupby("model")
    }


def simpler_model(bests: list[dict], threshold: float, smallest: float) -> Recommendation:
    """Return which simpler model to recommend; the development part alone decides, so that the test part stays a test of it.

    Candidates are no more than `smallest` behind the one that came first in cross-validation, one standard error of the
    difference over folds granted (Breiman et al. 1984). Of them come first those whose calibration error out of fold is within
    `threshold`, or within what chance makes of faultless probabilities (as the check `calibration` judges), then the simplest.
    """
    simple = {best["model"]: best for best in bests if best["kind"] == "baseline"}
    first = best_model(list(simple.values()), "baseline")
    candidates = tuple(
        name for name, best in simple.items() if name == first or _reaches(best, simple[first], smallest)
    )
    off = {name: error for name, best in simple.items() if (error := error_if_off(best, threshold)) is not None}

    def order(name):
        place = SIMPLICITY.index(name) if name in SIMPLICITY else len(SIMPLICITY)
        return name in off, place, -tuned_score(simple[name])

    chosen = min(candidates, key=order)
    return Recommendation(chosen, first, candidates, off)


def error_if_off(best: dict, threshold: float) -> float | None:
    """Return the calibration error of a search's out-of-fold predictions, the mean over repeats, where it is too large.

    None where it is within `threshold` or within what chance shows of faultless ones, and for regression.
    """
    found = [
        [repeat[key] for repeat in best["repeats"].values()] for key in ("calibration_error", "calibration_by_chance")
    ]
    if None in found[0]:
        return None
    error, chance = map(np.mean, found)
    return float(error) if error > max(threshold, chance) else None


def _reaches(best: dict, first: dict, smallest: float) -> bool:
    """Whether a model comes within `smallest` and one standard error of the first, fold by fold."""
    differences = np.concatenate(
        [
            np.array(best["repeats"][number]["fold_scores"]["tuned"], dtype=float)
            - np.array(repeat["fold_scores"]["tuned"], dtype=float)
            for number, repeat in first["repeats"].items()
        ]
    )
    differences = differences[np.isfinite(differences)]
    if len(differences) < 2:
        return False
    error = differences.std(ddof=1) / np.sqrt(len(differences))
    return bool(differences.mean() + error >= -smallest)


def smallest_of(metric: str, declared: float | None, labels: pd.Series) -> float:
    """Return the smallest difference that matters of a study whose development part of the first repeat has these labels."""
    spread = float(labels.astype(float).std()) if metric in IN_LABEL_UNITS else None
    return smallest_difference(metric, declared, spread)


def judged_model(bests: list[dict], comparisons: pd.DataFrame, threshold: float, smallest: float) -> str:
    """Return the model that a study speaks of: the network where the planned comparison shows that it is better, else the simpler one.

    `comparisons` is combined_comparisons.tsv of the evaluation, `threshold` the key checks.calibration_error.
    """
    row = comparisons[comparisons["family"] == "verdict"].iloc[0]
    if outcome(row["low"], row["high"], smallest) == BETTER:
        return row["a"]
    return simpler_model(bests, threshold, smallest).model


def contender(bests: list[dict], kind: str, threshold: float, smallest: float) -> str:
    """Return the model of that kind that controls try: the best network, or the simpler model that is recommended."""
    return best_model(bests, kind) if kind == "network" else simpler_model(bests, threshold, smallest).model


def read_judged_model(
    paths, bests: list[dict], metric: str, smallest_declared: float | None, threshold: float
) -> tuple[str, str]:
    """Return `judged_model` and the simpler model that is recommended, from `paths.comparisons` and `paths.samples`.

    `paths.samples` is the sheet of the development part of the first repeat, `smallest_declared` the key
    evaluation.smallest_difference, `threshold` the key checks.calibration_error.
    """
    smallest = smallest_of(metric, smallest_declared, read_parquet(paths.samples)["label"])
    judged = judged_model(bests, read_table(paths.comparisons), threshold, smallest)
    return judged, simpler_model(bests, threshold, smallest).model
