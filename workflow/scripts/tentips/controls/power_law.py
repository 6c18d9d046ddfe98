"""How error falls with the number of training samples: a power law, an exponential and a flat line fitted to a learning curve.

A power law alone always forecasts a gain, also of a curve that has levelled off (learning curves take many forms: Viering and Loog
2023, doi:10.1109/TPAMI.2022.3220744). So what was measured stands beside the forecast: the gain from half of the samples to all.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

EXPONENTS = np.linspace(0.05, 2.0, 40)
RATES = np.geomspace(0.3, 40.0, 80)  # of an exponential, over the whole curve
POWER_LAW, EXPONENTIAL = "power law", "exponential"
FITS = 0.05  # a form whose lack of fit has a smaller p does not fit
LEAST_SIZES = 3  # a curve with fewer sizes than parameters says nothing
RESAMPLES = 500
COLUMNS = (
    *("n_train", "score", "floor", "scale", "exponent", "rate", "form", "fit_p"),
    *("at_full_size", "at_twice_the_size", "gain", "low", "high", "risen", "risen_low", "risen_high"),
)
ROUNDING = 1e-15  # of the squared errors: a fit that leaves so little less is no better


@dataclass(frozen=True)
class Exponential:
    """error(n) = floor + scale * exp(-rate * n): a curve that levels off."""

    floor: float
    scale: float
    rate: float

    def error(self, n):
        """Return the error expected from `n` training samples."""
        return self.floor + self.scale * np.exp(-self.rate * np.asarray(n, dtype=float))


@dataclass(frozen=True)
class PowerLaw:
    """error(n) = floor + scale * n ** -exponent, as in Hestness et al. (2017, arXiv:1712.00409)."""

    floor: float
    scale: float
    exponent: float

    def error(self, n):
        """Return the error expected from `n` training samples."""
        return self.floor + self.scale * np.asarray(n, dtype=float) ** -self.exponent


@dataclass(frozen=True)
class _Forecast:
    """One form fitted to a curve: its sum of squares, gain by twice the size, half of that interval, error at the full size."""

    form: str
    left: float
    gain: float
    half: float
    parameters: list[float]
    at_full: float
    fit_p: float


def fitted_form(law) -> PowerLaw | Exponential:
    """Return the form that fits best, from a row of power_law.tsv."""
    if law["form"] == POWER_LAW:
        return PowerLaw(law["floor"], law["scale"], law["exponent"])
    return Exponential(law["floor"], law["scale"], law["rate"])


def fit(n: np.ndarray, error: np.ndarray) -> PowerLaw:
    """Fit by least squares: floor and scale not negative, the exponent from a grid between 0.05 and 2.

    `n` are training samples and `error` what is missing to a perfect score, both of shape (sizes,).
    """
    floor, scale, exponent = (values[0] for values in _fits(n, error[None]))
    return PowerLaw(float(floor), float(scale), float(exponent))


def _fits(n: np.ndarray, errors: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Floor, scale and exponent of each row of `errors`, shape (curves, sizes)."""
    best, rounding = np.full(len(errors), np.inf), ROUNDING * np.square(errors).sum(axis=1)
    floors, scales, exponents = (np.zeros(len(errors)) for _ in range(3))
    for exponent in EXPONENTS:
        floor, slope, left = _line((n / n.max()) ** -exponent, errors)
        better = left < best - rounding
        best = np.where(better, left, best)
        floors, exponents = np.where(better, floor, floors), np.where(better, exponent, exponents)
        scales = np.where(better, slope * n.max() ** exponent, scales)
    return floors, scales, exponents


