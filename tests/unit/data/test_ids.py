"""Ids of features and sample sheet: matched, or refused with what is missing where."""

import pandas as pd
import pytest

from tentips.data.ids import matched
from tentips.data.tidy import TABLES
from tentips.errors import StudyError


def match(features, sheet, spellings="refuse"):
    return matched(pd.Series(features, name="id"), pd.Series(sheet, name="id"), spellings, TABLES).tolist()


def refused(told, *arguments):
    with pytest.raises(StudyError, match=told):
        match(*arguments)


def test_equal_ids_in_another_order_match():
    assert match(["a", "b"], ["b", "a"]) == ["a", "b"]


def test_ids_that_differ_in_spelling_are_quoted_and_joined_where_a_key_says_so():
    features, sheet = ["S1", "S2 ", "S3"], ["s1", "S2", "S3"]
    refused(
        r"2 of 3 samples of the features table are not in the sample sheet \(S1, S2 \) .* But for spelling 2 of them are in both: "
        r"'S1' and 's1', which differ in upper and lower case; 'S2 ' and 'S2', which differ in blanks\.",
        features,
        sheet,
    )
    assert match(features, sheet, "join") == ["s1", "S2", "S3"]
    assert match(features, sheet, {"id": "join"}) == ["s1", "S2", "S3"]
    refused("2 of 3 samples of the features table are not in", features, sheet, "keep")


def test_two_ids_of_one_table_that_look_equal_are_refused_unless_meant_so():
    for spellings in ("refuse", "join"):
        refused(
            "the features table: ids that look equal name different samples: 'a' and 'A'",
            ["a", "A"],
            ["a", "A"],
            spellings,
        )
        refused("the sample sheet: ids that look equal", ["a"], ["a", "a "], spellings)
    assert match(["a", "A"], ["A", "a"], "keep") == ["a", "A"]


def test_ids_of_other_samples_are_counted():
    refused(
        r"^1 of 2 samples of the features table are not in the sample sheet \(b\) and 1 of 2 samples of the sample sheet are not in the features table "
        r"\(c\); ids must agree exactly\. Correct them, or take out the rows you do not want\.$",
        ["a", "b"],
        ["a", "c"],
    )
