"""Which model a study recommends: among those not shown to be worse by the smallest difference, the calibrated and simplest one."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from tentips.models.selection import best_model, tuned_score

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
