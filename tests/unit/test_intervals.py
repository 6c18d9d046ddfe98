import numpy as np
import pytest
from scipy.stats import norm

from tentips.intervals import LEAST, observed, percentile, resample_weights, resampled, two_sided_p


def as_probabilities(decided):
    return np.eye(2)[decided]


def test_resamples_keep_groups_whole():
    groups = np.array(["b", "a", "b", "c", "a", "b"], dtype=object)
    weights = resample_weights(groups, 50, seed=3)
    assert weights.shape == (50, 6)
    for name in "abc":
        members = weights[:, groups == name]
        assert (members == members[:, :1]).all()


def test_resamples_draw_as_many_groups_as_there_are():
    groups = np.array([4, 4, 4, 9, 9, 2])
    weights = resample_weights(groups, 200, seed=0)
    first = weights[:, [0, 3, 5]]
    assert (first.sum(axis=1) == 3).all()
    assert (first.mean(axis=0) == pytest.approx(1.0, abs=0.15)) and first.max() == 3
    assert len(np.unique(weights.sum(axis=1))) > 3


def test_resamples_without_groups_have_as_many_rows_as_there_are_and_follow_the_seed():
    weights = resample_weights(np.arange(30), 100, seed=1)
    assert (weights.sum(axis=1) == 30).all()
    assert (weights == resample_weights(np.arange(30), 100, seed=1)).all()
    assert (weights != resample_weights(np.arange(30), 100, seed=2)).any()
    # each row is left out of a share (1 - 1/n)^n of the resamples
    assert (weights == 0).mean() == pytest.approx((1 - 1 / 30) ** 30, abs=0.03)


def test_percentile_interval_holds_the_middle_share():
    values = np.random.default_rng(0).permutation(np.arange(1001) / 1000)
    interval = percentile(0.4, values, 0.9)
    assert (interval.value, interval.low, interval.high) == pytest.approx((0.4, 0.05, 0.95))


def test_percentile_leaves_undefined_resamples_out_and_gives_none_from_too_few():
    values = np.concatenate([np.linspace(0, 1, LEAST), np.full(40, np.nan)])
    interval = percentile(0.5, values, 0.8)
    assert (interval.low, interval.high) == pytest.approx((0.1, 0.9))
    few = percentile(0.5, values[1:], 0.8)
    assert few.value == 0.5 and np.isnan(few.low) and np.isnan(few.high)


def test_two_sided_p_counts_the_smaller_side_with_one_added():
    differences = np.concatenate([np.full(190, 1.0), np.full(9, -1.0)])
    assert two_sided_p(differences) == pytest.approx(2 * 10 / 200)
    assert two_sided_p(-differences) == pytest.approx(2 * 10 / 200)
    assert two_sided_p(np.ones(999)) == pytest.approx(2 / 1000)
    assert two_sided_p(np.zeros(200)) == 1.0
    assert np.isnan(two_sided_p(np.ones(LEAST - 1)))


def test_two_sided_p_agrees_with_the_normal_one():
    differences = np.random.default_rng(0).normal(1.5, 1.0, 20000)
    assert two_sided_p(differences) == pytest.approx(2 * norm.sf(1.5), abs=0.01)


def test_members_are_averaged_score_by_score():
    truth = np.array([0, 1, 0, 1])
    right, half = as_probabilities(truth), as_probabilities(np.array([0, 1, 1, 0]))
    assert observed("accuracy", truth, [right, half]) == pytest.approx(0.75)
    weights = np.array([[1.0, 1.0, 1.0, 1.0], [0.0, 0.0, 2.0, 2.0]])
    assert resampled("accuracy", truth, [right, half], weights) == pytest.approx([0.75, 0.5])


def test_interval_of_accuracy_covers_the_true_value_as_often_as_it_says():
    random, covered = np.random.default_rng(5), 0
    for repetition in range(200):
        truth = random.integers(0, 2, 200)
        decided = np.where(random.random(200) < 0.8, truth, 1 - truth)
        values = resampled(
            "accuracy", truth, [as_probabilities(decided)], resample_weights(np.arange(200), 300, repetition)
        )
        interval = percentile(0.0, values, 0.95)
        covered += interval.low <= 0.8 <= interval.high
    assert 0.90 <= covered / 200 <= 0.99


def test_only_whole_groups_give_intervals_that_are_wide_enough_for_clustered_rows():
    random, groups = np.random.default_rng(6), np.repeat(np.arange(40), 10)
    covered, widths = {"groups": 0, "rows": 0}, {"groups": [], "rows": []}
    for repetition in range(200):
        truth = random.integers(0, 2, 400)
        right = (random.random(40) < 0.7)[groups]
        predicted = as_probabilities(np.where(right, truth, 1 - truth))
        for name, units in (("groups", groups), ("rows", np.arange(400))):
            values = resampled("accuracy", truth, [predicted], resample_weights(units, 300, repetition))
            interval = percentile(0.0, values, 0.95)
            covered[name] += interval.low <= 0.7 <= interval.high
            widths[name].append(interval.high - interval.low)
    assert 0.88 <= covered["groups"] / 200 <= 0.99
    assert covered["rows"] / 200 < 0.65
    # a design effect of 10 rows per group widens the interval by its square root
    assert np.mean(widths["groups"]) / np.mean(widths["rows"]) == pytest.approx(np.sqrt(10), rel=0.1)
