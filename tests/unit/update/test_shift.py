"""Drift: false alarms at their rate although units have many samples, planted drift found, limits put together rightly."""

import numpy as np
import pandas as pd
import pytest
from small import rows

from tentips.update.shift import performance_shift, shift_table


def drawn(random, units=30, each=5, moved=0.0, more=0.0):
    of_unit = np.repeat(random.normal(size=(units, 3)), each, axis=0)
    measured = pd.DataFrame(of_unit + 0.1 * random.normal(size=(units * each, 3)), columns=list("abc"))
    measured["a"] += moved
    measured["site"] = np.repeat(np.where(random.random(units) < 0.5 + more, "x", "y"), each)
    return rows(measured, np.repeat(random.integers(2, size=units), each), groups=np.repeat(np.arange(units), each))


def found(random, **changes):
    before, now = drawn(random), drawn(random, **changes)
    scored = [(part, part.features["b"].to_numpy()) for part in (before, now)]
    return shift_table(before, now, *scored).set_index("name")


def test_samples_of_one_unit_are_no_evidence():
    random = np.random.default_rng(0)
    tables = [found(random) for _ in range(40)]
    # Binomial of 40 at 5 %: 7 or more has probability 0.003. Counting samples, nearly every table would have an alarm.
    assert sum((table.loc[[*list("abc"), "site"], "p_adjusted"] < 0.05).any() for table in tables) <= 6
    assert sum(table.loc["label", "p_value"] < 0.05 for table in tables) <= 6


def test_planted_drift_is_found_in_its_feature():
    table = found(np.random.default_rng(3), moved=2.0, more=0.45)
    assert list(table.index[(table["of"] == "feature") & (table["p_adjusted"] < 0.01)]) == ["a", "site"]
    assert table.loc["a", "now"] - table.loc["a", "before"] == pytest.approx(2.0, abs=0.7)
    assert table.loc["a", "units_now"] == 30 and table.loc["site", "test"] == "chi-squared"


def test_limits_of_a_change_are_put_together_from_both():
    # Newcombe (1998, Statistics in Medicine 17:873), 56/70 against 48/80, Wilson's limits: 0.0524 to 0.3339.
    old = pd.Series({"value": 0.6, "low": 0.4904, "high": 0.7004})
    new = pd.Series({"value": 0.8, "low": 0.6918, "high": 0.8769})
    change = performance_shift(old, new)
    assert [change["difference"], change["low"], change["high"]] == pytest.approx([0.2, 0.0524, 0.3339], abs=3e-4)
