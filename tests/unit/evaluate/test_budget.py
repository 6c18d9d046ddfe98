"""What searches were given and consumed: repeats added or averaged, and the stacked model charged with all of its parts."""

import pytest

from tentips.evaluate.budget import table


def repeat(**given):
    other = {"trials": 5, "folds": 3, "seeds": 1, "cpu_seconds": 1.0, "gpu_seconds": 0.0, "wall_seconds": 2.0}
    return {**other, "untuned": 0.6, "tuned": 0.7, "samples": 80, "preprocess": {"impute": "median"}, **given}


@pytest.fixture
def budget():
    bests = [
        {"model": "dummy", "kind": "trivial", "repeats": {"1": repeat(trials=1, cpu_seconds=100.0)}},
        {
            "model": "logistic",
            "kind": "baseline",
            "repeats": {"1": repeat(tuned=0.7, samples=80), "2": repeat(trials=4, tuned=0.9, samples=78)},
        },
        {"model": "mlp", "kind": "network", "repeats": {"1": repeat(trials=6, seeds=3, cpu_seconds=30.0)}},
    ]
    stacked = {
        "model": "stacked",
        "kind": "stacked",
        "repeats": {"1": {"untuned": 0.5, "tuned": 0.8}, "2": {"untuned": 0.7, "tuned": 0.9}},
    }
    return table(bests, stacked).set_index("model")


def test_seconds_are_added_scores_averaged_and_the_least_number_counts(budget):
    assert list(budget.index) == ["dummy", "logistic", "mlp", "stacked"]
    row = budget.loc["logistic"]
    assert (row["trials"], row["samples"], row["cpu_seconds"], row["wall_seconds"]) == (4, 78, 2.0, 4.0)
    assert row["tuned"] == pytest.approx(0.8)
    assert row["preprocess"] == "impute: median"


def test_the_stacked_model_is_charged_with_its_parts_but_not_with_the_trivial_predictor(budget):
    row = budget.loc["stacked"]
    assert (row["trials"], row["cpu_seconds"], row["wall_seconds"]) == (10, 32.0, 6.0)
    assert (row["untuned"], row["tuned"]) == pytest.approx((0.6, 0.85))
