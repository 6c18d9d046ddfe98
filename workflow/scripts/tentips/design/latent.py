"""Predictions of two models of known quality whose errors go together: normal scores behind probabilities or values.

For a class the score is `strength` in its own dimension plus standard normal noise, and probabilities are what Bayes' rule makes of
the scores and the class shares (linear discriminant analysis), so that they are calibrated. For a number t with mean m the prediction is
m + q (t - m) + sd sqrt(q (1 - q)) e: its R2 is q, and it is calibrated too. `strength` is 0 for a model that knows nothing.
"""

from collections.abc import Callable

import numpy as np
from scipy.optimize import brentq
from scipy.special import softmax

from tentips.statistics.metric_names import best_value
from tentips.statistics.scores import score

MANY = 20_000  # samples, on which the score of a model of some quality is as good as known
STRONGEST = {"classification": 30.0, "regression": 1.0}


def noise(random, groups: np.ndarray, width: int, shared: float) -> np.ndarray:
    """Draw standard normal noise, (rows, width), of which the part `shared` (of the variance) is the same in a group's rows."""
    of_group = random.normal(size=(groups.max() + 1, width))[groups]
    return np.sqrt(shared) * of_group + np.sqrt(1 - shared) * random.normal(size=(len(groups), width))


def noise_of_two(random, groups: np.ndarray, width: int, shared: float, correlation: float) -> list[np.ndarray]:
    """Draw the noise of two models that is correlated by `correlation`."""
    first, other = (noise(random, groups, width, shared) for _ in range(2))
    return [first, correlation * first + np.sqrt(1 - correlation**2) * other]


def predicted(truth: np.ndarray, drawn: np.ndarray, strength: float, shares: np.ndarray | None) -> np.ndarray:
    """Return predictions as scores.py takes them; `shares` are those of the classes, None for numbers."""
    if shares is None:
        middle, spread = truth.mean(), truth.std()
        return middle + strength * (truth - middle) + spread * np.sqrt(strength * (1 - strength)) * drawn[:, 0]
    scores = drawn + strength * np.eye(len(shares))[truth]
    return softmax(strength * scores + np.log(shares), axis=1)


def scored(metric: str, truth: np.ndarray, shares: np.ndarray | None, seed: int) -> Callable[[float], float]:
    """Return what a model of a strength scores by `metric` on very many samples with labels like these."""
    random = np.random.default_rng(seed)
    many = random.choice(truth, MANY)
    drawn = random.normal(size=(MANY, 1 if shares is None else len(shares)))
    return lambda strength: score(metric, many, predicted(many, drawn, strength, shares))


def strength_of(score_of: Callable[[float], float], wanted: float, metric: str, task: str) -> float:
    """Return the strength with which a model scores `wanted`; the ends of what is possible beyond them."""
    strongest = STRONGEST[task]
    if wanted >= best_value(metric) or wanted >= score_of(strongest):
        return strongest
    weakest = 1e-6
    if wanted <= score_of(weakest):
        return 0.0
    return float(brentq(lambda strength: score_of(strength) - wanted, weakest, strongest, xtol=1e-5))
