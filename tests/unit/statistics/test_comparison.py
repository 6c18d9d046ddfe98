"""DeLong's test is held against R, McNemar's against scipy, intervals and adjustments against published examples."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from tentips.statistics.comparison import compare, corrected_resampled_t, delong_variance, holm, mcnemar, newcombe
from tentips.statistics.intervals import observed

TRUTH = np.ravel(
    [
        [0, 1, 1, 0, 0, 1, 0, 0, 0, 1, 0, 1, 1, 1, 1, 0, 1, 0, 1, 0],
        [1, 0, 0, 0, 0, 1, 0, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 0, 0, 0],
    ]
)
A = (
    np.ravel(
        [
            [4, 7, 7, 2, 3, 4, 5, 4, 3, 5, 2, 7, 4, 5, 6, 6, 4, 3, 3, 3],
            [5, 6, 5, 4, 5, 5, 3, 4, 9, 5, 4, 3, 6, 4, 2, 4, 6, 4, 5, 4],
        ]
    )
    / 10
)
B = (
    np.ravel(
        [
            [6, 7, 8, 6, 5, 6, 2, 3, 2, 2, 1, 3, 4, 5, 10, 4, 5, 4, 4, 2],
            [5, 3, 3, 0, 5, 8, 3, 5, 6, 5, 3, 7, 2, 3, 3, 5, 6, 4, 1, 4],
        ]
    )
    / 10
)


def probabilities(case):
    return np.stack([1 - np.asarray(case, dtype=float), case], axis=1)


def compared(name, truth, a, b, groups=None, confidence=0.95):
    groups = np.arange(len(truth)) if groups is None else groups
    return compare(name, truth, a, b, groups, confidence)


def test_delong_agrees_with_r():
    # R 4.2.2, pROC 1.18.0: a <- roc(truth, A, direction = "<"); b <- roc(truth, B, direction = "<")
    # roc.test(a, b, method = "delong", paired = TRUE); auc(a); var(a); cov(a, b)
    a, b = [probabilities(A)], [probabilities(B)]
    assert observed("roc_auc", TRUTH, a) == pytest.approx(0.759114583333)
    found = compared("roc_auc", TRUTH, a, b)
    assert found.difference == pytest.approx(0.759114583333 - 0.770833333333)
    assert found.difference / np.sqrt(delong_variance(TRUTH, a, b)) == pytest.approx(-0.102519183443)
    # There p is 0.918344586887 by the normal distribution; 16 cases and 24 controls have about 35 degrees of freedom.
    free = (1 / 16 + 1 / 24) ** 2 / (1 / 16**2 / 15 + 1 / 24**2 / 23)
    assert found.p_value == pytest.approx(2 * stats.t.sf(0.102519183443, free)) and 30 < free < 36
    assert found.p_value == pytest.approx(0.918344586887, abs=1e-3)
    assert (found.low, found.high) == pytest.approx((-0.235758068032, 0.212320568032), abs=0.01)
    assert found.method == "DeLong's test, t of the rarer class"
    constant = [probabilities(np.full(40, 0.5))]
    assert delong_variance(TRUTH, a, constant) == pytest.approx(0.00614763588529)
    covariance = (0.00614763588529 + 0.00642667761171 - delong_variance(TRUTH, a, b)) / 2
    assert covariance == pytest.approx(-0.000245988388184)


def test_delong_is_for_two_classes_in_independent_rows_only():
    a, b = [probabilities(A)], [probabilities(B)]
    assert compared("roc_auc", TRUTH, a, b, np.arange(40) // 2).method == "paired jackknife of groups, t interval"
    three = np.arange(40) % 3
    scores = np.random.default_rng(0).dirichlet(np.ones(3), (2, 40))
    assert compared("roc_auc", three, [scores[0]], [scores[1]]).method == "paired jackknife of groups, t interval"


def test_delong_averages_the_members_of_a_model_and_adds_the_variance_over_seeds():
    a, b = [probabilities(A), probabilities(B)], [probabilities(A * 0.5 + B * 0.5)]
    components = np.sqrt(delong_variance(TRUTH, a, b))
    seeds = (0.770833333333 - 0.759114583333) ** 2 / 2 / 2
    found = compared("roc_auc", TRUTH, a, b)
    error = np.sqrt(components**2 + seeds)
    free = (1 / 16 + 1 / 24) ** 2 / (1 / 16**2 / 15 + 1 / 24**2 / 23)
    freedom = error**4 / (seeds**2 + components**4 / free)
    assert found.p_value == pytest.approx(2 * stats.t.sf(abs(found.difference) / error, freedom))
    assert found.method == "DeLong's test, t of the rarer class, seed variance added"
    # the mean of a model with itself twice is the model: no seed spread
    assert delong_variance(TRUTH, a[:1] * 2, b) == pytest.approx(delong_variance(TRUTH, a[:1], b))


def test_mcnemar_is_the_exact_binomial_test():
    right_a = np.repeat([True, True, False, False], [30, 12, 3, 5])
    right_b = np.repeat([True, False, True, False], [30, 12, 3, 5])
    found = mcnemar(right_a, right_b, 0.95)
    assert found.difference == pytest.approx(9 / 50)
    assert found.p_value == pytest.approx(stats.binomtest(3, 15).pvalue) == pytest.approx(0.03515625)
    truth = np.arange(50) % 2
    a, b = ([probabilities(np.where(right, truth, 1 - truth))] for right in (right_a, right_b))
    assert compared("accuracy", truth, a, b) == found
    assert "McNemar" not in compared("accuracy", truth, a, b, np.arange(50) // 2).method
    assert "McNemar" not in compared("accuracy", truth, a * 2, b).method


@pytest.mark.parametrize(
    ("cells", "expected"),
    [  # Newcombe 1998, Statistics in Medicine 17:2635, examples of method 10
        ((36, 12, 2, 0), (0.0569, 0.3404)),
        ((20, 12, 2, 16), (0.0562, 0.3292)),
    ],
)
def test_newcombes_interval_agrees_with_his_examples(cells, expected):
    assert newcombe(*cells, 0.95) == pytest.approx(expected, abs=5e-5)


def test_newcombes_interval_stays_in_range():
    assert newcombe(0, 30, 0, 0, 0.95)[1] == 1.0
    low, high = newcombe(30, 0, 0, 0, 0.95)
    assert -0.2 < low < 0 < high < 0.2


def clustered(seed=0):
    random, groups = np.random.default_rng(seed), np.repeat(np.arange(20), 4)
    truth = random.normal(size=20)[groups] + random.normal(size=80)
    a, b = (truth / 2 + random.normal(size=20)[groups] / 2 + random.normal(size=80) / 2 for _ in range(2))
    return truth, a, b, groups


def test_the_jackknife_is_the_textbooks_and_t_has_the_freedom_of_the_groups():
    truth, a, b, groups = clustered()
    moved = []
    for left in range(20):
        kept = groups != left
        moved.append(observed("r2", truth[kept], [a[kept]]) - observed("r2", truth[kept], [b[kept]]))
    found = compared("r2", truth, [a], [b], groups)
    moved = np.array(moved) - np.mean(moved)
    error = np.sqrt(19 / 20 * np.square(moved).sum())
    kurtosis = 20 * (moved**4).sum() / np.square((moved**2).sum())
    free = min(19, 2 * 20 / (kurtosis - 1))
    assert found.high - found.difference == pytest.approx(stats.t.ppf(0.975, free) * error)
    assert found.p_value == pytest.approx(2 * stats.t.sf(abs(found.difference) / error, free))


def equally_good(random, cases, controls):
    """Two scorers with an area of .8, correlated by .6; their truth."""
    truth = np.repeat([1, 0], [cases, controls])
    shared, own = random.normal(size=len(truth)), random.normal(size=(2, len(truth)))
    return truth, *(
        [probabilities(stats.norm.cdf(1.19 * truth + np.sqrt(0.6) * shared + np.sqrt(0.4) * e))] for e in own
    )


@pytest.mark.parametrize(("name", "cases", "controls"), [("roc_auc", 3, 200), ("balanced_accuracy", 4, 96)])
def test_equally_good_models_with_a_rare_class_get_no_verdict(name, cases, controls):
    """DeLong's test by the normal distribution had .149 of 3 against 200."""
    random = np.random.default_rng(4)
    wrong = [compared(name, *equally_good(random, cases, controls)).p_value < 0.05 for _ in range(200)]
    assert np.mean(wrong) <= 0.07


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 10**6),
    name=st.sampled_from(["roc_auc", "accuracy", "balanced_accuracy", "average_precision", "matthews_corrcoef"]),
    grouped=st.booleans(),
    members=st.integers(1, 3),
    strength=st.sampled_from([0.0, 1.0, 8.0]),
)
def test_comparison_is_antisymmetric_holds_its_difference_and_its_test_agrees(seed, name, grouped, members, strength):
    random = np.random.default_rng(seed)
    truth = np.arange(30) % 2
    a, b = (
        [probabilities(stats.norm.cdf(random.normal(size=30) + s * (truth - 0.5))) for _ in range(members)]
        for s in (strength, 2.0)
    )
    groups = np.arange(30) // (3 if grouped else 1)
    one, other = (compared(name, truth, *pair, groups) for pair in ((a, b), (b, a)))
    assert one.difference == pytest.approx(-other.difference)
    assert (one.low, one.high) == pytest.approx((-other.high, -other.low), abs=1e-9, nan_ok=True)
    assert one.p_value == pytest.approx(other.p_value)
    if np.isnan(one.low):  # both are faultless
        assert one.p_value == 1 and name in ("average_precision", "matthews_corrcoef")
        return
    assert -2 <= one.low <= one.difference <= one.high <= 2
    if name != "matthews_corrcoef":
        assert one.low >= -1 and one.high <= 1
    if "McNemar" not in one.method:
        assert (one.p_value < 0.05) == (one.low > 0 or one.high < 0)


