"""The model that the page speaks of, why, and whether there was room to be better."""

from types import SimpleNamespace

import pandas as pd
import pytest
from small import resolved

from tentips.checks import recommended


def best(model, *folds, kind="baseline", error=0.02):
    tuned = {
        "tuned": sum(folds) / len(folds),
        "fold_scores": {"tuned": list(folds)},
        "calibration_error": error,
        "calibration_by_chance": 0.0,
    }
    return {"model": model, "kind": kind, "repeats": {"1": tuned}}


def study(low=-0.014, high=0.009, leader=0.992, worse=0.008, **sections):
    """Nearest neighbours came first in cross-validation, with probabilities that are off; logistic regression is close behind."""
    row = {"a": "mlp", "b": "nearest_neighbours", "family": "verdict", "low": low, "high": high}
    values = {
        "roc_auc": (0.986, leader, 0.989),
        "neg_log_loss": (-0.16, -0.22, -0.15),
        "neg_brier_score": (-0.05, -0.06, -0.04),
    }
    models = (("logistic", "baseline"), ("nearest_neighbours", "baseline"), ("mlp", "network"))
    metrics = [
        {"model": model, "kind": kind, "metric": name, "value": each[place]}
        for place, (model, kind) in enumerate(models)
        for name, each in values.items()
    ]
    rival = {"a": "logistic", "b": "nearest_neighbours", "family": "rivals"}
    rival |= {"difference": -0.006, "low": -0.02, "high": worse}
    tables = {"combined_metrics": metrics, "combined_comparisons": [row, rival]}
    bests = [
        best("logistic", 0.97, 0.97),
        best("nearest_neighbours", 0.975, 0.975, error=0.14),
        best("mlp", 0.97, 0.97, kind="network"),
    ]
    return SimpleNamespace(
        config=resolved(**sections),
        developed=pd.DataFrame({"label": ["no", "yes"]}),
        planned_comparison=pd.Series(row),
        bests={each["model"]: each for each in bests},
        evaluated={name: pd.DataFrame(table) for name, table in tables.items()}.get,
    )


def test_the_calibrated_and_simpler_model_is_recommended_and_the_reason_is_told():
    assert recommended.judged(study()) == "logistic"
    told = recommended.why(study())
    assert "(logistic regression and nearest-neighbour model) it is the simplest whose probabilities are near" in told
    assert "First in cross-validation came the nearest-neighbour model, but its probabilities are off by 0.140." in told
    assert "On the test part it did better" not in told
    assert "ROC AUC puts the nearest-neighbour model first, log loss and Brier score the MLP network." in told


def test_that_the_first_is_better_on_the_test_part_is_told_but_chooses_nothing():
    results = study(worse=-0.012)
    assert recommended.judged(results) == "logistic"
    told = recommended.why(results)
    assert "On the test part it did better than the recommended one by 0.006 (0.012 to 0.020)." in told


def test_the_network_is_recommended_where_it_is_better_and_predicts_with_all_seeds():
    results = study(low=0.002, high=0.03)
    assert recommended.judged(results) == "mlp" and recommended.as_used(results, "mlp") == "mlp_ensemble"
    assert "because it is better" in recommended.why(results)
    # The same interval is too small to matter for a study that asks for more.
    assert recommended.judged(study(low=0.002, high=0.03, evaluation={"smallest_difference": 0.05})) == "logistic"


def test_a_ceiling_is_less_room_than_the_smallest_difference():
    assert recommended.room(study()) == pytest.approx(0.008) and recommended.ceiling(study())
    assert not recommended.ceiling(study(leader=0.98))
    assert not recommended.ceiling(study(evaluation={"smallest_difference": 0.005}))
