"""What a study may claim: better only against strong rivals and with its controls, worse only of a network that was searched for."""

import pytest
from small import resolved

from tentips.checks.claim import claimed, needed_for_better
from tentips.checks.verdict import moved_thresholds

STRONG = {
    "models": {"baselines": ["dummy", "logistic", "random_forest"]},
    "tuning": {"seeds": 2},
    "controls": {"label_shuffles": 19, "planted_signal": True},
}


def needed(config, found):
    return needed_for_better(config["models"]["baselines"], config["tuning"]["seeds"], config["controls"], found)


def checks(**states):
    named = {"label-shuffle": "pass", "planted-signal": "pass", "equal-budget": "pass", "search-adequacy": "pass"}
    return [{"id": name, "status": states.get(name.replace("-", "_"), known)} for name, known in named.items()]


def test_a_study_with_strong_rivals_and_controls_may_claim_that_a_network_is_better():
    assert needed(resolved(**STRONG), checks()) == []


@pytest.mark.parametrize(
    ("section", "keys", "key"),
    [
        ("models", {"baselines": ["dummy", "random_forest"]}, "models.baselines: logistic"),
        ("models", {"baselines": ["dummy", "logistic"]}, "models.baselines: random_forest"),
        ("tuning", {"seeds": 1}, "tuning.seeds"),
        ("controls", {"label_shuffles": 18, "planted_signal": True}, "controls.label_shuffles"),
        ("controls", {"label_shuffles": 19, "planted_signal": False}, "controls.planted_signal"),
    ],
)
def test_a_weak_study_has_to_add_what_it_left_out(section, keys, key):
    found = needed(resolved(**STRONG | {section: keys}), checks())
    assert len(found) == 1 and key in found[0]


def test_better_is_not_bought_by_a_threshold_that_was_moved_with_the_figures_in_sight():
    config = resolved(**STRONG)
    given = config["models"]["baselines"], config["tuning"]["seeds"], config["controls"], checks()
    assert needed_for_better(*given, moved={"checks.gap": 0.1}) == ["the threshold that was planned (checks.gap: 0.1)"]
    change = {"key": "checks.gap", "before": 0.1, "after": 0.9}
    assert moved_thresholds([change]) == {"checks.gap": 0.1}
    assert moved_thresholds([change, {"key": "checks.gap", "before": 0.9, "after": 0.1}]) == {}
    assert moved_thresholds([{"key": "controls.planted_signal", "before": False, "after": True}]) == {}


def test_controls_that_the_minutes_left_no_time_for_are_missed():
    config = resolved(**STRONG)
    models = config["models"]["baselines"], config["tuning"]["seeds"]
    carried_out = {**config["controls"], "label_shuffles": 5}
    found = needed_for_better(*models, carried_out, checks(), asked=config["controls"])
    assert found == ["19 label shuffles or more (compute.minutes)"]


@pytest.mark.parametrize("skipped", ["label_shuffle", "planted_signal", "equal_budget"])
def test_a_control_that_could_not_be_carried_out_is_missed_as_one_that_was_switched_off(skipped):
    assert len(needed(resolved(**STRONG), checks(**{skipped: "skip"}))) == 1


@pytest.mark.parametrize("found", ["better", "equivalent", "worse", "inconclusive"])
def test_a_network_that_was_not_searched_for_is_neither_worse_nor_equivalent(found):
    assert claimed(found, checks()) == found
    weak = claimed(found, checks(search_adequacy="warn"))
    assert weak == ("inconclusive" if found in ("equivalent", "worse") else found)


def test_a_network_on_a_scale_that_does_not_suit_it_is_not_called_worse():
    from tentips.checks.claim import claimed, unfair

    checks = [{"id": "search-adequacy", "status": "pass"}, {"id": "skewed-features", "status": "warn"}]
    assert unfair(checks) == ["skewed-features"]
    assert [claimed(found, checks) for found in ("worse", "equivalent", "better")] == [
        "inconclusive",
        "inconclusive",
        "better",
    ]
