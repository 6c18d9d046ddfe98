import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from tentips.statistics.comparison import compare, corrected_resampled_t
from tentips.statistics.intervals import (
    IN_LABEL_UNITS,
    Spread,
    interval_of,
    limits,
    observed,
    pooled_freedom,
    resample_weights,
    resampled,
    score_interval,
    variance_over_seeds,
)
from tentips.statistics.metric_names import METRICS, NAMES


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


def ends(*arguments, **options):
    interval = interval_of(*arguments, **options)
    return interval.low, interval.high


NOT_HELD = (-np.inf, np.inf)


def test_variance_over_seeds_is_that_of_the_mean():
    truth = np.arange(10) % 2
    members = [as_probabilities(np.where(np.arange(10) < wrong, 1 - truth, truth)) for wrong in (1, 2, 3)]
    assert variance_over_seeds("accuracy", truth, members) == pytest.approx(0.01 / 3)
    assert variance_over_seeds("accuracy", truth, members[:1]) == 0


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        # R 4.2.2, for a standard error of 0.05; t <- qt(0.975, 49), 2.0095752
        ("roc_auc", 0.8, (0.68098499, 0.88228894)),  # plogis(log(4) + c(-1, 1) * t * 0.05 / 0.16)
        ("spearman", 0.6, (0.49006746, 0.69114534)),  # tanh(atanh(0.6) + c(-1, 1) * t * 0.05 / 0.64)
        ("r2", 0.7, (0.580647573, 0.785383381)),  # 1 - exp(log(0.3) + c(1, -1) * t * 0.05 / 0.3)
        ("neg_log_loss", -0.4, (-0.514225277, -0.311147676)),  # -exp(log(0.4) + c(1, -1) * t * 0.05 / 0.4)
    ],
)
def test_interval_is_walds_on_the_metrics_own_scale(name, value, expected):
    assert ends(name, value, Spread(0.05**2, 49), NOT_HELD, 0.95) == pytest.approx(expected)


def test_interval_adds_the_variance_over_seeds_with_its_few_degrees_of_freedom():
    freedom = 0.0025**2 / (0.0009**2 / 49 + 0.0016**2 / 2)
    assert pooled_freedom(0.0009, 49, (0.0016, 3)) == pytest.approx(freedom) and 4 < freedom < 5
    reach = stats.t.ppf(0.975, freedom) * 0.05
    expected = np.tanh([-reach, reach])
    assert ends("spearman", 0.0, Spread(0.0009, 49, over_seeds=0.0016, seeds=3), NOT_HELD, 0.95) == pytest.approx(
        expected
    )
    assert pooled_freedom(0.0009, 49, (0.0, 1)) == pytest.approx(49)
    assert pooled_freedom(0.0009, np.inf, (0.0, 1)) == np.inf


def test_a_faultless_order_gets_the_exact_binomial_limit():
    still, truth = Spread(0.0, 30), np.repeat([0, 1], [50, 30])
    # Clopper and Pearson: 30 successes in 30 trials leave 0.8843 open at 95 %
    for decided, expected in ((truth, (0.884297, 1.0)), (1 - truth, (0.0, 0.115703)), (0 * truth, (0.5, 0.5))):
        found = score_interval("roc_auc", truth, [as_probabilities(decided)], np.arange(80), 0.95)
        assert (found.low, found.high) == pytest.approx(expected, abs=1e-6)
    for name in ("matthews_corrcoef", "average_precision", "spearman", "r2"):
        assert np.isnan(ends(name, 1.0, still, NOT_HELD, 0.95)).all()
    for name in ("matthews_corrcoef", "spearman"):  # which rounding may carry past 1
        assert np.isnan(ends(name, 1 + 1e-15, Spread(0.01, 50), NOT_HELD, 0.95)).all()
    assert np.isnan(ends("neg_brier_score", 0.0, still, NOT_HELD, 0.95)).all()


def test_a_faultless_log_loss_is_not_exact():
    """No group moves it, because none is wrong; that is not a predictor that scores the same whatever the sample."""
    truth = np.repeat([0, 1], [10, 30])
    faultless = score_interval("neg_log_loss", truth, [as_probabilities(truth)], np.arange(40), 0.95)
    assert faultless.value == pytest.approx(-1e-7) and np.isnan([faultless.low, faultless.high]).all()


def test_a_faultless_recall_is_as_sure_as_its_groups_are_many():
    """Two recalls of 1: 1 less the root of Wilson's distances squared and added, over 2."""
    truth = np.repeat([0, 1], [6, 30])
    found = score_interval("balanced_accuracy", truth, [as_probabilities(truth)], np.arange(36), 0.95)
    open_ = [1 - stats.binomtest(n, n).proportion_ci(0.95, "wilson").low for n in (6, 30)]
    assert (found.low, found.high) == pytest.approx((1 - np.hypot(*open_) / 2, 1.0))


