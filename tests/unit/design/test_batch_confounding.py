"""The one judgement of confounding by batch: over all combinations of what is seen, and its advice."""

import itertools

import pytest

from tentips.design.batch_confounding import Evidence, known_before, what_to_do

BATCH = {"factor": "site", "levels": 4, "complete": 4}


@pytest.mark.parametrize(
    ("evidence", "status"),
    [
        (Evidence(), "pass"),
        (Evidence("pass", True, False, False, False), "pass"),
        (Evidence("warn", False, False, False, False), "warn"),
        (Evidence("pass", True, False, True, False), "warn"),
        (Evidence("pass", False, False, True, False), "pass"),
        (Evidence("warn", True, False, True, False), "fail"),
        (Evidence("fail", False), "fail"),
        (Evidence("pass", True, True), "fail"),
        (Evidence("pass", True, False, False, True), "fail"),
    ],
)
def test_what_is_seen_decides(evidence, status):
    assert evidence.status() == status


def test_more_that_speaks_for_it_never_makes_the_judgement_milder():
    """The design page knows the first of these only: what the report adds can but make it worse."""
    ranks, statuses = {"pass": 0, "warn": 1, "fail": 2}, (None, "pass", "warn", "fail")
    for associated, carried, null in itertools.product(statuses, (None, False, True), (None, False, True)):
        before = ranks[Evidence(associated, carried, null).status()]
        for falls, alone in itertools.product((None, False, True), repeat=2):
            evidence = Evidence(associated, carried, null, falls, alone)
            assert ranks[evidence.status()] >= before
            assert evidence.seen() or evidence.status() == "pass", "a finding says why"


def test_labels_without_an_effect_speak_of_batches_only_where_there_are_some():
    power = {"null": {"low": 0.3}, "null_allowed": 0.025, "batches": 1}
    assert known_before({"power": power}).null_found is None
    assert known_before({"power": power | {"batches": 2}}).null_found is True
    assert known_before({"power": power | {"batches": 2, "null": {"low": 0.01}}}).null_found is False


@pytest.mark.parametrize(
    ("batch", "followed"),
    [
        (BATCH, True),
        (BATCH | {"complete": 3}, False),  # a site with one class only
        (BATCH | {"levels": 2, "complete": 2}, False),  # too few to hold one out
        (BATCH | {"levels": None, "complete": None}, False),  # a number
    ],
)
def test_whole_batches_are_advised_only_where_the_split_can_be_made(batch, followed):
    said = what_to_do({"strategy": "random", "folds": 3, "batches": [batch]})
    assert said.startswith("Measure samples of every class in every batch")
    assert ("split.strategy: site and split.column: site" in said) == followed
    assert "split.folds" not in said


def test_the_advice_leaves_enough_sites_for_the_folds_and_is_not_given_twice():
    described = {"strategy": "group", "folds": 5, "batches": [BATCH | {"factor": "plate"}]}
    assert "split.column: plate and split.folds: 3" in what_to_do(described)
    assert "split.strategy" not in what_to_do(described | {"strategy": "site"})
