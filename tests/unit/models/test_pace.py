from types import SimpleNamespace

import numpy as np
import pytest
from small import recipe, rows

from tentips.artifacts import write_json
from tentips.models import pace
from tentips.models.pace import (
    Machine,
    at_pace,
    baseline_seconds,
    controls_at_pace,
    network_seconds,
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
    assert shuffles_that_fit(2.0, 4, asked=99) == 60 / 2 - 8
    assert shuffles_that_fit(2.0, 4, asked=20) == 20
    assert shuffles_that_fit(100.0, 0.1, asked=20) == 0


def test_a_study_without_a_limit_keeps_its_trials(tmp_path):
    own, controls = recipe(tuning={"trials": 24}), {"label_shuffles": 20, "learning_curve": True}
    assert at_pace(own, []) is own and controls_at_pace(controls, "network", []) is controls
    file = tmp_path / "pace.json"
    write_json({"trials": 7, "label_shuffles": {"baseline": 12, "network": 3}}, file)
    assert at_pace(own, [file]).tuning == {**own.tuning, "trials": 7}
    assert controls_at_pace(controls, "network", [file]) == {"label_shuffles": 3, "learning_curve": True}
    assert controls["label_shuffles"] == 20


def test_what_is_timed_is_a_trial_on_all_folds(monkeypatch):
    """Three configurations on one of three folds, each of a second by the clock that the test turns."""
    clock = [0.0]
    monkeypatch.setattr(pace, "time", SimpleNamespace(monotonic=lambda: clock[0]))
    tried = []

    def one(model, name, settings, table, folds, metric, own):
        tried.append((settings, len(folds)))
        clock[0] += 1.0

    monkeypatch.setattr(pace, "try_on_folds", one)
    random = np.random.default_rng(0)
    table = rows(random.normal(size=(60, 3)), np.arange(60) % 2)
    assert baseline_seconds("svm", table, recipe(), "roc_auc") == pytest.approx(len(list(table.folds)))
    assert [count for _, count in tried] == [1] * 3 and tried[0][0] == {} and len({str(each) for each, _ in tried}) == 3


def test_a_network_is_timed_with_its_default_and_random_settings(monkeypatch):
    from tentips.models.networks import workbench

    tried, clock = [], [0.0]
    monkeypatch.setattr(pace, "time", SimpleNamespace(monotonic=lambda: clock[0]))

    def all_of_them(bench, wanted):
        tried.extend(settings for settings, *_ in wanted)
        clock[0] += 6.0

    monkeypatch.setattr(workbench.Workbench, "try_all", all_of_them)
    random = np.random.default_rng(0)
    table = rows(random.normal(size=(90, 3)), np.arange(90) % 2)
    assert network_seconds("mlp", table, recipe(), "roc_auc") == pytest.approx(2.0)
    assert len(tried) == 3 and tried[0]["units"] == 64 and len({str(each) for each in tried}) == 3
