"""The weights of the stacked model, held against cases whose answer is known."""

import numpy as np
import pytest
from scipy.optimize import minimize
from small import rows

from tentips.models.stacking import combine, stack, weights
from tentips.statistics.scores import score


def noisy(truth, random, spread=1.0):
    return truth + spread * random.normal(size=truth.shape)


def test_one_perfect_model_takes_all():
    random = np.random.default_rng(0)
    truth = random.normal(size=(200, 1))
    found = weights(np.stack([noisy(truth, random), truth, noisy(truth, random)]), truth)
    assert found == pytest.approx([0, 1, 0], abs=1e-9)


def test_models_of_equal_independent_noise_share_alike_and_noisier_ones_get_less():
    random = np.random.default_rng(0)
    truth = 10 + random.normal(size=(20000, 1))
    equal = np.stack([noisy(truth, random) for _ in range(4)])
    assert weights(equal, truth) == pytest.approx([0.25] * 4, abs=0.02)
    # the best weights of independent errors are inverse to their variances: 4 to 1
    assert weights(np.stack([equal[0], noisy(truth, random, 2.0)]), truth) == pytest.approx([0.8, 0.2], abs=0.02)


def test_weights_are_never_negative_and_add_up_to_one():
    random = np.random.default_rng(1)
    truth = random.normal(size=(100, 1))
    found = weights(np.stack([0.4 * truth, -truth, noisy(truth, random)]), truth)
    assert (found >= 0).all() and found.sum() == pytest.approx(1) and found[1] == 0
    assert weights(np.stack([-truth, -2 * truth]), truth).tolist() == [0.5, 0.5], "none helps: the plain average"


def test_weights_have_the_least_squared_error_of_all():
    random = np.random.default_rng(2)
    truth = np.eye(3)[random.integers(3, size=60)]
    predictions = np.stack([0.6 * truth + 0.4 * random.dirichlet(np.ones(3), 60) for _ in range(3)])
    found = weights(predictions, truth)

    def error(raw):
        return np.square(np.tensordot(raw, predictions, axes=1) - truth).sum()

    best = minimize(error, np.full(3, 1 / 3), bounds=[(0, None)] * 3, tol=1e-12).x
    assert found == pytest.approx(best / best.sum(), abs=1e-4)


def test_a_fold_is_scored_with_weights_of_the_other_folds():
    # Model `late` is right in fold 0 alone; the weights that score fold 0 come from folds where it is rather wrong.
    truth = np.arange(60) % 2
    table = rows(np.zeros((60, 1)), truth)
    right, random = np.eye(2)[truth], np.random.default_rng(0)
    late = np.where((table.fold == 0)[:, None], right, 0.55 - 0.1 * right)
    plain = 0.5 + 0.2 * (right - 0.5) + 0.1 * random.uniform(-1, 1, (60, 1)) * np.array([1, -1])
    told, combined = stack(table, {"late": late, "plain": plain}, "neg_brier_score")
    first = table.fold == 0
    assert combined[first] == pytest.approx(plain[first]), "in fold 0 it gains nothing"
    assert told["fold_scores"]["tuned"][0] == pytest.approx(score("neg_brier_score", truth[first], plain[first]))
    learned = weights(np.stack([late, plain])[:, table.fold != 1], right[table.fold != 1])
    assert learned[0] > 0.1 and combined[table.fold == 1] == pytest.approx(
        combine({"late": learned[0], "plain": learned[1]}, {"late": late, "plain": plain})[table.fold == 1]
    )
    everything = weights(np.stack([late, plain]), right)
    assert list(told["weights"].values()) == pytest.approx(everything.tolist()) and everything[0] > 0.15
    assert told["tuned"] == pytest.approx(np.mean(told["fold_scores"]["tuned"]))
    equal = [
        score("neg_brier_score", truth[table.fold == fold], (late + plain)[table.fold == fold] / 2) for fold in range(3)
    ]
    assert told["fold_scores"]["untuned"] == pytest.approx(equal) and told["untuned"] == pytest.approx(np.mean(equal))


def test_values_and_several_classes_keep_their_shapes():
    random = np.random.default_rng(0)
    truth = random.normal(size=40)
    values = rows(np.zeros((40, 1)), truth, "regression")
    told, combined = stack(values, {"a": truth, "b": noisy(truth, random)}, "r2")
    assert combined.shape == (40,) and combined == pytest.approx(truth)
    assert told["weights"] == pytest.approx({"a": 1, "b": 0}, abs=1e-9) and told["tuned"] == pytest.approx(1)
    several = rows(np.zeros((60, 1)), np.arange(60) % 3)
    members = {name: random.dirichlet(np.ones(3), 60) for name in "abc"}
    told, combined = stack(several, members, "neg_log_loss")
    assert combined.shape == (60, 3) and combined.sum(axis=1) == pytest.approx(np.ones(60))
    assert list(told["weights"]) == ["a", "b", "c"]


def test_predictions_are_combined_by_name():
    members = {"b": np.array([1.0, 2.0]), "a": np.array([3.0, 6.0]), "unused": np.array([9.0, 9.0])}
    assert combine({"a": 0.25, "b": 0.75}, members).tolist() == [1.5, 3.0]
    shaped = combine({"a": 0.5, "b": 0.5}, {"a": np.eye(2), "b": 1 - np.eye(2)})
    assert shaped.tolist() == [[0.5, 0.5], [0.5, 0.5]]
