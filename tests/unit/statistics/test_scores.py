import numpy as np
import pytest
from scipy.stats import spearmanr
from sklearn import metrics
from sklearn.preprocessing import label_binarize

from tentips.statistics.metric_names import METRICS, NAMES, chance
from tentips.statistics.scores import score, weighted_scores


def probabilities(seed, n, classes, decimals=None):
    random = np.random.default_rng(seed)
    truth = np.concatenate([np.arange(classes), random.integers(0, classes, n - classes)])
    raw = random.gamma(1.0, size=(n, classes)) + 0.8 * np.eye(classes)[truth]
    if decimals is not None:
        raw = raw.round(decimals) + 0.1
    return truth, raw / raw.sum(axis=1, keepdims=True)


def tied(seed, n=80):
    random = np.random.default_rng(seed)
    truth = np.concatenate([[0, 1], random.integers(0, 2, n - 2)])
    positive = (random.integers(0, 5, n) + truth) / 8
    return truth, np.column_stack([1 - positive, positive])


def numbers(seed, n=60):
    random = np.random.default_rng(seed)
    truth = random.normal(5, 2, n).round(1)
    return truth, (truth + random.normal(0, 1.5, n)).round(1)


def sklearn_score(name, truth, predicted):
    classes = np.arange(predicted.shape[1]) if predicted.ndim == 2 else None
    decided = predicted.argmax(axis=1) if predicted.ndim == 2 else None
    if name in ("roc_auc", "average_precision") and len(classes) == 2:
        function = metrics.roc_auc_score if name == "roc_auc" else metrics.average_precision_score
        return function(truth, predicted[:, 1])
    return {
        "roc_auc": lambda: metrics.roc_auc_score(truth, predicted, multi_class="ovr", average="macro"),
        "average_precision": lambda: metrics.average_precision_score(
            label_binarize(truth, classes=classes), predicted, average="macro"
        ),
        "balanced_accuracy": lambda: metrics.balanced_accuracy_score(truth, decided),
        "accuracy": lambda: metrics.accuracy_score(truth, decided),
        "matthews_corrcoef": lambda: metrics.matthews_corrcoef(truth, decided),
        "f1_macro": lambda: metrics.f1_score(truth, decided, average="macro"),
        "neg_log_loss": lambda: -metrics.log_loss(truth, predicted, labels=classes),
        "neg_brier_score": lambda: -metrics.brier_score_loss(truth, predicted, labels=classes, scale_by_half=True),
        "r2": lambda: metrics.r2_score(truth, predicted),
        "neg_mean_absolute_error": lambda: -metrics.mean_absolute_error(truth, predicted),
        "neg_root_mean_squared_error": lambda: -metrics.root_mean_squared_error(truth, predicted),
        "spearman": lambda: spearmanr(truth, predicted).statistic,
    }[name]()


@pytest.mark.parametrize("name", METRICS["classification"])
@pytest.mark.parametrize("classes", [2, 3, 5])
def test_classification_metrics_equal_scikit_learns(name, classes):
    for seed in range(5):
        truth, predicted = probabilities(seed, 70, classes)
        assert score(name, truth, predicted) == pytest.approx(sklearn_score(name, truth, predicted), abs=1e-10)


@pytest.mark.parametrize("name", METRICS["regression"])
def test_regression_metrics_equal_scikit_learns_and_scipys(name):
    for seed in range(5):
        truth, predicted = numbers(seed)
        assert score(name, truth, predicted) == pytest.approx(sklearn_score(name, truth, predicted), abs=1e-10)


@pytest.mark.parametrize("name", ["roc_auc", "average_precision"])
def test_ranking_metrics_with_many_ties_equal_scikit_learns(name):
    for seed in range(10):
        truth, predicted = tied(seed)
        assert score(name, truth, predicted) == pytest.approx(sklearn_score(name, truth, predicted), abs=1e-10)


@pytest.mark.parametrize("name", ["roc_auc", "average_precision"])
def test_multi_class_ranking_metrics_with_ties_equal_scikit_learns(name):
    for seed in range(5):
        truth, predicted = probabilities(seed, 60, 4, decimals=0)
        assert score(name, truth, predicted) == pytest.approx(sklearn_score(name, truth, predicted), abs=1e-10)


