from types import SimpleNamespace

import numpy as np
import pytest
from small import recipe, rows

from tentips.models.networks import trial_times
from tentips.models.networks.trial_times import baseline_seconds, drawn_out, network_seconds, seconds_of_trials


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
    assert baseline_seconds("svm", table, recipe(), "roc_auc") == pytest.approx(len(list(table.folds)))
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


def large(n):
    """Return n rows of which one in a hundred is of class 1."""
    random = np.random.default_rng(0)
    return rows(random.normal(size=(n, 2)), (np.arange(n) % 100 == 0).astype(int))


def test_few_rows_are_timed_whole_and_once():
    table, seen = large(1500), []
    assert seconds_of_trials(lambda part: seen.append(part) or 7.0, table, limit=0.0, seed=0) == 7.0
    assert len(seen) == 1 and seen[0] is table


@pytest.mark.parametrize(
    ("power", "limit", "timed"), [(1, 100, [2000, 8000]), (2, 60, [2000]), (1, 1e6, [2000, 8000, 32000, 40000])]
)
def test_sizes_grow_until_the_next_would_take_too_long_and_the_rest_is_drawn_out(monkeypatch, power, limit, timed):
    """A model of which 1,000 rows take 5 s, and more as many as the power of the rows says."""
    clock, sizes = [0.0], []
    monkeypatch.setattr(trial_times, "time", SimpleNamespace(monotonic=lambda: clock[0]))

    def measure(part):
        sizes.append(len(part.ids))
        seconds = 5.0 * (len(part.ids) / 1000) ** power
        clock[0] += seconds
        return seconds

    found = seconds_of_trials(measure, large(40_000), limit, seed=0)
    assert sizes == pytest.approx(timed, rel=0.01)
    # From one size alone nothing but growth with the rows can be known.
    assert found == pytest.approx(5.0 * 40**power if len(timed) > 1 else 5.0 * 2**power * 20, rel=0.02)


def test_each_class_is_in_each_fold_of_the_rows_that_are_timed():
    table, seen = large(40_000), []
    seconds_of_trials(lambda part: seen.append(part) or 1.0, table, limit=0.0, seed=0)
    (part,) = seen
    for fold in np.unique(table.fold):
        counts = np.bincount(part.truth[part.fold == fold])
        assert counts[1] >= 3 and counts[1] / counts.sum() == pytest.approx(0.01, abs=0.004)


def test_what_grows_more_slowly_than_the_rows_is_drawn_out_by_a_line():
    # 5 s of compilation and a second for 1,000 rows.
    assert drawn_out([2000, 8000], [7.0, 13.0], 32_000) == pytest.approx(37.0)
    assert drawn_out([2000, 8000], [1.0, 16.0], 32_000) == pytest.approx(256.0)
    assert drawn_out([2000], [3.0], 8000) == 12.0
    assert drawn_out([2000, 8000], [3.0, 2.0], 32_000) == 2.0  # timed on a busy machine: never less
