import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import r2_score, roc_auc_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from small import recipe, rows
from threadpoolctl import threadpool_limits

from tentips.data.split import LEAST_OF_A_CLASS
from tentips.models import baseline_search, baselines
from tentips.models.baseline_search import configurations, fit, predict, refit, search
from tentips.models.baselines import BASELINES, estimator, title
from tentips.models.folds import prepare_folds
from tentips.models.journal import Journal


@pytest.fixture(autouse=True)
def small_models(monkeypatch):
    monkeypatch.setattr(baselines, "TREES", 15)
    with threadpool_limits(1):
        yield


def data(task, n=90, seed=0):
    random = np.random.default_rng(seed)
    matrix = random.normal(size=(n, 4))
    if task == "regression":
        return matrix, 500 + 40 * matrix[:, 0] + random.normal(0, 5, n)
    return matrix, np.digitize(matrix[:, 0] + random.normal(0, 0.2, n), [-0.5, 0.5])


def searched(tmp_path, name, table, trials=3, metric="roc_auc", **sections):
    own = recipe(tuning={"trials": trials}, **sections)
    folds = prepare_folds(table, own.preprocess)
    return search(name, table, folds, own, metric, Journal(tmp_path / "journal.jsonl", "f"), lambda text: None)


@pytest.mark.parametrize("name", BASELINES)
def test_classifiers_give_probabilities_and_learn(name):
    matrix, truth = data("classification")
    classes = ["a", "b", "c"]
    model = estimator(name, "classification", {}, seed=1).fit(matrix[:60], truth[:60])
    found = predict(model, matrix[60:], classes)
    assert found.shape == (30, 3)
    assert found.sum(axis=1) == pytest.approx(np.ones(30))
    accuracy = (found.argmax(axis=1) == truth[60:]).mean()
    if name == "dummy":
        assert found[0] == pytest.approx(np.bincount(truth[:60]) / 60)
    else:
        assert accuracy > 0.6


@pytest.mark.parametrize("name", BASELINES)
def test_regressors_predict_in_the_labels_unit(name):
    matrix, truth = data("regression")
    model = estimator(name, "regression", {}, seed=1).fit(matrix[:60], truth[:60])
    found = predict(model, matrix[60:], [])
    assert found.shape == (30,)
    if name == "dummy":
        assert found == pytest.approx(np.full(30, truth[:60].mean()))
    else:
        # scikit-learn's default elastic net shrinks most
        assert r2_score(truth[60:], found) > (0.0 if name == "logistic" else 0.4)


@pytest.mark.parametrize("task", ["classification", "regression"])
@pytest.mark.parametrize("name", BASELINES)
def test_drawn_configurations_can_be_fitted(name, task):
    matrix, truth = data(task)
    for settings in configurations(name, task, 5, seed=2):
        model = estimator(name, task, settings, 1, smallest_part=60).fit(matrix[:60], truth[:60])
        assert np.isfinite(predict(model, matrix[60:], ["a"] if task == "classification" else [])).all()


@pytest.mark.parametrize("task", ["classification", "regression"])
@pytest.mark.parametrize("name", BASELINES)
def test_first_configuration_is_untuned_and_their_number_is_that_of_trials(name, task):
    found = configurations(name, task, 12, seed=1)
    assert found[0] == {}
    assert len(found) == (1 if name == "dummy" else 12)
    assert found == configurations(name, task, 12, seed=1)
    if name != "dummy":
        assert found[1:] != configurations(name, task, 12, seed=2)[1:]
        assert all(set(settings) == set(BASELINES[name].space(task)) for settings in found[1:])
    assert configurations(name, task, 1, seed=1) == [{}]


def test_nearest_neighbours_never_ask_for_more_than_there_are():
    model = estimator("nearest_neighbours", "classification", {"n_neighbors": 40}, 1, smallest_part=7)
    assert model.n_neighbors == 7
    assert estimator("nearest_neighbours", "classification", {}, 1, smallest_part=100).n_neighbors == 5


def test_titles_follow_the_task():
    assert title("logistic", "classification") == "Logistic regression"
    assert title("logistic", "regression") == "Elastic net"
    assert title("svm", "regression") == "Support vector machine"


