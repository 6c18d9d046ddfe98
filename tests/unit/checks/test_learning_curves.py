"""Whether more samples would help has one answer: what the checks and the next step say of it agree."""

import pandas as pd
import pytest
from small import resolved, results_of

from tentips.checks import control_checks, design_checks, learning_curves

SURE, UNSURE = ({"risen": 0.05, "risen_low": low, "risen_high": 0.1} for low in (0.01, -0.01))
FLAT = UNSURE | {"gain": 0.0, "low": -0.01, "high": 0.01}
CERTAIN_AND_SMALL = SURE | {"gain": 0.004, "low": 0.002, "high": 0.006}  # a fiftieth of the error that is left
LARGE_AND_UNCERTAIN = UNSURE | {"gain": 0.06, "low": 0.01, "high": 0.13}
RISING = SURE | {"gain": 0.06, "low": -0.02, "high": 0.1}


def study(network, baseline):
    known = {"n_train": 200, "at_full_size": 0.8}
    laws = {"network": known | {"model": "mlp"} | network, "baseline": known | {"model": "svm"} | baseline}
    ids = range(400)
    return results_of(
        resolved(data={"task": "classification"}),
        bests={"mlp": {"repeats": {"1": {"classes": ["a", "b"]}}}},
        samples=pd.DataFrame({"sample": ids, "group": ids, "label": ["a", "b"] * 200}),
        provenance={"features": 100},
        control=lambda kind, name: pd.DataFrame([laws[kind]]),
    )


@pytest.mark.parametrize("network", [FLAT, CERTAIN_AND_SMALL, LARGE_AND_UNCERTAIN, RISING])
@pytest.mark.parametrize("baseline", [FLAT, CERTAIN_AND_SMALL, LARGE_AND_UNCERTAIN, RISING])
def test_sample_size_and_learning_curve_say_the_same(network, baseline):
    results = study(network, baseline)
    rises = [each for each, law in (("mlp", network), ("svm", baseline)) if law is RISING]
    assert [law["model"] for law in learning_curves.rising(results)] == rises
    curve, size = control_checks.learning_curve(results), design_checks.sample_size(results)
    for check in (curve, size):
        assert check.status == ("warn" if rises else "pass")
        assert ("More samples would still improve" in check.finding) == bool(rises)
        assert ("That twice the samples would be worth it was not shown" in check.finding) == (not rises)
