from types import SimpleNamespace

import numpy as np
import pytest
from small import recipe, rows

from tentips.models.networks import trial_times
from tentips.models.networks.trial_times import baseline_seconds, network_seconds


def test_what_is_timed_is_a_trial_on_all_folds(monkeypatch):
    """Three configurations on one of three folds, each of a second by the clock that the test turns."""
    clock = [0.0]
    monkeypatch.setattr(trial_times, "time", SimpleNamespace(monotonic=lambda: clock[0]))
    tried = []

    def one(model, name, settings, table, folds, metric, own):
        tried.append((settings, len(folds)))
        clock[0] += 1.0

    monkeypatch.setattr(trial_times, "try_on_folds", one)
    random = np.random.default_rng(0)
    table = rows(random.normal(size=(60, 3)), np.arange(60) % 2)
    assert baseline_seconds(["svm"], table, recipe(), "roc_auc") == {"svm": pytest.approx(len(list(table.folds)))}
    assert [count for _, count in tried] == [1] * 3 and tried[0][0] == {} and len({str(each) for each, _ in tried}) == 3


def test_a_network_is_timed_with_its_default_and_random_settings(monkeypatch):
    tried, clock = [], [0.0]
    monkeypatch.setattr(trial_times, "time", SimpleNamespace(monotonic=lambda: clock[0]))

    def all_of_them(bench, wanted):
        tried.extend(settings for settings, *_ in wanted)
        clock[0] += 6.0

    monkeypatch.setattr(trial_times.Workbench, "try_all", all_of_them)
    random = np.random.default_rng(0)
    table = rows(random.normal(size=(90, 3)), np.arange(90) % 2)
    assert network_seconds("mlp", table, recipe(), "roc_auc") == pytest.approx(2.0)
    assert len(tried) == 3 and tried[0]["units"] == 64 and len({str(each) for each in tried}) == 3
