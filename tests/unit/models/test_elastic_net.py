import numpy as np
import pytest
from scipy.special import log_softmax
from sklearn.linear_model import LogisticRegression

from tentips.models import elastic_net
from tentips.models.elastic_net import fit_wide


def wide(classes, rows=60, features=200, seed=0):
    random = np.random.default_rng(seed)
    matrix = random.normal(size=(rows, features))
    value = matrix[:, :3].sum(axis=1) + random.normal(size=rows)
    return matrix, np.digitize(value, np.quantile(value, np.linspace(0, 1, classes + 1)[1:-1])) * 2


def objective(model, matrix, truth, weights):
    """scikit-learn's objective of a fitted model, written down anew."""
    scores = model.decision_function(matrix)
    scores = np.column_stack([np.zeros(len(scores)), scores]) if scores.ndim == 1 else scores
    own = log_softmax(scores, axis=1)[np.arange(len(truth)), np.searchsorted(model.classes_, truth)]
    share, weight = model.l1_ratio, model.coef_
    penalty = share * np.abs(weight).sum() + (1 - share) / 2 * (weight**2).sum()
    return -model.C * (weights * own).sum() + penalty


def distance_from_optimum(model, matrix, truth, weights):
    """By how much the optimality conditions of scikit-learn's objective are missed (Karush, Kuhn and Tucker)."""
    chances, classes = model.predict_proba(matrix), model.classes_
    residual = (chances - (truth[:, None] == classes)) * weights[:, None]
    residual = residual[:, -len(model.coef_) :]
    slope = model.C * residual.T @ matrix + (1 - model.l1_ratio) * model.coef_
    own = model.coef_ != 0
    missed = np.where(own, np.abs(slope + model.l1_ratio * np.sign(model.coef_)), np.abs(slope) - model.l1_ratio)
    return max(missed.max(), np.abs(model.C * residual.sum(axis=0)).max())


@pytest.mark.parametrize("classes", [2, 3])
@pytest.mark.parametrize("l1_ratio", [0.5, 1.0])
@pytest.mark.parametrize("strength", [0.2, 1.0])
def test_it_finds_the_optimum_of_scikit_learns_objective(monkeypatch, classes, l1_ratio, strength):
    matrix, truth = wide(classes)
    weights = np.where(truth == 0, 2.0, 1.0)
    found, exact = (LogisticRegression(solver="saga", C=strength, l1_ratio=l1_ratio) for _ in range(2))
    fit_wide(found, matrix, truth, weights)
    monkeypatch.setattr(elastic_net, "TOLERANCE", 1e-10)
    monkeypatch.setattr(elastic_net, "STEPS", 500)
    fit_wide(exact, matrix, truth, weights)
    assert exact.coef_.any() and distance_from_optimum(exact, matrix, truth, weights) < 1e-3
    # As it is used it ends within a small share of that optimum, and predicts nearly the same.
    best = objective(exact, matrix, truth, weights)
    assert best * (1 - 1e-9) <= objective(found, matrix, truth, weights) <= best * (1 + 3e-3)
    assert found.predict_proba(matrix) == pytest.approx(exact.predict_proba(matrix), abs=0.03)
    assert list(found.classes_) == sorted(set(truth))


def test_it_agrees_with_scikit_learns_solver():
    matrix, truth = wide(2)
    reference = LogisticRegression(solver="saga", C=1.0, l1_ratio=0.5, tol=1e-8, max_iter=50_000, random_state=0)
    reference.fit(matrix, truth)
    found = LogisticRegression(solver="saga", C=1.0, l1_ratio=0.5)
    fit_wide(found, matrix, truth)
    assert found.predict_proba(matrix) == pytest.approx(reference.predict_proba(matrix), abs=0.01)
    assert found.coef_ == pytest.approx(reference.coef_, abs=0.02)


def test_a_penalty_above_all_evidence_leaves_the_shares_of_the_classes():
    matrix, truth = wide(3)
    model = LogisticRegression(solver="saga", C=1e-4, l1_ratio=1.0)
    fit_wide(model, matrix, truth)
    assert not model.coef_.any()
    assert model.predict_proba(matrix)[0] == pytest.approx(np.bincount(truth // 2) / len(truth), abs=1e-3)


def test_a_single_class_is_refused():
    with pytest.raises(ValueError, match="two classes"):
        fit_wide(LogisticRegression(l1_ratio=0.5), np.ones((4, 9)), np.zeros(4))