@pytest.mark.parametrize("name", ["roc_auc", "accuracy", "balanced_accuracy"])
@pytest.mark.parametrize("size", [1, 2])
def test_two_faultless_models_may_still_differ_a_little(name, size):
    truth, groups = np.arange(40) % 2, np.arange(40) // size
    perfect = [probabilities(truth * 0.8 + 0.1)]
    found = compared(name, truth, perfect, [probabilities(truth)], groups)
    trials = 40 // size if name == "accuracy" or size == 2 else 20
    if name == "roc_auc":
        margin = 1 - 0.025 ** (1 / trials)
    else:  # Wilson's limit of each share; of two shares, half of each, squared and added
        z = stats.t.ppf(0.975, 19) if size == 2 and name == "accuracy" else stats.norm.ppf(0.975)
        margin = z * z / (trials + z * z) / (np.sqrt(2) if name == "balanced_accuracy" else 1)
    assert (found.difference, found.low, found.high, found.p_value) == pytest.approx((0, -margin, margin, 1))


@pytest.mark.parametrize("name", ["roc_auc", "accuracy", "balanced_accuracy", "matthews_corrcoef", "neg_log_loss"])
@pytest.mark.parametrize("size", [1, 2])
def test_a_model_does_not_differ_from_itself(name, size):
    groups = np.arange(40) // size
    for case in (A, np.full(40, 0.4)):
        found = compared(name, TRUTH, [probabilities(case)], [probabilities(case)], groups)
        assert found.difference == 0 and found.p_value == 1
        assert not found.low > 0 and not found.high < 0
        if name in ("matthews_corrcoef", "neg_log_loss"):
            assert np.isnan(found.low) and np.isnan(found.high)


