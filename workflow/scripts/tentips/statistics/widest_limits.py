"""The widest limits that an interval of a metric gets: those of independent trials, or of independent events.

A jackknife on a scale without limits knows next to nothing where one group makes nearly all of the error: there it gave
a log loss of 0.16 the limits 0.00 and 4,041,719. What the groups are worth as trials or events is known better.
"""

import numpy as np
from scipy import stats

from tentips.statistics.scores import row_errors

LARGER = 3.0  # a group not yet seen may make an error so many times the largest one: docs/results.md, "Comparisons"
OF_RAREST = ("roc_auc", "average_precision", "matthews_corrcoef")


def widest_limits(
    name: str,
    value: float,
    truth: np.ndarray,
    members: list[np.ndarray],
    groups: np.ndarray,
    rarest: int | None,
    over_seeds: float,
    confidence: float,
) -> tuple[float, float]:
    """Return the lowest and the highest value that an interval of `value` may reach.

    ROC AUC, average precision and Matthews correlation: the exact limits of as many trials as groups hold the rarest class,
    `rarest`. So many pairs of one case and one control without a common member are independent, and an area is no less
    certain than their mean (Hoeffding 1963). Spearman correlation: those of a third as many trials as there are groups, because it
    is a mean over triples (Hoeffding 1948). Errors: those of a sum of events, one for each group (`limits_of_events`). R2: the
    limits of both sums of squares put together (Zou and Donner 2008). Metrics that are shares have limits of their own (proportions.py): none here.

    `over_seeds` is the variance of `value` over training seeds; it counts as further uncertainty.
    """
    if name in OF_RAREST or name == "spearman":
        trials = rarest if name in OF_RAREST else len(np.unique(groups)) / 3
        lowest = 0.0 if name in ("roc_auc", "average_precision") else -1.0
        share = float(np.clip((value - lowest) / (1 - lowest), 0, 1))
        if over_seeds and 0 < share < 1:
            trials = 1 / (1 / trials + over_seeds / (1 - lowest) ** 2 / (share * (1 - share)))
        low, high = limits_of_trials(share, trials, confidence)
        return lowest + (1 - lowest) * low, lowest + (1 - lowest) * high
    if name != "r2" and not name.startswith("neg_"):
        return -np.inf, np.inf
    codes = np.unique(groups, return_inverse=True)[1]
    errors = np.bincount(codes, np.mean([row_errors(name, truth, predicted) for predicted in members], axis=0))
    size = 1 - value if name == "r2" else -value
    if not (errors.sum() > 0 and size > 0):
        return -np.inf, np.inf
    power = 2 if name == "neg_root_mean_squared_error" else 1
    low, high = limits_of_events(errors, confidence, power**2 * over_seeds / size**2)
    if name == "r2":
        least, most = limits_of_events(np.bincount(codes, np.square(truth - truth.mean())), confidence)
        down, up = np.hypot(np.log(low), np.log(most)), np.hypot(np.log(high), np.log(least))
        return float(1 - size * np.exp(up)), float(1 - size * np.exp(-down))
    return float(value * high ** (1 / power)), float(value * low ** (1 / power))


def limits_of_trials(share: float, trials: float, confidence: float) -> tuple[float, float]:
    """Return the exact binomial limits of a share (Clopper and Pearson 1934); `trials` need not be whole."""
    tail, right = (1 - confidence) / 2, share * trials
    low = stats.beta.ppf(tail, right, trials - right + 1) if share > 0 else 0.0
    high = stats.beta.ppf(1 - tail, right + 1, trials - right) if share < 1 else 1.0
    return float(low), float(high)


def unseen_share(trials: int, confidence: float) -> float:
    """Return the largest share of failures that `trials` trials without any leave open (Clopper and Pearson 1934)."""
    return 1 - limits_of_trials(1.0, trials, confidence)[0]


def limits_of_events(sizes: np.ndarray, confidence: float, more: float = 0.0) -> tuple[float, float]:
    """Return the limits of a sum of events, as shares of the sum, by the gamma method of Fay and Feuer (1997, Statistics in Medicine 16:791).

    `sizes` (events,), not all 0, holds what each event adds; `more` is further variance, as a share of the squared sum. The
    upper limit allows for one more event, `LARGER` times the largest one; with 1 in its place it is Fay and Feuer's.
    """
    shares = sizes / sizes.sum()
    tail, largest = (1 - confidence) / 2, LARGER * shares.max()
    spread = np.square(shares).sum() + more
    low = spread / 2 * stats.chi2.ppf(tail, 2 / spread)
    total, spread = 1 + largest, spread + largest**2
    high = spread / (2 * total) * stats.chi2.ppf(1 - tail, 2 * total**2 / spread)
    return float(low), float(high)
