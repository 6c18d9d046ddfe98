import numpy as np
import pandas as pd
import pytest
from scipy.stats import chi2_contingency, f_oneway, spearmanr

from tentips.statistics import association
from tentips.statistics.association import associate, correlation_ratio, cramers_v, is_number


def expand(table):
    table = np.asarray(table)
    a, b = np.indices(table.shape)
    return np.repeat(a.ravel(), table.ravel()), np.repeat(b.ravel(), table.ravel())


@pytest.fixture
def few_permutations(monkeypatch):
    monkeypatch.setattr(association, "PERMUTATIONS", 199)


def test_cramers_v_equals_bergsmas_formula_by_hand():
    # chi2 = 20, n = 80: phi2 = 0.25 - 1/79, corrected levels 2 - 1/79
    a, b = expand([[30, 10], [10, 30]])
    assert cramers_v(a, b) == pytest.approx(np.sqrt((0.25 - 1 / 79) / (1 - 1 / 79)), abs=1e-12)
    assert cramers_v(a, b) == pytest.approx(0.490290, abs=1e-6)


def test_cramers_v_of_a_rectangular_table_follows_from_scipys_chi_square():
    table = np.array([[12, 5, 9, 1], [3, 14, 4, 6], [7, 2, 8, 11]])
    n, (r, k) = table.sum(), table.shape
    phi2 = chi2_contingency(table, correction=False).statistic / n - (r - 1) * (k - 1) / (n - 1)
    smaller = min(r - (r - 1) ** 2 / (n - 1), k - (k - 1) ** 2 / (n - 1)) - 1
    assert cramers_v(*expand(table)) == pytest.approx(np.sqrt(phi2 / smaller), abs=1e-12)


def test_cramers_v_is_zero_for_independent_and_one_for_identical_columns():
    a, b = expand(np.full((3, 4), 10))
    assert cramers_v(a, b) == 0.0
    same = np.repeat([0, 1, 2], 40)
    assert cramers_v(same, same) == pytest.approx(1.0, abs=1e-9)
    assert cramers_v(same, np.zeros(120, dtype=int)) == 0.0


def test_correlation_ratio_equals_epsilon_squared_by_hand():
    # within 4 on 4 degrees of freedom, total 17.5 on 5: epsilon squared is 1 - 1 / 3.5
    found = correlation_ratio(np.array([0, 0, 0, 1, 1, 1]), np.array([1.0, 2, 3, 4, 5, 6]))
    assert found == pytest.approx(np.sqrt(1 - 1 / 3.5), abs=1e-12)


def test_correlation_ratio_follows_from_scipys_f():
    random = np.random.default_rng(0)
    categories, n, k = np.arange(60) % 4, 60, 4
    values = random.normal(size=60) + 0.7 * categories
    f = f_oneway(*(values[categories == c] for c in range(k))).statistic
    epsilon2 = (k - 1) * (f - 1) / ((k - 1) * f + n - k)
    assert correlation_ratio(categories, values) == pytest.approx(np.sqrt(epsilon2), abs=1e-10)


def test_correlation_ratio_of_equal_means_or_constant_values_is_zero():
    assert correlation_ratio(np.array([0, 0, 1, 1]), np.array([1.0, 3, 1, 3])) == 0.0
    assert correlation_ratio(np.array([0, 0, 1, 1]), np.full(4, 2.0)) == 0.0


def test_measure_follows_the_kinds_of_the_two_columns():
    random = np.random.default_rng(0)
    number, other = pd.Series(random.normal(size=40)), pd.Series(random.normal(size=40))
    category, groups = pd.Series(["a", "b"] * 20), np.arange(40)
    found = associate(number, other, groups, True)
    assert found.measure == "absolute Spearman correlation"
    assert found.value == pytest.approx(abs(spearmanr(number, other).statistic))
    assert found.p_value == pytest.approx(spearmanr(number, other).pvalue, abs=0.05)
    expected = correlation_ratio(np.tile([0, 1], 20), number.to_numpy())
    for a, b, a_is_number in ((number, category, True), (category, number, False)):
        found = associate(a, b, groups, a_is_number)
        assert found.measure == "correlation ratio"
        assert found.value == pytest.approx(expected)
    assert associate(category, category, groups, False).measure == "bias-corrected Cramer's V"


def test_numbers_with_few_values_and_booleans_are_categories():
    assert is_number(pd.Series(np.arange(21)))
    assert not is_number(pd.Series(np.arange(20)))
    assert not is_number(pd.Series([True, False] * 20))
    assert not is_number(pd.Series([f"w{i}" for i in range(40)]))


def test_rows_in_which_the_other_column_is_missing_are_left_out(few_permutations):
    a = pd.Series(["x", "y", "x", "y", "x", "y", "x", "y"])
    b = pd.Series(["p", "q", "p", "q", "p", "q", None, None])
    found = associate(a, b, np.arange(8), False)
    assert found.n == 6
    assert found.value == pytest.approx(1.0)


@pytest.mark.parametrize("kinds", ["categories", "category and number", "numbers"])
def test_p_values_are_uniform_under_the_null(few_permutations, kinds):
    found = []
    for seed in range(60):
        random = np.random.default_rng(seed)
        a = pd.Series(random.normal(size=50) if kinds == "numbers" else random.choice(["x", "y"], 50))
        b = pd.Series(random.choice(["p", "q", "r"], 50) if kinds == "categories" else random.normal(size=50))
        found.append(associate(a, b, np.arange(50), kinds == "numbers", seed).p_value)
    # Cramer's V and the correlation ratio are 0 below their expectation, which ties small values at p = 1.
    if kinds == "numbers":
        assert 0.4 < np.mean(found) < 0.6
    assert np.mean(np.array(found) < 0.05) <= 0.12
    assert 0.1 < np.mean(np.array(found) < 0.3) < 0.45


def test_p_value_is_the_least_possible_under_a_strong_association():
    label = pd.Series(["x", "y"] * 30)
    batch = label.where(np.arange(60) > 5, "y")
    assert associate(label, batch, np.arange(60), False).p_value == pytest.approx(1 / 1000)


def test_whole_groups_are_shuffled_where_labels_are_constant_within_them(few_permutations):
    groups, found, ignoring = np.repeat(np.arange(20), 6), [], []
    for seed in range(60):
        random = np.random.default_rng(seed)
        label = pd.Series(random.permutation(np.repeat(["x", "y"], 10))[groups])
        batch = pd.Series(random.permutation(np.repeat(["p", "q"], 10))[groups])
        found.append(associate(label, batch, groups, False, seed).p_value)
        ignoring.append(associate(label, batch, np.arange(120), False, seed).p_value)
    assert np.mean(np.array(found) < 0.05) <= 0.12
    assert np.mean(np.array(ignoring) < 0.05) > 0.3


def test_a_strong_association_of_groups_is_still_found(few_permutations):
    groups = np.repeat(np.arange(20), 3)
    label = pd.Series(np.where(groups < 10, "x", "y"))
    assert associate(label, label, groups, False).p_value <= 0.01


def test_the_seed_decides_the_p_value(few_permutations):
    random = np.random.default_rng(1)
    a, b = pd.Series(random.choice(["x", "y"], 40)), pd.Series(random.normal(size=40))
    b = b + 0.5 * (a == "x")
    first, again, other = (associate(a, b, np.arange(40), False, seed).p_value for seed in (1, 1, 2))
    assert first == again
    assert first == pytest.approx(other, abs=0.1)
