import pytest
from small import recipe

from tentips.artifacts import write_json
from tentips.models.pace import (
    Machine,
    at_pace,
    control_trials,
    controls_at_pace,
    controls_that_fit,
    for_both,
    seconds_to_measure,
    shadow_models_at_pace,
    shadow_models_that_fit,
    told,
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


ASKED = {
    "label_shuffles": 99,
    "planted_signal": True,
    "random_folds": True,
    "representation": True,
    "learning_curve": True,
}


@pytest.mark.parametrize(
    ("trials_in_time", "left_out", "shuffles"),
    [
        (3 + 16 + 99, [], 99),
        (3 + 16 + 11, [], 11),
        (3 + 16, [], 0),
        (3 + 15, ["learning_curve"], 3),
        (3 + 9, ["representation", "learning_curve"], 1),
        (3 + 3, ["random_folds", "representation", "learning_curve"], 1),
        (1, ["planted_signal", "random_folds", "representation", "learning_curve"], 0),
    ],
)
def test_controls_that_fit_into_a_quarter_of_the_minutes(trials_in_time, left_out, shuffles):
    # Planted signals take 2 trials, random folds of a network 6, order 4, the learning curve 4; 3 are always needed.
    seconds = 60.0 / trials_in_time
    found = controls_that_fit(seconds, 4 + 1e-9, control_trials("network", True, True), ASKED)
    assert found.pop("label_shuffles") == shuffles
    assert [
        name for name in ("planted_signal", "random_folds", "representation", "learning_curve") if not found[name]
    ] == left_out


def test_controls_that_a_study_does_not_have_or_ask_for_take_no_time():
    trials = control_trials("baseline", grouped=False, ordered=True)
    assert trials == {"planted_signal": 2, "random_folds": 0, "representation": 0, "learning_curve": 4}
    found = controls_that_fit(60.0, 4, trials, {**ASKED, "planted_signal": False})
    # Nothing fits; what takes no time stays as it was asked for, so that its own reason is told.
    assert found == {
        "label_shuffles": 0,
        "planted_signal": False,
        "random_folds": True,
        "representation": True,
        "learning_curve": False,
    }


def test_a_study_without_a_limit_keeps_its_trials(tmp_path):
    own, controls = recipe(tuning={"trials": 24}), {"label_shuffles": 20, "learning_curve": True}
    assert at_pace(own, []) is own and controls_at_pace(controls, "network", []) is controls
    file = tmp_path / "pace.json"
    fitting = {"label_shuffles": 3, "learning_curve": False}
    write_json({"trials": 7, "controls": {"baseline": controls, "network": fitting}}, file)
    assert at_pace(own, [file]).tuning == {**own.tuning, "trials": 7}
    assert controls_at_pace(controls, "network", [file]) == fitting
    assert controls["label_shuffles"] == 20


def test_models_are_timed_in_a_tenth_of_the_minutes():
    assert seconds_to_measure(10, models=6) == 10.0


def test_a_control_is_carried_out_for_both_kinds_of_model_or_not_at_all():
    fits = {
        "baseline": {"label_shuffles": 20, "planted_signal": True},
        "network": {"label_shuffles": 3, "planted_signal": False},
    }
    assert for_both(fits) == {"label_shuffles": 3, "planted_signal": False}


@pytest.mark.parametrize(
    ("seconds", "fitting"),
    [
        (5.0, 16),
        (50.0, 6),
        (60.0, 4),
        (80.0, 0),
    ],  # a tenth of 10 minutes, 60 s, for trainings that take a fifth of a trial
)
def test_shadow_models_that_fit_into_a_tenth_of_the_minutes(seconds, fitting):
    assert shadow_models_that_fit(seconds, 5, 10, 16) == fitting


def test_a_study_without_a_limit_keeps_its_shadow_models(tmp_path):
    assert shadow_models_at_pace(16, []) == 16
    write_json({"shadow_models": 6}, tmp_path / "pace.json")
    assert shadow_models_at_pace(16, [tmp_path / "pace.json"]) == 6


def test_what_fits_is_told_and_what_does_not():
    asked = {"label_shuffles": 20, "planted_signal": True, "learning_curve": False}
    found = {
        "minutes": 5,
        "trials": 1,
        "trials_asked": 25,
        "shadow_models": 8,
        "controls": {"baseline": asked, "network": asked},
    }
    assert told(found, asked, 16) == (
        "1 of 25 trials for each model, 20 of 20 label shuffles and 8 of 16 shadow models fit into 5 minutes"
    )
    none = {name: 0 for name in asked}
    found |= {"shadow_models": 0, "controls": {"baseline": none, "network": asked}}
    assert told(found, asked, 16) == (
        "1 of 25 trials for each model fit into 5 minutes, label shuffles, planted signal and membership inference left out"
    )
