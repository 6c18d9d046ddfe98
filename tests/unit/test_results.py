"""What the results say of the study as it was carried out, where that is less than what was asked for."""

import pandas as pd
import pytest
from small import resolved, results_of

from tentips.artifacts import write_json
from tentips.results import Results


def test_controls_are_those_that_both_models_had_time_for(tmp_path):
    asked = {"label_shuffles": 20, "random_folds": False}
    results = Results(tmp_path, resolved(controls=asked, compute={"minutes": 7}))
    controls = results.config["controls"]
    baseline, network = {**controls, "label_shuffles": 12}, {**controls, "label_shuffles": 3, "learning_curve": False}
    write_json({"controls": {"baseline": baseline, "network": network}}, tmp_path / "pace" / "pace.json")
    assert results.controls == {**controls, "label_shuffles": 3, "learning_curve": False}
    assert results.without_control("label_shuffles") == results.without_control("planted_signal") == ""
    assert results.without_control("random_folds") == "it is switched off (controls.random_folds)"
    assert (
        results.without_control("learning_curve") == "the 7 minutes of the study (compute.minutes) left no time for it"
    )


@pytest.mark.parametrize(
    ("privacy", "fitting", "rows", "why"),
    [
        ({"enabled": False}, 0, 0, "it is switched off (privacy.enabled)"),
        ({}, 0, 0, "the 7 minutes of the study (compute.minutes) left no time for it"),
        ({}, 4, 0, "too few groups hold each class for shadow models"),
        ({}, 4, 1, ""),
    ],
)
def test_why_membership_inference_was_not_tried(tmp_path, privacy, fitting, rows, why):
    results = results_of(
        resolved(privacy=privacy, compute={"minutes": 7}), membership=pd.DataFrame({"model": ["svm"] * rows})
    )
    results.folder = tmp_path
    write_json({"shadow_models": fitting}, tmp_path / "pace" / "pace.json")
    assert results.without_membership == why


def test_without_a_limit_controls_are_those_of_the_configuration(tmp_path):
    results = Results(tmp_path, resolved(controls={"label_shuffles": 0}))
    assert results.controls is results.config["controls"]
    assert results.without_control("label_shuffles") == "it is switched off (controls.label_shuffles)"
