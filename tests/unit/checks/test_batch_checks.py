"""The check that puts together what is known of batches, and what is said of ComBat."""

from types import SimpleNamespace

import pandas as pd
import pytest

from tentips.checks import batch_checks, data_checks
from tentips.checks.registry import Check

DESIGN = {
    "strategy": "group",
    "folds": 3,
    "batches": [{"factor": "plate", "levels": 3, "complete": 2}],
    "power": {"null": {"low": 0.0}, "null_allowed": 0.025, "batches": 3},
}


@pytest.fixture
def found(monkeypatch):
    """A function that gives the checks' statuses and the control of confounders, and returns what is judged."""

    def judge(label="pass", features="pass", held_out="pass", alone=None, design=DESIGN):
        def status(name):
            return Check(name, "It is so.", limitation="It is so")

        monkeypatch.setattr(batch_checks, "label_batch", lambda results: status(label))
        monkeypatch.setattr(batch_checks, "batch_separable", lambda results: status(features))
        monkeypatch.setattr(batch_checks, "independent_holdout", lambda results: status(held_out))
        monkeypatch.setattr(batch_checks, "judged", lambda results: "mlp")
        rows = [] if alone is None else [{"model": "mlp", "source": batch_checks.BATCHES, "chance": 0.5, "low": alone[0], "added_low": alone[1]}]  # fmt: skip
        table = pd.DataFrame(rows, columns=["model", "source", "chance", "low", "added_low"])
        return batch_checks.batch_confounding(SimpleNamespace(design=design, confounders=table))

    return judge


def test_features_that_carry_a_batch_do_no_harm_by_themselves(found):
    check = found(features="warn")
    assert check.status == "pass" and "the features carry it, which does no harm by itself" in check.finding


def test_label_and_score_that_go_with_the_batch_fail(found):
    check = found(label="warn", features="warn", held_out="warn")
    assert check.status == "fail" and check.value == 3
    assert check.finding.startswith("The label goes with a batch or site, the features carry it and the score falls")
    assert "split.strategy" not in check.finding, "one plate holds one class only"
    assert found(label="warn").status == "warn" and found(held_out="warn").status == "pass"


def test_labels_without_an_effect_that_are_found_fail(found):
    power = DESIGN["power"] | {"null": {"low": 0.3}}
    assert found(design=DESIGN | {"power": power}).status == "fail"


@pytest.mark.parametrize(("low", "added", "status"), [(0.6, -0.01, "fail"), (0.6, 0.01, "pass"), (0.45, -0.01, "pass")])
def test_batches_that_predict_the_label_alone_fail_where_features_add_nothing(found, low, added, status):
    assert found(alone=(low, added)).status == status


def test_without_batches_nothing_is_judged(found):
    alone = {"power": DESIGN["power"] | {"batches": 1}}
    assert found("skip", "skip", "skip", design=DESIGN | alone).status == "skip"


@pytest.mark.parametrize(
    ("corrected", "said"), [(0.4, "ComBat brings it down to 0.40."), (1.0, "ComBat does not help: with it"), (float("nan"), None)]
)  # fmt: skip
def test_a_correction_is_said_to_help_only_where_it_does(corrected, said):
    row = {"factor": "plate", "value": 0.86, "low": 0.8, "high": 0.9, "chance": 0.33, "corrected": corrected}
    check = data_checks.batch_separable(SimpleNamespace(exploration={"batch": pd.DataFrame([row])}))
    assert check.status == "warn" and ("ComBat" in check.finding) == (said is not None)
    assert said is None or said in check.finding
