"""Which model a study recommends: among those not shown to be worse by the smallest difference, the calibrated and simplest one."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from tentips.artifacts import read_parquet, read_table
from tentips.models.selection import best_model, tuned_score
from tentips.statistics.metric_names import IN_LABEL_UNITS
from tentips.statistics.smallest_difference import BETTER, outcome, smallest_difference
from tentips.study.config import metric_name

# From the simplest to explain and to share: coefficients first; what stores training samples or hundreds of trees last.
SIMPLICITY = ("logistic", "naive_bayes", "random_forest", "gradient_boosting", "nearest_neighbours", "svm")


@dataclass(frozen=True)
class Recommendation:
    """The model, what it was chosen from, and why: `best` came first in cross-validation, `candidates` are not shown to be worse."""

    model: str
    best: str
    candidates: tuple[str, ...]
    errors: dict[str, float]
    calibrated: bool


def calibration_errors(calibration: pd.DataFrame) -> dict[str, float]:
    """Return each model's mean distance between predicted and observed shares, weighted by samples."""
    return {
        model: float(np.average((part["predicted"] - part["observed"]).abs(), weights=part["n"]))
        for model, part in calibration.groupby("model")
    }


def simpler_model(
    bests: list[dict], comparisons: pd.DataFrame, errors: dict[str, float], threshold: float, smallest: float
) -> Recommendation:
    """Return which simpler model to recommend.

    Candidates are no more than `smallest` behind the one that came first in cross-validation, one standard error of the
    difference over folds granted (Breiman et al. 1984), and the test part does not show that they are worse by `smallest`: the
    upper limit of `comparisons` (a minus b) reaches it. Of them come first those whose calibration error is within
    `threshold`, then the simplest. `errors` is empty for regression.
    """
    simple = {best["model"]: best for best in bests if best["kind"] == "baseline"}
    first = best_model(list(simple.values()), "baseline")
    worse = comparisons[(comparisons["b"] == first) & (comparisons["high"] < -smallest)]["a"].tolist()
    candidates = tuple(
        name
        for name, best in simple.items()
        if name == first or (name not in worse and _reaches(best, simple[first], smallest))
    )

    def order(name):
        place = SIMPLICITY.index(name) if name in SIMPLICITY else len(SIMPLICITY)
        return errors.get(name, 0.0) > threshold, place, -tuned_score(simple[name])

    chosen = min(candidates, key=order)
    return Recommendation(chosen, first, candidates, errors, errors.get(chosen, 0.0) <= threshold)


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


def smallest_of(config: dict, labels: pd.Series) -> float:
    """Return the smallest difference that matters of a study with these labels."""
    metric, declared = metric_name(config), config["evaluation"]["smallest_difference"]
    spread = float(labels.astype(float).std()) if metric in IN_LABEL_UNITS else None
    return smallest_difference(metric, declared, spread)


def judged_model(
    bests: list[dict], comparisons: pd.DataFrame, calibration: pd.DataFrame, config: dict, smallest: float
) -> str:
    """Return the model that a study speaks of: the network where the planned comparison shows that it is better, else the simpler one.

    `comparisons` and `calibration` are combined_comparisons.tsv and calibration.tsv of the evaluation.
    """
    row = comparisons[comparisons["family"] == "verdict"].iloc[0]
    if outcome(row["low"], row["high"], smallest) == BETTER:
        return row["a"]
    errors = calibration_errors(calibration) if config["data"]["task"] == "classification" else {}
    return simpler_model(bests, comparisons, errors, config["checks"]["calibration_error"], smallest).model


def read_judged_model(paths, bests: list[dict], config: dict) -> str:
    """Return `judged_model` from the files `paths.comparisons` and `paths.calibration`, labels from `paths.samples` and `paths.test_samples`."""
    labels = pd.concat([read_parquet(path)["label"] for path in (paths.samples, paths.test_samples)])
    tables = read_table(paths.comparisons), read_table(paths.calibration)
    return judged_model(bests, *tables, config, smallest_of(config, labels))
