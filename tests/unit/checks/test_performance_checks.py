"""Checks of how models did speak of the recommended model, in every branch."""

from types import SimpleNamespace

import pandas as pd
import pytest
from small import resolved

from tentips.checks import performance_checks
from tentips.checks.findings import OTHERS_PREDICT, Facts, findings, next_step
from tentips.checks.recommended import predicting

TRIVIAL = {"logistic": 0.2, "svm": 0.3, "mlp": 0.25}


def best(model, tuned, kind="baseline"):
    repeat = {
        "tuned": tuned,
        "train_score": 0.9,
        "fold_scores": {"tuned": [tuned] * 3},
        "calibration_error": 0.02,
        "calibration_by_chance": 0.0,
    }
    return {"model": model, "kind": kind, "repeats": {"1": repeat}}


def study(network_low=-0.1, classes=True, tables=(), **lows):
    """SVM is first in cross-validation, logistic regression as good and simpler; `lows` are the lower ends against chance."""
    verdict = {"a": "mlp", "b": "svm", "family": "verdict", "metric": "roc_auc", "difference": 0.0}
    rows = [verdict | {"low": network_low, "high": 0.2}]
    for model, difference in TRIVIAL.items():
        ends = {"difference": difference, "low": lows.get(model, 0.1), "high": 0.4}
        rows.append({"a": model, "b": "dummy", "family": "trivial", "metric": "roc_auc", **ends})
    bests = [best("logistic", 0.80), best("svm", 0.803), best("mlp", 0.85, "network")]
    return SimpleNamespace(
        config=resolved(study={"published": {"metric": "roc_auc", "value": 0.8, "citation": "A 2020"}}),
        developed=pd.DataFrame({"label": ["no", "yes"]}),
        bests={each["model"]: each for each in bests},
        evaluated={"combined_comparisons": pd.DataFrame(rows), **dict(tables)}.get,
        planned_comparison=pd.Series(rows[0]),
    )


def test_the_recommended_model_is_held_against_the_trivial_one():
    found = performance_checks.beats_trivial(study())
    assert found.status == "pass" and found.finding.startswith("Logistic regression minus the trivial predictor")
    assert found.value == 0.2
    assert performance_checks.beats_trivial(study(network_low=0.02)).finding.startswith("MLP network minus")


def test_that_no_model_beats_the_trivial_one_is_said_only_where_none_does():
    results = study(logistic=-0.1, svm=-0.2, mlp=0.0)
    found = performance_checks.beats_trivial(results)
    assert found.status == "fail" and "No model has been shown to predict the label" in found.finding
    results = study(logistic=-0.1)
    found = performance_checks.beats_trivial(results)
    assert found.status == "fail" and predicting(results) == ["svm", "mlp"]
    assert "The logistic regression has not been shown to predict the label better" in found.finding
    assert found.finding.endswith("; support vector machine and MLP network have.")
    checks = {"beats-trivial": {"id": "beats-trivial", "status": "fail", "limitation": found.limitation}}
    facts = Facts(
        checks, "cannot_say", "logistic", "mlp", -0.1, 40, 0.01, 0.2, "classification", predicting=("svm", "mlp")
    )
    assert next_step(findings(facts)) == OTHERS_PREDICT


def test_without_an_interval_it_cannot_be_said():
    found = performance_checks.beats_trivial(study(logistic=float("nan")))
    assert (
        found.status == "warn" and "Whether the logistic regression predicts the label cannot be said" in found.finding
    )


def figures(**values):
    rows = [
        {"model": name, "metric": "roc_auc", "value": each, "low": each - 0.02, "high": each + 0.02}
        for name, each in values.items()
    ]
    return {"combined_metrics": pd.DataFrame(rows)}


def test_the_published_figure_is_compared_with_the_recommended_model_and_the_network():
    found = performance_checks.published(study(tables=figures(logistic=0.79, svm=0.9, mlp=0.7)))
    assert found.status == "pass" and "Logistic regression 0.790" in found.finding and "Support" not in found.finding
    assert performance_checks.published(study(tables=figures(logistic=0.9, svm=0.8, mlp=0.7))).status == "warn"


def test_the_gap_is_of_the_recommended_model_and_of_the_network():
    found = performance_checks.train_test_gap(study(tables=figures(logistic=0.85, svm=0.1, mlp=0.88)))
    assert found.status == "pass" and found.value == pytest.approx(0.05)
    assert (
        "Logistic regression: 0.900 on training rows, 0.850 on test rows (0.830 to 0.870); MLP network" in found.finding
    )


def test_a_gap_counts_only_where_the_training_score_is_above_the_interval():
    tables = figures(logistic=0.75, svm=0.1, mlp=0.88)
    found = performance_checks.train_test_gap(study(tables=tables))
    assert found.status == "warn" and "does better by 0.150" in found.finding
    tables["combined_metrics"].loc[0, "high"] = 0.91
    found = performance_checks.train_test_gap(study(tables=tables))
    assert (
        found.status == "pass" and "a difference of 0.150, which so few test rows may show by chance" in found.finding
    )


def test_calibration_is_of_the_recommended_model_with_the_network_beside_it():
    bins = {
        "model": ["logistic"] * 2 + ["svm", "mlp_ensemble"],
        "bin": [1, 2, 1, 1],
        "predicted": 0.5,
        "observed": [0.3, 0.7, 0.49, 0.46],
        "n": [20, 20, 40, 40],
        "repeat": 1,
        "error_by_chance": 0.15,
    }
    tables = {"calibration": pd.DataFrame(bins)}
    found = performance_checks.calibration(study(tables=tables))
    assert found.status == "warn" and found.value == pytest.approx(0.2)
    assert "logistic regression are off by 0.200 on average" in found.finding and "by 0.040" in found.finding
    tables["calibration"]["error_by_chance"] = 0.21
    found = performance_checks.calibration(study(tables=tables))
    assert found.status == "pass" and "too small to say that they are off by more than 0.1" in found.finding
    assert "off by up to 0.210 by chance" in found.finding
