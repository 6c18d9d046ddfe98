import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import special, stats

from tentips.statistics.intervals import (
    LEAST,
    independent_units,
    limits,
    metric_interval,
    observed,
    pooled_freedom,
    resample_weights,
    resampled,
    sampling_variance,
    unseen_share,
    variance_over_seeds,
)
from tentips.statistics.metric_names import NAMES


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


def spread(value, error, n=400):
    """Draws whose corrected variance for 50 units is `error` squared."""
    draws = np.linspace(-1, 1, n)
    return value + draws * error / np.sqrt(sampling_variance(draws, 50))


def ends(*arguments, **options):
    interval = metric_interval(*arguments, **options)
    return interval.low, interval.high


def test_units_are_groups_and_the_rarest_class_counts_groups():
    truth, groups = np.array([0, 0, 1, 1, 1, 0, 2]), np.array(list("aabbbca"))
    assert independent_units(truth, groups, 3) == (3, 1)
    assert independent_units(truth, np.arange(7), 3) == (7, 1)
    assert independent_units(truth[:6], groups[:6], 3) == (3, 1)  # a class without rows does not count
    assert independent_units(np.linspace(0, 1, 7), groups, None) == (3, None)


def test_variance_over_seeds_is_that_of_the_mean():
    truth = np.arange(10) % 2
    members = [as_probabilities(np.where(np.arange(10) < wrong, 1 - truth, truth)) for wrong in (1, 2, 3)]
    assert variance_over_seeds("accuracy", truth, members) == pytest.approx(0.01 / 3)
    assert variance_over_seeds("accuracy", truth, members[:1]) == 0


def test_sampling_variance_mends_the_bias_of_the_bootstrap():
    values = np.random.default_rng(0).normal(size=8)
    draws = resample_weights(np.arange(8), 200_000, 1) @ values / 8
    assert sampling_variance(draws, 8) == pytest.approx(values.var(ddof=1) / 8, rel=0.02)


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        # R 4.2.2, for a standard error of 0.05; t <- qt(0.975, 49), 2.0095752
        ("accuracy", 0.8, (0.68098499, 0.88228894)),  # plogis(log(4) + c(-1, 1) * t * 0.05 / 0.16)
        ("spearman", 0.6, (0.49006746, 0.69114534)),  # tanh(atanh(0.6) + c(-1, 1) * t * 0.05 / 0.64)
        ("r2", 0.7, (0.580647573, 0.785383381)),  # 1 - exp(log(0.3) + c(1, -1) * t * 0.05 / 0.3)
        ("neg_log_loss", -0.4, (-0.514225277, -0.311147676)),  # -exp(log(0.4) + c(1, -1) * t * 0.05 / 0.4)
    ],
)
def test_interval_is_walds_on_the_metrics_own_scale(name, value, expected):
    assert ends(name, value, spread(value, 0.05), 50, 20, 0.95) == pytest.approx(expected)


def test_interval_adds_the_variance_over_seeds_with_its_few_degrees_of_freedom():
    draws = spread(0.0, 0.03)
    freedom = 0.0025**2 / (0.0009**2 / 49 + 0.0016**2 / 2)
    assert pooled_freedom(0.0009, 49, (0.0016, 3)) == pytest.approx(freedom) and 4 < freedom < 5
    reach = stats.t.ppf(0.975, freedom) * 0.05
    expected = np.tanh([-reach, reach])
    assert ends("spearman", 0.0, draws, 50, None, 0.95, seed_variance=0.0016, seeds=3) == pytest.approx(expected)
    assert pooled_freedom(0.0009, 49, (0.0, 1)) == pytest.approx(49)
    assert pooled_freedom(0.0009, np.inf, (0.0, 1)) == np.inf


def test_faultless_scores_get_the_exact_binomial_limit():
    # Clopper and Pearson: 30 successes in 30 trials leave 0.8843 open at 95 %
    assert unseen_share(30, 0.95) == pytest.approx(1 - stats.beta.ppf(0.025, 30, 1))
    perfect = np.ones(LEAST)
    assert ends("accuracy", 1.0, perfect, 30, 10, 0.95) == pytest.approx((0.884297, 1.0), abs=1e-6)
    assert ends("roc_auc", 1.0, perfect, 60, 30, 0.95) == pytest.approx((0.884297, 1.0), abs=1e-6)
    assert ends("balanced_accuracy", 1.0, perfect, 60, 30, 0.95) == pytest.approx((0.884297, 1.0), abs=1e-6)
    assert ends("roc_auc", 0.5, perfect / 2, 60, 30, 0.95) == (0.5, 0.5)  # a constant predictor's, whatever the sample
    assert ends("roc_auc", 0.0, perfect * 0, 60, 30, 0.95) == pytest.approx((0.0, 0.115703), abs=1e-6)
    for name in ("matthews_corrcoef", "f1_macro", "average_precision", "spearman", "r2"):
        assert np.isnan(ends(name, 1.0, perfect, 30, 10, 0.95)).all()
    for name in ("matthews_corrcoef", "spearman"):  # which rounding may carry past 1
        assert np.isnan(ends(name, 1 + 1e-15, spread(1, 0.1), 50, 10, 0.95)).all()
    assert np.isnan(ends("neg_brier_score", 0.0, 0 * perfect, 30, 10, 0.95)).all()


