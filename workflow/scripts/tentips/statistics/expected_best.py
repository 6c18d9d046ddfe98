"""What a random search of fewer trials would have found: the expected best score against the number of trials.

Dodge et al. 2019 (doi:10.18653/v1/D19-1224) estimate it from the trials of one search; drawn without replacement, as here,
the estimate has no bias (Tang et al. 2020, doi:10.18653/v1/2020.acl-main.246). The interval is exact: of all searches that
choose n of these trials, `share` end within it. It says nothing beyond the trials that were made.
"""

import numpy as np
from scipy.special import gammaln

UNLUCKY = 0.05  # the top share of a space that a random search has reached is told with the certainty 1 - UNLUCKY


def expected_best(untuned: float, others: np.ndarray, share: float = 0.95) -> np.ndarray:
    """Return expected best score, low and high, (trials, 3), of a search that tries the untuned configuration and n - 1 others.

    The first row is the untuned configuration alone, the last one the whole search. Trials that failed score minus infinity.
    Where the untuned one failed, the first row is minus infinity, and rows in which all n may have failed are NaN.

    >>> expected_best(0.5, np.array([0.6, 0.8]))[:, 0]
    array([0.5, 0.7, 0.8])
    """
    ordered = np.maximum(np.sort(np.asarray(others, dtype=float)), untuned)
    found = np.full((len(ordered) + 1, 3), float(untuned))
    tail = (1 - share) / 2
    for n in range(1, len(ordered) + 1):
        chances = is_best(len(ordered), n)
        possible = chances > 0
        below = np.cumsum(chances)
        low, high = (np.flatnonzero(below >= at - 1e-12)[0] for at in (tail, 1 - tail))
        values = ordered[possible]
        mean = float(values @ chances[possible]) if np.isfinite(values).all() else float("nan")
        found[n] = mean, ordered[low], ordered[high]
    return found


def is_best(trials: int, n: int) -> np.ndarray:
    """Return the chance of each of `trials`, the worst first, to be the best of n of them that are drawn without replacement."""
    below = np.arange(trials)
    enough = below >= n - 1
    with np.errstate(invalid="ignore"):
        logs = _log_choose(below, n - 1) - _log_choose(trials, n)
    return np.where(enough, np.exp(np.where(enough, logs, 0.0)), 0.0)


def gain_of_second_half(untuned: float, others: np.ndarray) -> float:
    """Return by how much the second half of the trials raised the expected best score; NaN where half may have failed."""
    curve = expected_best(untuned, others)[:, 0]
    return float(curve[-1] - curve[(len(curve) - 1) // 2])


def top_share(trials: int) -> float:
    """Return the share of a space that holds the best of so many random trials with a certainty of 95 %.

    The best of n lies outside the top share q with the chance (1 - q)^n (Bergstra and Bengio 2012).

    >>> round(top_share(59), 3)
    0.05
    """
    return 1 - UNLUCKY ** (1 / trials) if trials else 1.0


def _log_choose(n, k):
    return gammaln(n + 1) - gammaln(k + 1) - gammaln(np.maximum(n - k, 0) + 1)
