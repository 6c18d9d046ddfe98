"""The decision table of the next step, case by case."""

from types import SimpleNamespace

import pandas as pd
import pytest
from small import resolved

from tentips.reporting.documents.next_step import MENDS, next_step

GROUPS = 40


def study(verdict="no_evidence", groups=GROUPS, low=-0.02, **checks):
    """Results with this verdict; checks not named pass. Names are written with _ for -."""
    ids = ("learning-curve", "planted-signal", "sample-size", "beats-trivial", *MENDS)
    found = {name: "pass" for name in ids} | {name.replace("_", "-"): status for name, status in checks.items()}
    listed = [{"id": name, "status": each, "finding": "One feature, x, tells. Do."} for name, each in found.items()]
    samples = [f"s{number}" for number in range(groups)]
    return SimpleNamespace(
        config=resolved(),
        scorecard={"verdict": {"status": verdict, "text": ""}, "checks": listed},
        planned_comparison=pd.Series({"a": "mlp", "b": "svm", "low": low, "metric": "roc_auc"}),
        split=pd.DataFrame({"sample": samples, "role": "test", "repeat": 1}),
        samples=pd.DataFrame({"sample": samples, "group": range(groups)}),
        bests={},
    )


@pytest.mark.parametrize("name", MENDS)
def test_each_failure_is_mended_before_anything_else(name):
    told = next_step(study("better", **{name.replace("-", "_"): "fail"}))
    assert told == MENDS[name]


def test_the_leak_comes_before_other_failures_which_are_named():
    told = next_step(study("cannot_say", confounder_only="fail", leakage="fail", equal_budget="fail"))
    assert told.startswith("Mend the leak first")
    assert told.endswith("2 more failed checks wait behind it: equal-budget, confounder-only.")


@pytest.mark.parametrize(
    ("given", "begins"),
    [
        ({"planted_signal": "fail", "beats_trivial": "fail", "verdict": "cannot_say"}, "Gather more independent samples, or measure fewer"),
        ({"leakage": "warn", "verdict": "better"}, "Look at one feature first: One feature, x, tells."),
        ({"beats_trivial": "fail", "verdict": "cannot_say"}, "Ask whether the label can be told from these features"),
        ({"beats_trivial": "fail", "planted_signal": "warn", "verdict": "cannot_say"}, "Gather more independent samples: no model beat"),
        ({"beats_trivial": "fail", "planted_signal": "skip", "verdict": "cannot_say"}, "Switch the planted signal on"),
        ({"verdict": "cannot_say", "groups": 7}, "Test on more independent groups first: 7"),
        ({"verdict": "cannot_say", "low": float("nan")}, "Gather more independent samples, or set split.repeats"),
        ({"beats_trivial": "warn"}, "Gather more independent samples: the test part is too small to show"),
        ({"learning_curve": "warn"}, "Gather more samples before you decide between the models"),
        ({"verdict": "worse"}, "Use the simpler model (support vector machine); the network is worse."),
        ({"verdict": "better"}, "Go on with the MLP network. It is ready for validation"),
        ({"verdict": "better", "start_small": "warn"}, "Go on with the MLP network. Try the smaller network"),
    ],
)  # fmt: skip
def test_case(given, begins):
    assert next_step(study(**given)).startswith(begins)


def test_no_evidence_uses_the_simpler_model_and_is_firm_only_where_the_study_is_large_enough():
    assert "gives no reason to expect" in next_step(study())
    for small in ({"planted_signal": "warn"}, {"sample_size": "warn"}, {"learning_curve": "skip"}):
        told = next_step(study(**small))
        assert told.startswith("Use the simpler model (support vector machine)") and "no reason" not in told


@pytest.mark.parametrize(
    ("given", "ends"),
    [
        ({}, "which this study cannot replace."),
        ({"independent_holdout": "warn"}, "before you claim more than these."),
        ({"published": "warn", "independent_holdout": "warn"}, "neighbourhood of the published one."),
        ({"sample_size": "warn"}, "then validate it on samples from another source."),
        ({"verdict": "better", "calibration": "warn"}, "Calibrate its probabilities before anyone reads them as such."),
        ({"calibration": "warn"}, "which this study cannot replace."),  # the check is about the network, which is not recommended
    ],
)  # fmt: skip
def test_what_stands_before_use(given, ends):
    assert next_step(study(**given)).endswith(ends)
