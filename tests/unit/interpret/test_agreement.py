"""Agreement of rankings: what is equal agrees fully, what is random agrees as chance does."""

import numpy as np
import pytest

from tentips.interpret.agreement import agreement, shuffled_agreement


def test_equal_rankings_agree_and_chance_would_not_have_done_it():
    found = agreement("m", "folds", np.tile(np.arange(20.0), (4, 1)))
    assert (found["overlap"], found["kendall"], found["top"]) == (1.0, pytest.approx(1.0), 5)
    assert found["overlap_chance"] == 0.25 and found["overlap_p"] < 0.01


def test_random_rankings_agree_as_often_as_chance_says():
    random = np.random.default_rng(0)
    p_values = [agreement("m", "folds", random.normal(size=(5, 20)), seed=n)["overlap_p"] for n in range(100)]
    assert 0.0 <= np.mean(np.array(p_values) < 0.05) <= 0.1


def test_reversed_rankings_have_a_negative_kendall():
    found = agreement("m", "seeds", np.stack([np.arange(10.0), -np.arange(10.0)]))
    assert found["kendall"] == pytest.approx(-1.0) and found["overlap"] == 0.0


def test_too_little_to_compare_is_said():
    assert "fewer than three groups" in agreement("m", "folds", np.ones((3, 2)))["reason"]
    assert "fewer than two" in agreement("m", "folds", np.array([[1.0, 2, 3], [np.nan, 1, 2]]))["reason"]


def test_real_and_shuffled_labels_are_held_against_each_other():
    real, other = np.tile(np.arange(8.0), (3, 1)), np.tile(-np.arange(8.0), (3, 1))
    assert shuffled_agreement("m", real, other)["kendall"] == pytest.approx(-1.0)
    assert shuffled_agreement("m", real, real)["overlap"] == 1.0
