"""Predicted against observed: in bins of equal size, and the mean distance between the two."""

import numpy as np

DRAWS, CHANCE = 2000, 0.95  # of the distance of perfectly calibrated probabilities
BINS = 8  # of the calibration curve; fewer where there are fewer than 20 samples a bin
SAMPLES_PER_BIN = 20


def predicted_and_seen(truth: np.ndarray, values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return what is held against each other, one of each per row.

    `values` has a column per class: of two classes the probability of the second and whether it is the true one, of more the
    probability of the decided class and whether it is right. Of shape (rows,): predicted and true values.
    """
    if values.ndim == 1:
        return values, np.asarray(truth, dtype=float)
    if values.shape[1] == 2:
        return values[:, 1], (truth == 1).astype(float)
    return values.max(axis=1), (values.argmax(axis=1) == truth).astype(float)


def bins(predicted: np.ndarray) -> list[np.ndarray]:
    """Return the rows of each bin, from the lowest predictions to the highest."""
    number = int(np.clip(len(predicted) // SAMPLES_PER_BIN, 2, BINS))
    return np.array_split(np.argsort(predicted, kind="stable"), number)


def calibration_error(truth: np.ndarray, values: np.ndarray) -> float:
    """Return the mean distance between predicted and observed shares over bins, weighted by samples; `values` as probabilities."""
    predicted, seen = predicted_and_seen(truth, values)
    return float(
        sum(abs(predicted[rows].mean() - seen[rows].mean()) * len(rows) for rows in bins(predicted)) / len(predicted)
    )


def error_by_chance(predicted: np.ndarray, group: np.ndarray, seed: int = 0) -> float:
    """Return the mean distance that perfectly calibrated probabilities exceed in at most 5 % of studies of this size.

    Under this parametric null (consistency resampling: Broecker and Smith 2007, doi:10.1175/WAF993.1) what is observed in a bin is
    binomial with the mean of its predictions, of as many units as the bin would hold if each group counted as one.
    """
    random, units_per_row, total = np.random.default_rng(seed), len(np.unique(group)) / len(group), np.zeros(DRAWS)
    for rows in bins(predicted):
        units, mean = max(1, int(len(rows) * units_per_row)), np.clip(predicted[rows].mean(), 0.0, 1.0)
        total += len(rows) * np.abs(random.binomial(units, mean, DRAWS) / units - mean)
    return float(np.quantile(total / len(predicted), CHANCE))
