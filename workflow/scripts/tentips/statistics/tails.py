"""Whether values have tails so heavy that the interval of a mean of their squares is too narrow."""

import numpy as np
from scipy import stats

# Excess kurtosis of an exponential distribution: with tails no heavier than that the interval of a root mean squared error holds the truth
# as often as it should (benchmarks/coverage.py); with log-normal errors and Student's t with 3 degrees of freedom it does not.
HEAVY = 6.0
CERTAIN = 0.01
FEWEST = 20  # values from which the test's approximation holds (Anscombe and Glynn 1983)


def heavy_tails(values: np.ndarray) -> float | None:
    """Return the excess kurtosis where it is at least `HEAVY` and more than a normal distribution's by Anscombe and Glynn's (1983) test.

    None where tails are not seen to be heavy, or fewer than `FEWEST` values are there. Whatever the unit of the values, the answer is one.
    """
    values = np.asarray(values, dtype=float)
    values = values[np.isfinite(values)]
    if len(values) < FEWEST or not np.ptp(values) > 0:
        return None
    values = (values - values.mean()) / np.ptp(values)
    kurtosis = float(stats.kurtosis(values))
    return (
        kurtosis if kurtosis >= HEAVY and stats.kurtosistest(values, alternative="greater").pvalue < CERTAIN else None
    )
