"""The one place that says which model a study recommends, and how the planned comparison came out."""

import math

from tentips.models.names import in_sentence
from tentips.models.recommendation import Recommendation, calibration_errors, judged_model, simpler_model, smallest_of
from tentips.models.selection import ENSEMBLE
from tentips.results import Results
from tentips.statistics.metric_names import best_value, metric_in_sentence
from tentips.statistics.smallest_difference import BETTER, outcome
from tentips.study.config import metric_name
from tentips.wording import series

LOSSES = {"neg_log_loss": "log loss", "neg_brier_score": "Brier score"}


def smallest(results: Results) -> float:
    """Return the smallest difference of the study's metric that matters, in the metric's unit."""
    return smallest_of(results.config, results.samples["label"])


def compared(results: Results) -> str:
    """Return what the planned comparison by itself says."""
    row = results.planned_comparison
    return outcome(row["low"], row["high"], smallest(results))


def room(results: Results) -> float | None:
    """Return how much better than the simpler model of the comparison a faultless model would be on the test part; None if unknown."""
    table = results.evaluated("combined_metrics")
    metric, row = metric_name(results.config), results.planned_comparison
    own = table[(table["model"] == row["b"]) & (table["metric"] == metric)]["value"]
    return float(best_value(metric) - own.iloc[0]) if len(own) and math.isfinite(own.iloc[0]) else None


def ceiling(results: Results) -> bool:
    """Whether the simpler model leaves less room than the smallest difference that matters."""
    left = room(results)
    return left is not None and left < smallest(results)


def simpler(results: Results) -> Recommendation:
    """Return the simpler model to recommend, and what it was chosen from."""
    classes = results.config["data"]["task"] == "classification"
    errors = calibration_errors(results.evaluated("calibration")) if classes else {}
    return simpler_model(
        list(results.bests.values()),
        results.evaluated("combined_comparisons"),
        errors,
        results.config["checks"]["calibration_error"],
        smallest(results),
    )


def why(results: Results) -> str:
    """Return in words why that model is recommended, and where log loss or Brier score would put another one first."""
    task, metric = results.config["data"]["task"], metric_name(results.config)
    model = judged(results)
    name = in_sentence(model, task)
    if compared(results) == BETTER:
        told = f"The {name} is recommended because it is better than the best simpler model."
    else:
        chosen = simpler(results)
        others = [in_sentence(each, task) for each in chosen.candidates if each != chosen.model]
        told = f"The {name} is recommended: no simpler model was shown to be better by {smallest(results):g}."
        if others:
            near = ", its probabilities being near what was observed" if chosen.errors and chosen.calibrated else ""
            told = f"The {name} is recommended as the simplest of the models not shown to be worse by {smallest(results):g}{near} (the others: {series(others)})."
        if chosen.best != chosen.model:
            off = (
                f", but its probabilities are off by {chosen.errors[chosen.best]:.3f}"
                if chosen.errors and chosen.errors[chosen.best] > results.config["checks"]["calibration_error"]
                else ""
            )
            told += f" First in cross-validation came {in_sentence(chosen.best, task)}{off}."
    return f"{told}{_disagreement(results, metric, task)}"


def _disagreement(results: Results, metric: str, task: str) -> str:
    """Which other model the log loss or the Brier score puts first on the test part."""
    table = results.evaluated("combined_metrics")
    table = table[table["kind"].isin(["baseline", "network"])]
    first = {
        name: part.loc[part["value"].idxmax(), "model"]
        for name in (metric, "neg_log_loss", "neg_brier_score")
        for part in [table[(table["metric"] == name) & table["value"].notna()]]
        if len(part)
    }
    others = [name for name, model in first.items() if model != first.get(metric)]
    if metric not in first or not others:
        return ""
    by_model = {first[name]: [LOSSES[each] for each in others if first[each] == first[name]] for name in others}
    told = series(f"{in_sentence(model, task)} by {series(names)}" for model, names in by_model.items())
    return (
        f" On the test part {in_sentence(first[metric], task)} comes first by {metric_in_sentence(metric)}, but {told}."
    )


def judged(results: Results) -> str:
    """Return the model that the page speaks of: the network where it is better, else the recommended simpler model."""
    tables = results.evaluated("combined_comparisons"), results.evaluated("calibration")
    return judged_model(list(results.bests.values()), *tables, results.config, smallest(results))


def as_used(results: Results, model: str) -> str:
    """Return the final model that predicts: of a network the seeds together."""
    return f"{model}{ENSEMBLE}" if model in results.config["models"]["networks"] else model
