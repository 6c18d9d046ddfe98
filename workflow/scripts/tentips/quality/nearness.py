"""Where rows lie and how near they are to each other, so that neither a block of correlated features nor an outlier rules."""

import numpy as np
from scipy.stats import norm, rankdata


def normal_scores(matrix: np.ndarray) -> np.ndarray:
    """Return each column's ranks as normal quantiles (Blom 1958), constant ones left out; no outlier rules a distance."""
    varied = matrix[:, np.ptp(matrix, axis=0) > 0]
    return norm.ppf((rankdata(varied, axis=0) - 0.375) / (len(matrix) + 0.25))


def coordinates_of(matrix: np.ndarray) -> np.ndarray:
    """Return principal components divided by the root of their standard deviation, half way to Mahalanobis' distance.

    A block of correlated features does not rule, and components of noise alone do not either.
    """
    wide = matrix.shape[1] > len(matrix)
    values, vectors = np.linalg.eigh(matrix @ matrix.T if wide else matrix.T @ matrix)
    kept = values > 1e-10 * values.max()
    values, vectors = values[kept], vectors[:, kept]
    return vectors * values**0.25 if wide else matrix @ vectors / values**0.25


def squared_distances(place: np.ndarray) -> np.ndarray:
    """Return the squared distance of each two rows; a row is nearest of all to itself."""
    squares = np.square(place).sum(axis=1)
    distance = squares[:, None] + squares[None, :] - 2 * place @ place.T
    np.fill_diagonal(distance, -np.inf)
    return distance


def nearness(matrix: np.ndarray) -> np.ndarray:
    """Return for each pair of rows (i, j) the share of the other rows that are further from i than j is."""
    distance = squared_distances(coordinates_of(matrix))
    return 1 - (rankdata(distance, axis=1) - 2) / max(len(matrix) - 2, 1)
