from types import SimpleNamespace

import pytest
from small import resolved

from tentips.reporting.documents import limitations


def results(*checks):
    listed = [{"threshold": None, "value": None, "finding": "Found. Do this.", **check} for check in checks]
    return SimpleNamespace(config=resolved(), scorecard={"checks": listed})


def test_only_warned_and_failed_checks_are_limitations_and_they_come_by_group():
    found = limitations.limitations(
        results(
            {"id": "calibration", "status": "warn", "limitation": "Probabilities are off by 0.205"},
            {"id": "determinism", "status": "pass", "limitation": None},
            {"id": "published", "status": "skip", "finding": "No published figure is declared (study.published)."},
            {"id": "leakage", "status": "fail", "limitation": "3 groups are in both parts."},
            {"id": "subgroups", "status": "fail", "limitation": "Women are missed more often"},
        )
    )
    assert found == {
        "Evaluation": ["Probabilities are off by 0.205.", "3 groups are in both parts."],
        "Confounding": ["Women are missed more often."],
    }


def test_skipped_checks_are_named_with_their_reason_but_not_where_the_question_does_not_arise():
    found = limitations.not_examined(
        results(
            {"id": "published", "status": "skip", "finding": "No published figure is declared (study.published)."},
            {"id": "label-noise", "status": "skip", "finding": "Estimated: 14 %. The classes overlap too much."},
            {"id": "imbalance", "status": "skip", "finding": "The label is a number."},
        )
    )
    assert found == [
        "This study does not say how the result compares with a published one: no published figure is declared.",
        "This study does not say how many labels are wrong: the classes overlap too much.",
    ]


@pytest.mark.parametrize(
    ("strategy", "word"), [("random", "same source"), ("site", "whole sites"), ("given", "was given")]
)
def test_scope_depends_on_the_split(strategy, word):
    study = results()
    study.config["split"]["strategy"] = strategy
    assert word in limitations.scope(study)
