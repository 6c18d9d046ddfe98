"""Where the recommended model fails: each branch of the checks on small tables, with the numbers of their sentences."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from small import resolved

from tentips.checks import probing_checks
from tentips.probe.directions import COLUMNS as DIRECTIONS
from tentips.probe.out_of_distribution import COLUMNS as DISTANCES
from tentips.probe.subgroups import COLUMNS as SUBGROUPS


def results(subgroups=(), directions=(), distances=(), expected=None):
    """Results of a study that recommends logistic regression."""
    tables = {
        "subgroups": pd.DataFrame(list(subgroups), columns=SUBGROUPS),
        "directions": pd.DataFrame(list(directions), columns=DIRECTIONS),
        "out_of_distribution": pd.DataFrame(list(distances), columns=DISTANCES),
    }
    return SimpleNamespace(
        config=resolved(data={"features": "m", "samples": "s", "id": "id", "label": "label", "expected_directions": expected or {}}),
        developed=pd.DataFrame({"label": ["no", "yes"]}),
        classes=["no", "yes"],
        bests={"logistic": {"model": "logistic", "kind": "baseline", "repeats": {"1": {"tuned": 0.9, "fold_scores": {"tuned": [0.9]}, "calibration_error": 0.0, "calibration_by_chance": 0.0}}}},
        evaluated={
            "combined_comparisons": pd.DataFrame([{"a": "mlp", "b": "logistic", "family": "verdict", "low": -0.1, "high": 0.2}]),
        }.get,
        probed=tables.get,
    )  # fmt: skip


def group(level, difference, p, high=0.95, **more):
    known = {"column": "sex", "level": level, "n": 60, "value": 0.9 + difference, "low": 0.4, "high": high, "rest": 0.9}
    return known | {"difference": difference, "p_adjusted": p, "adjusted_low": -0.5, "adjusted_high": -0.1} | more


def test_subgroups_that_do_alike_pass_and_the_lowest_is_named():
    found = probing_checks.subgroups(results([group("male", -0.02, 0.4), group("female", 0.02, 0.01)]))
    assert (found.status, found.value) == ("pass", -0.02)
    assert (
        "in 2 subgroups" in found.finding and "sex male, 0.880 (0.400 to 0.950; n = 60) against 0.900" in found.finding
    )


def test_a_subgroup_that_does_worse_is_warned_of_and_one_at_chance_fails():
    found = probing_checks.subgroups(results([group("male", -0.2, 0.01), group("female", 0.2, 0.01)]))
    assert found.status == "warn" and "Worse beyond chance in sex male (Holm's p = 0.010)" in found.finding
    assert "-0.200, 95% interval adjusted for 2 subgroups -0.500 to -0.100" in found.limitation
    found = probing_checks.subgroups(results([group("male", -0.5, 0.01, high=0.49), group("female", 0.2, 0.01)]))
    assert found.status == "fail" and "in sex male it does no better than chance" in found.limitation


def test_subgroups_that_cannot_be_judged_are_skipped_with_their_reason():
    assert "No covariate" in probing_checks.subgroups(results()).finding
    found = probing_checks.subgroups(results([group("male", np.nan, np.nan, reason="fewer than 20 samples")]))
    assert found.status == "skip" and "None of 1 subgroups can be judged: fewer than 20 samples." in found.finding


def effect(status, observed="agrees", **more):
    known = {"feature": "asthma", "expected": "increases", "model": "logistic", "n": 400, "status": status}
    known |= {"learned": -0.3, "learned_low": -0.4, "learned_high": -0.2, "observed_status": observed}
    known |= {"observed": -0.2, "observed_low": -0.3, "observed_high": -0.1, "within": 0.1}
    return known | more


@pytest.mark.parametrize(
    ("rows", "status", "words"),
    [
        ([], "skip", "No expected direction is declared"),
        ([effect("not judged", "not judged", reason="no feature of that name")], "skip", "asthma (no feature of that name)"),
        ([effect("agrees"), effect("unclear")], "pass", "1 of 2 learned effects have the expected direction, 1 is unclear"),
        ([effect("agrees", "contradicts")], "warn", "slope in the data -0.200 (-0.300 to -0.100)"),
        ([effect("contradicts", explained_by="treated")], "fail", "learned effect -0.300 (-0.400 to -0.200); within levels of treated"),
    ],
)  # fmt: skip
def test_expected_directions(rows, status, words):
    found = probing_checks.expected_directions(
        results(directions=rows, expected={"asthma": "increases"} if rows else {})
    )
    assert found.status == status and words in found.finding
    if status == "fail":
        assert found.limitation.endswith("perhaps because it stands for treated")


def part(name, loss, beyond=0.0, p=np.nan, threshold=2.0):
    return {
        "part": name,
        "n": 80,
        "loss": loss,
        "beyond": beyond,
        "expected": 0.01,
        "p_value": p,
        "threshold": threshold,
    }


def test_test_samples_unlike_the_training_samples_are_warned_of():
    fifths = [part("test, fifth 1", 0.05), part("test, fifth 2", 0.2)]
    found = probing_checks.out_of_distribution(results(distances=[part("test", 0.1, 0.01, 0.5), *fifths]))
    assert (found.status, found.value, found.threshold) == ("pass", 0.01, 0.01)
    assert "loss of the farthest fifth is 0.200, of the nearest 0.050" in found.finding
    assert "(1% would be expected, p = 0.500)" in found.finding
    found = probing_checks.out_of_distribution(results(distances=[part("test", 0.1, 0.25, 0.0001), *fifths]))
    assert found.status == "warn" and "25.0% of the test samples are unlike the training samples" in found.limitation
    assert "(1% would be expected, p < 0.001)" in found.finding
    assert probing_checks.out_of_distribution(results(distances=[part("test", 0.1, threshold=np.nan)])).status == "skip"
