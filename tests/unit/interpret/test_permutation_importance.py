"""Permutation importance against what must be true of models whose formula is known."""

import numpy as np
import pandas as pd
import pytest
from sklearn.inspection import permutation_importance as of_scikit_learn
from sklearn.linear_model import LinearRegression

from tentips.data.modality import modality
from tentips.interpret.permutation_importance import (
    importance_table,
    permutation_importance,
    prediction_change,
    score_fall,
)

TABLE = modality("tabular")


def inputs(n=500, seed=0):
    random = np.random.default_rng(seed)
    return pd.DataFrame(random.normal(size=(n, 4)), columns=list("abcd"))


def alone(frame):
    return {name: [name] for name in frame}


def test_a_linear_model_loses_twice_the_variance_that_a_feature_explains():
    frame = inputs(4000)
    truth = 3 * frame["a"].to_numpy() + frame["b"].to_numpy()
    predict = lambda table: 3 * table["a"].to_numpy() + table["b"].to_numpy()  # noqa: E731
    found = permutation_importance(predict, TABLE, frame, alone(frame), score_fall("r2", truth), 5, 0)
    variance = truth.var()
    assert found == pytest.approx([18 / variance, 2 / variance, 0, 0], rel=0.1)


def test_it_agrees_with_scikit_learn():
    frame = inputs(800)
    truth = frame["a"].to_numpy() + 0.5 * frame["c"].to_numpy() + np.random.default_rng(3).normal(size=800)
    model = LinearRegression().fit(frame, truth)
    found = permutation_importance(model.predict, TABLE, frame, alone(frame), score_fall("r2", truth), 20, 0)
    expected = of_scikit_learn(model, frame, truth, scoring="r2", n_repeats=20, random_state=0).importances_mean
    assert found == pytest.approx(expected, abs=0.03)


def test_a_duplicated_feature_shares_its_importance_alone_and_keeps_it_as_a_group():
    frame = inputs(3000)
    frame["copy"] = frame["a"]
    truth = frame["a"].to_numpy()
    predict = lambda table: (table["a"] + table["copy"]).to_numpy() / 2  # noqa: E731
    fall = score_fall("r2", truth)
    single = permutation_importance(predict, TABLE, frame, alone(frame), fall, 5, 0)
    grouped = permutation_importance(predict, TABLE, frame, {"a": ["a", "copy"]}, fall, 5, 0)
    assert single[0] == pytest.approx(single[4], rel=0.05) and single[0] == pytest.approx(0.5, abs=0.05)
    assert grouped[0] == pytest.approx(2.0, abs=0.1)


def test_a_model_of_one_class_uses_nothing_and_one_that_diverged_says_nothing():
    frame, truth = inputs(60), np.arange(60) % 2
    constant = permutation_importance(
        lambda table: np.tile([1.0, 0.0], (len(table), 1)),
        TABLE,
        frame,
        alone(frame),
        score_fall("roc_auc", truth),
        2,
        0,
    )
    assert constant.tolist() == [0, 0, 0, 0]
    diverged = permutation_importance(
        lambda table: np.full((len(table), 2), np.nan), TABLE, frame, alone(frame), score_fall("roc_auc", truth), 2, 0
    )
    assert np.isnan(diverged).all()


def test_what_a_model_uses_is_seen_without_labels():
    frame = inputs(1000)
    found = permutation_importance(
        lambda table: table["b"].to_numpy(), TABLE, frame, alone(frame), prediction_change, 3, 0
    )
    # The mean absolute difference of two standard normal numbers is 2 / sqrt(pi).
    assert found[1] == pytest.approx(2 / np.sqrt(np.pi), rel=0.1) and found[[0, 2, 3]].tolist() == [0, 0, 0]


def test_the_table_has_the_corrected_interval_and_leaves_out_what_diverged():
    by_refit = np.array([[0.1, 0.0], [0.2, 0.0], [0.3, 0.0], [np.nan, np.nan]])
    table = importance_table({"x": ["x", "y"], "z": ["z"]}, by_refit, np.array([0.25, 0.0]), 0.95)
    first = table.iloc[0]
    # (1/3 + 1/2) * 0.01, Student's t with 2 degrees of freedom: 4.3027.
    half = 4.3027 * np.sqrt((1 / 3 + 1 / 2) * 0.01)
    assert (first["group"], first["features"], first["refits"], first["rank"]) == ("x", "x, y", 3, 1)
    assert [first["importance"], first["low"], first["high"]] == pytest.approx([0.2, 0.2 - half, 0.2 + half], abs=1e-4)
    assert first["importance_test"] == 0.25


@pytest.mark.parametrize(("cells", "largest"), [(10_000_000, 2000), (1600, 400), (300, 100)])
def test_what_is_predicted_at_a_time_is_bounded_in_values_and_changes_nothing(monkeypatch, cells, largest):
    monkeypatch.setattr("tentips.interpret.changed_inputs.CELLS_AT_ONCE", cells)
    frame, sizes = inputs(100), []

    def predict(table):
        sizes.append(len(table))
        return 3 * table["a"].to_numpy()

    fall = score_fall("r2", 3 * frame["a"].to_numpy())
    found = permutation_importance(predict, TABLE, frame, alone(frame), fall, 5, 0)
    # The first prediction is that of the inputs as they are; 4 features are exchanged 5 times.
    assert sizes == [100, *[largest] * (2000 // largest)]
    assert found[0] > 1.5
    assert found[1:] == pytest.approx(0)
