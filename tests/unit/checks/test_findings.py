"""The list of findings: the decision table of the next step case by case, and that no two of its sentences contradict."""

import itertools
from dataclasses import replace

import pytest

from tentips.checks.findings import MENDS, Facts, findings, limit, next_step


def facts(status="inconclusive", groups=40, low=-0.02, room=0.2, outcome="inconclusive", needed=(), **checks):
    """A study with this verdict; checks not named pass. Names are written with _ for -."""
    ids = ("learning-curve", "planted-signal", "sample-size", "beats-trivial", "calibration", "search-adequacy", *MENDS)
    found = {name: "pass" for name in ids} | {name.replace("_", "-"): each for name, each in checks.items()}
    listed = {
        name: {"id": name, "status": each, "finding": "One feature, x, tells. Do.", "limitation": f"Because of {name}"}
        for name, each in found.items()
    }
    model = "mlp" if status == "better" else "logistic"
    return Facts(listed, status, model, "mlp", low, groups, 0.01, room, "classification", outcome, needed)


def step(*args, **given):
    return next_step(findings(facts(*args, **given)))


def test_a_network_that_is_better_for_one_of_several_labels_is_held_against_all_of_them():
    alone, among = facts("better"), replace(facts("better"), labels=3)
    assert next_step(findings(alone)).startswith("Go on with the MLP network.")
    told = next_step(findings(among))
    assert told.startswith(
        "See first whether that holds over all 3 labels (results/labels/labels.html), and if so, go on with the MLP network."
    )
    assert (
        limit(findings(among))
        == "This is one of 3 labels: a network that is better for one of them may be so by chance."
    )
    assert "labels" not in next_step(findings(replace(facts("equivalent"), labels=3)))


@pytest.mark.parametrize("name", MENDS)
def test_each_failure_is_mended_before_anything_else(name):
    assert step("cannot_say", **{name.replace("-", "_"): "fail"}) == MENDS[name]


def test_the_leak_comes_before_other_failures_which_are_named():
    told = step("cannot_say", confounder_only="fail", leakage="fail", equal_budget="fail")
    assert told.startswith("Mend the leak first")
    assert told.endswith("2 more failed checks wait behind it: equal-budget, confounder-only.")


@pytest.mark.parametrize("curve", ["pass", "warn", "skip"])
def test_more_samples_improve_models_only_where_a_curve_rises(curve):
    told = step("better", sample_size="warn", learning_curve=curve)
    assert ("would improve the models" in told) == (curve == "warn")
    assert ("would make intervals narrower" in told) == (curve != "warn")


@pytest.mark.parametrize(
    ("given", "begins"),
    [
        ({"planted_signal": "fail", "beats_trivial": "fail", "status": "cannot_say"}, "Gather more independent samples, or measure fewer"),
        ({"leakage": "warn", "status": "better"}, "Look at one feature first: One feature, x, tells."),
        ({"beats_trivial": "fail", "status": "cannot_say"}, "Ask whether the label can be told from these features"),
        ({"beats_trivial": "fail", "planted_signal": "warn", "status": "cannot_say"}, "Gather more independent samples: no model beat"),
        ({"beats_trivial": "fail", "planted_signal": "skip", "status": "cannot_say"}, "Switch the planted signal on"),
        ({"status": "cannot_say", "groups": 7}, "Test on more independent groups first: 7"),
        ({"status": "cannot_say", "low": float("nan")}, "Gather more independent samples, or set split.repeats"),
        ({"beats_trivial": "warn"}, "Gather more independent samples: the test part is too small to show"),
        ({"learning_curve": "warn"}, "Use the logistic regression: no advantage of the network was shown. Gather more samples"),
        ({"room": 0.008}, "Use the logistic regression: no advantage of the network was shown. Only samples on which"),
        ({"status": "worse"}, "Use the logistic regression; the network is worse."),
        ({"status": "equivalent"}, "Use the logistic regression: the network is as good, within ±0.01"),
        ({"outcome": "worse"}, "Use the logistic regression: no advantage of the network was shown. Search longer before you rule networks out: One"),
        ({"status": "cannot_say", "outcome": "better", "needed": ("2 seeds (tuning.seeds)", "x")}, "Give the network stronger rivals and controls first, and run the study again: 2 seeds (tuning.seeds) and x."),
        ({"status": "better"}, "Go on with the MLP network. Then validate the MLP network on"),
        ({"status": "better", "start_small": "warn"}, "Go on with the MLP network. Try the smaller network"),
        ({"calibration": "warn", "status": "worse"}, "Use the logistic regression; the network is worse. Calibrate its probabilities"),
    ],
)  # fmt: skip
def test_case(given, begins):
    assert step(**given).startswith(begins)


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({}, "The interval of the difference reaches beyond ±0.01"),
        ({"room": 0.008}, "leaves only 0.008"),
        ({"outcome": "equivalent"}, "Because of search-adequacy."),
        ({"status": "equivalent", "room": 0.008}, "leaves only 0.008"),
        ({"status": "better"}, "All samples come from one source"),
        ({"status": "better", "independent_holdout": "warn"}, "Because of independent-holdout."),
        ({"leakage": "fail", "status": "cannot_say"}, "Because of leakage."),
    ],
)
def test_one_line_says_what_limits_the_answer(given, told):
    assert told in limit(findings(facts(**given)))


@pytest.mark.parametrize("status", ["better", "equivalent", "worse", "inconclusive", "cannot_say"])
def test_no_combination_of_findings_contradicts_itself(status):
    """Everything that a reader sees of one study is held together, for all combinations of what the list depends on."""
    warned = ("learning_curve", "sample_size", "planted_signal", "calibration", "independent_holdout", "beats_trivial")
    for states in itertools.product(("pass", "warn"), repeat=len(warned)):
        for room, groups, failing in itertools.product((0.008, 0.2), (7, 40), (None, "leakage", "confounder_only")):
            given = dict(zip(warned, states, strict=True)) | ({failing: "fail"} if failing else {})
            found = findings(facts(status, groups, room=room, **given))
            told, rising = next_step(found), given["learning_curve"] == "warn"
            assert told and limit(found) and len({each.id for each in found}) == len(found)
            blocked = any(each.first for each in found)
            obstacle = failing is not None or groups < 10 or given["beats_trivial"] == "warn"
            assert blocked == (obstacle or status == "cannot_say")
            if blocked:
                # Nothing is advised for use before what is in the way is settled.
                assert not any(words in told for words in ("Use the", "Go on with", "validate the"))
                continue
            undecided = status == "inconclusive"
            assert ("Go on with the MLP network" in told) == (status == "better")
            assert ("Use the logistic regression" in told) == (status != "better")
            assert ("Gather more samples before" in told) == (rising and undecided and room > 0.01)
            assert ("no network could be better" in limit(found)) == (
                room < 0.01 and (undecided or status == "equivalent")
            )
            assert ("Calibrate" in told) == (given["calibration"] == "warn")
            assert told.count("validate the") <= 1
            assert not ("costs more" in told and "no advantage" in told)


def test_too_few_sites_are_named_with_what_to_do():
    import dataclasses

    found = findings(dataclasses.replace(facts("cannot_say"), sites=2))
    assert found[0].id == "sites" and found[0].first and "2 in the test part are fewer than the 3" in found[0].step
    assert "sites" not in [each.id for each in findings(dataclasses.replace(facts(), sites=3))]
