"""Metrics by scikit-learn's scorer names, always oriented so that higher is better.

Predictions are arrays: for classification one probability per class, shape (samples, classes), in the order of
`classes`; for regression the values, shape (samples,). Truth is class numbers or values.

Every metric takes weights for many resamples at once, because a bootstrap in single calls to scikit-learn would take
minutes; the tests hold each one against scikit-learn's.
"""

import numpy as np

from tentips.statistics.metric_names import METRICS

EPSILON = 1e-7  # probabilities are kept this far from 0 and 1 for the log loss


def score(name: str, truth: np.ndarray, predicted: np.ndarray) -> float:
    """Return the metric `name`, higher is better; NaN where it is not defined for these rows."""
    return float(weighted_scores(name, truth, predicted, np.ones((1, len(truth))))[0])


def weighted_scores(name: str, truth: np.ndarray, predicted: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Return the metric `name` under each row of `weights`, shape (resamples, samples), as shape (resamples,).

    A weight says how often a sample is in a resample. NaN where a resample does not define the metric. With more
    than two classes roc_auc and average_precision are means of one class against the rest over the classes that the
    resample holds. neg_brier_score is half the multi-class Brier score, so that two classes agree with the usual one.
    """
    if not np.isfinite(predicted).all():
        return np.full(len(weights), np.nan)  # a model that diverged scores nothing, rather than as well as chance
    with np.errstate(invalid="ignore", divide="ignore"):
        if name in METRICS["regression"]:
            return _REGRESSION[name](truth, predicted, weights)
        if name in _PROBABILISTIC:
            return _PROBABILISTIC[name](truth, predicted, weights)
        if name in _DECIDED:
            return _DECIDED[name](confusion(truth, predicted, weights))
    raise ValueError(f"no such metric: {name}")


def _ranked(one_class):
    def over_classes(truth, predicted, weights):
        classes = predicted.shape[1]
        numbers = [1] if classes == 2 else range(classes)
        values = np.stack([one_class(truth == number, predicted[:, number], weights) for number in numbers])
        defined = np.isfinite(values)
        return np.where(defined.any(axis=0), np.where(defined, values, 0).sum(axis=0) / defined.sum(axis=0), np.nan)

    return over_classes


def steps(member, ranking, weights):
    """Weights of members and of others at each distinct score, highest first: two arrays (resamples, distinct)."""
    distinct, position = np.unique(-ranking, return_inverse=True)
    order = np.argsort(position, kind="stable")
    starts = np.searchsorted(position[order], np.arange(len(distinct)))
    inside, outside = weights * member, weights * ~member
    return np.add.reduceat(inside[:, order], starts, axis=1), np.add.reduceat(outside[:, order], starts, axis=1)


def _roc_auc(member, ranking, weights):
    """Area under the ROC curve by trapezia: the share of pairs ranked rightly, ties counting half."""
    inside, outside = steps(member, ranking, weights)
    above = inside.cumsum(axis=1) - inside / 2
    return (outside * above).sum(axis=1) / (inside.sum(axis=1) * outside.sum(axis=1))


def _average_precision(member, ranking, weights):
    """Sum over thresholds of precision times the gain in recall, without interpolation."""
    inside, outside = steps(member, ranking, weights)
    found, chosen = inside.cumsum(axis=1), (inside + outside).cumsum(axis=1)
    precision = np.where(chosen > 0, found / chosen, 0)
    total = inside.sum(axis=1)
    return np.where(outside.sum(axis=1) > 0, (precision * inside).sum(axis=1) / total, np.nan)


def row_errors(name: str, truth: np.ndarray, predicted: np.ndarray) -> np.ndarray:
    """Return the error of each row, shape (samples,), for metrics of errors.

    The metric is their mean, negative; its root for the root mean squared error; R2 holds their sum against that of the labels.
    """
    return _ERRORS[name](truth, predicted)


def _log_losses(truth, predicted):
    return -np.log(np.clip(predicted[np.arange(len(truth)), truth], EPSILON, 1 - EPSILON))


def _brier_scores(truth, predicted):
    return 0.5 * np.square(predicted - np.eye(predicted.shape[1])[truth]).sum(axis=1)


def _mean_error(name):
    return lambda truth, predicted, weights: -(weights @ row_errors(name, truth, predicted)) / weights.sum(axis=1)


def confusion(truth, predicted, weights):
    """Confusion matrices (resamples, true class, decided class); the most probable class is decided."""
    classes = predicted.shape[1]
    cell = np.eye(classes * classes)[truth * classes + predicted.argmax(axis=1)]
    return (weights @ cell).reshape(-1, classes, classes)


def _accuracy(cells):
    return np.trace(cells, axis1=1, axis2=2) / cells.sum(axis=(1, 2))


def _balanced_accuracy(cells):
    totals = cells.sum(axis=2)
    recall = np.where(totals > 0, np.diagonal(cells, axis1=1, axis2=2) / totals, 0)
    return recall.sum(axis=1) / (totals > 0).sum(axis=1)


def _f1_macro(cells):
    hits = np.diagonal(cells, axis1=1, axis2=2)
    either = cells.sum(axis=2) + cells.sum(axis=1)
    return np.where(either > 0, 2 * hits / either, 0).sum(axis=1) / (either > 0).sum(axis=1)


def _matthews(cells):
    """Gorodkin's (2004) correlation for any number of classes; 0 where either margin has one class only."""
    total, right = cells.sum(axis=(1, 2)), np.trace(cells, axis1=1, axis2=2)
    true, decided = cells.sum(axis=2), cells.sum(axis=1)
    top = right * total - (true * decided).sum(axis=1)
    bottom = np.sqrt(total**2 - (decided**2).sum(axis=1)) * np.sqrt(total**2 - (true**2).sum(axis=1))
    return np.where(bottom > 0, top / bottom, 0.0)


def _r2(truth, predicted, weights):
    mean = weights @ truth / weights.sum(axis=1)
    spread = (weights * np.square(truth[None, :] - mean[:, None])).sum(axis=1)
    return np.where(spread > 0, 1 - weights @ row_errors("r2", truth, predicted) / spread, np.nan)


def _ranks(values, weights):
    """Mean ranks of `values` in each resample, ties sharing theirs. (resamples, samples)."""
    distinct, position = np.unique(values, return_inverse=True)
    sums = np.zeros((len(weights), len(distinct)))
    np.add.at(sums.T, position, weights.T)
    return (sums.cumsum(axis=1) - sums / 2)[:, position]


def _spearman(truth, predicted, weights):
    a, b = _ranks(truth, weights), _ranks(predicted, weights)
    total = weights.sum(axis=1, keepdims=True)
    a, b = a - (weights * a).sum(axis=1, keepdims=True) / total, b - (weights * b).sum(axis=1, keepdims=True) / total
    varies_a, varies_b = (weights * a * a).sum(axis=1), (weights * b * b).sum(axis=1)
    correlation = (weights * a * b).sum(axis=1) / np.sqrt(varies_a * varies_b)
    # A constant prediction orders nothing; a constant truth leaves nothing to order.
    return np.where(varies_a < 1e-12, np.nan, np.where(varies_b < 1e-12, 0.0, correlation))


_PROBABILISTIC = {
    "roc_auc": _ranked(_roc_auc),
    "average_precision": _ranked(_average_precision),
    "neg_log_loss": _mean_error("neg_log_loss"),
    "neg_brier_score": _mean_error("neg_brier_score"),
}
_DECIDED = {
    "accuracy": _accuracy,
    "balanced_accuracy": _balanced_accuracy,
    "matthews_corrcoef": _matthews,
    "f1_macro": _f1_macro,
}
_REGRESSION = {
    "r2": _r2,
    "neg_mean_absolute_error": _mean_error("neg_mean_absolute_error"),
    "neg_root_mean_squared_error": lambda truth, predicted, weights: (
        -np.sqrt(weights @ row_errors("neg_root_mean_squared_error", truth, predicted) / weights.sum(axis=1))
    ),
    "spearman": _spearman,
}
_ERRORS = {
    "neg_log_loss": _log_losses,
    "neg_brier_score": _brier_scores,
    "neg_mean_absolute_error": lambda truth, predicted: np.abs(truth - predicted),
    "neg_root_mean_squared_error": lambda truth, predicted: np.square(truth - predicted),
    "r2": lambda truth, predicted: np.square(truth - predicted),
}
