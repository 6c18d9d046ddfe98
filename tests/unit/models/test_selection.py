"""What is compared and recommended by the scores on the development part."""

import pytest

from tentips.models.chosen_model import chosen
from tentips.models.selection import best_model, best_overall, chosen_in_repeats, compared, parts_of


def best(model, kind, *tuned):
    return {"model": model, "kind": kind, "repeats": {str(n): {"tuned": each} for n, each in enumerate(tuned, 1)}}


BESTS = [
    best("dummy", "trivial", 0.5, 0.5),
    best("svm", "baseline", 0.8, 0.6),
    best("logistic", "baseline", 0.75, 0.72),
    best("mlp", "network", 0.7, 0.7),
    best("cnn", "network", 0.74, 0.74),
]


def test_models_are_chosen_by_their_mean_over_repeats():
    assert best_model(BESTS, "baseline") == "logistic" and best_model(BESTS, "network") == "cnn"
    assert best_overall(BESTS)["model"] == "cnn"


def test_one_comparison_is_planned_and_every_other_model_has_one_with_the_same_baseline():
    pairs = compared(BESTS)
    assert pairs[0] == ("cnn", "logistic", "verdict") and [each[2] for each in pairs].count("verdict") == 1
    rivals = [first for first, second, family in pairs if family == "rivals" and second == "logistic"]
    assert rivals == ["svm", "mlp", "mlp_ensemble", "cnn_ensemble", "stacked"]
    assert [first for first, second, family in pairs if family == "trivial" and second == "dummy"] == ["cnn", "logistic", *rivals]  # fmt: skip


def test_with_repeats_the_planned_pair_is_chosen_in_each_by_its_own_development_part():
    bests = [*BESTS[:3], best("mlp", "network", 0.7, 0.9), best("cnn", "network", 0.75, 0.84)]
    assert compared(bests)[0] == ("mlp", "logistic", "verdict")
    assert chosen_in_repeats(bests) == {1: ("cnn", "svm"), 2: ("mlp", "logistic")}


def test_pretrained_weights_are_compared_with_the_same_network_without():
    networks = [best(name, "network", 0.7) for name in ("transfer_scratch", "transfer_frozen", "transfer_finetuned")]
    pairs = [pair[:2] for pair in compared([*BESTS, *networks]) if pair[2] == "transfer"]
    assert pairs == [("transfer_frozen", "transfer_scratch"), ("transfer_finetuned", "transfer_scratch")]
    assert not [pair for pair in compared(BESTS) if pair[2] == "transfer"]


def test_the_network_of_several_labels_is_compared_with_the_same_network_of_one():
    pairs = compared([*BESTS, best("multitask", "network", 0.6)])
    assert [pair for pair in pairs if pair[2] == "labels"] == [("multitask", "mlp", "labels")]
    assert not [pair for pair in compared(BESTS) if pair[2] == "labels"]


@pytest.mark.parametrize(
    ("model", "parts"), [("mlp", ["mlp"]), ("mlp_ensemble", ["mlp"]), ("svm", ["svm"]), ("stacked", ["svm", "mlp"])]
)
def test_a_final_model_consists_of_its_parts(model, parts):
    stacked = {"repeats": {"1": {"weights": {"svm": 0.4, "logistic": 0.0, "mlp": 0.6}}}}
    assert parts_of(model, ["mlp", "cnn"], stacked) == parts


def test_the_model_that_is_named_is_used_else_the_recommended_else_the_judged_else_the_best():
    assert chosen("svm", {"recommended": "logistic", "judged": "mlp"}, BESTS) == "svm"
    assert chosen(None, {"recommended": "logistic", "judged": "mlp"}, BESTS) == "logistic"
    assert chosen(None, {"recommended": None, "judged": "mlp"}, BESTS) == "mlp"
    assert chosen(None, {}, BESTS) == "cnn"
