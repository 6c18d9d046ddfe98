"""What an interval of a difference says, given the smallest difference that matters."""

import pytest

from tentips.checks.recommended import outcome


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
