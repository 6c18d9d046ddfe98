"""Expected directions: what agrees, what contradicts, and the covariate behind it (asthma and treatment)."""

import numpy as np
import pandas as pd
import pytest

from tentips.probe.directions import directions, slope, status

EFFECTS = ["model", "class", "feature", "column", "level", "effect", "low", "high"]


def asthma(n=3000, seed=0):
    """Asthma raises the risk of death, but who has it is treated, and treatment saves."""
    random = np.random.default_rng(seed)
    asthma = random.random(n) < 0.3
    treated = random.random(n) < np.where(asthma, 0.9, 0.15)
    risk = 1 / (1 + np.exp(-(-0.5 + 1.0 * asthma - 3.0 * treated)))
    table = pd.DataFrame({"asthma": np.where(asthma, "yes", "no"), "age": random.normal(60, 10, n)})
    named = pd.DataFrame({"treatment": np.where(treated, "intensive", "ward"), "sex": random.choice(["f", "m"], n)})
    return table, (random.random(n) < risk).astype(int), named


def effects(effect):
    return pd.DataFrame([["m", "dead", "asthma", "", "", effect, effect - 0.02, effect + 0.02]], columns=EFFECTS)


def test_asthma_that_looks_protective_is_flagged_and_the_treatment_is_named():
    table, truth, named = asthma()
    found = directions({"asthma": "increases"}, effects(-0.2), "m", table, truth, np.arange(3000), named, 0.95).iloc[0]
    assert found["status"] == found["observed_status"] == "contradicts"
    assert found["explained_by"] == "treatment" and found["within_low"] > 0


def test_what_is_as_expected_is_left_alone():
    table, truth, named = asthma()
    found = directions({"asthma": "decreases"}, effects(-0.2), "m", table, truth, np.arange(3000), named, 0.95).iloc[0]
    assert found["status"] == "agrees" and pd.isna(found["explained_by"])


def test_bad_input_has_a_reason():
    table, truth, named = asthma(60)
    table = table.assign(flat=1.0, kind=["a", "b", "c"] * 20)
    wanted = {"absent": "increases", "flat": "increases", "kind": "increases", "age": "increases"}
    found = directions(wanted, effects(0.1), "m", table, truth, np.arange(60), named, 0.95).set_index("feature")
    assert found.loc["absent", "reason"] == "no feature of that name"
    assert found.loc["flat", "reason"] == "the feature has one value only"
    assert found.loc["kind", "reason"] == "a category with 3 levels has no direction"
    assert found.loc["age", "reason"] == "the model was not asked"
    assert found.loc["age", "observed_status"] == "unclear"


def test_the_slope_is_that_of_least_squares_and_keeps_its_promise_with_groups():
    random = np.random.default_rng(0)
    x = random.normal(size=50)
    y = 2 * x + random.normal(size=50)
    assert slope(x, y, np.arange(50), None, 0.95)[0] == pytest.approx(np.polyfit(x / x.std(), y, 1)[0])
    misses = 0
    for seed in range(200):
        random = np.random.default_rng(seed)
        shared = np.repeat(random.normal(size=40), 5)
        y = np.repeat(random.normal(size=40), 5) + 0.5 * random.normal(size=200)
        _, low, high = slope(shared, y, np.repeat(np.arange(40), 5), None, 0.95)
        misses += low > 0 or high < 0
    assert 2 <= misses <= 22


def test_an_effect_without_interval_is_unclear():
    assert status(1, np.nan, np.nan) == "unclear"
    assert (status(1, 0.1, 0.2), status(-1, 0.1, 0.2), status(1, -0.1, 0.2)) == ("agrees", "contradicts", "unclear")