def test_faultless_model_against_a_constant_one():
    truth = np.arange(20) % 2
    found = compared("roc_auc", truth, [probabilities(truth)], [probabilities(np.full(20, 0.5))])
    assert found.difference == 0.5
    assert found.p_value == pytest.approx(stats.binomtest(0, 10).pvalue)
    assert found.low == pytest.approx(0.025 ** (1 / 10) - 0.5) and found.low > 0
    few = compared("roc_auc", truth[:10], [probabilities(truth[:10])], [probabilities(1 - truth[:10])])
    assert few.difference == 1 and few.p_value == pytest.approx(stats.binomtest(0, 5).pvalue) and few.low < 0


def test_too_few_groups_give_no_comparison():
    truth, a, b, _ = clustered()
    found = compared("r2", truth, [a], [b], np.arange(80) % 5)
    assert np.isfinite(found.difference) and np.isnan([found.low, found.high, found.p_value]).all()


def test_holm_agrees_with_r_and_leaves_undefined_values_out():
    # R 4.2.2: p.adjust(c(0.01, 0.04, 0.03, 0.005), "holm"); p.adjust(c(0.01, NA, 0.02, 0.03, 0.9, 0.022), "holm")
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    found = holm([0.01, np.nan, 0.02, 0.03, 0.9, 0.022])
    assert found == pytest.approx([0.05, np.nan, 0.08, 0.08, 0.9, 0.08], nan_ok=True)
    assert holm([0.7, 0.9]) == pytest.approx([1, 1])
    assert len(holm([])) == 0 and np.isnan(holm([np.nan])).all()