def test_two_class_brier_score_equals_the_usual_definition():
    truth, predicted = probabilities(3, 50, 2)
    assert score("neg_brier_score", truth, predicted) == pytest.approx(-np.mean((predicted[:, 1] - truth) ** 2))


@pytest.mark.parametrize("name", METRICS["classification"])
@pytest.mark.parametrize("classes", [2, 3])
def test_weighted_classification_scores_equal_those_of_resampled_rows(name, classes):
    truth, predicted = probabilities(7, 40, classes, decimals=1)
    weights = np.random.default_rng(1).multinomial(40, np.full(40, 1 / 40), size=20).astype(float)
    found = weighted_scores(name, truth, predicted, weights)
    for row, value in zip(weights, found, strict=True):
        chosen = np.repeat(np.arange(40), row.astype(int))
        assert set(truth[chosen]) == set(range(classes))
        assert value == pytest.approx(sklearn_score(name, truth[chosen], predicted[chosen]), abs=1e-10)


@pytest.mark.parametrize("name", METRICS["regression"])
def test_weighted_regression_scores_equal_those_of_resampled_rows(name):
    truth, predicted = numbers(7, 40)
    weights = np.random.default_rng(2).multinomial(40, np.full(40, 1 / 40), size=20).astype(float)
    found = weighted_scores(name, truth, predicted, weights)
    for row, value in zip(weights, found, strict=True):
        chosen = np.repeat(np.arange(40), row.astype(int))
        assert value == pytest.approx(sklearn_score(name, truth[chosen], predicted[chosen]), abs=1e-10)


def test_roc_auc_is_nan_only_in_the_resamples_that_lack_a_class():
    truth, predicted = probabilities(0, 10, 2)
    weights = np.stack([(truth == 1).astype(float), (truth == 0).astype(float), np.ones(10)])
    found = weighted_scores("roc_auc", truth, predicted, weights)
    assert np.isnan(found).tolist() == [True, True, False]
    assert found[2] == pytest.approx(metrics.roc_auc_score(truth, predicted[:, 1]))


def test_multi_class_roc_auc_averages_over_the_classes_that_are_there():
    truth, predicted = probabilities(4, 60, 3)
    weights = (truth != 2).astype(float)[None]
    kept = truth != 2
    wanted = np.mean([metrics.roc_auc_score(truth[kept] == c, predicted[kept, c]) for c in (0, 1)])
    assert weighted_scores("roc_auc", truth, predicted, weights)[0] == pytest.approx(wanted, abs=1e-10)


def test_spearman_and_r2_of_constant_values():
    varied, constant = np.array([1.0, 2.0, 3.0, 4.0]), np.full(4, 2.5)
    assert score("spearman", varied, constant) == 0.0
    assert np.isnan(score("spearman", constant, varied))
    assert np.isnan(score("r2", constant, varied))
    assert score("r2", varied, constant) == pytest.approx(0.0)


def test_matthews_is_zero_where_one_class_alone_is_decided():
    truth, predicted = np.array([0, 1, 0, 1]), np.tile([0.9, 0.1], (4, 1))
    assert score("matthews_corrcoef", truth, predicted) == 0.0


def test_log_loss_of_a_sure_mistake_is_finite():
    truth, predicted = np.array([0, 1]), np.array([[0.0, 1.0], [0.0, 1.0]])
    assert score("neg_log_loss", truth, predicted) == pytest.approx(0.5 * (np.log(1e-7) + np.log(1 - 1e-7)))


@pytest.mark.parametrize("name", ["roc_auc", "balanced_accuracy", "matthews_corrcoef"])
def test_chance_is_what_a_constant_prediction_scores(name):
    truth = np.array([0, 1, 2, 0, 0, 1])
    assert score(name, truth, np.tile([0.5, 0.3, 0.2], (6, 1))) == pytest.approx(chance(name, 3))


def test_chance_is_unknown_where_it_depends_on_class_shares():
    assert chance("accuracy", 2) is None
    assert chance("average_precision", 2) is None


def test_every_metric_has_a_name_and_an_unknown_one_is_refused():
    assert set(NAMES) == {*METRICS["classification"], *METRICS["regression"]}
    with pytest.raises(ValueError, match="no such metric: auc"):
        score("auc", np.array([0, 1]), np.eye(2))
