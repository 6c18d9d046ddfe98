"""Whether explanations may be believed: each branch of the checks on small tables, with the numbers of their sentences."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from small import resolved

from tentips.checks import interpretation_checks
from tentips.interpret.agreement import COLUMNS as AGREEMENT
from tentips.interpret.panel_study import TABLES


def results(agreement=(), panel=(), names=(), enabled=True, features=20, lows=(0.15, 0.1, -0.02)):
    """Results of a study that recommends logistic regression."""
    tables = {
        "agreement": pd.DataFrame(list(agreement), columns=AGREEMENT),
        "importance": pd.DataFrame({"model": "logistic", "refits": 5, "importance": 0.2, "low": lows}),
        "panel": pd.DataFrame(list(panel), columns=TABLES["panel"]),
        "panel_features": pd.DataFrame(list(names), columns=TABLES["panel_features"]),
    }
    return SimpleNamespace(
        config=resolved(interpretation={"enabled": enabled}),
        developed=pd.DataFrame({"label": ["no", "yes"]}),
        provenance={"features": features},
        bests={"logistic": {"model": "logistic", "kind": "baseline", "repeats": {"1": {"tuned": 0.9, "fold_scores": {"tuned": [0.9]}, "calibration_error": 0.0, "calibration_by_chance": 0.0}}}},
        evaluated={
            "combined_comparisons": pd.DataFrame([{"a": "mlp", "b": "logistic", "family": "verdict", "low": -0.1, "high": 0.2}]),
        }.get,
        interpreted=tables.get,
    )  # fmt: skip


def ranking(between="folds", overlap=0.8, p=0.001, kendall=0.6, model="logistic", **more):
    known = {"model": model, "between": between, "refits": 5, "groups": 10, "top": 5, "overlap_chance": 0.5}
    return known | {"overlap": overlap, "overlap_p": p, "kendall": kendall} | more


SHUFFLED = "real and shuffled labels"


def test_rankings_that_agree_and_change_with_the_labels_pass():
    rows = [ranking(), ranking(SHUFFLED, 0.5, np.nan, 0.1), ranking(model="mlp", p=0.9)]
    found = interpretation_checks.importance_stable(results(rows))
    assert (found.status, found.value, found.threshold) == ("pass", 0.001, 0.05)
    assert "share 80% of their 5 leading groups of features on average (50% by chance, p = 0.001" in found.finding
    assert "models of real and of shuffled labels share 50% (Kendall's tau 0.10)" in found.finding
    assert "2 of 3 groups have an interval of importance above zero." in found.finding


def test_rankings_no_better_than_chance_are_warned_of_between_folds_and_between_seeds():
    for rows in ([ranking(p=0.2)], [ranking(), ranking("seeds", p=0.2)]):
        found = interpretation_checks.importance_stable(results(rows))
        assert found.status == "warn" and found.value == 0.2 and "do not name leading features" in found.finding
    assert "between seeds of the logistic regression" in found.limitation and "(p = 0.200)" in found.limitation


def test_rankings_that_agree_where_nothing_matters_are_warned_of():
    found = interpretation_checks.importance_stable(results([ranking()], lows=(0.0, -0.1, np.nan)))
    assert found.status == "warn" and "0 of 2 importances" not in found.limitation
    assert "0 of 3 importances have an interval above zero" in found.limitation


@pytest.mark.parametrize(
    ("lows", "above", "matters"),
    [
        ([0.01] + [-0.1] * 39, 1, False),  # 64 % of 40 tests at 2.5 % have one by chance
        ([0.01] * 4 + [-0.1] * 36, 4, True),  # 2 %: more than chance
        ([0.19] + [-0.1] * 39, 1, True),  # t = 56 with 4 degrees of freedom is below 0.05 of 40 tests by itself
    ],
)
def test_how_many_importances_chance_gives(lows, above, matters):
    table = pd.DataFrame({"importance": 0.2, "low": lows, "refits": 5})
    assert interpretation_checks._above_zero(table, 0.95) == (above, matters)


def test_a_ranking_that_shuffled_labels_give_as_well_is_warned_of():
    found = interpretation_checks.importance_stable(results([ranking(), ranking(SHUFFLED, 0.8, np.nan, 0.7)]))
    assert found.status == "warn" and "shuffled labels rank the features" in found.limitation
    kept = interpretation_checks.importance_stable(results([ranking(), ranking(SHUFFLED, 0.8, np.nan, 0.1)]))
    assert kept.status == "pass"


def test_what_cannot_be_ranked_is_skipped_with_its_reason():
    row = {"model": "logistic", "between": "folds", "reason": "fewer than three groups of features"}
    found = interpretation_checks.importance_stable(results([row]))
    assert found.status == "skip" and "fewer than three groups of features" in found.finding
    assert interpretation_checks.importance_stable(results(enabled=False)).status == "skip"
    assert interpretation_checks.small_panel(results(enabled=False)).status == "skip"
    assert interpretation_checks.small_panel(results()).status == "skip"


def panel_of(chosen=None, test_enough=True):
    whole = {"model": "logistic", "all_features": 0.9, "smallest": 0.02}
    folds = [
        whole | {"part": "folds", "size": size, "score": score, "enough": enough, "chosen": size == chosen}
        for size, score, enough in ((1, 0.7, False), (2, 0.89, True), (15, 0.91, True))
    ]
    test = {"part": "test", "size": chosen, "score": 0.88, "low": -0.05, "high": 0.01, "enough": test_enough}
    return folds + ([whole | test | {"chosen": True, "difference": -0.02}] if chosen else [])


NAMES = [
    {"model": "logistic", "feature": "b", "place": 2, "chosen": 0.6, "folds": 1},
    {"model": "logistic", "feature": "a", "place": 1, "chosen": 1.0, "folds": 1},
    {"model": "logistic", "feature": "c", "place": np.nan, "chosen": 0.4, "folds": 0},
]


def test_a_small_panel_is_named_with_how_often_it_is_chosen():
    found = interpretation_checks.small_panel(results(panel=panel_of(2, False), names=NAMES))
    assert (found.status, found.value, found.threshold) == ("warn", 2, 10)
    assert "0.890 in cross-validation, against 0.900 with all; on the test part 0.880" in found.finding
    assert "a (in 100%), b (in 60%)." in found.finding and "c (" not in found.finding
    assert "which the test part leaves open (difference -0.050 to +0.010)" in found.limitation
    assert "leaves open" not in interpretation_checks.small_panel(results(panel=panel_of(2), names=NAMES)).limitation


def test_a_panel_of_most_features_and_none_at_all_pass():
    found = interpretation_checks.small_panel(results(panel=panel_of(15), names=NAMES))
    assert found.status == "pass" and "no small panel" in found.finding
    found = interpretation_checks.small_panel(results(panel=panel_of()))
    assert found.status == "pass" and "no panel of up to 15 features" in found.finding
    assert "the best has 15 and a ROC AUC of 0.910 in cross-validation, all have 0.900" in found.finding
