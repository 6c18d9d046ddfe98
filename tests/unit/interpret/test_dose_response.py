"""Responses of models whose formula is known."""

import numpy as np
import pandas as pd
import pytest

from tentips.interpret.dose_response import dose_response, grid


def test_the_response_of_a_linear_model_is_its_line_and_categories_keep_their_levels():
    random = np.random.default_rng(0)
    frame = pd.DataFrame({"x": random.normal(size=200), "kind": np.where(random.random(200) < 0.5, "a", "b")})
    named = pd.DataFrame({"sex": np.where(np.arange(200) % 2, "f", "m")})
    models = [
        (lambda table, rise=rise: rise * table["x"].to_numpy() + 5 * (table["kind"] == "b").to_numpy(), np.arange(200))
        for rise in (2.0, 3.0)
    ]
    units = np.arange(200)
    grids = {name: grid(frame[name], units) for name in ("x", "kind")}
    curves, effects = dose_response("m", models, frame, grids, named, [], 0.95, 0)
    whole = curves[(curves["feature"] == "x") & (curves["column"] == "")]
    slope = np.diff(whole["predicted"]) / np.diff(whole["value"])
    assert slope == pytest.approx(np.full(len(slope), 2.5))
    own = effects.set_index(["feature", "column", "level"])
    assert own.loc[("kind", "", ""), "effect"] == pytest.approx(5.0)
    values = grids["x"]
    span = values[-1] - values[0]
    assert own.loc[("x", "", ""), "effect"] == pytest.approx(2.5 * span)
    assert own.loc[("x", "sex", "f"), "effect"] == pytest.approx(2.5 * span)
    # Two refits, t with 1 degree of freedom (12.706), variance (1/2 + 1) * (span^2 / 2).
    half = 12.7062 * np.sqrt(1.5 * span**2 / 2)
    assert own.loc[("x", "", ""), "high"] == pytest.approx(2.5 * span + half, rel=1e-4)


def test_two_classes_show_the_positive_one_and_several_show_each():
    frame = pd.DataFrame({"x": np.arange(30.0), "flat": np.ones(30)})
    shares = lambda table: np.stack([1 - table["x"] / 40, table["x"] / 40], axis=1)  # noqa: E731
    curves, _ = dose_response(
        "m",
        [(shares, np.arange(30))],
        frame,
        {"x": [0.0, 29.0], "flat": [1.0]},
        pd.DataFrame(index=range(30)),
        ["no", "yes"],
        0.95,
        0,
    )
    assert set(curves["class"]) == {"yes"} and set(curves["feature"]) == {"x"}
    three = lambda table: np.stack([1 - table["x"] / 40, table["x"] / 40, 0 * table["x"]], axis=1)  # noqa: E731
    curves, _ = dose_response(
        "m",
        [(three, np.arange(30))],
        frame,
        {"x": [0.0, 29.0]},
        pd.DataFrame(index=range(30)),
        ["a", "b", "c"],
        0.95,
        0,
    )
    assert set(curves["class"]) == {"a", "b", "c"}


def test_levels_and_numbers_of_few_units_are_not_asked_for():
    """Ten rows of one unit point at it; the level is left out, as a number that few units have."""
    units = np.concatenate([np.arange(40), np.zeros(10)])
    kinds = pd.Series(["a", "b"] * 20 + ["ring"] * 10)
    assert grid(kinds, units) == ["a", "b"]
    assert grid(kinds.map({"a": 0, "b": 1, "ring": 9}), units) == [0, 1]
    assert grid(pd.Series(np.arange(50.0)), units)[::6] == pytest.approx([2.45, 46.55])
