"""Predicted against observed shares."""

import numpy as np
import pytest

from tentips.statistics.calibration import bins, calibration_error, error_by_chance, predicted_and_seen


def probabilities(case):
    return np.stack([1 - np.asarray(case), case], axis=1)


def test_the_error_is_the_mean_distance_weighted_by_samples():
    # 30 samples at 0.1 of which 6 are cases, 30 at 0.8 of which 15 are: off by 0.1 and by 0.3.
    truth = np.r_[np.ones(6), np.zeros(24), np.ones(15), np.zeros(15)].astype(int)
    predicted = np.r_[np.full(30, 0.1), np.full(30, 0.8)]
    assert len(bins(predicted)) == 3
    # Three bins of 20: at 0.1, 6 cases; at 0.1 (10) and 0.8 (10), 10 cases; at 0.8, 5 cases.
    wanted = (abs(0.1 - 6 / 20) + abs(0.45 - 10 / 20) + abs(0.8 - 5 / 20)) / 3
    assert calibration_error(truth, probabilities(predicted)) == pytest.approx(wanted)


def test_true_probabilities_are_near_what_is_observed_and_squared_ones_are_not():
    random = np.random.default_rng(0)
    case = random.uniform(size=4000)
    truth = (random.uniform(size=4000) < case).astype(int)
    assert calibration_error(truth, probabilities(case)) < 0.03
    assert calibration_error(truth, probabilities(case**2)) == pytest.approx(1 / 2 - 1 / 3, abs=0.03)


def test_of_several_classes_the_decided_one_is_judged_and_values_are_themselves():
    values = np.array([[0.7, 0.2, 0.1], [0.1, 0.5, 0.4]])
    predicted, seen = predicted_and_seen(np.array([0, 2]), values)
    assert predicted.tolist() == [0.7, 0.5] and seen.tolist() == [1.0, 0.0]
    predicted, seen = predicted_and_seen([3.0, 4.0], np.array([2.5, 4.5]))
    assert predicted.tolist() == [2.5, 4.5] and seen.tolist() == [3.0, 4.0]


def test_few_samples_have_two_bins_and_many_have_eight():
    assert [len(bins(np.arange(n))) for n in (5, 39, 60, 1000)] == [2, 2, 3, 8]


def warned(n, probabilities_of, studies=300):
    """The share of studies whose error is above the convention of 0.1 and above chance; true probabilities are U-shaped."""
    random, count = np.random.default_rng(n), 0
    for number in range(studies):
        true = random.beta(0.7, 0.7, n)
        truth, predicted = (random.uniform(size=n) < true).astype(int), probabilities_of(true)
        error = calibration_error(truth, probabilities(predicted))
        count += error > max(0.1, error_by_chance(predicted, np.arange(n), number))
    return count / studies


@pytest.mark.parametrize("n", [12, 20, 50, 200])
def test_perfectly_calibrated_probabilities_are_hardly_ever_off_beyond_chance(n):
    assert warned(n, lambda true: true) <= 0.06  # 5 % and the error of 300 studies


def test_bad_probabilities_are_found_with_enough_samples():
    assert warned(50, lambda true: 0.4 * true, 100) > 0.6
    assert warned(200, lambda true: 0.4 * true, 100) > 0.99


def test_replicates_are_no_more_samples():
    predicted = np.random.default_rng(0).uniform(size=240)
    alone = error_by_chance(predicted, np.arange(240))
    # A quarter of the units: twice the distance.
    assert error_by_chance(predicted, np.arange(240) // 4) == pytest.approx(2 * alone, rel=0.15)
