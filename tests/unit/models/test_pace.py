from small import recipe

from tentips.artifacts import write_json
from tentips.models.pace import (
    Machine,
    at_pace,
    controls_at_pace,
    seconds_to_measure,
    shuffles_that_fit,
    trials_that_fit,
)


def test_every_model_gets_as_many_trials_as_fit_into_half_of_the_minutes():
    # Four cores, of which the network takes two: (2 + 3 + 2 x 5) / 4 = 3.75 s for one trial of each; the network's own 5 s are longer.
    machine = Machine(cores=4, network_threads=2)
    found = trials_that_fit({"svm": 2.0, "logistic": 3.0}, {"mlp": 5.0}, 4, machine, repeats=1, asked=99)
    assert found == 120 / 5 - 2
    assert trials_that_fit({"svm": 2.0, "logistic": 3.0}, {"mlp": 5.0}, 4, machine, repeats=2, asked=99) == 120 / 10 - 2
    # On one core they run one after the other.
    assert trials_that_fit({"svm": 2.0, "logistic": 3.0}, {"mlp": 5.0}, 4, Machine(1, 1), 1, 99) == 120 / 10 - 2


def test_never_more_trials_than_were_asked_for_and_never_none():
    machine = Machine(2, 1)
    assert trials_that_fit({"svm": 1e-3}, {"mlp": 1e-3}, 60, machine, 1, asked=24) == 24
    assert trials_that_fit({"svm": 50.0}, {"mlp": 400.0}, 0.1, machine, 1, asked=24) == 1


def test_label_shuffles_that_fit_into_a_quarter_of_the_minutes():
    assert shuffles_that_fit(2.0, 4, asked=99) == 60 / 2 - 19
    assert shuffles_that_fit(2.0, 4, asked=11) == 11
    assert shuffles_that_fit(100.0, 0.1, asked=20) == 0


def test_a_study_without_a_limit_keeps_its_trials(tmp_path):
    own, controls = recipe(tuning={"trials": 24}), {"label_shuffles": 20, "learning_curve": True}
    assert at_pace(own, []) is own and controls_at_pace(controls, "network", []) is controls
    file = tmp_path / "pace.json"
    write_json({"trials": 7, "label_shuffles": {"baseline": 12, "network": 3}}, file)
    assert at_pace(own, [file]).tuning == {**own.tuning, "trials": 7}
    assert controls_at_pace(controls, "network", [file]) == {"label_shuffles": 3, "learning_curve": True}
    assert controls["label_shuffles"] == 20


def test_models_are_timed_in_a_tenth_of_the_minutes():
    assert seconds_to_measure(10, models=6) == 10.0
