"""The analysis plan: what belongs to it, and how a change of it is told."""

import pytest
from small import resolved

from tentips.study import plan


def hashed(**sections):
    return plan.plan_hash(plan.planned(resolved(**sections)))


def test_plan_hash_ignores_compute_and_the_order_of_keys():
    plain = hashed()
    assert hashed(compute={"backend": "jax", "gpus": 0, "deterministic": False}) == plain
    assert plan.plan_hash(plan.planned(dict(reversed(list(resolved().items()))))) == plain
    assert hashed(split={"folds": 5}) == plain
    assert len(plain) == 64


@pytest.mark.parametrize(
    "sections",
    [
        {"checks": {"association": 0.2}},
        {"study": {"sensitive": False, "title": "Other"}},
        {"controls": {"label_shuffles": 0}},
    ],
)
def test_plan_hash_ignores_what_the_test_figures_do_not_depend_on(sections):
    """The scorecard itself asks for some of these changes: they are no second opening."""
    assert hashed(**sections) == hashed()


def registered(*configs):
    return [{"time": str(number), "plan": plan.planned(each)} for number, each in enumerate(configs, start=1)]


def test_checks_and_controls_are_planned_and_a_change_after_the_opening_is_seen():
    first, stricter = resolved(), resolved(checks={"association": 0.05})
    loose = resolved(checks={"association": 0.9}, controls={"label_shuffles": 0})
    judged_by = plan.judging(plan.planned(first))
    assert (judged_by["controls.label_shuffles"], judged_by["checks.association"]) == (20, 0.1)
    expected = [("checks.association", 0.1, 0.9), ("controls.label_shuffles", 20, 0)]
    # Opened at 1, changed at 3; what was changed before the opening is no news, and what was changed back stays seen.
    seen = plan.changes_of_judging("1", judged_by, registered(first, first, loose))
    assert [(each["key"], each["before"], each["after"]) for each in seen] == expected
    assert {each["time"] for each in seen} == {"3"}
    assert plan.changes_of_judging("2", judged_by, registered(stricter, first)) == []
    back = plan.changes_of_judging("1", judged_by, registered(first, loose, first))
    assert [each["key"] for each in back] == ["checks.association", "controls.label_shuffles"] * 2


def test_plans_that_were_deleted_do_not_hide_a_change_from_the_ledger():
    judged_by = plan.judging(plan.planned(resolved()))
    only_plan = registered(resolved(controls={"planted_signal": False}))
    seen = plan.changes_of_judging("0", judged_by, only_plan)
    assert seen == [{"time": "1", "key": "controls.planted_signal", "before": True, "after": False}]
    assert plan.changes_of_judging("0", {}, only_plan) == []  # an opening by an earlier version, which did not say


def test_a_plan_of_an_earlier_version_that_held_no_checks_is_not_called_changed():
    now = plan.planned(resolved())
    assert plan.changes(plan.deciding(now), now) == [] and plan.plan_hash(plan.deciding(now)) == plan.plan_hash(now)
    assert plan.changes({**plan.deciding(now), "split.folds": 9}, now) == [
        {"key": "split.folds", "before": 9, "after": 5}
    ]


@pytest.mark.parametrize(
    "sections",
    [
        {"split": {"seed": 2}},
        {"tuning": {"trials": 21}},
        {"study": {"claim": "It works."}},
        {"data": {"group": "nest"}},
        {"evaluation": {"metric": "accuracy"}},
        {"evaluation": {"smallest_difference": 0.05}},
        {"preprocess": {"scale": "robust"}},
    ],
)
def test_plan_hash_changes_with_every_part_of_the_plan(sections):
    assert hashed(**sections) != hashed()


def test_the_plan_holds_the_metric_and_the_smallest_difference_as_they_are_meant():
    """What a default means must not change behind a plan that only says "not declared"."""
    default = plan.planned(resolved())
    assert (default["evaluation.metric"], default["evaluation.smallest_difference"]) == ("roc_auc", 0.01)
    declared = plan.planned(resolved(evaluation={"smallest_difference": 0.03}))
    assert declared["evaluation.smallest_difference"] == 0.03
    assert hashed(evaluation={"metric": "roc_auc", "smallest_difference": 0.01}) == hashed()


def test_changes_name_the_key_and_both_values():
    before, after = plan.planned(resolved()), plan.planned(resolved(tuning={"trials": 7}, data={"group": "nest"}))
    assert plan.changes(before, after) == [
        {"key": "data.group", "before": [], "after": ["nest"]},
        {"key": "tuning.trials", "before": 24, "after": 7},
    ]
    assert plan.changes(before, before) == []


def test_a_control_that_a_new_version_brings_is_no_change_of_the_plan():
    now = plan.planned(resolved())
    before = {key: value for key, value in now.items() if key != "controls.random_folds"}
    assert len(before) == len(now) - 1 and plan.changes(before, now) == plan.changes(now, before) == []
    assert plan.changes(before | {"controls.label_shuffles": 3}, now)[0]["key"] == "controls.label_shuffles"


def test_a_plan_is_registered_once_and_a_changed_one_after_it(tmp_path):
    path = tmp_path / "plan.jsonl"
    first, second = plan.planned(resolved()), plan.planned(resolved(split={"folds": 4}))
    assert plan.register(path, first, "1")
    assert not plan.register(path, first, "2")
    assert plan.register(path, second, "3")
    assert [each["time"] for each in plan.read(path)] == ["1", "3"]
    assert plan.history(plan.read(path)) == [{"time": "3", "key": "split.folds", "before": 5, "after": 4}]
    assert plan.read(path)[1]["hash"] == plan.plan_hash(second)


def test_jobs_that_share_a_search_are_part_of_the_plan_only_where_they_change_its_trials():
    assert hashed(tuning={"shards": 4}) == hashed()
    assert hashed(tuning={"shards": 4, "tuner": "bayesian"}) != hashed(tuning={"tuner": "bayesian"})
