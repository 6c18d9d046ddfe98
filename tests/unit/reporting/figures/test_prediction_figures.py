"""Figures of predictions: what they draw, how many samples they speak of, and what does not leave a sensitive study."""

import re
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from tentips.reporting.figures import prediction_figures as figures


def study(classes: list[str], sensitive=False, n: int = 60):
    """A study of `n` held-out samples; the network is right, the simpler model guesses."""
    random = np.random.default_rng(0)
    truth = np.resize(classes, n) if classes else random.normal(size=n)
    frames = {}
    for model, certain in (("mlp_ensemble", 3.0), ("svm", 0.0)):
        part = pd.DataFrame({"truth": truth, "group": np.arange(n) // 2})
        if classes:
            score = random.random((n, len(classes))) + certain * (truth[:, None] == np.array(classes))
            score /= score.sum(axis=1, keepdims=True)
            part = part.assign(**{f"score_{name}": score[:, i] for i, name in enumerate(classes)})
        else:
            part["score"] = truth + 0.1 if certain else random.normal(size=n)
        frames[model] = part
    calibration = pd.DataFrame(
        [
            {
                "model": model,
                "repeat": 1,
                "bin": b,
                "predicted": b / 2,
                "observed": b / 2,
                "low": 0,
                "high": 1,
                "n": n // 2,
            }
            for model in frames
            for b in (0, 1)
        ]
    )
    cells = [
        {"model": model, "truth": a, "decided": b, "n": right if a == b else 1}
        for model, right in (("mlp_ensemble", 10), ("svm", 5))
        for a in classes
        for b in classes
    ]
    return SimpleNamespace(
        config={
            "data": {"task": "classification" if classes else "regression", "label": "weight"},
            "study": {"sensitive": sensitive},
            "split": {"repeats": 1},
            "evaluation": {"confidence": 0.9},
        },
        classes=classes,
        samples=pd.DataFrame({"label": truth}),
        scorecard={"judged": "svm"},
        planned_comparison={"a": "mlp", "b": "svm"},
        predicted=frames.get,
        evaluated={"calibration": calibration, "confusion": pd.DataFrame(cells)}.get,
    )


@pytest.mark.parametrize("draw", [figures.roc, figures.precision_recall])
def test_two_classes_compare_two_models_and_bands_hold_the_curves(draw):
    figure = draw(study(["a", "b"]))
    assert set(figure.table["model"]) == {"mlp_ensemble", "svm"} and set(figure.table["class"]) == {"b"}
    assert "60 held-out samples" in figure.caption and "90%" in figure.caption
    x, y = figure.table.columns[2:4]
    network = figure.table[figure.table["model"] == "mlp_ensemble"]
    assert network[y].iloc[1:].min() == pytest.approx(1.0)  # a faultless ranking
    guesses = figure.table[figure.table["model"] == "svm"]
    assert np.trapezoid(guesses[y], guesses[x]) < 0.75
    assert (figure.table["low"] <= figure.table["high"]).all()


def test_more_classes_have_a_curve_each():
    figure = figures.roc(study(["a", "b", "c"]))
    assert set(figure.table["class"]) == {"a", "b", "c"} and set(figure.table["model"]) == {"svm"}
    assert "each class against all others" in figure.caption


def test_the_confusion_matrix_keeps_the_order_of_classes_and_counts_the_diagonal():
    """It is that of the recommended model: of the network where that is the better one."""
    figure = figures.confusion(study(["z", "a"]))
    assert "12 held-out samples" in figure.caption and "10 of 12 lie on the diagonal" in figure.alt
    better = study(["z", "a"])
    better.scorecard["judged"] = "mlp"
    figure = figures.confusion(better)
    assert "22 held-out samples" in figure.caption and "20 of 22 lie on the diagonal" in figure.alt
    texts = re.findall(r">([az])</text>", figure.svg)
    assert texts == ["z", "a", "z", "a"]


def test_residuals_are_observed_minus_predicted():
    table = figures.residuals(study([])).table
    network = table[table["model"] == "mlp_ensemble"]
    np.testing.assert_allclose(network["observed minus predicted"], -0.1)
    figure = figures.observed(study([]))
    assert "60 held-out samples" in figure.caption and "weight" in figure.caption


@pytest.mark.parametrize("sensitive", [True, None])
@pytest.mark.parametrize("draw", [figures.observed, figures.residuals])
def test_no_sample_leaves_a_study_that_does_not_say_it_may(draw, sensitive):
    closed, open_ = draw(study([], sensitive)), draw(study([]))
    assert len(open_.table) == 2 * 60 and len(closed.table) == 4
    assert "<image" in closed.svg and "<image" not in open_.svg


def test_pictures_are_on_white_and_svg_takes_the_ink_of_its_page():
    figure = figures.calibration(study(["a", "b"]))
    assert figure.png.startswith(b"\x89PNG") and "currentColor" in figure.svg and "#1b1f24" not in figure.svg