def test_predictions_of_a_search_are_out_of_fold(tmp_path):
    random = np.random.default_rng(0)
    table = rows(random.normal(size=(400, 5)), random.permutation(np.arange(400) % 2))
    trials, best = searched(tmp_path, "nearest_neighbours", table, trials=4)
    for number in {0, best}:
        found = trials[number].predictions
        assert np.isfinite(found).all()
        assert roc_auc_score(table.truth, found[:, 1]) == pytest.approx(0.5, abs=0.12)
    from sklearn.neighbors import KNeighborsClassifier

    matrix = table.features.to_numpy()
    assert KNeighborsClassifier(1).fit(matrix, table.truth).score(matrix, table.truth) == 1.0


def test_fold_scores_are_those_of_the_out_of_fold_predictions(tmp_path):
    matrix, truth = data("classification")
    table = rows(matrix, (truth > 0).astype(int))
    trials, best = searched(tmp_path, "logistic", table)
    assert len(trials) == 3
    assert trials[best].score == max(trial.score for trial in trials) > 0.8
    for fold, value in enumerate(trials[best].scores):
        part = table.fold == fold
        assert value == pytest.approx(roc_auc_score(table.truth[part], trials[best].predictions[part, 1]))


def test_resumed_search_ends_as_the_one_that_was_not_stopped(tmp_path):
    matrix, truth = data("classification")
    table = rows(matrix, (truth > 0).astype(int))
    whole, best = searched(tmp_path / "a", "random_forest", table, trials=4)
    journal = Journal(tmp_path / "b" / "journal.jsonl", "f")
    for number in (0, 1, 2):
        journal.write(number, scores=whole[number].scores, seconds=whole[number].seconds)
    again, best_again = searched(tmp_path / "b", "random_forest", table, trials=4)
    assert best_again == best
    assert [trial.scores for trial in again] == [trial.scores for trial in whole]
    assert (again[best].predictions == whole[best].predictions).all()
    assert list(journal.read()) == [0, 1, 2, 3]


def test_regression_search_has_values_as_predictions(tmp_path):
    matrix, truth = data("regression")
    table = rows(matrix, truth, "regression")
    trials, best = searched(tmp_path, "naive_bayes", table, metric="r2", data={"task": "regression"})
    assert trials[best].predictions.shape == (90,)
    assert r2_score(truth, trials[best].predictions) > 0.9


@pytest.mark.parametrize("name", ["logistic", "nearest_neighbours", "naive_bayes", "svm"])
def test_search_manages_a_class_that_is_as_small_as_a_study_may_have(tmp_path, name):
    random = np.random.default_rng(0)
    # Each fold's training part holds three of the rare class, which is what the split demands.
    truth = np.array([0] * 30 + [1] * 2 * LEAST_OF_A_CLASS)
    table = rows(random.normal(size=(len(truth), 2)), truth, folds=2)
    table.fold[30:] = np.arange(2 * LEAST_OF_A_CLASS) % 2
    trials, _ = searched(tmp_path, name, table, trials=2)
    assert np.isfinite(trials[0].predictions).all()


def test_refit_predicts_from_features_as_they_are_read():
    matrix, truth = data("classification")
    table = rows(matrix * [1, 1000, 1, 1] + 7, truth)
    pipeline = refit("logistic", table, {"C": 10.0, "l1_ratio": 0.0}, recipe())
    found = predict(pipeline, table.features, table.classes)
    assert (found.argmax(axis=1) == truth).mean() > 0.8


def test_balanced_class_weights_equal_scikit_learns():
    random = np.random.default_rng(1)
    truth = (np.arange(200) % 10 == 0).astype(int)
    table = rows(random.normal(size=(200, 2)) + truth[:, None], truth)
    pipeline = refit("logistic", table, {}, recipe(models={"class_weight": "balanced"}))
    matrix = table.features.to_numpy()
    reference = make_pipeline(StandardScaler(), LogisticRegression(class_weight="balanced")).fit(matrix, truth)
    expected = reference.predict_proba(matrix)
    assert predict(pipeline, table.features, table.classes) == pytest.approx(expected, abs=1e-3)
    plain = predict(refit("logistic", table, {}, recipe()), table.features, table.classes)
    assert plain[:, 1].mean() == pytest.approx(0.1, abs=0.01) and expected[:, 1].mean() > 0.2


