"""The figure of several labels: a row for each, with what was asked in it."""

import numpy as np
from label_table import table

from tentips.reporting.figures.label_figures import label_differences


def lines(figure):
    return [tuple(map(float, each.get_xdata())) for each in figure.drawn.axes[0].get_lines()]


def test_each_label_has_its_interval_and_its_metric():
    found = label_differences(table(gain_difference=np.nan, network_low=[0.02, 0.01, -0.11]))
    assert (-0.11, 0.1) in lines(found) and (0.02, 0.08) in lines(found)
    assert [each.get_text() for each in found.drawn.axes[0].get_yticklabels()] == [
        "weight\nR²",
        "relapse\nROC AUC",
        "sex\nROC AUC",
    ]
    assert "Held-out samples: sex 30; relapse 20; weight 29." in found.caption
    assert len(found.drawn.legends[0].get_texts()) == 1


def test_a_difference_without_an_interval_is_said_to_have_none():
    assert (
        "A mark without a line has no interval"
        in label_differences(table(network_low=np.nan, network_high=np.nan)).caption
    )
    assert "without a line" not in label_differences(table()).caption


def test_what_learning_together_brought_is_drawn_where_it_was_asked():
    found = label_differences(table())
    assert len(found.drawn.legends[0].get_texts()) == 2
