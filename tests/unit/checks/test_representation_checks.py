"""The check of order in each of its branches."""

from types import SimpleNamespace

import pandas as pd
import pytest
from small import resolved

from tentips.checks.representation_checks import representation


def results(low, high, reason=None, **controls):
    row = {
        "model": "cnn1d",
        "destroyed": "the letters of each sequence shuffled",
        "order": "order",
        "without_order": "composition does as well",
        "score": 0.9,
        "disordered": 0.9 - high,
    }
    row |= {"difference": (low + high) / 2, "low": low, "high": high, "reason": reason}
    config = resolved(controls=controls, evaluation={"smallest_difference": 0.02})
    samples = pd.DataFrame({"label": ["a", "b"] * 5})
    return SimpleNamespace(config=config, developed=samples, control=lambda kind, name: pd.DataFrame([row]))


@pytest.mark.parametrize(
    ("low", "high", "status"),
    [(0.1, 0.3, "pass"), (-0.01, 0.3, "warn"), (0.001, 0.01, "warn"), (float("nan"), float("nan"), "skip")],
)
def test_order_is_used_where_its_loss_costs_enough_to_matter(low, high, status):
    found = representation(results(low, high))
    assert found.status == status
    assert ("it uses the order." in found.finding) == (status == "pass")
    assert ("matter: composition does as well." in found.finding) == (status == "warn")
    if status != "skip":
        assert f"{low:+.3f} to {high:+.3f}" in found.finding and "letters of each sequence shuffled" in found.finding


def test_it_is_skipped_with_its_reason():
    assert representation(results(0, 0, "features of a table have no order")).finding.endswith("have no order.")
    assert "controls.representation" in representation(results(0, 0, representation=False)).finding
