"""What several labels found together: Holm's correction over them, and samples that are held out here and learned from there."""

from types import SimpleNamespace

import pandas as pd
import pytest

from tentips.checks import recommended
from tentips.checks.label_family import label_family, learned_elsewhere


def study(status="better", p=0.03, chance=0.001, gain=None, failed=(), difference=0.05, test=("a", "b")):
    """The results of one study as the family reads them."""
    rows = [
        ("mlp", "logistic", "verdict", difference, p),
        ("mlp", "dummy", "trivial", 0.3, chance),
        ("logistic", "dummy", "trivial", 0.1, 0.9),
    ]
    rows += [] if gain is None else [("multitask", "mlp", "labels", 0.02, gain)]
    comparisons = pd.DataFrame(rows, columns=["a", "b", "family", "difference", "p_value"]).assign(low=0.01, high=0.2)
    metrics = pd.DataFrame(
        {"model": ["mlp_ensemble"], "metric": ["roc_auc"], "value": [0.8], "low": [0.7], "high": [0.9], "n": [2]}
    )
    checks = [{"id": name, "status": "fail"} for name in failed] + [{"id": "sample-size", "status": "warn"}]
    split = pd.DataFrame({"sample": list("abcd"), "repeat": 1})
    return SimpleNamespace(
        config={
            "data": {"task": "classification"},
            "evaluation": {"metric": None, "confidence": 0.95},
            "models": {"networks": ["mlp"]},
        },
        scorecard={"checks": checks, "verdict": {"status": status}},
        samples=split,
        split=split.assign(role=["test" if name in test else "train" for name in split["sample"]]),
        evaluated={"combined_comparisons": comparisons, "combined_metrics": metrics}.get,
        planned_comparison=comparisons.iloc[0],
    )


@pytest.fixture(autouse=True)
def the_network_is_judged(monkeypatch):
    monkeypatch.setattr(recommended, "judged", lambda results: "mlp")


def test_p_values_of_a_question_are_adjusted_over_the_labels():
    table = label_family({"a": study(p=0.01), "b": study(p=0.04), "c": study(p=0.03)})
    assert table["network_p_adjusted"].tolist() == pytest.approx([0.03, 0.06, 0.06])
    assert table["verdict"].tolist() == ["better", "inconclusive", "inconclusive"]
    assert table["own_verdict"].tolist() == ["better"] * 3
    assert table["trivial_p_adjusted"].tolist() == pytest.approx([0.003] * 3)
    assert table["model"].tolist() == ["mlp"] * 3 and table["value"].tolist() == [0.8] * 3


def test_a_worse_network_needs_its_adjusted_p_value_as_well_and_an_equivalent_one_does_not():
    table = label_family({"a": study("worse", p=0.03, difference=-0.05), "b": study("equivalent", p=0.9)})
    assert table["verdict"].tolist() == ["inconclusive", "equivalent"]


def test_whether_a_label_is_predicted_is_not_known_where_all_figures_of_its_study_are_void():
    table = label_family(
        {"a": study(chance=0.02), "b": study(chance=0.04), "c": study(failed=["leakage"], status="cannot_say")}
    )
    assert table["predicted"].tolist() == ["yes", "yes", "not known"]
    assert table["failed"].tolist() == [0, 0, 1] and table["warned"].tolist() == [1, 1, 1]
    assert label_family({"a": study(chance=0.03), "b": study(chance=0.04)})["predicted"].tolist() == ["not shown"] * 2


def test_a_gain_of_learning_together_counts_only_where_it_was_asked_for():
    table = label_family({"a": study(gain=0.03), "b": study(), "c": study(gain=0.5)})
    assert table["gain_p_adjusted"].isna().tolist() == [False, True, False]
    assert table["gain_p_adjusted"].dropna().tolist() == pytest.approx([0.06, 0.5])


def test_samples_that_another_study_learns_from_are_counted():
    assert learned_elsewhere({"a": study(test="ab"), "b": study(test="ab")}) == {"a": 0, "b": 0}
    assert learned_elsewhere({"a": study(test="ab"), "b": study(test="bcd")}) == {"a": 1, "b": 2}
