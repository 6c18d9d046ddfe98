"""How error falls with the number of training samples: a power law fitted to a learning curve."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

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

    `n` are training samples and `error` what is missing to a perfect score, both of shape (sizes,).
    """
    floor, scale, exponent = (values[0] for values in _fits(n, error[None]))
    return PowerLaw(float(floor), float(scale), float(exponent))


def _fits(n: np.ndarray, errors: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Floor, scale and exponent of each row of `errors`, shape (curves, sizes)."""
    best = np.full(len(errors), np.inf)
    floors, scales, exponents = (np.zeros(len(errors)) for _ in range(3))
    means = errors.mean(axis=1)
    for exponent in EXPONENTS:
        x = (n / n.max()) ** -exponent
        slope = errors @ (x - x.mean()) / np.square(x - x.mean()).sum()
        floor = means - slope * x.mean()
        slope, floor = np.where(slope < 0, 0.0, slope), np.where(slope < 0, means, floor)
        slope, floor = np.where(floor < 0, errors @ x / (x @ x), slope), np.maximum(floor, 0.0)
        left = np.square(errors - floor[:, None] - slope[:, None] * x).sum(axis=1)
        better = left < best - 1e-15
        best = np.where(better, left, best)
        floors, exponents = np.where(better, floor, floors), np.where(better, exponent, exponents)
        scales = np.where(better, slope * n.max() ** exponent, scales)
    return floors, scales, exponents


def extrapolate(curve: pd.DataFrame, perfect: float, confidence: float, seed: int = 0) -> dict:
    """Return what twice the data would give, from a learning curve (columns share, fold, n_train, score).

    `perfect` is the best value of the metric. The interval of the gain is Student's t with the standard error from a
    bootstrap of folds, corrected for their small number; it ends at what is left to a perfect score. All values are NaN where the curve has fewer than `LEAST_SIZES`
    sizes or fewer than two folds.
    """
    wide = curve.pivot(index="fold", columns="share", values="score")
    # A fold whose tuning rows hold one class has no score at any size.
    wide = wide.dropna(how="all").dropna(axis=1)
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
    if len(sizes) < LEAST_SIZES or len(wide) < 2:
        return dict.fromkeys(keys, float("nan"))
    full, scores, folds = sizes[-1], wide.to_numpy(), len(wide)
    law = fit(sizes, perfect - scores.mean(axis=0))
    drawn = np.random.default_rng(seed).integers(0, folds, (RESAMPLES, folds))
    _, scales, exponents = _fits(sizes, perfect - scores[drawn].mean(axis=1))
    gains = scales * (full**-exponents - (2 * full) ** -exponents)
    gain = float(law.error(full) - law.error(2 * full))
    half = stats.t.ppf(0.5 + confidence / 2, folds - 1) * gains.std(ddof=1) * np.sqrt(folds / (folds - 1))
    values = (
        full,
        scores[:, -1].mean(),
        law.floor,
        law.scale,
        law.exponent,
        perfect - law.error(full),
        perfect - law.error(2 * full),
        gain,
        gain - half,
        min(gain + half, float(law.error(full))),
    )
    return dict(zip(keys, map(float, values), strict=True))
