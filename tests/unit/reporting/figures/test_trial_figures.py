"""Axes of hyperparameters span what was declared, not what happened to be drawn."""

import numpy as np
import pandas as pd
import pytest

from tentips.reporting.figures.trial_figures import _placed, _scaled

RATE = {"low": 1e-4, "high": 1e-1, "logarithmic": True, "whole": False}


def test_numbers_are_placed_between_the_declared_ends():
    at, written = _scaled(pd.Series([1e-3, 1e-2]), RATE)
    assert at == pytest.approx([1 / 3, 2 / 3])
    assert written == [(0.0, "0.0001"), (1.0, "0.1")]
    linear, _ = _scaled(pd.Series([0.1, 0.3]), {"low": 0.0, "high": 0.5, "logarithmic": False, "whole": False})
    assert linear == pytest.approx([0.2, 0.6])


def test_every_declared_value_has_a_place_drawn_or_not():
    at, written = _scaled(pd.Series([32, 128]), {"values": [16, 32, 64, 128]})
    assert at == pytest.approx([1 / 3, 1]) and [name for _, name in written] == ["16", "32", "64", "128"]
    at, written = _scaled(pd.Series([2, 2]), {"low": 1, "high": 3, "logarithmic": False, "whole": True})
    assert at.tolist() == [0.5, 0.5] and [name for _, name in written] == ["1", "2", "3"]
    at, written = _scaled(pd.Series([True, False]), {"values": [False, True]})
    assert at.tolist() == [1, 0] and [name for _, name in written] == ["no", "yes"]
    at, _ = _scaled(pd.Series(["gelu", "tanh"]), {"values": ["relu", "gelu", "tanh"]})
    assert at.tolist() == [0.5, 1]


def test_what_was_tried_decides_where_nothing_is_known():
    place, names, logarithmic, span = _placed(pd.Series(np.geomspace(0.01, 10, 9)), None)
    assert names is None and logarithmic and span == pytest.approx((0.01, 10))
    place, names, _, _ = _placed(pd.Series(["b", "a"]), None)
    assert names == ["a", "b"] and place.tolist() == [1, 0]
