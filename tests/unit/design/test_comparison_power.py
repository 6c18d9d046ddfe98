"""The power of the planned comparison: its test against the study's, its shares against studies simulated by hand, and its sentences."""

import dataclasses

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from small import rows

from tentips.data.split import folds as divided
from tentips.design import comparison_power as power
from tentips.design.design_summary import comparison_in_words
from tentips.models.folds import Fold
from tentips.statistics.comparison import compare


def study(n=120, effect=1.0, group=1, seed=0):
    random, truth = np.random.default_rng(seed), np.arange(n) // group % 2
    matrix = random.normal(size=(n, 4))
    matrix[:, 0] += effect * truth
    table = rows(matrix, truth, groups=np.arange(n) // group)
    table = dataclasses.replace(table, fold=divided(table.strata, table.groups, 3, seed))
    folds = [Fold(number, train, tune, matrix) for number, train, tune in table.folds]
    return table, folds


@pytest.mark.parametrize("group", [1, 2])
def test_the_closed_form_has_the_interval_of_the_studys_test(group):
    random, table = np.random.default_rng(0), study(120, group=group)[0]
    for _ in range(20):
        drawn = power.noise_of_two(random, table.groups, 2, 0.0, 0.8)
        a, b = (power.predicted(table.truth, each, 1.0, np.array([0.5, 0.5])) for each in drawn)
        low, high = power.compared("roc_auc", table.truth, a, b, table.groups, 0.95)
        found = compare("roc_auc", table.truth, [a], [b], table.groups, 0.95)
        assert (low + high) / 2 == pytest.approx(found.difference, abs=1e-9)
        assert high - low == pytest.approx(found.high - found.low, rel=0.08)


def test_the_power_is_that_of_studies_simulated_by_hand():
    """Normal scores of two models, correlated at .8, whose areas are .80 and .85, compared by the study's own test."""
    table, folds = study(160)
    how = power.Comparing("roc_auc", 160, 1, 0.95, 0.05)
    level = {"model": "logistic", "score": 0.8, "shared": 0.0}
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(power, "quick_level", lambda *_: level)
        patched.setattr(power, "CORRELATIONS", (0.8,))
        found, summary = power.comparison_power(table, folds, how, 0)
    random, hits = np.random.default_rng(5), []
    means = np.array([1.190, 1.466])  # sqrt(2) times the normal quantiles of the areas
    for _ in range(200):
        truth = np.arange(160) % 2
        scores = random.multivariate_normal([0, 0], [[1, 0.8], [0.8, 1]], 160) + truth[:, None] * means
        a, b = (np.column_stack([-each, each]) for each in (scores[:, 1], scores[:, 0]))
        hits.append(compare("roc_auc", truth, [a], [b], np.arange(160), 0.95).low > 0)
    assert 0.4 < np.mean(hits) < 0.95
    assert summary["power"][0] == pytest.approx(np.mean(hits), abs=0.11)
    assert found.set_index("difference").loc[0.0, "power"] < 0.025 + 2.6 * np.sqrt(0.025 * 0.975 / 200)


def test_more_repeats_show_more():
    table, _ = study(120)
    once, often = (
        power._counted(
            table, power.Comparing("roc_auc", 40, repeats, 0.95, 0.08), (0.8, 1.3), np.array([0.5, 0.5]), 0.8, 0.0, 0
        )["power"]
        for repeats in (1, 8)
    )
    assert often > once + 0.1


def test_the_level_is_that_of_the_best_quick_model_on_the_folds():
    table, folds = study(200, effect=2.0)
    found = power.quick_level(table, folds, "roc_auc", 0)
    by_hand = np.mean([
        roc_auc_score(table.truth[f.tune], LogisticRegression().fit(f.matrix[f.train], table.truth[f.train]).predict_proba(f.matrix[f.tune])[:, 1])
        for f in folds
    ])  # fmt: skip
    assert found["model"] == "logistic" and found["score"] == pytest.approx(by_hand, abs=0.003)
    assert found["shared"] == 0.0, "every sample is its own group"


def test_errors_that_groups_share_are_seen():
    table, _ = study(600, group=3)
    random = np.random.default_rng(0)
    errors = np.sqrt(0.6) * random.normal(size=200)[table.groups] + np.sqrt(0.4) * random.normal(size=600)
    assert power.shared_part(errors, table) == pytest.approx(0.6, abs=0.08)
    assert power.shared_part(random.normal(size=600), table) < 0.1


def test_differences_double_up_to_what_the_simpler_model_leaves():
    assert power.differences(0.01, 0.05) == [0.0, 0.01, 0.02, 0.04, 0.05]
    assert power.differences(0.01, 0.004) == [0.0, 0.004]
    assert power.differences(0.01, 0.0) == [0.0]


def test_the_needed_difference_is_interpolated_and_missing_where_no_difference_is_found():
    table = pd.DataFrame(
        [(c, d, p) for c, steep in ((0.65, 0.6), (0.9, 1.0)) for d, p in ((0.0, 0.0), (0.1, steep), (0.2, 1.0))],
        columns=["correlation", "difference", "power"],
    )
    found = power.summarised(table, 0.1, 0.2)
    assert found["power"] == [0.6, 1.0] and found["at_the_ceiling"] == [1.0, 1.0]
    assert found["needed"] == pytest.approx([0.08, 0.15])
    assert power.summarised(table.assign(power=table["power"] / 2), 0.1, 0.2)["needed"] is None


# What is said


def words(**changes):
    found = {"metric": "roc_auc", "smallest": 0.01, "model": "logistic", "score": 0.93, "room": 0.07, "wanted": 0.8, "power": [0.06, 0.14], "at_the_ceiling": [0.9, 0.95], "needed": [0.03, 0.05]}  # fmt: skip
    return comparison_in_words(found | changes, "classification")


def test_the_paragraph_says_how_probable_it_is_to_find_the_smallest_difference():
    text = words()
    assert text.startswith(
        "An untuned logistic regression reaches ROC AUC 0.930 on the development folds, which leaves 0.070"
    )
    assert (
        "better by 0.01, the smallest difference that matters, this study would show it with a probability of 6% to 14%."
        in text
    )
    assert text.endswith("For a probability of 80% it would have to be better by 0.030 to 0.050.")


def test_the_paragraph_warns_of_a_ceiling():
    text = words(score=0.998, room=0.002, power=None, at_the_ceiling=[0.1, 0.1], needed=None)
    assert (
        "less than 0.01, the smallest difference that matters: this study has no room for a network to be better"
        in text
    )
    text = words(score=0.96, room=0.04, at_the_ceiling=[0.45, 0.45], needed=None)
    assert "Even a faultless network would be shown to be better with a probability of 45%" in text
    assert words(room=None).endswith("the power of the comparison is not known.")
