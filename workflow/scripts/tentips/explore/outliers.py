"""Samples that lie far from all others, by a rule that does not depend on the shape of the data."""

import numpy as np
import pandas as pd

FEWEST_COMPONENTS, MOST_COMPONENTS = 3, 10
EXPLAINED = 0.8  # share of the variance of the given components that those looked at explain


def outliers(scores: np.ndarray, shares: np.ndarray, residual: np.ndarray, fence: float) -> pd.DataFrame:
    """Return every sample's distances, their cut-offs, and whether it is an outlier: two distances as in Hubert et al. (2005).

    `inside` is the distance from the centre within the leading components, each on its robust scale (median, median
    absolute deviation); `outside` is the distance to the plane of all components, `residual`, shape (samples,). A distance
    is unusual beyond the upper quartile of its logarithms plus `fence` interquartile ranges (Tukey 1977).
    """
    leading = np.searchsorted(np.cumsum(shares), EXPLAINED * shares.sum()) + 1
    taken = scores[:, : max(FEWEST_COMPONENTS, min(MOST_COMPONENTS, leading))]
    centred = taken - np.median(taken, axis=0)
    spread = 1.4826 * np.median(np.abs(centred), axis=0)
    varies = spread > 1e-9 * np.maximum(np.abs(centred).max(axis=0), 1e-300)
    inside = np.sqrt(np.square(centred[:, varies] / spread[varies]).sum(axis=1))
    # What the components leave over by rounding alone is no distance.
    outside = np.where(residual > 1e-6 * np.sqrt(np.square(scores).sum(axis=1).mean()), residual, 0.0)
    table = pd.DataFrame({"inside": inside, "outside": outside})
    for name in ("inside", "outside"):
        table[f"{name}_cutoff"] = cutoff(table[name].to_numpy(), fence)
    table["outlier"] = (table["inside"] > table["inside_cutoff"]) | (table["outside"] > table["outside_cutoff"])
    return table.assign(components=taken.shape[1])


def cutoff(distances: np.ndarray, fence: float) -> float:
    """Return the distance from which one is unusual; infinite where distances hardly exist."""
    positive = distances[distances > 0]
    if len(positive) < 0.5 * len(distances) or len(positive) < 4:
        return float("inf")
    lower, upper = np.quantile(np.log(positive), [0.25, 0.75])
    return float(np.exp(upper + fence * (upper - lower)))