def _exponential_fits(n: np.ndarray, errors: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Floor, scale and rate per sample of floor + scale * exp(-rate * n), for each row of `errors`."""
    best, rounding = np.full(len(errors), np.inf), ROUNDING * np.square(errors).sum(axis=1)
    floors, scales, rates = (np.zeros(len(errors)) for _ in range(3))
    for rate in RATES / n.max():
        floor, slope, left = _line(np.exp(-rate * n), errors)
        better = left < best - rounding
        best = np.where(better, left, best)
        floors, scales, rates = (
            np.where(better, new, old) for new, old in ((floor, floors), (slope, scales), (rate, rates))
        )
    return floors, scales, rates


def _line(x: np.ndarray, errors: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Floor and slope of each row of `errors` on `x`, neither negative, and the sum of squares that they leave."""
    means = errors.mean(axis=1)
    slope = errors @ (x - x.mean()) / np.square(x - x.mean()).sum()
    floor = means - slope * x.mean()
    slope, floor = np.where(slope < 0, 0.0, slope), np.where(slope < 0, means, floor)
    slope, floor = np.where(floor < 0, errors @ x / (x @ x), slope), np.maximum(floor, 0.0)
    return floor, slope, np.square(errors - floor[:, None] - slope[:, None] * x).sum(axis=1)


def _gains(form: str, sizes: np.ndarray, errors: np.ndarray) -> tuple[np.ndarray, tuple[np.ndarray, ...], np.ndarray]:
    """What each row of `errors` would lose with twice the largest size by that form, its parameters, and its fit's errors."""
    full = sizes[-1]
    if form == POWER_LAW:
        floor, scale, shape = found = _fits(sizes, errors)
        return scale * (full**-shape - (2 * full) ** -shape), found, _at(floor, scale, sizes ** -shape[:, None])
    floor, scale, shape = found = _exponential_fits(sizes, errors)
    gains = scale * (np.exp(-shape * full) - np.exp(-2 * shape * full))
    return gains, found, _at(floor, scale, np.exp(-shape[:, None] * sizes))


def _at(floor: np.ndarray, scale: np.ndarray, x: np.ndarray) -> np.ndarray:
    return floor[:, None] + scale[:, None] * x


def _fit_p(errors: np.ndarray, fitted: np.ndarray, parameters: int) -> float:
    """P-value of the lack of fit: what a form leaves of the mean curve against how folds differ about it; `errors` of shape (folds, sizes)."""
    folds, sizes = errors.shape
    if sizes <= parameters:
        return 1.0
    mean = errors.mean(axis=0)
    about = errors - mean - errors.mean(axis=1, keepdims=True) + errors.mean()
    pure = np.square(about).sum() / ((folds - 1) * (sizes - 1))
    left = folds * np.square(mean - fitted).sum() / (sizes - parameters)
    rounding = 1e-12 * np.square(errors).mean()
    return float(
        stats.f.sf(left / max(pure, rounding, np.finfo(float).tiny), sizes - parameters, (folds - 1) * (sizes - 1))
    )


def extrapolate(curve: pd.DataFrame, perfect: float, confidence: float, seed: int = 0) -> dict:
    """Return what twice the data would give, from a learning curve (columns share, fold, n_train, score; a row for each part).

    `perfect` is the best value of the metric. `risen` is what the score gained from half of the samples to all of them, measured,
    with a paired Student's t interval over folds. The interval of the forecast `gain` is Student's t with the standard error from a
    bootstrap of folds, corrected for their small number, over all forms that fit (a flat line among them, whose gain is 0); its upper
    end is no lower than that of `risen`, as a curve that has not yet bent goes on as it went, and ends at what is left to a perfect
    score. `form` is the one that fits best, `fit_p` the p-value of its lack of fit. All values are NaN where the curve has fewer than
    `LEAST_SIZES` sizes or fewer than two folds.
    """
    wide = curve.pivot_table(index="fold", columns="share", values="score", dropna=False)
    # A fold whose tuning rows hold one class has no score at any size.
    wide = wide.dropna(how="all").dropna(axis=1)
    sizes = curve.groupby("share")["n_train"].mean().reindex(wide.columns).to_numpy()
    if len(sizes) < LEAST_SIZES or len(wide) < 2:
        return dict.fromkeys(COLUMNS, float("nan"))
    errors = perfect - wide.to_numpy()
    tried = _tried(sizes, errors, confidence, seed)
    best = min(tried, key=lambda each: each.left)
    fitting = [each for each in tried if each is best or each.fit_p >= FITS]
    lows, highs = [each.gain - each.half for each in fitting], [each.gain + each.half for each in fitting]
    mean = errors.mean(axis=0)
    if _fit_p(errors, np.full(len(sizes), mean.mean()), 1) >= FITS:
        lows.append(0.0)
    risen, risen_low, risen_high = _risen(sizes, errors, confidence)
    floor, scale, shape = best.parameters
    values = (
        sizes[-1],
        perfect - mean[-1],
        floor,
        scale,
        shape if best.form == POWER_LAW else np.nan,
        shape if best.form == EXPONENTIAL else np.nan,
        best.form,
        best.fit_p,
        perfect - best.at_full,
        perfect - best.at_full + best.gain,
        best.gain,
        min(lows),
        min(max(*highs, risen_high), best.at_full),
        risen,
        risen_low,
        risen_high,
    )
    return {key: value if key == "form" else float(value) for key, value in zip(COLUMNS, values, strict=True)}


def _tried(sizes: np.ndarray, errors: np.ndarray, confidence: float, seed: int) -> list["_Forecast"]:
    """What each form says of a curve of `errors`, (folds, sizes)."""
    folds, mean = len(errors), errors.mean(axis=0)
    drawn = np.random.default_rng(seed).integers(0, folds, (RESAMPLES, folds))
    spread = stats.t.ppf(0.5 + confidence / 2, folds - 1) * np.sqrt(folds / (folds - 1))
    found = []
    for form in (POWER_LAW, EXPONENTIAL):
        (gain,), parameters, (fitted,) = _gains(form, sizes, mean[None])
        half = spread * _gains(form, sizes, errors[drawn].mean(axis=1))[0].std(ddof=1)
        left = float(np.square(mean - fitted).sum())
        values = [each[0] for each in parameters]
        found.append(_Forecast(form, left, gain, half, values, fitted[-1], _fit_p(errors, fitted, 3)))
    return found


def _risen(sizes: np.ndarray, errors: np.ndarray, confidence: float) -> tuple[float, float, float]:
    """What the error fell by from the size nearest to half of the largest one to that, and the ends of its paired t interval."""
    half = int(np.abs(sizes[:-1] - sizes[-1] / 2).argmin())
    fallen, folds = errors[:, half] - errors[:, -1], len(errors)
    width = stats.t.ppf(0.5 + confidence / 2, folds - 1) * fallen.std(ddof=1) / np.sqrt(folds)
    return fallen.mean(), fallen.mean() - width, fallen.mean() + width
