"""Which simpler model is recommended."""

import pandas as pd
import pytest

from tentips.models.recommendation import calibration_errors, simpler_model

NONE = pd.DataFrame(columns=["a", "b", "high"])


def best(model, *folds, kind="baseline"):
    tuned = sum(folds) / len(folds)
    return {"model": model, "kind": kind, "repeats": {"1": {"tuned": tuned, "fold_scores": {"tuned": list(folds)}}}}


# Logistic is 0.015, 0.010 and 0.015 behind the first: 0.0133 on average, with a standard error of 0.0017.
BESTS = [
    best("dummy", 0.5, 0.5, 0.5, kind="trivial"),
    best("logistic", 0.955, 0.965, 0.950),
    best("naive_bayes", 0.90, 0.91, 0.90),
    best("random_forest", 0.965, 0.970, 0.960),
    best("nearest_neighbours", 0.970, 0.975, 0.965),
    best("mlp", 0.99, 0.99, 0.99, kind="network"),
]


def test_the_simplest_of_those_within_reach_is_recommended():
    found = simpler_model(BESTS, NONE, {}, 0.1, smallest=0.012)
    assert found.candidates == ("logistic", "random_forest", "nearest_neighbours")
    assert (found.model, found.best) == ("logistic", "nearest_neighbours")


def test_one_standard_error_decides_who_is_within_reach():
    assert "logistic" not in simpler_model(BESTS, NONE, {}, 0.1, smallest=0.0115).candidates


def test_who_is_shown_to_be_worse_on_the_test_part_is_left_out():
    shown = pd.DataFrame({"a": ["logistic"], "b": ["nearest_neighbours"], "high": [-0.02]})
    assert simpler_model(BESTS, shown, {}, 0.1, smallest=0.012).model == "random_forest"
    shown["high"] = -0.01
    assert simpler_model(BESTS, shown, {}, 0.1, smallest=0.012).model == "logistic"


def test_calibrated_models_come_before_simpler_ones():
    errors = {"logistic": 0.12, "random_forest": 0.04, "nearest_neighbours": 0.03}
    found = simpler_model(BESTS, NONE, errors, 0.1, smallest=0.012)
    assert found.model == "random_forest" and found.calibrated
    none = simpler_model(BESTS, NONE, dict.fromkeys(errors, 0.2), 0.1, smallest=0.012)
    assert none.model == "logistic" and not none.calibrated


def test_calibration_errors_weigh_bins_by_their_samples():
    bins = {"model": ["a", "a", "b"], "predicted": [0.1, 0.9, 0.5], "observed": [0.2, 0.5, 0.5], "n": [30, 10, 40]}
    assert calibration_errors(pd.DataFrame(bins)) == pytest.approx({"a": 0.175, "b": 0.0})
