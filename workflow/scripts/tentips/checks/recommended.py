"""The one place that says which model a study recommends, and how the planned comparison came out."""

import math

from tentips.checks.registry import ends
from tentips.models import selection
from tentips.models.names import in_sentence
from tentips.models.recommendation import Recommendation, judged_model, simpler_model, smallest_of
from tentips.results import Results, only
from tentips.statistics.metric_names import best_value, metric_in_sentence
from tentips.statistics.smallest_difference import BETTER, outcome
from tentips.study.config import metric_name
from tentips.wording import series

LOSSES = {"neg_log_loss": "log loss", "neg_brier_score": "Brier score"}


def smallest(results: Results) -> float:
    """Return the smallest difference of the study's metric that matters, in the metric's unit."""
    metric, declared = metric_name(results.config), results.config["evaluation"]["smallest_difference"]
    return smallest_of(metric, declared, results.developed["label"])


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
    threshold = results.config["checks"]["calibration_error"]
    return simpler_model(list(results.bests.values()), threshold, smallest(results))


def why(results: Results) -> str:
    """Return in words why that model is recommended, and where log loss or Brier score would put another one first."""
    task, metric = results.config["data"]["task"], metric_name(results.config)
    model = judged(results)
    name = in_sentence(model, task)
    if compared(results) == BETTER:
        finding = f"The {name} is recommended because it is better than the best simpler model."
    else:
        chosen = simpler(results)
        near = [in_sentence(each, task) for each in chosen.candidates]
        finding = f"The {name} is recommended: no other simpler model comes within {smallest(results):g} of it in cross-validation."
        if len(near) > 1:
            off = [each for each in chosen.candidates if each in chosen.off]
            calibrated = " whose probabilities are near what was observed" if off and chosen.calibrated else ""
            finding = f"The {name} is recommended: of the models that are not worse by {smallest(results):g} in cross-validation ({series(near)}) it is the simplest{calibrated}."
        if chosen.best != chosen.model:
            off = (
                f", but its probabilities are off by {chosen.off[chosen.best]:.3f}" if chosen.best in chosen.off else ""
            )
            finding += f" First in cross-validation came the {in_sentence(chosen.best, task)}{off}.{_behind_the_first(results, chosen)}"
    return f"{finding}{_disagreement(results, metric, task)}"


def _behind_the_first(results: Results, chosen: Recommendation) -> str:
    """Say where the test part shows that the recommended model is worse than the first in cross-validation; it chose neither."""
    row = only(results.evaluated("combined_comparisons"), a=chosen.model, b=chosen.best).iloc[0]
    if not row["high"] < -smallest(results):
        return ""
    return f" On the test part it did better than the recommended one by {-row['difference']:.3f} ({ends(-row['high'], -row['low'])})."


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
    finding = series(f"{series(names)} the {in_sentence(model, task)}" for model, names in by_model.items())
    return (
        f" On the test part {metric_in_sentence(metric)} puts the {in_sentence(first[metric], task)} first, {finding}."
    )


def judged(results: Results) -> str:
    """Return the model that the page speaks of: the network where it is better, else the recommended simpler model."""
    threshold = results.config["checks"]["calibration_error"]
    comparisons = results.evaluated("combined_comparisons")
    return judged_model(list(results.bests.values()), comparisons, threshold, smallest(results))


def predicting(results: Results) -> list[str]:
    """Return the baselines and networks that are shown to predict the label better than the trivial predictor."""
    family = only(results.evaluated("combined_comparisons"), family="trivial")
    return [model for model in family[family["low"] > 0]["a"] if model in results.bests]


def judged_kind(results: Results) -> str:
    """Return under which kind the controls of that model are kept: network or baseline."""
    return "network" if judged(results) in results.config["models"]["networks"] else "baseline"


def as_used(results: Results, model: str) -> str:
    """Return the final model that predicts: of a network the seeds together."""
    return selection.as_used(model, results.config["models"]["networks"])
