"""Shapley values against their definition, subset by subset, and against what they must add up to."""

from itertools import combinations
from math import factorial

import numpy as np
import pytest
from sklearn.compose import TransformedTargetRegressor
from sklearn.ensemble import (
    HistGradientBoostingClassifier,
    HistGradientBoostingRegressor,
    RandomForestClassifier,
    RandomForestRegressor,
)
from sklearn.linear_model import BayesianRidge, ElasticNet, LogisticRegression
from sklearn.neighbors import KNeighborsClassifier
from sklearn.preprocessing import StandardScaler

from tentips.interpret.shapley import LINEAR, TREES, predicted, shapley_values, tree_values, trees_of

RANDOM = np.random.default_rng(0)
X = RANDOM.normal(size=(120, 4))
Y = (X[:, 0] + X[:, 1] * X[:, 2] > 0).astype(int)


def known(tree, row, features, node=0):
    """What a tree predicts where only `features` of a row are known: averaged over the training rows at all other nodes."""
    if tree.left[node] < 0:
        return tree.value[node]
    left, right = tree.left[node], tree.right[node]
    if tree.feature[node] in features:
        return known(tree, row, features, left if row[tree.feature[node]] <= tree.threshold[node] else right)
    share = tree.cover[left] / tree.cover[node]
    return share * known(tree, row, features, left) + (1 - share) * known(tree, row, features, right)


def by_definition(tree, row):
    """Shapley (1953): what a feature adds to each subset of the others, weighted by the orders in which it can come."""
    names, found = range(len(row)), []
    for feature in names:
        others, total = [name for name in names if name != feature], 0.0
        for size in range(len(others) + 1):
            weight = factorial(size) * factorial(len(row) - size - 1) / factorial(len(row))
            for subset in combinations(others, size):
                total += weight * (known(tree, row, {*subset, feature}) - known(tree, row, set(subset)))
        found.append(total)
    return np.array(found)


@pytest.mark.parametrize(
    "model",
    [
        RandomForestClassifier(2, max_depth=6, random_state=0),
        RandomForestRegressor(2, random_state=0),
        HistGradientBoostingClassifier(max_iter=2, min_samples_leaf=3, random_state=0),
    ],
)
def test_values_of_trees_are_those_of_the_definition(model):
    model.fit(X, Y)
    rows = X[:3].astype("float32").astype(float)
    for tree in trees_of(model, [0] if isinstance(model, RandomForestRegressor) else [1]):
        found, expected = tree_values(tree, rows)
        assert expected == pytest.approx(known(tree, rows[0], set()))
        assert found == pytest.approx(np.stack([by_definition(tree, row) for row in rows]), abs=1e-12)


@pytest.mark.parametrize("classes", [2, 3])
@pytest.mark.parametrize("boosted", [False, True])
def test_they_add_up_to_what_the_model_predicts(boosted, classes):
    labels = Y + (X[:, 3] > 1) * (classes - 2)
    kind = HistGradientBoostingClassifier if boosted else RandomForestClassifier
    model = kind(random_state=0, **{"max_iter" if boosted else "n_estimators": 3}).fit(X, labels)
    outputs = [1] if classes == 2 else [0, 2]
    found = shapley_values(model, X[:20], X, outputs)
    assert found.method == TREES and found.scale == ("log-odds" if boosted else "probability")
    whole = model.decision_function(X[:20]) if boosted else model.predict_proba(X[:20])
    whole = whole[:, None] if whole.ndim == 1 else whole[:, outputs]
    added = found.values.sum(axis=1)
    # They differ by a constant: the prediction that nothing is known for.
    assert added - added[0] == pytest.approx(whole - whole[0], abs=1e-6) and found.gap.max() < 1e-9
    trees = trees_of(model, outputs)
    summed = sum(predicted(tree, X[:20].astype("float32").astype(float)) for tree in trees)
    assert summed - summed[0] == pytest.approx(whole - whole[0], abs=1e-6)


@pytest.mark.parametrize("model", [ElasticNet(alpha=0.1), BayesianRidge(), HistGradientBoostingRegressor(max_iter=3)])
def test_values_are_in_the_unit_of_the_label(model):
    truth = 100 + 30 * X[:, 0] - 20 * X[:, 1]
    fitted = TransformedTargetRegressor(model, transformer=StandardScaler()).fit(X, truth)
    found = shapley_values(fitted, X[:20], X, [0])
    whole = fitted.predict(X[:20])
    added = found.values.sum(axis=(1, 2))
    assert added - added[0] == pytest.approx(whole - whole[0], abs=1e-6) and found.scale == "value"
    if found.method == LINEAR:
        assert added == pytest.approx(whole - fitted.predict(X).mean(), abs=1e-9)


def test_of_a_linear_model_they_are_the_coefficients_times_the_distance_from_the_mean():
    model = LogisticRegression().fit(X, Y)
    found = shapley_values(model, X[:5], X, [1])
    assert found.values[..., 0] == pytest.approx(model.coef_[0] * (X[:5] - X.mean(axis=0)))
    assert found.scale == "log-odds" and found.gap.tolist() == [0]
    three = LogisticRegression().fit(X, np.where(X[:, 3] > 1, 2, Y))
    of_three = shapley_values(three, X[:5], X, [0, 1, 2])
    odds = np.log(three.predict_proba(X))
    odds -= odds.mean(axis=1, keepdims=True)
    assert of_three.values.sum(axis=1) == pytest.approx((odds - odds.mean(axis=0))[:5], abs=1e-9)


def test_a_feature_that_no_tree_asks_for_has_no_value_and_other_models_have_none():
    constant = np.column_stack([X, np.ones(len(X))])
    found = shapley_values(RandomForestClassifier(5, random_state=0).fit(constant, Y), constant[:10], constant, [1])
    assert (found.values[:, 4] == 0).all() and np.abs(found.values[:, 0]).mean() > 0.1
    assert shapley_values(KNeighborsClassifier().fit(X, Y), X, X, [1]) is None
    one_leaf = HistGradientBoostingClassifier(max_iter=2, min_samples_leaf=100).fit(X, Y)
    assert (shapley_values(one_leaf, X[:3], X, [1]).values == 0).all()