def test_corrected_resampled_t_by_hand():
    # differences 1..5: mean 3, s^2 = 2.5; variance (1/5 + 1/4) 2.5 = 1.125; t = 3 / 1.06066 = 2.828427, 4 df
    found = corrected_resampled_t(np.arange(1.0, 6.0), 0.25, 0.95)
    assert found.difference == 3
    assert found.p_value == pytest.approx(2 * stats.t.sf(2.8284271, 4)) == pytest.approx(0.0474207, abs=1e-6)
    assert (found.low, found.high) == pytest.approx((3 - 2.776445 * 1.0606602, 3 + 2.776445 * 1.0606602), abs=1e-5)
    # without the correction it is the one-sample t-test
    plain = corrected_resampled_t(np.arange(1.0, 6.0), 0.0, 0.95)
    assert plain.p_value == pytest.approx(stats.ttest_1samp(np.arange(1.0, 6.0), 0).pvalue)


def test_corrected_resampled_t_at_its_limits():
    assert corrected_resampled_t([0.9, 0.95, 0.7], 0.25, 0.95, within=(0, 1)).high == 1
    assert np.isnan(corrected_resampled_t([0.3], 0.25, 0.95).low)
    assert corrected_resampled_t([0.3, np.nan, 0.5, 0.1], 0.25, 0.95) == corrected_resampled_t(
        [0.3, 0.5, 0.1], 0.25, 0.95
    )
    same = corrected_resampled_t([0.0, 0.0, 0.0], 0.25, 0.95)
    assert same.p_value == 1 and np.isnan(same.low)


def test_corrected_resampled_t_finds_no_more_than_it_says_among_repeats_that_share_rows():
    random, wrong = np.random.default_rng(1), np.zeros(2)
    for _ in range(300):
        y = random.normal(size=(50,))
        order = random.permuted(np.tile(np.arange(50), (10, 1)), axis=1)
        means = y[order[:, :10]].mean(axis=1)
        wrong += [corrected_resampled_t(means, share, 0.95).p_value < 0.05 for share in (0.25, 0.0)]
    assert wrong[0] / 300 < 0.1 < wrong[1] / 300


def test_a_difference_from_a_constant_predictor_cannot_exceed_what_its_score_leaves():
    """Against a trivial 0.5 nothing is better by more than 0.5."""
    truth = np.repeat([0, 1], 30)
    scores = np.clip(truth * 0.5 + np.random.default_rng(0).uniform(0, 0.55, 60), 0, 1)
    good, constant = np.column_stack([1 - scores, scores]), np.full((60, 2), 0.5)
    found = compare("roc_auc", truth, [good], [constant], np.arange(60) // 2, 0.95)
    assert found.difference > 0.45 and found.high == pytest.approx(0.5)
    assert compare("roc_auc", truth, [constant], [good], np.arange(60) // 2, 0.95).low == pytest.approx(-0.5)
