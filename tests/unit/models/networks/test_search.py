import json

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score
from small import resolved, rows

from tentips.models.journal import Journal
from tentips.models.networks import backend
from tentips.models.networks.architecture import ARCHITECTURES
from tentips.models.recipe import Recipe

backend.choose("tensorflow", 0, True, 1)
MLP = ARCHITECTURES["mlp"]
QUIET = {"epochs": 8, "patience": 4, "seeds": 1}


def study(n=90):
    random = np.random.default_rng(3)
    matrix = random.normal(size=(n, 4))
    return rows(matrix, (matrix[:, 0] - matrix[:, 1] > 0).astype(int))


def bench(table=None, **sections):
    from tentips.models.networks.workbench import Workbench

    return Workbench(MLP, study() if table is None else table, Recipe.of(resolved(**sections)), "roc_auc")


def searched(folder, **tuning):
    from tentips.models.networks.search import search

    lines = []
    own = bench(tuning={**QUIET, **tuning})
    trials, best = search(own, Journal(folder / "1.jsonl", "mark"), folder, lines.append)
    return trials, best, lines


@pytest.mark.parametrize("tuner", ["random", "bayesian", "hyperband"])
def test_every_tuner_runs_exactly_the_trials_that_were_asked_for(tmp_path, tuner):
    trials, best, _ = searched(tmp_path, trials=7, tuner=tuner)
    assert len(trials) == 7
    assert len({str(trial.settings) for trial in trials}) >= 6
    assert trials[best].score == max(trial.score for trial in trials) > 0.85
    assert all(len(trial.scores) == 3 for trial in trials)


@pytest.mark.parametrize("tuner", ["random", "bayesian"])
def test_a_tuner_proposes_in_packs_what_it_proposes_one_at_a_time(tmp_path, monkeypatch, tuner):
    from tentips.models.networks import search

    packed, _, _ = searched(tmp_path / "packs", trials=6, tuner=tuner)
    sizes = []
    monkeypatch.setattr(search, "together", lambda oracle, tuner: sizes.append(1) or 1)
    single, _, _ = searched(tmp_path / "single", trials=6, tuner=tuner)
    assert len(sizes) >= 5
    assert [trial.settings for trial in packed] == [trial.settings for trial in single]
    assert [trial.score for trial in packed] == pytest.approx([trial.score for trial in single], abs=1e-3)


@pytest.mark.parametrize("file", ["oracle.json", "tuner0.json"])
def test_a_half_written_state_of_the_tuner_does_not_stop_a_search(tmp_path, file):
    """As a kill leaves it in the middle of a pack: the state after the last whole pack is taken."""
    whole, _, _ = searched(tmp_path, trials=5, tuner="bayesian")
    (tmp_path / "mark" / file).write_text("")
    again, _, lines = searched(tmp_path, trials=6, tuner="bayesian")
    assert any("5 of 6 trials were finished before" in line for line in lines)
    assert [trial.settings for trial in again[:5]] == [trial.settings for trial in whole]
    assert len(again) == 6


def in_shards(folder, of, trials=8, **tuning):
    """The trials of a search that `of` jobs share, through the form in which their files hold them."""
    from tentips.models.networks.search import run_trials
    from tentips.models.networks.shards import Shard, merged, shard_summary

    own, files = bench(tuning={**QUIET, "trials": trials, **tuning}), []
    for number in range(1, of + 1):
        place = folder / f"{number}_of_{of}"
        found = run_trials(own, Journal(place / "1.jsonl", "mark"), place, lambda text: None, Shard(number, of))
        assert [trial % of for trial in found] == [number - 1] * len(found)
        files.append(json.loads(json.dumps(shard_summary(found, {"wall_seconds": 1.0}))))
    return merged(files)


def test_shards_of_a_random_search_are_the_same_trials(tmp_path):
    """Settings and seeds exactly; scores as far as the company in a pack does not change the last bits."""
    whole, _, _ = searched(tmp_path / "whole", trials=8)
    parts = in_shards(tmp_path / "parts", 3)
    assert list(parts) == list(range(8))
    assert [trial.settings for trial in parts.values()] == [trial.settings for trial in whole]
    assert [trial.seed for trial in parts.values()] == [trial.seed for trial in whole]
    np.testing.assert_allclose([t.scores for t in parts.values()], [t.scores for t in whole], atol=0.005)


def test_merged_shards_give_the_out_of_fold_predictions_of_their_best_trial(tmp_path):
    from tentips.models.networks.search import search
    from tentips.models.networks.shards import shard_summary

    parts = in_shards(tmp_path, 2)
    files = [shard_summary({n: t for n, t in parts.items() if n % 2 == half}, {}) for half in (0, 1)]
    own = bench(tuning={**QUIET, "trials": 8})
    trials, best = search(own, None, tmp_path / "unused", lambda text: None, files)
    assert best == max(range(8), key=lambda number: trials[number].score)
    assert not (tmp_path / "unused").exists(), "nothing is searched again"
    table, chosen = study(), trials[best]
    folds = [roc_auc_score(table.truth[table.fold == f], chosen.predictions[table.fold == f][:, 1]) for f in range(3)]
    np.testing.assert_allclose(folds, chosen.scores, atol=0.005)


@pytest.mark.parametrize("tuner", ["bayesian", "hyperband"])
def test_shards_of_a_search_that_learns_are_as_many_searches_with_one_budget(tmp_path, tuner):
    parts = in_shards(tmp_path, 3, trials=11, tuner=tuner)
    assert list(parts) == list(range(11))
    assert len({str(trial.settings) for trial in parts.values()}) >= 9, "each shard has a seed of its own"


def test_shards_that_were_stopped_go_on(tmp_path):
    first = in_shards(tmp_path, 2)
    again = in_shards(tmp_path, 2)
    assert [trial.scores for trial in first.values()] == [trial.scores for trial in again.values()]
    assert [trial.seconds for trial in first.values()] == [trial.seconds for trial in again.values()], (
        "none trained anew"
    )


def test_the_first_trial_is_the_untuned_network(tmp_path):
    from tentips.models.networks.search import untuned

    trials, best, _ = searched(tmp_path, trials=1)
    assert best == 0
    assert trials[0].settings == untuned(MLP)
    assert trials[0].settings["learning_rate"] == 1e-3


def test_a_search_that_is_started_again_trains_nothing_anew(tmp_path):
    first, best, _ = searched(tmp_path, trials=5)
    again, best_again, lines = searched(tmp_path, trials=5)
    assert lines == ["mlp: 5 of 5 trials were finished before; going on"]
    assert [trial.scores for trial in first] == [trial.scores for trial in again]
    assert best == best_again
    np.testing.assert_allclose(first[best].predictions, again[best].predictions, atol=1e-4)


def test_a_time_limit_ends_the_search_early_and_says_so(tmp_path):
    trials, _, lines = searched(tmp_path, trials=40, minutes=1e-6)
    assert len(trials) < 40
    assert lines[-1] == f"mlp: the search ended after {len(trials)} of 40 trials"
