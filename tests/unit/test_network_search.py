import numpy as np
import pytest
from small import resolved, rows

from tentips.networks import backend
from tentips.tuning import Journal

backend.choose("tensorflow", 0, True, 1)
QUIET = {"epochs": 8, "patience": 4, "seeds": 1}


def study(n=90):
    random = np.random.default_rng(3)
    matrix = random.normal(size=(n, 4))
    return rows(matrix, (matrix[:, 0] - matrix[:, 1] > 0).astype(int))


def searched(folder, **tuning):
    from tentips.networks.search import search

    told = []
    config = resolved(tuning={**QUIET, **tuning})
    trials, best = search(study(), config, "roc_auc", Journal(folder / "1.jsonl", "mark"), folder, told.append)
    return trials, best, told


@pytest.mark.parametrize("tuner", ["random", "bayesian", "hyperband"])
def test_every_tuner_runs_exactly_the_trials_that_were_asked_for(tmp_path, tuner):
    trials, best, _ = searched(tmp_path, trials=7, tuner=tuner)
    assert len(trials) == 7
    assert len({str(trial.settings) for trial in trials}) >= 6
    assert trials[best].score == max(trial.score for trial in trials) > 0.85
    assert all(len(trial.scores) == 3 for trial in trials)


def test_the_first_trial_is_the_untuned_network(tmp_path):
    from tentips.networks.search import untuned_settings

    trials, best, _ = searched(tmp_path, trials=1)
    assert best == 0
    assert trials[0].settings == untuned_settings()
    assert trials[0].settings["learning_rate"] == 1e-3


def test_a_search_that_is_started_again_trains_nothing_anew(tmp_path):
    first, best, _ = searched(tmp_path, trials=5)
    again, best_again, told = searched(tmp_path, trials=5)
    assert told == ["mlp: 5 of 5 trials were finished before; going on"]
    assert [trial.scores for trial in first] == [trial.scores for trial in again]
    assert best == best_again
    np.testing.assert_allclose(first[best].predictions, again[best].predictions, atol=1e-4)


def test_a_time_limit_ends_the_search_early_and_says_so(tmp_path):
    trials, _, told = searched(tmp_path, trials=40, minutes=1e-6)
    assert len(trials) < 40
    assert told[-1] == f"mlp: the search ended after {len(trials)} of 40 trials"


def test_stopping_rows_share_no_group_with_others():
    from tentips.networks.search import Workbench

    table = study()
    grouped = rows(table.features, table.truth, groups=np.repeat(np.arange(30), 3))
    grouped.fold[:] = np.repeat(np.random.default_rng(0).permutation(np.arange(30) % 3), 3)
    bench = Workbench(grouped, resolved(), "roc_auc")
    for fold, (fit, stop) in zip(bench.folds, bench.stopping, strict=True):
        parts = [set(grouped.groups[part]) for part in (fit, stop, fold.tune)]
        assert not parts[0] & parts[1] and not parts[0] & parts[2] and not parts[1] & parts[2]
        assert set(fit) | set(stop) == set(fold.train)
        assert 0.1 < len(stop) / len(fold.train) < 0.2


def test_class_weights_change_what_a_network_learns(tmp_path):
    """With a rare class, balanced weights move the mean probability of that class towards a half."""
    from tentips.networks.search import refit, untuned_settings

    random = np.random.default_rng(5)
    truth = (np.arange(300) % 10 == 0).astype(int)
    table = rows(random.normal(size=(300, 3)) + 0.3 * truth[:, None], truth)
    means = []
    for option in (None, "balanced"):
        config = resolved(tuning={"epochs": 30}, models={"class_weight": option})
        _, trained = refit(table, untuned_settings(), config, [1])
        means.append(trained[0].predictions[:, 1].mean())
    assert means[0] < 0.2 < 0.35 < means[1]
