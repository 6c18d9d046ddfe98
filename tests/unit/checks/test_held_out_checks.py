"""What is said of the test part's openings."""

from types import SimpleNamespace

import pandas as pd
import pytest
from small import resolved

from tentips.checks import held_out_checks
from tentips.reporting.documents.checklists import answers
from tentips.reporting.documents.statements import evaluation_statements
from tentips.reporting.documents.statements.practice_statements import reproduction
from tentips.reporting.pages import sections


def opened(**values):
    known = {
        "openings": 1,
        "first": "2026-03-01T09:30:12+00:00",
        "backwards": 0,
        "taken_out": 0,
        "changed": [],
        "plan_changes": [],
    }
    plan = {"registered": "2026-03-01T09:12:00+00:00", "changes_before_opening": []}
    judged = values.pop("changes_of_judging", [])
    return SimpleNamespace(opening=known | {"plan": plan} | values, changes_of_judging=judged)


def test_plan_and_opening_of_one_day_are_told_apart_by_their_times():
    found = held_out_checks.test_opened_once(opened())
    assert found.status == "pass"
    assert (
        "once, on 2026-03-01 at 09:30 UTC; the plan was registered before, on 2026-03-01 at 09:12 UTC." in found.finding
    )
    again = held_out_checks.test_opened_once(opened(openings=2, changed=["config"]))
    assert again.status == "fail" and "2 times, first on 2026-03-01 at 09:30 UTC" in again.finding


@pytest.mark.parametrize(("openings", "status"), [(1, "warn"), (2, "fail")])
def test_times_that_run_backwards_are_said_however_often_the_test_part_was_opened(openings, status):
    found = held_out_checks.test_opened_once(opened(openings=openings, changed=["code"], backwards=1))
    assert found.status == status
    assert found.finding.endswith(
        "The ledger holds 1 opening that is dated before the one that came first: a clock was wrong, or lines were made by hand."
    )
    two = held_out_checks.test_opened_once(opened(openings=openings, changed=["code"], backwards=2)).finding
    assert "holds 2 openings that are dated" in two
    assert "backwards" not in found.finding + two


def test_openings_that_were_taken_out_of_the_ledger_are_told():
    found = held_out_checks.test_opened_once(opened(openings=2, taken_out=1, changed=["code"]))
    assert found.status == "fail"
    assert found.finding.endswith("The ledger lacks 1 of these openings, which version control remembers.")


def test_a_plan_that_is_younger_than_the_opening_is_not_said_to_have_been_made_before():
    """Results that were deleted and made again: the plan is registered anew, after the figures were seen."""
    late = {"registered": None, "changes_before_opening": []}
    found = held_out_checks.test_opened_once(opened(plan=late))
    assert found.status == "warn" and "no plan is known that was registered before" in found.finding
    results = SimpleNamespace(config=resolved(), **vars(opened(plan=late)))
    for told in (evaluation_statements.held_out(results), answers.plan(results), sections.ledger(results)):
        assert "o analysis plan is known that was registered before" in told and "None" not in told
    assert "not known" in sections._claimed(results.opening)
    results = SimpleNamespace(config=resolved(), **vars(opened()))
    assert "after the analysis plan had been registered on 2026-03-01, unchanged until then;" in evaluation_statements.held_out(results)  # fmt: skip
    assert "registered on 2026-03-01 at 09:12 UTC, before the first search, and not changed until" in sections.ledger(results)  # fmt: skip


def test_checks_that_were_loosened_after_the_opening_are_told():
    moved = {"time": "2026-03-02T08:00:00+00:00", "key": "checks.single_feature", "before": 0.95, "after": 0.999}
    found = held_out_checks.test_opened_once(opened(changes_of_judging=[moved]))
    assert found.status == "warn"
    assert "changed after it: checks.single_feature from 0.95 to 0.999. Put thresholds back" in found.finding
    control = {"time": "2026-03-02T08:00:00+00:00", "key": "controls.planted_signal", "before": False, "after": True}
    added = held_out_checks.test_opened_once(opened(changes_of_judging=[control]))
    assert added.status == "warn" and "controls.planted_signal from False to True" in added.limitation
    assert "thresholds" not in added.finding


