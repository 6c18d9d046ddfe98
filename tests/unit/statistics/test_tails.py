"""Heavy tails: seen where the interval of a root mean squared error is too narrow, and not where it is not."""

import numpy as np
import pytest

from tentips.statistics.tails import heavy_tails

LIGHT = {
    "normal": lambda random, n: random.normal(size=n),
    "uniform": lambda random, n: random.uniform(size=n),
    "laplace": lambda random, n: random.laplace(size=n),
}
HEAVY = {
    "log-normal": lambda random, n: np.exp(random.normal(size=n)),
    "t with 2 df": lambda random, n: random.standard_t(2, size=n),
}


def share(draw, n):
    return np.mean([heavy_tails(draw(np.random.default_rng(seed), n)) is not None for seed in range(100)])


@pytest.mark.parametrize("name", LIGHT)
def test_light_tails_are_not_called_heavy(name):
    assert share(LIGHT[name], 300) <= 0.05


@pytest.mark.parametrize("name", HEAVY)
def test_heavy_tails_are_seen(name):
    assert share(HEAVY[name], 300) >= 0.9


@pytest.mark.parametrize("factor", [1e-12, 1e12])
def test_the_unit_of_the_values_does_not_matter(factor):
    values = HEAVY["log-normal"](np.random.default_rng(0), 200)
    assert heavy_tails(values * factor) == pytest.approx(heavy_tails(values))
    assert heavy_tails(values[:19]) is None and heavy_tails(np.full(50, 3.0)) is None
