"""What is given beside each prediction of a new sample: how unlike the training samples it is, and a conformal set or interval.

A guard is plain JSON made of sums over many samples; no row of the data can be read back from it, so that it may travel with a
released model (`results/probe/guards.json`).
"""

import numpy as np

COMPONENTS = 20  # principal components at most in which a sample's distance is measured; the rest is one residual
QUANTILE = 0.99  # of held-out training distances: one usual sample in a hundred lies beyond (a convention)
SHARE = 0.5  # of the training samples' number that the components may reach: variances of more are not known


def fit_distance(matrix: np.ndarray) -> dict:
    """Return what measures the distance of new samples from the training samples, `matrix` (rows, prepared features).

    {"mean", "components", "variances", "residual"}: a Mahalanobis distance in the leading principal components plus the
    squared residual in units of its own mean, as process control takes them together (Jackson and Mudholkar 1979).
    """
    matrix = np.asarray(matrix, dtype=float).reshape(len(matrix), -1)
    mean = matrix.mean(axis=0)
    centred = matrix - mean
    kept = int(max(1, min(COMPONENTS, SHARE * (len(matrix) - 1), np.linalg.matrix_rank(centred) or 1)))
    if centred.shape[1] > len(centred):
        values, left = np.linalg.eigh(centred @ centred.T)
        order = np.argsort(values)[::-1][:kept]
        components = (centred.T @ left[:, order] / np.sqrt(np.maximum(values[order], 1e-12))).T
    else:
        components = np.linalg.svd(centred, full_matrices=False)[2][:kept]
    variances = (centred @ components.T).var(axis=0, ddof=1)
    kept = variances > 1e-12
    components, variances = components[kept], variances[kept]
    residual = _residual(centred, components).mean() if centred.shape[1] > len(components) else 0.0
    return {
        "mean": mean.tolist(),
        "components": components.tolist(),
        "variances": variances.tolist(),
        "residual": float(residual) if residual > 1e-9 * max(centred.var(), 1e-12) else 0.0,
    }


def distance(fitted: dict, matrix: np.ndarray) -> np.ndarray:
    """Return the distance of each row of `matrix`, (rows, prepared features), as `fit_distance` measures it.

    The root of the mean over components and residual: about 1 for a usual training sample. NaN where a value is missing.
    """
    components = np.array(fitted["components"]).reshape(-1, len(fitted["mean"]))
    centred = np.asarray(matrix, dtype=float).reshape(len(matrix), -1) - np.array(fitted["mean"])
    squared = np.square(centred @ components.T) / np.array(fitted["variances"])
    total, parts = squared.sum(axis=1), len(components)
    if fitted["residual"] > 0:
        total, parts = total + _residual(centred, components) / fitted["residual"], parts + 1
    return np.sqrt(total / max(parts, 1))


def guard_of(matrix: np.ndarray, fold: np.ndarray, units: np.ndarray) -> tuple[dict, np.ndarray]:
    """Return the guard, what `fit_distance` gives with its "threshold", and the distances of training rows from other folds.

    `matrix` is (training rows, prepared features). Each row's distance is measured by what the other folds gave: a row always
    lies near to a measure that it took part in. The threshold is the distance that a share `QUANTILE` of rows does not exceed.
    """
    held = np.full(len(matrix), np.nan)
    for number in np.unique(fold):
        out = fold == number
        held[out] = distance(fit_distance(matrix[~out]), matrix[out])
    finite = held[np.isfinite(held)]
    fitted = fit_distance(matrix)
    threshold = float(np.quantile(finite, QUANTILE)) if len(finite) else None
    return fitted | {"threshold": threshold, "quantile": QUANTILE, "units": len(np.unique(units))}, held


def conformal_quantile(nonconformity: np.ndarray, groups: np.ndarray, level: float) -> float | None:
    """Return the nonconformity that a share `level` of new units does not exceed; None where there are too few units,
    or a prediction that is no number: a model that diverged promises nothing.

    Every unit weighs alike, shared out among its rows (Dunn, Wasserman and Ramdas 2023, doi:10.1080/01621459.2022.2060112);
    n units allow for one more, ceil((n + 1) level) of n (Vovk, Gammerman and Shafer 2005). Calibrated on out-of-fold values.
    """
    codes = np.unique(groups, return_inverse=True)[1]
    n = codes.max() + 1
    wanted = np.ceil((n + 1) * level - 1e-9)
    if wanted > n or not np.isfinite(nonconformity).all():
        return None
    order = np.argsort(nonconformity, kind="stable")
    reached = np.cumsum((1 / np.bincount(codes))[codes][order])
    return float(nonconformity[order][min(np.searchsorted(reached, wanted - 1e-9), len(order) - 1)])


def nonconformity(truth: np.ndarray, predicted: np.ndarray) -> np.ndarray:
    """Return how badly each prediction fits its truth: 1 - probability of the true class, or the absolute error."""
    if predicted.ndim == 2:
        return 1 - predicted[np.arange(len(truth)), truth]
    return np.abs(truth - predicted)


def prediction_sets(predicted: np.ndarray, quantile: float) -> np.ndarray:
    """Return which classes a set holds, (rows, classes): those whose probability is at least 1 - `quantile`.

    Sadinle, Lei and Wasserman 2019 (doi:10.1080/01621459.2017.1395341). A set may be empty: no class fits.
    """
    return 1 - predicted <= quantile + 1e-12


def prediction_intervals(predicted: np.ndarray, quantile: float) -> np.ndarray:
    """Return the ends of each interval, (rows, 2), in the label's unit."""
    return np.stack([predicted - quantile, predicted + quantile], axis=1)


def _residual(centred: np.ndarray, components: np.ndarray) -> np.ndarray:
    return np.maximum(np.square(centred).sum(axis=1) - np.square(centred @ components.T).sum(axis=1), 0)