def test_checksums_are_said_to_be_verified_only_where_they_are_declared():
    def told(*declared):
        return reproduction(SimpleNamespace(provenance={"sources": [{"sha256_declared": each} for each in declared]}))

    assert "from the sources, whose checksums are verified." in told("ab", "cd")
    assert "from the sources; of 2 sources 1 has a checksum that is verified." in told("ab", None)
    assert "from the sources; of 2 sources none has a checksum that is verified." in told(None, None)


# Copies across the split

TUNED = {"tuned": 0.8, "fold_scores": {"tuned": [0.8, 0.8]}, "calibration_error": 0.0, "calibration_by_chance": 0.0, "classes": ["no", "yes"]}  # fmt: skip


def divided(identical=0, near=0, left_out=0, relatives=False, roles=("train", "test"), effect=None):
    shared = {"repeat": 1, "test_samples": 200, "compared": 200, "identical": identical, "near_identical": near, "note": "", "near": "all but identical"}  # fmt: skip
    shared |= {"remedy": "Take copies out", "relatives": relatives, "left_out": left_out}
    feature = {"feature": "f1", "measure": "ROC AUC", "value": 0.7}
    known = {
        "model": "svm",
        "kind": "baseline",
        "repeat": 1,
        "metric": "roc_auc",
        "shared": 12,
        "left_out": bool(left_out),
    }
    low, high = effect or (0.011, 0.049)
    known |= {"with_shared": 0.93, "without_shared": 0.9, "difference": 0.03, "low": low, "high": high}
    own = {"model": "svm", "kind": "baseline", "repeats": {"1": TUNED}}
    tables = {
        "shared_rows": pd.DataFrame([known] if identical + near else [], columns=list(known)),
        "combined_comparisons": pd.DataFrame(
            {"a": ["mlp"], "b": ["svm"], "family": ["verdict"], "low": [-0.1], "high": [0.1]}
        ),
    }
    return SimpleNamespace(
        bests={"svm": own, "mlp": own | {"model": "mlp", "kind": "network"}},
        developed=pd.DataFrame({"label": ["no", "yes"]}),
        evaluated=tables.get,
        config=resolved(),
        split=pd.DataFrame({"sample": range(len(roles)), "repeat": 1, "role": roles}),
        samples=pd.DataFrame({"sample": range(len(roles)), "group": range(len(roles))}),
        shared=pd.DataFrame([shared]),
        exploration={"single_features": pd.DataFrame([feature])},
    )


@pytest.mark.parametrize(
    ("study", "status"),
    [
        (divided(), "pass"),
        (divided(1, 1, left_out=2), "pass"),  # a twin or two among hundreds decide nothing
        (divided(8, 4, left_out=12), "warn"),
        (divided(8, 4), "fail"),
        (divided(8, 4, effect=(-0.004, 0.006)), "warn"),  # within the smallest difference that matters, .01
        (divided(8, 4, effect=(float("nan"), float("nan"))), "fail"),  # not known
        (divided(8, 4, relatives=True), "fail"),
    ],
)
def test_copies_that_were_left_out_of_the_test_do_not_invalidate_it(study, status):
    found = held_out_checks.leakage(study)
    assert found.status == status
    if study.shared["left_out"].iloc[0]:
        assert f"{study.shared['left_out'].iloc[0]} of 200 test samples have a twin" in found.finding
        assert "were left out of the test" in found.finding


def test_the_score_with_and_without_shared_rows_is_said():
    told = "With them the ROC AUC of the support vector machine is 0.930, without them 0.900 (difference +0.030, +0.011 to +0.049)."
    for study in (divided(1, 1, left_out=2), divided(8, 4, left_out=12), divided(8, 4)):
        assert told in held_out_checks.leakage(study).finding
    assert "With them" not in held_out_checks.leakage(divided()).finding
    nothing = held_out_checks.leakage(divided(8, 4, effect=(-0.004, 0.006)))
    assert "They change nothing that matters." in nothing.finding and "by nothing that matters" in nothing.limitation


def test_a_group_whose_copy_was_left_out_is_not_on_both_sides():
    study = divided(1, left_out=1, roles=("train", "test", "copy"))
    study.samples["group"] = [0, 1, 1]
    assert held_out_checks.leakage(study).status == "pass"
    study.split["role"] = ["train", "test", "train"]
    assert held_out_checks.leakage(study).status == "fail"
