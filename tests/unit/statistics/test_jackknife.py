"""The jackknife of whole groups: its variance and its degrees of freedom."""

import numpy as np
import pytest

from tentips.statistics.comparison import compare
from tentips.statistics.intervals import resample_weights, resampled
from tentips.statistics.jackknife import blocks_of, freedom, left_out, variance


def pairs(seed, n=38, alone=2):
    """`n` groups of a case and a control each, of which the last `alone` hold two controls; two equally good models."""
    random = np.random.default_rng(seed)
    truth, groups = np.tile([0, 1], n), np.repeat(np.arange(n), 2)
    truth[len(truth) - 2 * alone :] = 0
    place = 2 * truth + 0.5 * np.repeat(random.normal(size=n), 2) + random.normal(size=2 * n)
    shares = [1 / (1 + np.exp(-(place + 0.5 * random.normal(size=2 * n)))) for _ in range(2)]
    return truth, groups, [np.column_stack([1 - share, share]) for share in shares]


@pytest.mark.parametrize(
    ("cases", "controls", "expected"),
    [(3, 200, 2.06), (36, 36, 70.0)],
)
def test_freedom_of_ranks_follows_the_rarer_class(cases, controls, expected):
    truth = np.repeat([1, 0], [cases, controls])
    blocks = blocks_of(truth, np.arange(len(truth)), 2)
    assert freedom("roc_auc", np.arange(len(truth)), blocks) == pytest.approx(expected, abs=0.05)


def test_groups_that_hold_both_classes_leave_the_freedom_of_the_groups():
    truth, groups, _ = pairs(0)
    blocks = blocks_of(truth, groups, 2)
    assert sorted(blocks.of_class) == [36, 38] and sorted(blocks.holding) == [2, 36]
    assert freedom("roc_auc", np.zeros(38), blocks) == 37


def test_a_difference_of_paired_groups_is_as_sure_as_the_bootstrap_says_and_seldom_found_where_there_is_none():
    found, ratios = 0, []
    for seed in range(150):
        truth, groups, (a, b) = pairs(seed)
        judged = compare("roc_auc", truth, [a], [b], groups, 0.95)
        found += judged.low > 0 or judged.high < 0
        weights = resample_weights(groups, 200, seed)
        drawn = resampled("roc_auc", truth, [a], weights) - resampled("roc_auc", truth, [b], weights)
        ratios.append((judged.high - judged.low) / (2 * 2.026 * drawn.std()))
    assert np.median(ratios) == pytest.approx(1.0, abs=0.1)
    assert found <= 15, "of 150; 7.5 are expected, 15 would be 1 in 200"


def test_the_variance_is_that_of_the_bootstrap():
    truth, groups, (a, _) = pairs(3, n=80, alone=20)
    blocks = blocks_of(truth, groups, 2)
    drawn = resampled("roc_auc", truth, [a], resample_weights(groups, 4000, 0))
    assert variance(left_out("roc_auc", truth, [a], blocks), blocks) == pytest.approx(drawn.var(), rel=0.15)
