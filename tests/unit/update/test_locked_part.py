"""The locked part: whole units, none that the study knows, copies together, the same in any order of the file."""

import numpy as np
import pandas as pd
import pytest
from small import rows

from tentips.errors import StudyError
from tentips.update.locked_part import locked


def made(n=120):
    measured = pd.DataFrame(np.random.default_rng(0).normal(size=(n, 3)), columns=list("abc"))
    measured.iloc[60] = measured.iloc[5]  # a copy in another unit
    measured.iloc[10] = measured.iloc[100]  # a copy of a row of a known unit
    own = rows(measured, np.arange(n) // 3 % 2)
    return own, np.array([f"unit {number // 3}" for number in range(n)], dtype=object)


def test_units_and_copies_are_whole_and_known_units_are_not_locked():
    own, units = made()
    own.truth[[60, 10]], own.strata[[60, 10]] = own.truth[[5, 100]], own.strata[[5, 100]]
    held = locked(own, units, {units[100]}, seed=1)
    by_unit = pd.Series(held).groupby(units).agg(["min", "max"])
    assert (by_unit["min"] == by_unit["max"]).all() and held.mean() == pytest.approx(0.5, abs=0.06)
    assert held[60] == held[5] and not held[100] and not held[10]
    order = np.random.default_rng(1).permutation(len(units))
    assert (locked(own.part(order), units[order], {units[100]}, seed=1) == held[order]).all()
    assert (locked(own, units, {units[100]}, seed=2) != held).any()


def test_too_few_new_units_are_refused():
    own, units = made()
    with pytest.raises(StudyError, match="of 3 units that the model has not seen: at least 4"):
        locked(own.part(np.arange(20, 29)), units[21:30], set(), seed=1)
