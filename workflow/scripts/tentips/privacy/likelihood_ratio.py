"""The likelihood-ratio attack: was this unit among those that a model learned from? (Carlini et al. 2022, arXiv:2112.03570)

A model fits a sample better if it has learned from it. How much better it fits samples that it knows, and those that it does
not, is seen on shadow models. The online attack compares both, sample by sample; the offline attack, for someone who has no
model that knows the sample, looks only at how unusual the fit is for a model that does not.
"""

import numpy as np
from scipy import stats

ONLINE, OFFLINE = "online", "offline"
OWN_VARIANCE = 64  # shadow models from which each sample has a variance of its own (Carlini et al., section VI)
CLIPPED = 1e-6  # probabilities nearer to 0 or 1, and errors below this share of the label's spread
LEAST_SPREAD = 1e-2  # standard deviation of a fit: trees and neighbours often give two models one and the same answer


def fit_of(predictions: np.ndarray, truth: np.ndarray, classes: list[str]) -> np.ndarray:
    """Return how well each sample is fitted; last axis but that of classes.

    The logit of the true class's probability, or for values minus the logarithm of the error in the label's standard
    deviations: both are about normally distributed over models. `predictions` is (..., rows, classes) or (..., rows).
    """
    if not classes:
        spread = float(np.std(truth)) or 1.0
        return -np.log(np.maximum(np.abs(predictions - truth) / spread, CLIPPED))
    right = np.take_along_axis(predictions, truth.reshape((1,) * (predictions.ndim - 2) + (-1, 1)), axis=-1)[..., 0]
    right = np.clip(right, CLIPPED, 1 - CLIPPED)
    return np.log(right) - np.log1p(-right)


def attack(fit: np.ndarray, shadow_fit: np.ndarray, inside: np.ndarray) -> dict[str, np.ndarray]:
    """Return the score of each sample by attack, higher where it looks like one that the model has learned from.

    `fit` is (rows,), of the model that is attacked; `shadow_fit` and `inside` are (models, rows). Every sample must be inside
    some shadow models and outside others.
    """
    own = len(shadow_fit) >= OWN_VARIANCE
    known_mean, known_spread = _normal(shadow_fit, inside, own)
    other_mean, other_spread = _normal(shadow_fit, ~inside, own)
    online = stats.norm.logpdf(fit, known_mean, known_spread) - stats.norm.logpdf(fit, other_mean, other_spread)
    return {ONLINE: online, OFFLINE: (fit - other_mean) / other_spread}


def of_units(scores: dict[str, np.ndarray], units: np.ndarray) -> dict[str, np.ndarray]:
    """Return the score of each unit, in the order of np.unique: what all its samples say together.

    Log-likelihood ratios add up. Of the offline attack, the sum of m standard normal scores is divided by the root of m.
    """
    codes = np.unique(units, return_inverse=True)[1]
    sizes = np.bincount(codes)
    sums = {name: np.bincount(codes, weights=values) for name, values in scores.items()}
    return {ONLINE: sums[ONLINE], OFFLINE: sums[OFFLINE] / np.sqrt(sizes)}


def attack_shadows(shadow_fit: np.ndarray, inside: np.ndarray, units: np.ndarray) -> dict[str, np.ndarray]:
    """Attack every shadow model with the help of the others; return scores of units by attack, (models, units).

    This judges the way in which a model is trained, not one model: members and others come from one and the same population
    by construction, and there are as many trials as models and units. The model that learned from the other half
    (`shadows.halves`) does not help: it knows exactly those whom the attacked one does not, and would give them away.
    """
    found = []
    for model in range(len(shadow_fit)):
        rest = np.arange(len(shadow_fit)) // 2 != model // 2
        found.append(of_units(attack(shadow_fit[model], shadow_fit[rest], inside[rest]), units))
    return {name: np.stack([scores[name] for scores in found]) for name in (ONLINE, OFFLINE)}


def first_of_units(values: np.ndarray, units: np.ndarray) -> np.ndarray:
    """Return the value that all rows of a unit share, in the order of np.unique; the last axis of `values` is that of rows."""
    return values[..., np.unique(units, return_index=True)[1]]


def _normal(shadow_fit: np.ndarray, chosen: np.ndarray, own: bool) -> tuple[np.ndarray, np.ndarray | float]:
    """Mean of each sample over the chosen models, and its standard deviation: its own, or one for all samples."""
    counts = chosen.sum(axis=0)
    means = np.where(chosen, shadow_fit, 0).sum(axis=0) / counts
    squares = np.where(chosen, np.square(shadow_fit - means), 0).sum(axis=0)
    if own:
        return means, np.maximum(np.sqrt(squares / np.maximum(counts - 1, 1)), LEAST_SPREAD)
    pooled = np.sqrt(squares.sum() / max((counts - 1).sum(), 1))
    return means, max(float(pooled), LEAST_SPREAD)
