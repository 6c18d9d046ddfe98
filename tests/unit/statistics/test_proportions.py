"""Limits of shares against published values and SciPy's."""

import numpy as np
import pytest
from scipy import stats

from tentips.statistics.jackknife import blocks_of
from tentips.statistics.proportions import Shares, ends, p_value_of, shares_of, wilson_limits


@pytest.mark.parametrize(("hits", "trials"), [(0, 12), (7, 12), (12, 12), (81, 263)])
def test_one_share_has_wilsons_limits(hits, trials):
    expected = stats.binomtest(hits, trials).proportion_ci(0.95, method="wilson")
    found = wilson_limits(np.array([hits / trials]), np.array([trials]), stats.norm.ppf(0.975))
    assert [float(end[0]) for end in found] == pytest.approx([expected.low, expected.high], abs=1e-12)


def single(share, trials, moved):
    return Shares(
        np.array([share]), np.array([float(trials)]), np.array([trials]), np.array([False]), np.array([moved])
    )


def test_two_independent_shares_differ_as_newcombe_published():
    """Newcombe 1998, Statistics in Medicine 17:873, example (a): 56 of 70 against 48 of 80, method 10, 0.0524 to 0.3339."""
    pair = [(1, single(56 / 70, 70, [1.0, 0.0])), (-1, single(48 / 80, 80, [0.0, 1.0]))]
    assert ends(pair, 0.95, 0.0, 1.0) == pytest.approx((0.0524, 0.3339), abs=5e-5)


def test_shares_that_move_together_differ_less_than_independent_ones():
    alike = [(1, single(0.8, 70, [1.0, 0.0])), (-1, single(0.6, 70, [1.0, 0.0]))]
    apart = [(1, single(0.8, 70, [1.0, 0.0])), (-1, single(0.6, 70, [0.0, 1.0]))]
    widths = [high - low for low, high in (ends(pair, 0.95, 0.0, 1.0) for pair in (alike, apart))]
    assert widths[0] < 0.5 * widths[1]


def test_rows_of_one_group_that_agree_are_worth_one_trial():
    truth, members = np.repeat([0, 1], 40), np.eye(2)[np.repeat([0, 1, 1, 0], 20)]
    alone = shares_of("accuracy", truth, [members], np.arange(80), blocks_of(truth, np.arange(80), 2))
    groups = np.repeat(np.arange(16), 5)
    clustered = shares_of("accuracy", truth, [members], groups, blocks_of(truth, groups, 2))
    assert alone.values[0] == clustered.values[0] == 0.5
    assert alone.trials[0] == pytest.approx(80, rel=0.03) and not alone.clustered[0]
    assert clustered.trials[0] == pytest.approx(16, rel=0.1) and clustered.clustered[0]


def test_the_f1_of_a_rare_class_rests_on_the_rows_that_are_taken_for_it_too():
    """As many trials as rows of the class, 10, made the interval of macro F1 a third too wide: it held the truth in all of 400 studies."""
    random = np.random.default_rng(0)
    truth = np.repeat([0, 1], [90, 10])
    decided = np.where(random.random(100) < 0.8, truth, 1 - truth)
    groups = np.arange(100)
    found = shares_of("f1_macro", truth, [np.eye(2)[decided]], groups, blocks_of(truth, groups, 2))
    taken = ((truth == 1) | (decided == 1)).sum()
    assert 12 < found.trials[1] <= taken and found.groups[1] == 10
    recalls = shares_of("balanced_accuracy", truth, [np.eye(2)[decided]], groups, blocks_of(truth, groups, 2))
    assert recalls.trials[1] <= 10


def test_the_mean_over_seeds_rests_on_more_trials_than_one_seed():
    random = np.random.default_rng(1)
    truth, groups = np.repeat([0, 1], 40), np.arange(80)
    members = [np.eye(2)[np.where(random.random(80) < 0.75, truth, 1 - truth)] for _ in range(3)]
    blocks = blocks_of(truth, groups, 2)
    one, three = (shares_of("accuracy", truth, members[:count], groups, blocks).trials[0] for count in (1, 3))
    assert one == pytest.approx(80, rel=0.03) and 120 < three <= 240


def test_the_p_value_is_the_level_at_which_the_interval_reaches_zero():
    def limits(confidence):
        half = stats.norm.ppf(0.5 + confidence / 2)
        return 2.0 - half, 2.0 + half

    assert p_value_of(limits) == pytest.approx(2 * stats.norm.sf(2.0), rel=1e-4)
    assert p_value_of(lambda confidence: (-1.0, 1.0)) == 1.0
