import numpy as np
import pandas as pd
import pytest
from small import recipe, resolved, rows

from tentips.errors import StudyError
from tentips.jobs.progress import Progress
from tentips.jobs.stopwatch import Stopwatch
from tentips.models.folds import check_metric, prepare_folds
from tentips.models.journal import Journal, fingerprint
from tentips.models.predictions import oof_table
from tentips.models.trials import Trial, best_of, mean_score, summary, trials_table


def test_mean_score_leaves_undefined_folds_out():
    assert mean_score([0.5, float("nan"), 1.0]) == 0.75
    assert mean_score([0.2, 0.4]) == pytest.approx(0.3)
    assert mean_score([float("nan")] * 3) == float("-inf")
    assert mean_score([]) == float("-inf")


def test_best_trial_is_the_earliest_of_the_highest():
    trials = [Trial({}, [0.5]), Trial({}, [float("nan")]), Trial({}, [0.7]), Trial({}, [0.7])]
    assert best_of(trials) == 2
    assert best_of([Trial({}, [float("nan")]), Trial({}, [-5.0])]) == 1


def test_journal_gives_back_what_was_written(tmp_path):
    journal = Journal(tmp_path / "deep" / "journal.jsonl", "f1")
    assert journal.read() == {}
    journal.write(0, scores=[0.5, float("nan")], seconds=1.5)
    journal.write(2, scores=[0.25, 1 / 3], seconds=2.0)
    found = journal.read()
    assert list(found) == [0, 2]
    assert found[2]["scores"] == [0.25, 1 / 3]
    assert np.isnan(found[0]["scores"][1])


def test_journal_ignores_another_fingerprint(tmp_path):
    path = tmp_path / "journal.jsonl"
    Journal(path, "old").write(0, scores=[0.1])
    Journal(path, "new").write(0, scores=[0.2])
    Journal(path, "old").write(1, scores=[0.3])
    assert {number: entry["scores"] for number, entry in Journal(path, "new").read().items()} == {0: [0.2]}


@pytest.mark.parametrize("cut", [1, 5, 20])
def test_journal_survives_a_last_line_that_was_cut_off(tmp_path, cut):
    journal = Journal(tmp_path / "journal.jsonl", "f")
    for number in range(3):
        journal.write(number, scores=[0.5])
    text = journal.path.read_text()
    journal.path.write_text(text[: -cut - 1])
    assert list(journal.read()) == [0, 1]


def test_trial_written_after_a_cut_off_line_is_not_lost(tmp_path):
    journal = Journal(tmp_path / "journal.jsonl", "f")
    journal.write(0, scores=[0.5])
    journal.write(1, scores=[0.6])
    journal.path.write_text(journal.path.read_text()[:-10])
    journal.write(1, scores=[0.7])
    journal.write(2, scores=[0.8])
    assert {number: entry["scores"] for number, entry in journal.read().items()} == {0: [0.5], 1: [0.7], 2: [0.8]}


def test_journal_is_deleted_even_where_there_is_none(tmp_path):
    journal = Journal(tmp_path / "journal.jsonl", "f")
    journal.delete()
    journal.write(0)
    journal.delete()
    assert not journal.path.exists()


def test_folds_are_prepared_from_their_own_training_rows():
    random = np.random.default_rng(0)
    table = rows(random.normal(size=(30, 2)), np.arange(30) % 2)
    folds = prepare_folds(table, resolved()["preprocess"])
    assert [fold.number for fold in folds] == [0, 1, 2]
    values = table.features.to_numpy()
    for fold in folds:
        train = values[fold.train]
        assert fold.matrix == pytest.approx((values - train.mean(axis=0)) / train.std(axis=0))
        assert sorted([*fold.train, *fold.tune]) == list(range(30))
        assert (table.fold[fold.tune] == fold.number).all()


def test_trials_table_has_a_row_per_trial():
    trials = [Trial({}, [0.5, 0.7], seconds=1.0, seed=4), Trial({"C": 2.0}, [0.9, 0.8], seed=5, extra={"epochs": 3.0})]
    found = trials_table(trials, 1)
    assert found["trial"].tolist() == [0, 1]
    assert found["score"].tolist() == pytest.approx([0.6, 0.85])
    assert found["fold_2"].tolist() == [0.7, 0.8]
    assert found["seed"].tolist() == [4, 5]
    assert np.isnan(found["C"][0]) and found["C"][1] == 2.0


def test_out_of_fold_table_names_classes_and_scores():
    table = rows(np.zeros((6, 1)), np.array([0, 1, 0, 1, 0, 1]))
    predictions = np.column_stack([np.linspace(0, 1, 6), 1 - np.linspace(0, 1, 6)])
    found = oof_table(table, predictions, 1)
    assert list(found.columns) == ["sample", "repeat", "fold", "truth", "score_class 0", "score_class 1"]
    assert found["truth"].tolist() == ["class 0", "class 1"] * 3
    assert (found["fold"] == table.fold + 1).all()
    values = rows(np.zeros((8, 1)), np.arange(8.0), "regression")
    assert oof_table(values, np.ones(8), 1)["truth"].tolist() == list(range(8))


