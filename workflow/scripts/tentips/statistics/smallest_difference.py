"""The smallest difference of a metric that matters: below it two models are as good as each other for all practical purposes.

The scale comes from Benavoli et al. (2017, JMLR 18:77), who call two classifiers practically equivalent where their accuracies
differ by less than 0.01. Between two equal classes that is 2 % of the way from chance to a faultless prediction; the defaults of
the other metrics are the same 2 %, rounded, but for those that share accuracy's scale and keep its 0.01. Of R2, 0.02 is also
where Cohen (1988) begins to speak of a small effect. All of it is a convention: a study that knows better declares its own.
"""

import math

from tentips.statistics.metric_names import IN_LABEL_UNITS

BETTER, EQUIVALENT, WORSE, INCONCLUSIVE, CANNOT_SAY = "better", "equivalent", "worse", "inconclusive", "cannot_say"

DEFAULTS = {
    "roc_auc": 0.01,
    "average_precision": 0.01,
    "balanced_accuracy": 0.01,
    "accuracy": 0.01,
    "f1_macro": 0.01,
    "matthews_corrcoef": 0.02,
    "neg_log_loss": 0.015,
    "neg_brier_score": 0.005,
    "r2": 0.02,
    "spearman": 0.02,
    "neg_mean_absolute_error": 0.02,
    "neg_root_mean_squared_error": 0.02,
}


def smallest_difference(metric: str, declared: float | None, spread: float | None = None) -> float:
    """Return the smallest difference of `metric` that matters, in the metric's own unit.

    `declared` is `evaluation.smallest_difference`, None for the default. Errors in the label's unit have a default share of the
    label's standard deviation, `spread`, which must then be given. Raises ValueError where it is not.
    """
    if declared is not None:
        return float(declared)
    if metric not in IN_LABEL_UNITS:
        return DEFAULTS[metric]
    if spread is None:
        raise ValueError(
            f"{metric} is in the label's unit: its smallest difference needs the label's standard deviation"
        )
    return DEFAULTS[metric] * float(spread)


def outcome(low: float, high: float, least: float) -> str:
    """Return what an interval of a difference says, `least` being the smallest that matters.

    Equivalent where it lies within -least to +least, even where it leaves out 0: what it shows is then too small to matter.
    """
    if math.isnan(low) or math.isnan(high):
        return CANNOT_SAY
    if -least < low and high < least:
        return EQUIVALENT
    if low > 0:
        return BETTER
    return WORSE if high < 0 else INCONCLUSIVE
