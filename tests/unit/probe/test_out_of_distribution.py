"""Test samples unlike the training samples are counted against what chance gives."""

import numpy as np
import pytest

from tentips.models.guards import distance, guard_of
from tentips.probe.out_of_distribution import out_of_distribution


def table(shift, seed=0, n=300, m=100, features=8):
    random = np.random.default_rng(seed)
    train, test = random.normal(size=(n, features)), random.normal(size=(m, features)) + shift
    guard, held = guard_of(train, np.arange(n) % 5, np.arange(n))
    truth = random.integers(2, size=m)
    predicted = np.full((m, 2), 0.5)
    return out_of_distribution(guard, held, distance(guard, test), truth, predicted, np.arange(m)).set_index("part")


def test_like_samples_pass_and_shifted_ones_do_not():
    assert table(2.5).loc["test", "p_value"] < 1e-6 and table(2.5).loc["test", "beyond"] > 0.5
    alarms = sum(table(0.0, seed).loc["test", "p_value"] < 0.01 for seed in range(60))
    assert alarms <= 4


def test_held_out_training_rows_lie_beyond_as_often_as_is_expected():
    found = table(0.0)
    assert found.loc["training, held out", "beyond"] == pytest.approx(0.01, abs=0.004)
    assert found.loc["test", "loss"] == pytest.approx(0.25)
    assert found["n"].loc[[f"test, fifth {k}" for k in range(1, 6)]].sum() == 100
