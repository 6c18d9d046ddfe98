"""What a shared model gives away: each branch of the checks, by the model that would be shared."""

import pandas as pd
import pytest
from small import resolved, results_of

from tentips.checks import privacy_checks
from tentips.privacy.membership_audit import COLUMNS


def results(baseline="logistic", low=-0.1, sensitive=True, rates=(), enabled=True):
    """Results in which `baseline` is the best simpler model and the network is better where `low` is above 0."""
    records = [
        {
            "model": model,
            "kind": "",
            "target": target,
            "attack": "online",
            "measure": measure,
            "others": 40,
            "members": 100,
        }
        | {"value": value, "low": value - 0.05, "high": value + 0.05, "shadow_models": 16}
        for model, target, rate, auc in rates
        for measure, value in (("tpr_at_0.01", rate), ("roc_auc", auc))
    ]
    return results_of(
        resolved(study={"sensitive": sensitive}, privacy={"enabled": enabled}),
        developed=pd.DataFrame({"label": ["no", "yes"]}),
        membership=pd.DataFrame(records, columns=COLUMNS),
        planned_comparison={"a": "mlp", "b": baseline, "low": low, "high": 0.2},
        bests={
            baseline: {
                "model": baseline,
                "kind": "baseline",
                "repeats": {
                    "1": {
                        "tuned": 0.9,
                        "fold_scores": {"tuned": [0.9]},
                        "calibration_error": 0.0,
                        "calibration_by_chance": 0.0,
                    }
                },
            }
        },
        evaluated={
            "combined_comparisons": pd.DataFrame(
                [{"a": "mlp", "b": baseline, "family": "verdict", "low": low, "high": 0.2}]
            ),
        }.get,
        stacked={"repeats": {"1": {"weights": {}}}},
    )


QUIET, LOUD = ("final", 0.04, 0.6), ("procedure", 0.3, 0.8)


@pytest.mark.parametrize(("sensitive", "status"), [(True, "fail"), (None, "fail"), (False, "warn")])
def test_a_model_that_gives_its_members_away(sensitive, status):
    found = privacy_checks.membership(results(sensitive=sensitive, rates=[("logistic", *QUIET), ("logistic", *LOUD)]))
    assert (found.status, found.value, found.threshold) == (status, 0.3, 0.05)
    assert "recognises 30% (25% to 35%)" in found.finding and "ROC AUC 0.80" in found.finding
    assert ("Do not share it" in found.finding) == (status == "fail")


def test_either_measure_is_enough():
    found = privacy_checks.membership(results(rates=[("logistic", "final", 0.0, 0.72)]))
    assert found.status == "fail"


def test_a_model_that_gives_nobody_away_passes_and_says_what_it_cannot_see():
    found = privacy_checks.membership(results(rates=[("logistic", *QUIET), ("mlp_ensemble", *LOUD)]))
    assert found.status == "pass" and "With 40 others" in found.finding


def test_the_network_is_judged_with_all_its_seeds_where_it_is_the_better_one():
    rates = [("logistic", *QUIET), ("mlp", *QUIET), ("mlp_ensemble", *QUIET), ("mlp_ensemble", *LOUD)]
    assert privacy_checks.membership(results(low=0.1, rates=rates)).status == "fail"
    assert privacy_checks.membership(results(low=-0.1, rates=rates)).status == "pass"


def test_what_was_not_tried_is_skipped():
    assert (
        privacy_checks.membership(results()).status
        == privacy_checks.membership(results(enabled=False)).status
        == "skip"
    )
    assert "switched off" in privacy_checks.membership(results(enabled=False)).finding
    assert "too few groups" in privacy_checks.membership(results()).finding


@pytest.mark.parametrize(
    ("baseline", "sensitive", "status"),
    [
        ("svm", True, "fail"),
        ("nearest_neighbours", None, "fail"),
        ("svm", False, "warn"),
        ("random_forest", True, "pass"),
    ],
)
def test_models_that_store_samples_are_named(baseline, sensitive, status):
    found = privacy_checks.memorising_model(results(baseline, sensitive=sensitive))
    assert found.status == status
    assert ("stores training samples" in found.finding) == (status != "pass")


def test_a_network_stores_no_sample_though_the_simpler_model_does():
    assert privacy_checks.memorising_model(results("svm", low=0.1)).status == "pass"