@given(
    name=st.sampled_from(sorted(set(NAMES) - {"accuracy", "balanced_accuracy", "f1_macro"})),
    place=st.floats(0, 1),
    error=st.floats(0, 2),
    widest=st.tuples(st.floats(-20, 0), st.floats(0, 20)),
    seed_variance=st.floats(0, 1),
)
def test_interval_holds_its_value_within_all_limits(name, place, error, widest, seed_variance):
    lowest, highest = limits(name)
    value = max(lowest, -5) + place * (highest - max(lowest, -5))
    widest = value + widest[0], value + widest[1]
    low, high = ends(name, value, Spread(error**2, 49, seed_variance, 3), widest, 0.95)
    if np.isnan([low, high]).any():
        assert np.isnan([low, high]).all() and name != "roc_auc"
    else:
        assert max(widest[0], -1e9) <= low <= value <= high <= widest[1]
        assert name == "roc_auc" or (lowest <= low and high <= highest)


@pytest.mark.parametrize("factor", [1e-12, 1e-9, 1e-3, 1e6, 1e12])
@pytest.mark.parametrize("name", METRICS["regression"])
def test_the_unit_of_a_label_does_not_matter(name, factor):
    """Labels times 1e-9 gave no interval: every tolerance is a share of the label's spread."""
    random = np.random.default_rng(2)
    truth = random.normal(size=40)
    predicted, other = (truth + random.normal(size=40) for _ in range(2))
    groups, scale = np.arange(40) // 2, factor if name in IN_LABEL_UNITS else 1.0
    one = score_interval(name, truth, [predicted], groups, 0.95)
    found = score_interval(name, truth * factor, [predicted * factor], groups, 0.95)
    assert one.low < one.value < one.high
    # Divided by the unit: pytest's own tolerance of 1e-12 would let anything pass.
    ends_found = np.array([found.low, found.value, found.high]) / scale
    assert ends_found == pytest.approx([one.low, one.value, one.high])
    one = compare(name, truth, [predicted], [other], groups, 0.95)
    found = compare(name, truth * factor, [predicted * factor], [other * factor], groups, 0.95)
    assert found.p_value == pytest.approx(one.p_value) and one.p_value < 1
    assert np.array([found.low, found.high]) / scale == pytest.approx([one.low, one.high])
    seeds = [predicted, other, predicted / 2]
    one = score_interval(name, truth, seeds, groups, 0.95)
    found = score_interval(name, truth * factor, [each * factor for each in seeds], groups, 0.95)
    assert np.array([found.low, found.high]) / scale == pytest.approx([one.low, one.high])


@pytest.mark.parametrize("factor", [1e-12, 1e-9, 1e-3, 1e6, 1e12])
@pytest.mark.parametrize("name", ["roc_auc", "average_precision"])
def test_the_unit_of_a_score_does_not_matter_to_metrics_of_ranks(name, factor):
    random = np.random.default_rng(3)
    truth = np.repeat([0, 1, 2], 15)
    a, b = (2 * random.uniform(size=(45, 3)) + np.eye(3)[truth] for _ in range(2))
    groups = np.arange(45)
    one, found = (score_interval(name, truth, [a * unit], groups, 0.95) for unit in (1.0, factor))
    assert (found.low, found.value, found.high) == (one.low, one.value, one.high)
    one, found = (compare(name, truth, [a * unit], [b * unit], groups, 0.95) for unit in (1.0, factor))
    assert (found.low, found.high, found.p_value) == (one.low, one.high, one.p_value)


@pytest.mark.parametrize("factor", [1e-12, 1e12])
def test_the_unit_does_not_matter_over_repeated_splits(factor):
    differences = np.array([0.2, -0.1, 0.3, 0.25, 0.1])
    one, found = (corrected_resampled_t(differences * unit, 0.25, 0.95) for unit in (1.0, factor))
    assert np.array([found.low, found.high]) / factor == pytest.approx([one.low, one.high])
    assert found.p_value == pytest.approx(one.p_value)


def coverage(name, true, studies, draw, groups=None):
    """The share of intervals that hold the true value, over studies drawn by `draw(random)`: truth, predictions."""
    covered, random = [], np.random.default_rng(7)
    for _ in range(studies):
        truth, predicted = draw(random)
        found = score_interval(name, truth, [predicted], np.arange(len(truth)) if groups is None else groups, 0.95)
        covered.append(found.low <= true <= found.high)
    return np.mean(covered)


def test_balanced_accuracy_with_four_of_a_rare_class_is_covered():
    """Recalls of .8 among 4 and .9 among 96: the bootstrap of rows covered .585."""

    def draw(random):
        truth = np.repeat([1, 0], [4, 96])
        right = random.random(100) < np.where(truth == 1, 0.8, 0.9)
        return truth, as_probabilities(np.where(right, truth, 1 - truth))

    assert 0.93 <= coverage("balanced_accuracy", 0.85, 300, draw) <= 0.995


