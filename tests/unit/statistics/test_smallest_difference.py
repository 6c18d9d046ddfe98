"""The smallest difference that matters."""

import pytest

from tentips.statistics.metric_names import METRICS
from tentips.statistics.smallest_difference import DEFAULTS, outcome, smallest_difference


def test_every_metric_has_a_default():
    assert set(DEFAULTS) == {name for names in METRICS.values() for name in names}


def test_what_the_study_declares_comes_before_the_default():
    assert smallest_difference("roc_auc", None) == 0.01
    assert smallest_difference("roc_auc", 0.05) == 0.05
    assert smallest_difference("neg_mean_absolute_error", 0.5, spread=100) == 0.5


def test_errors_in_the_labels_unit_are_a_share_of_its_spread():
    assert smallest_difference("neg_root_mean_squared_error", None, spread=50) == pytest.approx(1.0)
    with pytest.raises(ValueError, match="label's standard deviation"):
        smallest_difference("neg_mean_absolute_error", None)


@pytest.mark.parametrize(
    ("low", "high", "says"),
    [
        (0.002, 0.05, "better"),
        (-0.05, -0.002, "worse"),
        (-0.009, 0.009, "equivalent"),
        (0.001, 0.009, "equivalent"),  # surely better, surely by too little to matter
        (-0.009, -0.001, "equivalent"),
        (-0.014, 0.009, "inconclusive"),
        (-0.009, 0.010, "inconclusive"),  # an end that reaches the smallest difference does not exclude it
        (float("nan"), float("nan"), "cannot_say"),
    ],
)
def test_outcome(low, high, says):
    assert outcome(low, high, 0.01) == says
