"""Shapley values of linear models and of trees, exact: what each prepared feature adds to a prediction."""

from dataclasses import dataclass, replace

import numpy as np

EXPLAINED = 100  # rows at most
LINEAR = "Shapley values of a linear model"
TREES = "Shapley values of trees"


@dataclass(frozen=True)
class Explanation:
    """Shapley values of the outputs of a model, (rows, features, outputs), with their `method` in words and the `scale` of what is explained.

    `gap` (outputs,) is the mean absolute distance of their sum from what they must add up to.
    """

    values: np.ndarray
    gap: np.ndarray
    method: str
    scale: str


def shapley_values(model, matrix: np.ndarray, background: np.ndarray, outputs: list[int]) -> Explanation | None:
    """Explain a fitted model of scikit-learn at prepared rows `matrix`; `background` are the prepared rows that it learned from.

    `outputs` are numbers of classes, [0] for values. None where neither a linear model nor trees predict.
    """
    unit = getattr(model, "transformer_", None)
    inner, scale = (model.regressor_, float(unit.scale_[0])) if unit is not None else (model, 1.0)
    if hasattr(inner, "steps"):
        # Boosted trees come after a choice of features.
        kept, inner = inner[:-1].get_feature_names_out(np.arange(matrix.shape[1]).astype(str)).astype(int), inner[-1]
        found = _of_trees(inner, matrix[:, kept], outputs, scale)
        values = np.zeros((*matrix.shape, len(outputs)))
        values[:, kept] = found.values
        return replace(found, values=values)
    if hasattr(inner, "coef_"):
        return _of_linear(inner, matrix, background, outputs, scale)
    return _of_trees(inner, matrix, outputs, scale)


@dataclass(frozen=True)
class Tree:
    """A decision tree as arrays over its nodes: a row goes left where its feature is at most the threshold.

    `left` is -1 at leaves; `cover` is the weight of the training rows that came to a node; `value` is (nodes, outputs).
    """

    left: np.ndarray
    right: np.ndarray
    feature: np.ndarray
    threshold: np.ndarray
    cover: np.ndarray
    value: np.ndarray