def test_metrics_of_ranks_are_as_uncertain_as_their_rarest_class():
    draws = spread(0.8, 0.05)
    error = draws.std(ddof=1) * np.sqrt(20 / 19)
    reach = stats.t.ppf(0.975, 19) * error / 0.16
    for name in ("roc_auc", "average_precision"):
        expected = special.expit(special.logit(0.8) + np.array([-reach, reach]))
        assert ends(name, 0.8, draws, 50, 20, 0.95) == pytest.approx(expected)
    alone = ends("roc_auc", 0.8, draws, 50, 1, 0.95)
    assert alone == ends("roc_auc", 0.8, draws, 50, 2, 0.95) and alone[1] - alone[0] > 0.9


def test_undefined_resamples_are_left_out_and_too_few_give_no_interval():
    draws = np.concatenate([spread(0.5, 0.05, LEAST), np.full(40, np.nan)])
    assert ends("r2", 0.5, draws, 50, None, 0.95) == pytest.approx(ends("r2", 0.5, draws[:LEAST], 50, None, 0.95))
    few = metric_interval("r2", 0.5, draws[1:], 50, None, 0.95)
    assert few.value == 0.5 and np.isnan(few.low) and np.isnan(few.high)
    assert np.isnan(ends("r2", float("nan"), draws, 50, None, 0.95)).all()
    assert np.isnan(ends("r2", 0.5, draws, 1, None, 0.95)).all()


@given(
    name=st.sampled_from(sorted(NAMES)),
    place=st.floats(0, 1),
    error=st.floats(0, 2),
    rarest=st.integers(1, 50),
    seed_variance=st.floats(0, 1),
)
def test_interval_holds_its_value_within_the_metrics_limits(name, place, error, rarest, seed_variance):
    lowest, highest = limits(name)
    value = max(lowest, -5) + place * (highest - max(lowest, -5))
    low, high = ends(name, value, spread(value, error), 50, rarest, 0.95, seed_variance, 3)
    if np.isnan([low, high]).any():
        assert np.isnan([low, high]).all() and name not in ("roc_auc", "accuracy", "balanced_accuracy")
    else:
        assert lowest <= low <= value <= high <= highest


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
        predicted = [as_probabilities(decided)]
        values = resampled("accuracy", truth, predicted, resample_weights(np.arange(200), 300, repetition))
        low, high = ends("accuracy", observed("accuracy", truth, predicted), values, 200, 80, 0.95)
        covered += low <= 0.8 <= high
    assert 0.90 <= covered / 200 <= 0.99


def test_interval_of_few_groups_covers_where_the_percentiles_do_not():
    random, covered, plain = np.random.default_rng(8), 0, 0
    groups = np.repeat(np.arange(10), 4)
    for repetition in range(300):
        truth = random.normal(size=10)[groups] + random.normal(size=40)
        predicted = truth / 2 + (random.normal(size=10)[groups] + random.normal(size=40)) / 2
        values = resampled("r2", truth, [predicted], resample_weights(groups, 200, repetition))
        low, high = ends("r2", observed("r2", truth, [predicted]), values, 10, None, 0.95)
        covered += low <= 0.5 <= high
        plain += np.quantile(values, 0.025) <= 0.5 <= np.quantile(values, 0.975)
    assert covered / 300 >= 0.90 > plain / 300


def test_only_whole_groups_give_intervals_that_are_wide_enough_for_clustered_rows():
    random, groups = np.random.default_rng(6), np.repeat(np.arange(40), 10)
    covered, widths = {"groups": 0, "rows": 0}, {"groups": [], "rows": []}
    for repetition in range(200):
        truth = random.integers(0, 2, 400)
        right = (random.random(40) < 0.7)[groups]
        predicted = as_probabilities(np.where(right, truth, 1 - truth))
        for name, units in (("groups", groups), ("rows", np.arange(400))):
            values = resampled("accuracy", truth, [predicted], resample_weights(units, 300, repetition))
            value = observed("accuracy", truth, [predicted])
            low, high = ends("accuracy", value, values, len(np.unique(units)), 30, 0.95)
            covered[name] += low <= 0.7 <= high
            widths[name].append(high - low)
    assert 0.90 <= covered["groups"] / 200 <= 0.99
    assert covered["rows"] / 200 < 0.65
    # a design effect of 10 rows per group widens the interval by its square root
    assert np.mean(widths["groups"]) / np.mean(widths["rows"]) == pytest.approx(np.sqrt(10), rel=0.1)


def test_fewer_than_six_units_give_no_interval():
    """R2 with four groups: Student's t on a logarithm would reach to minus ten to the thirtieth."""
    draws = spread(0.8, 0.1)
    assert np.isnan(ends("r2", 0.8, draws, 5, None, 0.95)).all()
    low, high = ends("r2", 0.8, draws, 6, None, 0.95)
    assert -3 < low < 0.8 < high < 1