def test_r2_of_skewed_labels_is_covered():
    """Log-normal labels, 30 of them: R2 is 0.27 in the population; t with n - 1 degrees of freedom covered .85 to .9."""

    def draw(random):
        a, b = random.normal(size=(2, 30))
        return np.exp((a + b) / np.sqrt(2)), np.exp(a / np.sqrt(2) + 0.25)

    true = 1 - (np.exp(2) - np.exp(1.5)) / (np.exp(2) - np.exp(1))
    assert 0.92 <= coverage("r2", true, 300, draw) <= 0.99


def test_macro_auc_of_eight_classes_with_three_groups_each_is_not_as_unsure_as_three_groups():
    """.911 had .390 to .994 where a bootstrap of groups gives .824 to .981; its difference must agree with its parts."""
    random = np.random.default_rng(3)
    truth, groups = np.repeat(np.arange(8), 12), np.repeat(np.arange(24), 4)

    def predicted(strength):
        z = strength * np.eye(8)[truth] + random.normal(size=(24, 8))[groups] / 2 + random.normal(size=(96, 8))
        return np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)

    good, poor = predicted(2.2), predicted(0.3)
    found = score_interval("roc_auc", truth, [good], groups, 0.95)
    draws = resampled("roc_auc", truth, [good], resample_weights(groups, 300, 0))
    assert found.high - found.low < 2 * np.diff(np.quantile(draws, [0.025, 0.975]))[0]
    worse = score_interval("roc_auc", truth, [poor], groups, 0.95)
    difference = compare("roc_auc", truth, [good], [poor], groups, 0.95)
    assert worse.high < found.low and difference.low > 0 and difference.p_value < 0.01


def test_members_are_averaged_score_by_score():
    truth = np.array([0, 1, 0, 1])
    right, half = as_probabilities(truth), as_probabilities(np.array([0, 1, 1, 0]))
    assert observed("accuracy", truth, [right, half]) == pytest.approx(0.75)
    weights = np.array([[1.0, 1.0, 1.0, 1.0], [0.0, 0.0, 2.0, 2.0]])
    assert resampled("accuracy", truth, [right, half], weights) == pytest.approx([0.75, 0.5])


def test_interval_of_accuracy_covers_the_true_value_as_often_as_it_says():
    def draw(random):
        truth = random.integers(0, 2, 200)
        return truth, as_probabilities(np.where(random.random(200) < 0.8, truth, 1 - truth))

    assert 0.91 <= coverage("accuracy", 0.8, 200, draw) <= 0.99


def test_interval_of_few_groups_covers():
    groups = np.repeat(np.arange(10), 4)

    def draw(random):
        truth = random.normal(size=10)[groups] + random.normal(size=40)
        return truth, truth / 2 + (random.normal(size=10)[groups] + random.normal(size=40)) / 2

    assert 0.91 <= coverage("r2", 0.5, 300, draw, groups) <= 0.99


def test_only_whole_groups_give_intervals_that_are_wide_enough_for_clustered_rows():
    groups = np.repeat(np.arange(40), 10)

    def draw(random):
        truth = random.integers(0, 2, 400)
        right = (random.random(40) < 0.7)[groups]
        return truth, as_probabilities(np.where(right, truth, 1 - truth))

    assert 0.91 <= coverage("accuracy", 0.7, 200, draw, groups) <= 0.99
    assert coverage("accuracy", 0.7, 200, draw) < 0.65


def test_too_few_groups_give_no_interval():
    truth, groups = np.arange(20) / 20, np.arange(20) % 5
    found = score_interval("r2", truth, [truth + 0.1 * np.sin(np.arange(20))], groups, 0.95)
    assert np.isfinite(found.value) and np.isnan([found.low, found.high]).all()
    case = (np.arange(20) < 2).astype(int)
    scores = np.linspace(0.9, 0.1, 20)
    found = score_interval("roc_auc", case, [np.stack([1 - scores, scores], axis=1)], np.arange(20), 0.95)
    assert found.value == 1 and np.isnan([found.low, found.high]).all()


def test_one_group_that_makes_nearly_all_of_the_error_does_not_make_a_roc_auc_unknown():
    truth = np.repeat([0, 1], [40, 24])
    score = np.where(truth == 1, 0.9, 0.1) + np.linspace(-0.05, 0.05, len(truth))
    cases = np.flatnonzero(truth == 1)
    score[cases[3]] = 0.055  # below most controls
    score[cases[4]] = np.sort(score[truth == 0])[-2:].mean()  # below one
    wrong = (score[truth == 0] > 0.055).sum() + 1
    members = [np.column_stack([1 - score, score])]
    found = score_interval("roc_auc", truth, members, np.arange(len(truth)), 0.95)
    assert found.value == pytest.approx(1 - wrong / (24 * 40)) and 30 < wrong < 40
    # Clopper and Pearson (1934) for 24 trials, by the beta distribution.
    right = 24 * found.value
    assert found.low == pytest.approx(stats.beta.ppf(0.025, right, 24 - right + 1)) and found.low > 0.75
    twice = score_interval("roc_auc", truth, [*members, np.column_stack([score, 1 - score])], np.arange(64), 0.95)
    assert twice.low < 0.3, "what differs between seeds is uncertain, too"
