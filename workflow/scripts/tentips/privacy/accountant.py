"""What training with noise costs in privacy: epsilon of many steps of the Gaussian mechanism on Poisson samples.

Two training sets are neighbours where one holds a unit more than the other. A step adds normal noise of standard deviation
`noise` x C to a sum to which each unit adds at most C, and each unit is in the sum with probability `rate`. Its privacy loss is
discretised, rounded up, and added over the steps by the fast Fourier transform (Koskela, Jälkö and Honkela 2020,
arXiv:1906.03049); what is cut off counts as a full loss. What is returned is therefore an upper limit.
"""

from collections.abc import Callable
from functools import lru_cache

import numpy as np
from scipy import special, stats

POINTS = 2**19  # of the grid on which a loss lies
SPARE = 1e-3  # share of delta that may be lost at the ends of the grid
TOLERANCE = 1e-3  # of epsilon and, relative, of the noise
MOMENTS = np.geomspace(0.05, 256, 80)  # orders at which moments are computed
REACH = 40.0  # standard deviations from 0 over which moments are integrated
NOISE = 0.2, 1e4  # within which the noise is looked for


def epsilon_of(noise: float, rate: float, steps: int, delta: float) -> float:
    """Return epsilon of that many steps at `delta`; `noise` is in units of the clipping norm, `rate` between 0 and 1."""
    highest = by_moments(noise, rate, steps, delta)
    losses = [_Composed(noise, rate, steps, delta, highest, added) for added in (False, True)]
    low, high = 0.0, highest
    while high - low > TOLERANCE:
        middle = (low + high) / 2
        low, high = (low, middle) if max(each.delta(middle) for each in losses) <= delta else (middle, high)
    return high


@lru_cache
def noise_for(epsilon: float, delta: float, rate: float, steps: int) -> float:
    """Return the smallest noise with which that many steps keep within `epsilon` at `delta`.

    Raises ValueError where no noise within `NOISE` does.
    """

    def by_moments_within(noise: float) -> bool:
        return by_moments(noise, rate, steps, delta) <= epsilon

    if not by_moments_within(NOISE[1]):
        raise ValueError(
            f"no noise up to {NOISE[1]:g} keeps {steps} steps within epsilon {epsilon:g} at delta {delta:g}"
        )
    high = _smallest(by_moments_within, *NOISE)  # rather too high
    return _smallest(lambda noise: _within(noise, epsilon, delta, rate, steps), high / 2, high)


def _smallest(holds: Callable[[float], bool], low: float, high: float) -> float:
    """The smallest number between `low` and `high` for which it holds; it holds at `high`."""
    while high / low > 1 + TOLERANCE:
        middle = float(np.sqrt(low * high))
        low, high = (low, middle) if holds(middle) else (middle, high)
    return high


def by_moments(noise: float, rate: float, steps: int, delta: float) -> float:
    """Return epsilon by moments of the privacy loss (Abadi et al. 2016, arXiv:1607.00133): quick, and rather higher.

    A moment is turned into epsilon by Balle et al. 2020 (arXiv:1905.09697, theorem 21).
    """
    return max(_epsilon_by(_moments(noise, rate, added), steps, delta) for added in (False, True))


def _within(noise: float, epsilon: float, delta: float, rate: float, steps: int) -> bool:
    highest = by_moments(noise, rate, steps, delta)
    if highest > 2 * epsilon + 5:  # by moments epsilon is a tenth too high, not twofold
        return False
    return all(_Composed(noise, rate, steps, delta, highest, added).delta(epsilon) <= delta for added in (False, True))


def _loss(x: np.ndarray, noise: float, rate: float) -> np.ndarray:
    """The logarithm of the mixture's density by that of noise around 0, at x."""
    if rate == 1:
        return (2 * x - 1) / (2 * noise**2)
    return np.logaddexp(np.log1p(-rate), np.log(rate) + (2 * x - 1) / (2 * noise**2))


@lru_cache
def _moments(noise: float, rate: float, added: bool) -> np.ndarray:
    """The logarithm of the mean of exp(order x loss) of one step, for each of `MOMENTS`."""
    spread = REACH * noise
    # Moments of a high order come from far out: the integrand is highest about at x = order.
    x = np.linspace(-spread - 1, spread + 1 + (0 if added else MOMENTS[-1]), 12_001)
    loss = _loss(x, noise, rate)
    base = stats.norm.logpdf(x, 0, noise)
    density, loss = (base, -loss) if added else (base + loss, loss)
    return special.logsumexp(density + MOMENTS[:, None] * loss, axis=1) + np.log(x[1] - x[0])


def _epsilon_by(moments: np.ndarray, steps: int, delta: float) -> float:
    found = (steps * moments - np.log(delta) - np.log1p(MOMENTS)) / MOMENTS + np.log(MOMENTS / (MOMENTS + 1))
    return float(max(found.min(), 0.0))


class _Composed:
    """The distribution of the privacy loss of all steps, where the unit is added to the training set or taken from it."""

    def __init__(self, noise: float, rate: float, steps: int, delta: float, highest: float, added: bool):
        # Beyond `width` lies a share of delta that does not count, on both sides (Chernoff's bound by the moments).
        self.width = width = 1.05 * max(highest, by_moments(noise, rate, steps, delta * SPARE)) + 1.0
        self.losses = np.linspace(-width, width, POINTS, endpoint=False)
        self.beyond = delta * SPARE
        below = self._below(noise, rate, added)
        shares = np.diff(below, prepend=0.0)
        full = steps * np.log1p(-min(1 - below[-1], 1 - 1e-16))
        self.full = -np.expm1(full)
        # The loss 0 lies in the middle of the grid, and must lie at its begin for losses to add up.
        spectrum = np.fft.rfft(np.roll(shares, -POINTS // 2))
        self.shares = np.maximum(np.roll(np.fft.irfft(spectrum**steps, POINTS), POINTS // 2), 0.0)

    def delta(self, epsilon: float) -> float:
        """Return the smallest delta at which the steps keep within `epsilon`."""
        above = self.losses > epsilon
        lost = -np.expm1(epsilon - self.losses[above])
        return float(np.dot(lost, self.shares[above])) + self.full + self.beyond

    def _below(self, noise: float, rate: float, added: bool) -> np.ndarray:
        """The share of one step's losses up to each place of the grid."""
        sign = -1.0 if added else 1.0
        rest = np.expm1(sign * self.losses) + rate
        with np.errstate(divide="ignore", invalid="ignore"):
            x = np.where(rest > 0, noise**2 * np.log(np.maximum(rest, 0) / rate) + 0.5, -np.inf)
        if added:  # the loss falls with x, which is noise around 0
            return stats.norm.sf(x, 0, noise)
        return (1 - rate) * stats.norm.cdf(x, 0, noise) + rate * stats.norm.cdf(x, 1, noise)
