"""What fewer trials would have found: against enumeration of all choices, against simulation, and against chance."""

from itertools import combinations

import numpy as np
import pytest

from tentips.statistics.expected_best import expected_best, gain_of_second_half, is_best, top_share

SCORES = np.array([0.81, 0.62, 0.93, 0.74, 0.88, 0.79, 0.55])
UNTUNED = 0.7


def test_every_row_is_what_all_choices_of_so_many_trials_give():
    found = expected_best(UNTUNED, SCORES, 0.8)
    assert found[0].tolist() == [UNTUNED] * 3
    for n in range(1, len(SCORES) + 1):
        bests = np.sort([max(UNTUNED, *choice) for choice in combinations(SCORES, n)])
        assert found[n, 0] == pytest.approx(bests.mean())
        low, high = np.quantile(bests, [0.1, 0.9], method="inverted_cdf")
        assert found[n, 1:] == pytest.approx([low, high])
    assert found[-1].tolist() == [0.93] * 3, "the whole search found what it found"


def test_chances_to_be_the_best_add_up_to_one():
    assert is_best(5, 1) == pytest.approx(np.full(5, 0.2))
    assert is_best(5, 5) == pytest.approx([0, 0, 0, 0, 1])
    assert is_best(40, 17).sum() == pytest.approx(1)


@pytest.mark.parametrize("draw", ["normal", "exponential"])
def test_the_gain_of_the_second_half_has_no_bias(draw):
    """Against what searches of 24 and of 12 trials find on average, when each is made anew."""
    random = np.random.default_rng(1)
    scores = getattr(random, draw)(size=(1000, 24))
    gains = [gain_of_second_half(-10.0, row) for row in scores]
    fresh = getattr(random, draw)(size=(20000, 24))
    truth = fresh.max(axis=1).mean() - fresh[:, :12].max(axis=1).mean()
    error = np.std(gains) / np.sqrt(len(gains))
    assert np.mean(gains) == pytest.approx(truth, abs=4 * error) and 4 * error < 0.2 * truth


def test_half_of_the_searches_end_within_a_band_of_half_when_few_of_the_trials_are_chosen():
    """Far from the right end, a new search ends where choices of the trials say; at the right end nothing can be said."""
    random = np.random.default_rng(2)
    inside = []
    for _ in range(600):
        found = expected_best(-10.0, random.normal(size=40), 0.5)[3]
        inside.append(found[1] <= random.normal(size=3).max() <= found[2])
    assert np.mean(inside) == pytest.approx(0.5, abs=0.06)


def test_failed_trials_count_as_trials():
    found = expected_best(0.5, np.array([-np.inf, 0.8]))
    assert found[:, 0] == pytest.approx([0.5, 0.65, 0.8])
    failed = expected_best(-np.inf, np.array([-np.inf, 0.8]))
    assert np.isnan(failed[1, 0]) and failed[2, 0] == 0.8
    assert np.isnan(gain_of_second_half(-np.inf, np.array([-np.inf, 0.8])))


def test_a_search_that_has_levelled_off_gains_nothing():
    assert gain_of_second_half(0.5, np.full(10, 0.9)) == pytest.approx(0)
    assert gain_of_second_half(0.9, np.array([0.5, 0.6, 0.7])) == pytest.approx(0), "the untuned one is best"


@pytest.mark.parametrize(("trials", "share"), [(59, 0.0495), (11, 0.2384), (0, 1.0)])
def test_so_many_random_trials_reach_the_top_share(trials, share):
    assert top_share(trials) == pytest.approx(share, abs=5e-5)
    if trials:
        drawn = np.random.default_rng(0).random((20000, trials)).min(axis=1)
        assert (drawn <= share).mean() == pytest.approx(0.95, abs=0.006)