@pytest.mark.parametrize("task", ["classification", "regression"])
def test_gradient_boosting_with_fewer_bins_grows_the_same_trees(task):
    matrix, truth = data(task)
    settings = {"max_iter": 20, "min_samples_leaf": 3}
    model = estimator("gradient_boosting", task, settings, seed=1)
    plain = estimator("gradient_boosting", task, settings, seed=1).fit(matrix[:60], truth[:60])
    fit(model, "gradient_boosting", matrix[:60], truth[:60], None)
    assert getattr(model, "regressor_", model)["trees"].max_bins == 60
    classes = [] if task == "regression" else ["a", "b", "c"]
    np.testing.assert_array_equal(predict(model, matrix[60:], classes), predict(plain, matrix[60:], classes))


@pytest.mark.parametrize("task", ["classification", "regression"])
def test_gradient_boosting_sees_what_goes_most_with_the_labels_of_its_rows(task):
    random = np.random.default_rng(0)
    matrix = random.normal(size=(60, baselines.MOST_SCREENED + 100))
    matrix[:, 3] = 1.0  # constant: it goes with nothing
    truth = matrix[:, -1] + random.normal(0, 0.3, 60)
    truth = (truth > 0).astype(int) if task == "classification" else truth
    model = estimator("gradient_boosting", task, {"max_iter": 5}, seed=1)
    fit(model, "gradient_boosting", matrix, truth, None if task == "regression" else np.ones(60))
    kept = getattr(model, "regressor_", model)["screen"].get_support()
    assert kept.sum() == baselines.MOST_SCREENED and kept[-1] and not kept[3]
    fit(model, "gradient_boosting", matrix[:, :9], truth, None)
    assert getattr(model, "regressor_", model)["screen"].get_support().all()


def test_weights_of_rows_reach_the_trees():
    matrix, truth = data("classification")
    light = np.where(truth == 0, 0.0, 1.0)
    model = estimator("gradient_boosting", "classification", {"max_iter": 20}, seed=1)
    fit(model, "gradient_boosting", matrix, truth, light)
    assert predict(model, matrix, ["a", "b", "c"])[:, 0].max() < 0.01


@pytest.mark.parametrize("task", ["classification", "regression"])
def test_a_support_vector_machine_sees_a_part_of_many_rows(monkeypatch, task):
    monkeypatch.setattr(baseline_search, "MOST_KERNEL_ROWS", 60)
    matrix, truth = data(task, n=600)
    weights = np.arange(600.0) if task == "classification" else None
    model, seen = estimator("svm", task, {}, 1), []
    monkeypatch.setattr(type(model), "fit", lambda own, *given, **weighted: seen.append((*given, weighted)))
    fit(model, "svm", matrix, truth, weights)
    fit(model, "svm", matrix, truth, weights)
    part, labels, weighted = seen[0]
    assert len(part) == len(labels) == 60 and (part == seen[1][0]).all()
    kept = np.array([int(np.flatnonzero((matrix == row).all(axis=1))[0]) for row in part])
    assert (truth[kept] == labels).all() and len(set(kept)) == 60
    if task == "classification":
        assert np.bincount(labels) == pytest.approx(np.bincount(truth) / 10, abs=1)
        assert (weighted["sample_weight"] == kept).all()


def test_a_rare_class_is_among_the_rows_that_a_support_vector_machine_sees(monkeypatch):
    monkeypatch.setattr(baseline_search, "MOST_KERNEL_ROWS", 60)
    matrix, _ = data("classification", n=600)
    model = estimator("svm", "classification", {}, 1)
    fit(model, "svm", matrix, (np.arange(600) % 150 == 0).astype(int), None)
    assert predict(model, matrix, ["a", "b"]).shape == (600, 2)
