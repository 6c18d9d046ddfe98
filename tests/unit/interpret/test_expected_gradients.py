"""Expected gradients against a linear model's exact values, and against what they must add up to."""

import numpy as np
import pytest

from tentips.interpret.expected_gradients import attribution_table, expected_gradients, features_of

WORDS = "expected gradients", "probability"


def test_of_a_linear_model_they_are_the_coefficients_times_the_distance_from_the_mean():
    random = np.random.default_rng(0)
    background, matrix, weights = random.normal(size=(64, 3)), random.normal(size=(5, 3)), np.array([2.0, -1.0, 0.0])
    # As many draws as backgrounds for every row: each is drawn five times in all, not once a row.
    found = expected_gradients(lambda points: np.tile(weights, (len(points), 1)), matrix, background, draws=2000)
    assert found == pytest.approx(weights * (matrix - background.mean(axis=0)), abs=0.12)
    exact = expected_gradients(lambda points: np.tile(weights, (len(points), 1)), matrix, background[:1], draws=4)
    assert exact == pytest.approx(weights * (matrix - background[0]), abs=1e-12)


def test_they_add_up_to_the_prediction_less_its_mean_where_the_function_is_curved():
    random = np.random.default_rng(1)
    background, matrix = random.normal(size=(200, 2)), random.normal(size=(4, 2))
    function = lambda points: np.square(points[:, 0]) + points[:, 0] * points[:, 1]  # noqa: E731
    gradient = lambda points: np.stack([2 * points[:, 0] + points[:, 1], points[:, 0]], axis=1)  # noqa: E731
    found = expected_gradients(gradient, matrix, background, draws=4000)
    assert found.sum(axis=1) == pytest.approx(function(matrix) - function(background).mean(), abs=0.1)


def test_a_table_has_the_direction_and_the_spread_over_seeds():
    matrix = np.array([[0.0, 0.0], [1.0, 1.0], [2.0, 2.0]])
    by_seed = {1: np.array([[-1.0, 0.1], [0.0, 0.0], [1.0, -0.1]]), 2: np.array([[-3.0, 0.1], [0.0, 0.0], [3.0, -0.1]])}
    table = attribution_table("mlp", ["x", "y"], matrix, by_seed, "case", {1: 0.0, 2: 0.02}, WORDS)
    assert table["feature"].tolist() == ["x", "y"]
    assert table["direction"].tolist() == pytest.approx([1.0, -1.0])
    assert table.loc[0, ["mean_absolute", "low", "high", "gap"]].tolist() == pytest.approx([4 / 3, 2 / 3, 2, 0.01])


@pytest.mark.slow
def test_of_a_keras_model_the_gradient_is_that_of_the_formula(tmp_path):
    import subprocess
    import sys

    from tentips.paths import SCRIPTS

    code = """
import numpy as np
from tentips.models.networks import backend
backend.choose("tensorflow", 0, True, 1)
import keras
from tentips.interpret.expected_gradients import gradient_of
model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(2, activation="softmax")])
model.set_weights([np.array([[0.0, 1.0], [0.0, -2.0]]), np.zeros(2)])
x = np.array([[0.3, 0.1], [-1.0, 2.0]])
p = 1 / (1 + np.exp(-(x[:, 0] - 2 * x[:, 1])))
expected = (p * (1 - p))[:, None] * np.array([1.0, -2.0])
assert np.allclose(gradient_of(model, 1)(x), expected, atol=1e-5)
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=SCRIPTS, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]


def test_the_levels_of_a_category_are_added_up_and_none_is_named():
    names = features_of(["x", "colour_red", "colour_canary_ring", "colour_2_a"], ["x", "colour", "colour_2"])
    assert names == ["x", "colour", "colour", "colour_2"]
    matrix = np.array([[1.0, 1, 0, 1], [2.0, 0, 1, 0], [3.0, 1, 0, 1]])
    own = np.array([[0.1, 0.2, 0.3, 0.0], [0.2, -0.2, -0.3, 0.0], [0.3, 0.2, 0.3, 0.0]])
    table = attribution_table("mlp", names, matrix, {1: own}, "case", {1: 0.0}, WORDS).set_index("feature")
    assert table.loc["colour", "mean_absolute"] == pytest.approx(0.5) and np.isnan(table.loc["colour", "direction"])
    assert table.loc["x", "direction"] == pytest.approx(1.0) and set(table.index) == {"x", "colour", "colour_2"}
