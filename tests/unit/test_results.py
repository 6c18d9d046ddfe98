"""What the results say of the study as it was carried out, where that is less than what was asked for."""

from small import resolved

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


def test_without_a_limit_controls_are_those_of_the_configuration(tmp_path):
    results = Results(tmp_path, resolved(controls={"label_shuffles": 0}))
    assert results.controls is results.config["controls"]
    assert results.without_control("label_shuffles") == "it is switched off (controls.label_shuffles)"
