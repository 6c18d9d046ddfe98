from types import SimpleNamespace

import pandas as pd
import pytest
from small import resolved

from tentips.checks.scorecard import ORDER
from tentips.reporting.documents import limitation_sentences, limitations

CHECKS = [name for names in ORDER.values() for name in names]


def results(*checks, **more):
    listed = [{"threshold": None, "value": None, "finding": "Found. Do this.", **check} for check in checks]
    return SimpleNamespace(
        config=resolved(), scorecard={"checks": listed}, provenance={"features": 12, "sources": []}, **more
    )


def test_every_check_has_its_group_once():
    grouped = [name for members in limitations.GROUPS.values() for name in members]
    assert sorted(grouped) == sorted(CHECKS)


def test_every_check_that_this_version_carries_out_has_a_sentence():
    from tentips.checks.scorecard import REGISTRY

    assert set(REGISTRY) <= set(limitation_sentences.SENTENCES) <= set(CHECKS)


def test_only_warned_and_failed_checks_are_limitations():
    found = limitations.limitations(
        results(
            {"id": "calibration", "status": "warn", "value": 0.2051},
            {"id": "determinism", "status": "pass", "value": 0},
            {"id": "published", "status": "skip", "finding": "No published figure is declared (study.published)."},
            {"id": "subgroups", "status": "fail", "finding": "Women are missed more often."},
        )
    )
    assert found == {
        "Confounding": ["Women are missed more often."],
        "Evaluation": [
            "Predicted probabilities of the network ensemble are off by 0.205 on average and cannot be taken as risks."
        ],
    }


def test_a_new_check_is_told_in_its_own_words():
    found = limitations.limitations(results({"id": "brand-new", "status": "warn", "finding": "Something new"}))
    assert found == {"Other checks": ["Something new."]}


def test_skipped_checks_are_told_with_their_reason_but_not_where_the_question_does_not_arise():
    told = limitations.not_examined(
        results(
            {"id": "published", "status": "skip", "finding": "No published figure is declared (study.published)."},
            {"id": "label-noise", "status": "skip", "finding": "Estimated: 14 %. The classes overlap too much."},
            {"id": "imbalance", "status": "skip", "finding": "The label is a number."},
            {"id": "membership", "status": "skip", "finding": "This version does not carry out this check."},
            {"id": "small-panel", "status": "skip", "finding": "This version does not carry out this check."},
        )
    )
    assert told == [
        "This study does not tell how the result compares with a published one: no published figure is declared.",
        "This study does not tell how many labels are wrong: the classes overlap too much.",
        "It does not tell either, because this version of the workflow does not examine it, whether the model gives away who was in "
        "its training set and whether a few features would do as well.",
    ]


def test_numbers_come_from_results():
    row = pd.Series({"a": "mlp", "b": "svm", "difference": -0.004, "low": -0.018, "high": 0.009, "metric": "roc_auc"})
    told = limitations.limitations(
        results({"id": "worth-it", "status": "warn", "value": -0.004}, planned_comparison=row)
    )
    assert told["Models and their comparison"][0].startswith(
        "No advantage of the MLP network over support vector machine was shown (difference in ROC AUC -0.004, -0.018 to +0.009)"
    )


@pytest.mark.parametrize(
    ("strategy", "word"), [("random", "same source"), ("site", "whole sites"), ("given", "was given")]
)
def test_scope_depends_on_the_split(strategy, word):
    study = results()
    study.config["split"]["strategy"] = strategy
    assert word in limitations.scope(study)


def budgets(**trials):
    rows = [
        {"model": name, "kind": "network" if name == "mlp" else "baseline", "trials": count}
        for name, count in trials.items()
    ]
    return pd.DataFrame(rows)


@pytest.mark.parametrize(
    ("trials", "told"),
    [({"mlp": 20, "svm": 12}, "(12 to 20 configurations each)"), ({"mlp": 20, "svm": 20}, "the same number of trials, but not")],
)  # fmt: skip
def test_unequal_budgets_say_in_what(trials, told):
    check = {"id": "equal-budget", "status": "fail", "value": 1}
    found = limitations.limitations(results(check, budget=budgets(**trials)))
    assert told in found["Models and their comparison"][0]


@pytest.mark.parametrize(("impute", "told"), [("median", "and were imputed"), ("none", "and were left as they are")])
def test_missing_values_are_imputed_only_where_they_are(impute, told):
    table = pd.DataFrame({"feature": ["x", "y"], "share": [0.01, 0.31]})
    patterns = pd.DataFrame(
        [{"role": "label", "target": "label", "low": 0.6, "high": 0.8, "value": 0.7, "p_adjusted": 0.001}]
    )
    study = results(
        {"id": "missingness", "status": "warn", "value": 0.7},
        exploration={"missingness": table},
        quality={"missing_patterns": patterns},
    )
    study.config["preprocess"]["impute"] = impute
    (sentence,) = limitations.limitations(study)["Data"]
    assert "up to 31%, in y" in sentence and told in sentence
    assert "predicts the label (ROC AUC 0.70, 0.600 to 0.800)" in sentence


def test_confounder_is_the_one_that_the_check_judged():
    columns = ["source", "columns", "metric", "value", "low", "high", "model_value"]
    table = pd.DataFrame(
        [
            ["covariates", "age", "roc_auc", 0.61, 0.5, 0.7, 0.8],
            ["batch", "plate", "roc_auc", 0.8123456, 0.7, 0.9, 0.81],
        ],
        columns=columns,
    )
    found = limitations.limitations(
        results({"id": "confounder-only", "status": "fail", "value": 0.81234561}, confounders=table)
    )
    assert found["Confounding"][0].startswith(
        "From batch alone (plate), without any feature, the label is predicted with a ROC AUC of 0.812"
    )


@pytest.mark.parametrize(
    ("finding", "told"),
    [("3 groups stand in the training and in the test part", "3 groups stand in"), ("3 of 83 test samples have a twin", "3 of 83 test samples")],
)  # fmt: skip
def test_leak_by_groups_and_by_twins_are_told_apart(finding, told):
    shared = pd.DataFrame({"identical": [2], "near_identical": [1], "test_samples": [83]})
    check = {"id": "leakage", "status": "fail", "value": 3, "finding": finding}
    assert told in limitations.limitations(results(check, shared=shared))["Evaluation"][0]
