"""How error falls with the number of training samples: a power law fitted to a learning curve."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

EXPONENTS = np.linspace(0.05, 2.0, 40)
LEAST_SIZES = 3  # a curve with fewer sizes than parameters says nothing
RESAMPLES = 500


@dataclass(frozen=True)
class PowerLaw:
    """error(n) = floor + scale * n ** -exponent, as in Hestness et al. (2017, arXiv:1712.00409)."""

    floor: float
    scale: float
    exponent: float

    def error(self, n):
        """Return the error expected from `n` training samples."""
        return self.floor + self.scale * np.asarray(n, dtype=float) ** -self.exponent


def fit(n: np.ndarray, error: np.ndarray) -> PowerLaw:
    """Fit by least squares: floor and scale not negative, the exponent from a grid between 0.05 and 2.

    `n` are training samples and `error` what is lacking to a perfect score, both of shape (sizes,).
    """
    best, chosen = np.inf, None
    for exponent in EXPONENTS:
        x = (n / n.max()) ** -exponent
        slope = np.cov(x, error, bias=True)[0, 1] / np.var(x)
        floor = error.mean() - slope * x.mean()
        if slope < 0:
            floor, slope = error.mean(), 0.0
        elif floor < 0:
            floor, slope = 0.0, (x @ error) / (x @ x)
        left = np.square(error - floor - slope * x).sum()
        if left < best - 1e-15:
            best, chosen = left, PowerLaw(float(floor), float(slope * n.max() ** exponent), float(exponent))
    return chosen


def extrapolate(curve: pd.DataFrame, perfect: float, confidence: float, seed: int = 0) -> dict:
    """Return what twice the data would give, from a learning curve (columns share, fold, n_train, score).

    `perfect` is the best value of the metric. The interval of the gain comes from a bootstrap of folds; all values are NaN
    where the curve has fewer than `LEAST_SIZES` sizes.
    """
    wide = curve.pivot(index="fold", columns="share", values="score")
    wide = wide.dropna(axis=1)
    sizes = curve.groupby("share")["n_train"].mean().reindex(wide.columns).to_numpy()
    keys = (
        "n_train",
        "score",
        "floor",
        "scale",
        "exponent",
        "at_full_size",
        "at_twice_the_size",
        "gain",
        "low",
        "high",
    )
    if len(sizes) < LEAST_SIZES:
        return dict.fromkeys(keys, float("nan"))
    full, scores = sizes[-1], wide.to_numpy()
    law = fit(sizes, perfect - scores.mean(axis=0))
    random, gains = np.random.default_rng(seed), []
    for _ in range(RESAMPLES):
        drawn = fit(sizes, perfect - scores[random.integers(0, len(scores), len(scores))].mean(axis=0))
        gains.append(drawn.error(full) - drawn.error(2 * full))
    tail = (1 - confidence) / 2
    values = (
        full,
        scores[:, -1].mean(),
        law.floor,
        law.scale,
        law.exponent,
        perfect - law.error(full),
        perfect - law.error(2 * full),
        law.error(full) - law.error(2 * full),
        *np.quantile(gains, [tail, 1 - tail]),
    )
    return dict(zip(keys, map(float, values), strict=True))