def tree_values(tree: Tree, matrix: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the Shapley values of a tree, (rows, features, outputs), and its expected value, (outputs,).

    A feature that is not known is averaged over as the training rows went at each node (path-dependent TreeSHAP, Lundberg et al. 2020,
    doi:10.1038/s42256-019-0138-9). A leaf is reached by a product over the features on its path, each z + t (o - z): z is the share of
    training rows that go on, o whether the row does. The Shapley value is (o - z) times the integral over t from 0 to 1 of the product of all
    others, a polynomial that Gauss-Legendre quadrature integrates without error (Yu et al. 2022, Linear TreeShap, arXiv:2209.08192).
    """
    found, expected = np.zeros((*matrix.shape, tree.value.shape[1])), np.zeros(tree.value.shape[1])
    for leaf, path in _paths(tree):
        features = list(dict.fromkeys(tree.feature[node] for node, _ in path))
        follows = np.ones((len(features), len(matrix)), dtype=bool)
        shares = np.ones(len(features))
        for node, child in path:
            at = features.index(tree.feature[node])
            follows[at] &= (matrix[:, tree.feature[node]] <= tree.threshold[node]) == (child == tree.left[node])
            shares[at] *= tree.cover[child] / tree.cover[node]
        expected += shares.prod() * tree.value[leaf]
        if not features:
            continue
        steps, weights = np.polynomial.legendre.leggauss(-(-len(features) // 2))
        steps, weights = (steps + 1) / 2, weights / 2
        away = follows - shares[:, None]
        factors = shares[:, None, None] + steps * away[..., None]
        others = (factors.prod(axis=0) / factors) @ weights
        found[:, features] += (away * others).T[..., None] * tree.value[leaf]
    return found, expected


def predicted(tree: Tree, matrix: np.ndarray) -> np.ndarray:
    """Return what a tree predicts, (rows, outputs)."""
    node = np.zeros(len(matrix), dtype=int)
    while (inner := tree.left[node] >= 0).any():
        left = matrix[np.arange(len(matrix)), np.where(inner, tree.feature[node], 0)] <= tree.threshold[node]
        node = np.where(inner, np.where(left, tree.left[node], tree.right[node]), node)
    return tree.value[node]


def trees_of(model, outputs: list[int]) -> list[Tree] | None:
    """Return the trees of a fitted random forest or gradient boosting of scikit-learn, whose sum predicts; None of other models."""
    if hasattr(model, "estimators_") and hasattr(model.estimators_[0], "tree_"):
        shares = 1 / len(model.estimators_)
        return [_of_forest(each.tree_, shares, outputs, hasattr(model, "classes_")) for each in model.estimators_]
    if hasattr(model, "_predictors"):
        # Not documented by scikit-learn, and read by shap as well; a test holds what is read here against the model's own predictions.
        classes = hasattr(model, "classes_")
        return [
            _boosted(round_, number, outputs, classes) for round_ in model._predictors for number in range(len(round_))
        ]
    return None


def _of_trees(inner, matrix: np.ndarray, outputs: list[int], scale: float) -> Explanation | None:
    trees = trees_of(inner, outputs)
    if trees is None:
        return None
    if hasattr(inner, "estimators_"):
        # A forest compares numbers of 32 bits.
        matrix = matrix.astype("float32")
    values, whole = np.zeros((*matrix.shape, len(outputs))), np.zeros((len(matrix), len(outputs)))
    for tree in trees:
        own, expected = tree_values(tree, matrix)
        values, whole = values + own, whole + predicted(tree, matrix) - expected
    boosted = hasattr(inner, "_predictors") and hasattr(inner, "classes_")
    words = "log-odds" if boosted else "probability" if hasattr(inner, "classes_") else "value"
    return Explanation(values * scale, np.abs(values.sum(axis=1) - whole).mean(axis=0) * scale, TREES, words)


def _of_linear(model, matrix, background, outputs: list[int], scale: float) -> Explanation:
    coefficients = np.atleast_2d(model.coef_)
    classes = hasattr(model, "classes_")
    if classes and len(coefficients) == 1:
        coefficients = np.vstack([-coefficients[0], coefficients[0]])
    elif classes:
        # Softmax does not change where all scores do: a class is held against the mean of all.
        coefficients = coefficients - coefficients.mean(axis=0)
    chosen = coefficients[outputs] * scale
    values = (matrix - background.mean(axis=0))[..., None] * chosen.T
    return Explanation(values, np.zeros(len(outputs)), LINEAR, "log-odds" if classes else "value")


def _of_forest(tree, share: float, outputs: list[int], classes: bool) -> Tree:
    value = tree.value[:, 0]
    value = value / value.sum(axis=1, keepdims=True) if classes else value
    return Tree(
        tree.children_left,
        tree.children_right,
        tree.feature,
        tree.threshold,
        tree.weighted_n_node_samples,
        value[:, outputs] * share,
    )


def _boosted(round_: list, number: int, outputs: list[int], classes: bool) -> Tree:
    """One tree of a round of boosting: the only one, which raises the second of two classes or the value, or that of one class."""
    nodes = round_[number].nodes
    leaf = nodes["is_leaf"].astype(bool)
    only = len(round_) == 1
    raises = [(-1 if classes and output == 0 else 1) if only else output == number for output in outputs]
    left, right = (np.where(leaf, -1, nodes[side].astype(int)) for side in ("left", "right"))
    value = nodes["value"][:, None] * np.array(raises, dtype=float)
    return Tree(left, right, nodes["feature_idx"], nodes["num_threshold"], nodes["count"].astype(float), value)


def _paths(tree: Tree):
    """Yield each leaf with the inner nodes on its path and the child that it follows."""
    waiting = [(0, ())]
    while waiting:
        node, path = waiting.pop()
        if tree.left[node] < 0:
            yield node, path
        else:
            for child in (tree.left[node], tree.right[node]):
                waiting.append((child, (*path, (node, child))))
