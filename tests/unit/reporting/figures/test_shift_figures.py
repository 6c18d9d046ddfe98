"""The figure of drift shows every distance where it is, the planted one first."""

import numpy as np
import pytest
from small import rows

from tentips.reporting.figures.shift_figures import MOST, shift
from tentips.update.shift import shift_table


@pytest.mark.parametrize("task", ["classification", "regression"])
def test_planted_drift_comes_first_and_the_rest_is_left_to_the_table(task):
    random = np.random.default_rng(0)
    before, now = random.normal(size=(300, 30)), random.normal(size=(200, 30))
    now[:, 7] += 1.5
    truth = [(each[:, 0] > 0).astype(int) if task == "classification" else each[:, 0] for each in (before, now)]
    parts = [rows(features, own, task) for features, own in zip((before, now), truth, strict=True)]
    scored = [(part, np.column_stack([1 - part.truth, part.truth])) for part in parts]
    table = shift_table(*parts, *scored)
    figure = shift(table, "one patient")
    axes = figure.drawn.axes[0]
    labels = [label.get_text() for label in axes.get_yticklabels()]
    assert labels[-2:] == ["The predicted score", "The label"] and labels[-3] == "x7" and len(labels) == MOST + 2
    place = axes.lines[2 * labels.index("x7") + 1]
    assert place.get_xdata()[0] == pytest.approx(table.set_index("name").loc["x7", "statistic"])
    assert "1 of 30 features have drifted" in figure.caption and "200 new units (one patient)" in figure.caption
    assert "10 features that moved least" in figure.caption