def test_class_weights_make_classes_weigh_alike():
    table = rows(np.zeros((8, 1)), np.array([0, 0, 0, 0, 0, 0, 1, 1]))
    assert table.class_weights(np.arange(8), None) is None
    weights = table.class_weights(np.arange(8), "balanced")
    assert weights.tolist() == pytest.approx([8 / 12] * 6 + [2.0] * 2)
    assert table.class_weights(np.arange(4, 8), "balanced").tolist() == pytest.approx([1.0] * 8)
    assert table.class_weights(np.arange(7), "balanced")[7] == pytest.approx(3.5), "rows outside count by their class"
    assert rows(np.zeros((8, 1)), np.arange(8.0), "regression").class_weights(np.arange(8), "balanced") is None


def test_a_trial_that_failed_in_one_fold_never_wins():
    assert mean_score([1.0, 1.0, float("-inf")]) == float("-inf")
    assert mean_score([1.0, 0.5, float("nan")]) == 0.75


def test_a_metric_that_no_fold_defines_is_refused_before_anything_is_trained():
    table = rows(np.zeros((6, 1)), np.array([0, 0, 1, 1, 2, 2]), folds=3)
    table.fold[:] = [0, 0, 1, 1, 2, 2]
    with pytest.raises(StudyError, match="roc_auc cannot be computed in any fold"):
        check_metric(table, "roc_auc")
    check_metric(table, "neg_log_loss")
    table.fold[:] = [0, 1, 0, 1, 0, 1]
    check_metric(table, "roc_auc")


def test_progress_is_told_rarely_but_always_at_the_end():
    told = []
    progress = Progress("svm", 3, told.append, every=1000)
    for done in (1, 2, 3):
        progress.report(done, 0.5)
    assert len(told) == 1
    assert told[0].startswith("svm: 3 of 3 trials, best 0.5000")


def test_fingerprint_follows_plan_model_and_files(tmp_path):
    file = tmp_path / "features.parquet"
    file.write_bytes(b"one")
    settled = {"recipe": vars(recipe()), "metric": "roc_auc", "backend": "tensorflow"}
    plain = fingerprint("baseline", "svm", settled, file)
    assert fingerprint("baseline", "svm", {**settled, "recipe": vars(recipe(compute={"gpus": 0}))}, file) == plain
    assert fingerprint("baseline", "mlp", settled, file) != plain
    assert fingerprint("baseline", "svm", {**settled, "recipe": vars(recipe(tuning={"seed": 2}))}, file) != plain
    assert fingerprint("network", "svm", settled, file) != plain
    assert fingerprint("baseline", "svm", {**settled, "backend": "jax"}, file) != plain
    file.write_bytes(b"two")
    assert fingerprint("baseline", "svm", settled, file) != plain


def test_summary_takes_the_training_score_from_the_final_models():
    table = rows(np.zeros((4, 1)), np.array([0, 1, 0, 1]), folds=2)
    right, wrong = np.eye(2)[table.truth], np.eye(2)[1 - table.truth]
    # Two bins of two samples: predicted 0.4 where none is a case, 0.6 where all are.
    sorted_by_class = np.stack([[0.6, 0.4, 0.6, 0.4], [0.4, 0.6, 0.4, 0.6]], axis=1)
    trials = [Trial({}, [0.5, 0.5]), Trial({"C": 1.0}, [0.7, 0.9], sorted_by_class)]
    found = summary(table, trials, 1, "accuracy", [right, wrong], recipe(), Stopwatch())
    assert found["train_score"] == pytest.approx(0.5)
    assert (found["untuned"], found["tuned"]) == pytest.approx((0.5, 0.8))
    assert found["settings"] == {"C": 1.0}
    assert found["calibration_error"] == pytest.approx(0.4)
    assert (found["samples"], found["folds"], found["seeds"], found["trials"]) == (4, 2, 2, 2)
    assert found["gpu_seconds"] == 0.0
    assert pd.notna(found["cpu_seconds"])


def test_what_shards_have_spent_counts_for_the_search():
    spent = {"wall_seconds": 100.0, "cpu_seconds": 150.0, "gpu_seconds": 90.0, "trials": {}}
    found = Stopwatch(on_gpu=True, earlier=[spent, spent]).read()
    assert 200 <= found["wall_seconds"] < 201 and 300 <= found["cpu_seconds"] < 301
    assert found["gpu_seconds"] == pytest.approx(180 + found["wall_seconds"] - 200)


def test_progress_tells_no_time_before_a_tenth_is_done():
    from tentips.jobs.progress import Progress

    said = []
    progress = Progress("svm", 20, said.append, every=0)
    progress.began -= 10
    progress.report(1, 0.5)
    progress.report(2)
    assert said == ["svm: 1 of 20 trials, best 0.5000", "svm: 2 of 20 trials, about 90 s left"]
