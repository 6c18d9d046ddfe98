"""The features as models see them, and their principal components."""

import numpy as np
import pandas as pd

from tentips.data.preparation import preparation
from tentips.data.rows import Rows

MOST_COMPONENTS = 50


def prepared(features: pd.DataFrame, options: dict, rows: Rows) -> np.ndarray:
    """Return a table of `features` prepared as `options` say, fitted on these very rows; for looking at, not for scoring.

    `features` are `rows.table`, with the batch beside them where `options` corrects for it.
    """
    return np.asarray(preparation(features, options, rows.task).fit_transform(features, rows.truth), dtype=float)


def principal_components(matrix: np.ndarray, seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return coordinates (samples, components), each component's share of the variance, and what they leave of each sample.

    The last is the distance of each sample from the plane of these components, (samples,). A randomised solver is used
    where the matrix is large (Halko, Martinsson and Tropp 2011), so that the last components are approximate.
    """
    from sklearn.decomposition import PCA

    model = PCA(n_components=min(MOST_COMPONENTS, *matrix.shape), svd_solver="auto", random_state=seed)
    coordinates = model.fit_transform(matrix)
    left = np.square(matrix - model.mean_).sum(axis=1) - np.square(coordinates).sum(axis=1)
    return coordinates, model.explained_variance_ratio_, np.sqrt(np.maximum(left, 0))
