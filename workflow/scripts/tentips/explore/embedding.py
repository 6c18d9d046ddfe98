"""Two coordinates of each sample that keep neighbours together: UMAP."""

import sys
import warnings

import numpy as np
from sklearn.neighbors import NearestNeighbors

from tentips.data.sampling import part_of

NEIGHBOURS = 15
MOST_EMBEDDED = 10_000  # rows that UMAP is given


def umap_coordinates(components: np.ndarray, seed: int) -> np.ndarray:
    """Return two UMAP coordinates (McInnes et al. 2018) of each sample, the same for the same seed.

    Of more samples than `MOST_EMBEDDED` as many are drawn at random; the others have NaN.
    """
    if len(components) > MOST_EMBEDDED:
        drawn = part_of(np.arange(len(components)), MOST_EMBEDDED, seed)
        coordinates = np.full((len(components), 2), np.nan)
        coordinates[drawn] = umap_coordinates(components[drawn], seed)
        return coordinates
    # umap imports TensorFlow for a parametric variant that is not used here: 10 s and 800 MB for nothing.
    hidden = "tensorflow" not in sys.modules
    if hidden:
        sys.modules["tensorflow"] = None
    try:
        import umap
    finally:
        if hidden:
            del sys.modules["tensorflow"]
    neighbours = min(NEIGHBOURS, len(components) - 1)
    # Exact neighbours of so few rows take a second; umap's own search is compiled anew in every process, for 5 to 20 s.
    distances, numbers = NearestNeighbors(n_neighbors=neighbours).fit(components).kneighbors(components)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="precomputed_knn", category=UserWarning)
        plane = umap.UMAP(n_neighbors=neighbours, random_state=seed, n_jobs=1, precomputed_knn=(numbers, distances))
        return plane.fit_transform(components)
