"""The hardest errors with their neighbours, and who is right where two models disagree."""

import numpy as np
import pytest

from tentips.probe.errors_of_models import disagreements, hardest


def test_the_worst_error_comes_first_with_its_nearest_training_sample():
    matrix = np.array([[0.0, 0.0], [5.0, 5.0], [9.0, 9.0]])
    training = np.array(["t0", "t1"]), np.array([0, 1]), np.array([[0.1, 0.0], [5.0, 5.1]])
    predicted = np.array([[0.9, 0.1], [0.99, 0.01], [0.6, 0.4]])
    table = hardest(
        np.array(["a", "b", "c"]), np.array([0, 1, 1]), predicted, np.ones(3), matrix, training, ["no", "yes"]
    )
    assert table["sample"].tolist() == ["b", "c"]
    first = table.iloc[0]
    assert (first["truth"], first["predicted"], first["probability"]) == ("yes", "no", 0.99)
    assert first["nearest"].startswith("t1") and first["nearest_truth"].startswith("yes")
    assert first["nearest_distance"] == pytest.approx(0.1)


def test_disagreements_are_counted_with_who_is_right():
    truth = np.array([0, 0, 1, 1, 1])
    sure = lambda decided: np.eye(2)[decided]  # noqa: E731
    row = disagreements(truth, sure([0, 0, 1, 0, 0]), sure([0, 1, 1, 1, 1]), ("logistic", "mlp"), 0.95).iloc[0]
    assert (row["disagree"], row["baseline_right"], row["network_right"]) == (3, 1, 2)
    assert row["p_value"] == pytest.approx(1.0)


def test_values_disagree_where_they_lie_apart_and_the_closer_is_right():
    truth = np.array([0.0, 10.0, 20.0])
    row = disagreements(
        truth, truth + np.array([0.0, 3.0, 5.0]), truth + np.array([0.1, 0.0, 0.0]), ("a", "b"), 0.95
    ).iloc[0]
    assert (row["disagree"], row["baseline_right"], row["network_right"]) == (2, 0, 2)
