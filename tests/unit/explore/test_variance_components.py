"""Variance components against published estimates, against brute force, and where the truth is known."""

import numpy as np
import pandas as pd
import pytest
from scipy import optimize

from tentips.explore.factors import Factor
from tentips.explore.variance_components import reml, variance_shares

# Diameters of Davies and Goldsmith (1972), the data set Penicillin of R's lme4: plates a to x, samples A to F.
PENICILLIN = """
27 23 26 23 23 21  27 23 26 23 23 21  25 21 25 24 24 20  26 23 25 23 23 20  25 22 26 22 23 20  24 22 25 23 22 19
24 20 23 21 22 19  26 22 26 24 24 21  24 21 24 22 22 20  24 21 24 23 22 19  26 23 26 24 24 21  25 22 26 24 24 20
26 24 26 24 25 22  26 23 26 23 23 20  26 23 25 24 24 22  25 22 25 23 23 20  25 21 24 23 23 20  25 22 24 23 23 19
24 21 23 21 21 19  26 23 26 24 24 21  25 21 24 22 22 18  25 22 25 22 22 20  24 21 24 22 24 19  24 21 24 22 21 18
"""
# Yields of Davies (1947), the data set Dyestuff of lme4: batches A to F, five each.
DYESTUFF = """
1545 1440 1440 1520 1580  1540 1555 1490 1560 1495  1595 1550 1605 1510 1560
1445 1440 1595 1465 1545  1595 1630 1515 1635 1625  1520 1455 1450 1480 1445
"""


def factor(codes, name="factor", role="batch"):
    codes = np.asarray(codes)
    return Factor(name, role, codes, [str(level) for level in range(codes.max() + 1)])


def test_penicillin_as_in_lme4():
    values = np.array(PENICILLIN.split(), dtype=float)
    found = reml(values, [factor(np.repeat(np.arange(24), 6)), factor(np.tile(np.arange(6), 24))])
    assert found == pytest.approx([0.71691, 3.73091, 0.30242], rel=1e-4)


def test_dyestuff_as_in_lme4_and_by_analysis_of_variance():
    values = np.array(DYESTUFF.split(), dtype=float)
    batch = np.repeat(np.arange(6), 5)
    found = reml(values, [factor(batch)])
    assert found == pytest.approx([1764.05, 2451.25], rel=1e-4)
    table = values.reshape(6, 5)
    within = table.var(axis=1, ddof=1).mean()
    assert found == pytest.approx([(5 * table.mean(axis=1).var(ddof=1) - within) / 5, within], rel=1e-5)


def dense(values, factors):
    """REML by the definition, with the whole covariance matrix."""
    n = len(values)
    blocks = [(each.codes[:, None] == each.codes) & (each.codes >= 0)[:, None] & (each.codes >= 0) for each in factors]

    def minus2(logs):
        variances = np.exp(logs)
        covariance = variances[-1] * np.eye(n) + sum(v * block for v, block in zip(variances, blocks, strict=False))
        inverse, ones = np.linalg.inv(covariance), np.ones(n)
        information = ones @ inverse @ ones
        rest = values - (ones @ inverse @ values) / information
        return np.linalg.slogdet(covariance)[1] + np.log(information) + rest @ inverse @ rest

    found = optimize.minimize(
        minus2,
        np.zeros(len(factors) + 1),
        method="Nelder-Mead",
        options={"maxiter": 4000, "fatol": 1e-10, "xatol": 1e-7},
    )
    return np.exp(found.x)


def test_unbalanced_and_missing_levels_as_by_brute_force():
    random = np.random.default_rng(5)
    n = 90
    codes = [random.integers(0, 7, n), random.choice(5, n, p=[0.5, 0.2, 0.15, 0.1, 0.05]), random.integers(0, 20, n)]
    codes[0][:9] = -1
    factors = [factor(each) for each in codes]
    values = sum(s * random.normal(size=25)[each] for s, each in zip((2, 1, 0.8), codes, strict=True)) + random.normal(
        size=n
    )
    assert reml(values, factors) == pytest.approx(dense(values, factors), rel=2e-3)


def test_known_shares_come_back_and_a_factor_without_effect_gets_about_none():
    random = np.random.default_rng(2)
    n, levels = 600, 40
    codes = [random.integers(0, levels, n) for _ in range(3)]
    found = []
    for _ in range(40):
        effects = [random.normal(0, spread, levels)[each] for spread, each in zip((2.0, 1.0, 0.0), codes, strict=True)]
        variances = reml(sum(effects) + random.normal(0, 1.5, n), [factor(each) for each in codes])
        found.append(variances / variances.sum())
    truth = np.array([4, 1, 0, 2.25]) / 7.25
    assert np.mean(found, axis=0) == pytest.approx(truth, abs=0.03)
    assert np.mean(found, axis=0)[2] < 0.01


def test_a_factor_that_decides_everything_and_one_component_that_does_not_vary():
    codes = np.repeat(np.arange(5), 20)
    random = np.random.default_rng(0)
    shares = reml(100.0 * codes + 1e-3 * random.normal(size=100), [factor(codes)])
    assert shares[0] / shares.sum() > 0.999
    assert reml(np.full(100, 3.0), [factor(codes)]).tolist() == [0, 0]


def test_shares_are_weighted_by_what_components_explain():
    random = np.random.default_rng(3)
    n = 400
    batch, site = random.integers(0, 4, n), random.integers(0, 5, n)
    scores = np.column_stack([random.normal(size=4)[batch] * 10, random.normal(size=n), random.normal(size=n)])
    scores += 0.1 * random.normal(size=scores.shape)
    table = variance_shares(scores, np.array([0.6, 0.2, 0.1]), [factor(batch, "batch"), factor(site, "site")])
    table = table.set_index("factor")
    assert table["share"].sum() == pytest.approx(1)
    assert table.loc["batch", "share"] == pytest.approx(0.6 / 0.9, abs=0.02)
    assert table.loc["site", "share"] < 0.02
    assert table["explained"].iloc[0] == pytest.approx(0.9) and table["components"].iloc[0] == 3


def test_factors_that_divide_alike_are_one():
    random = np.random.default_rng(4)
    codes = random.integers(0, 3, 60)
    table = variance_shares(
        random.normal(size=(60, 4)),
        np.array([0.4, 0.3, 0.2, 0.1]),
        [factor(codes, "run"), factor((codes + 1) % 3, "plate"), factor(random.integers(0, 3, 60), "site")],
    )
    assert table["factor"].tolist() == ["run = plate", "site", "residual"]
    assert isinstance(table, pd.DataFrame) and (table["share"] >= 0).all()
