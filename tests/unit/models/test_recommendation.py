"""Which simpler model is recommended."""

import pandas as pd
import pytest

from tentips.models.recommendation import calibration_errors, contender, judged_model, simpler_model


def best(model, *folds, kind="baseline", error=0.02):
    repeat = {
        "tuned": sum(folds) / len(folds),
        "fold_scores": {"tuned": list(folds)},
        "calibration_error": error,
        "calibration_by_chance": 0.0,
    }
    return {"model": model, "kind": kind, "repeats": {"1": repeat}}


def bests(**errors):
    """Logistic is 0.015, 0.010 and 0.015 behind the first: 0.0133 on average, with a standard error of 0.0017."""
    folds = {
        "logistic": (0.955, 0.965, 0.950),
        "naive_bayes": (0.90, 0.91, 0.90),
        "random_forest": (0.965, 0.970, 0.960),
        "nearest_neighbours": (0.970, 0.975, 0.965),
    }
    return [
        best("dummy", 0.5, 0.5, 0.5, kind="trivial"),
        *(best(name, *each, error=errors.get(name, 0.02)) for name, each in folds.items()),
        best("mlp", 0.99, 0.99, 0.99, kind="network"),
    ]


def test_the_simplest_of_those_within_reach_is_recommended():
    found = simpler_model(bests(), 0.1, smallest=0.012)
    assert found.candidates == ("logistic", "random_forest", "nearest_neighbours")
    assert (found.model, found.best) == ("logistic", "nearest_neighbours")


def test_one_standard_error_decides_who_is_within_reach():
    assert "logistic" not in simpler_model(bests(), 0.1, smallest=0.0115).candidates


def test_calibrated_models_come_before_simpler_ones():
    found = simpler_model(bests(logistic=0.12, random_forest=0.04, nearest_neighbours=0.03), 0.1, smallest=0.012)
    assert found.model == "random_forest" and found.calibrated and found.off == {"logistic": 0.12}
    none = simpler_model(bests(logistic=0.2, random_forest=0.2, nearest_neighbours=0.2), 0.1, smallest=0.012)
    assert none.model == "logistic" and not none.calibrated


def test_calibration_is_the_mean_over_repeats_and_none_of_a_number():
    twice = best("logistic", 0.9, 0.9)
    twice["repeats"]["2"] = {**twice["repeats"]["1"], "calibration_error": 0.06}
    assert simpler_model([twice], 0.03, 0.01).off == pytest.approx({"logistic": 0.04})
    assert simpler_model([twice], 0.05, 0.01).off == {}
    assert simpler_model([best("logistic", 0.9, 0.9, error=None)], 0.03, 0.01).off == {}


def test_what_chance_makes_of_faultless_probabilities_passes_over_no_model():
    own = bests(logistic=0.12)
    own[1]["repeats"]["1"]["calibration_by_chance"] = 0.15
    found = simpler_model(own, 0.1, smallest=0.012)
    assert found.model == "logistic" and found.calibrated and found.off == {}


def test_the_test_part_decides_only_whether_the_network_is_better():
    """However the simpler models do on the test part, the same one is recommended."""
    rows = [("mlp", "verdict", -0.02, 0.01), ("logistic", "rivals", -0.3, -0.2)]
    table = pd.DataFrame(rows, columns=["a", "family", "low", "high"]).assign(b="nearest_neighbours")
    assert judged_model(bests(), table, 0.1, 0.012) == "logistic"
    table.loc[0, ["low", "high"]] = 0.013, 0.03
    assert judged_model(bests(), table, 0.1, 0.012) == "mlp"


def test_controls_try_the_recommended_simpler_model_and_the_best_network():
    assert [contender(bests(), kind, 0.1, 0.012) for kind in ("baseline", "network")] == ["logistic", "mlp"]


def test_calibration_errors_weigh_bins_by_their_samples():
    bins = {"model": ["a", "a", "b"], "predicted": [0.1, 0.9, 0.5], "observed": [0.2, 0.5, 0.5], "n": [30, 10, 40]}
    assert calibration_errors(pd.DataFrame(bins)) == pytest.approx({"a": 0.175, "b": 0.0})
