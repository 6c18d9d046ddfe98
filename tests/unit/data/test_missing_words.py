"""Words for missing values: what counts, what is counted, and what only looks like one."""

import numpy as np
import pandas as pd
import pytest

from tentips.data.missing_words import DEFAULT, SURE, MissingWords, codes_of, looks_missing, without


def test_declared_words_take_the_place_of_the_default_everywhere_or_in_a_column():
    assert MissingWords().of("x") == DEFAULT
    assert MissingWords.declared(["unknown", -9]).of("x") == ("unknown", "-9")
    words = MissingWords.declared({"continent": [], "age": ["NA", 999]})
    assert (words.of("continent"), words.of("age"), words.of("x")) == ((), ("NA", "999"), DEFAULT)


def test_words_are_taken_out_and_counted():
    found, told = without(pd.Series(["NA", " NA ", "", "  ", "EU", None, "na"], dtype=object), DEFAULT)
    assert found.isna().tolist() == [True, True, True, True, False, True, False]
    assert told == {"NA": 2, "": 2}


def test_without_words_only_empty_cells_are_missing():
    found, told = without(pd.Series(["NA", "EU", ""], dtype=object), ())
    assert found.tolist()[:2] == ["NA", "EU"] and pd.isna(found[2]) and told == {"": 1}


def test_a_number_is_the_same_however_it_is_written():
    found, told = without(pd.Series(["-9", "-9.0", "9"], dtype=object), ("-9",))
    assert found.isna().tolist() == [True, True, False] and told == {"-9": 1, "-9.0": 1}
    found, told = without(pd.Series([-9.0, 3.0]), ("-9",))
    assert np.isnan(found[0]) and found[1] == 3 and told == {"-9": 1}
    untouched = pd.Series([1, 2])
    assert without(untouched, DEFAULT)[0] is untouched


@pytest.mark.parametrize(
    "values, told",
    [
        ([20, 35, 50, 999, 999], {"999": 2}),
        ([0, 1, 2, -9], {"-9": 1}),
        ([-9, 999, 3, 4], {"-9": 1, "999": 1}),
        ([0.1, 0.5, 99], {"99": 1}),
        ([0, 3, 0, 40, 99], {}),
        ([0, 3, 0, 40, 99, 99], {"99": 2}),
        ([20, 35, 90, 99], {}),
        ([-12, -9, 3, 5], {}),
        ([-4, -9, 30], {}),
        ([900, 950, 999, 1010], {}),
        ([-1, 0, 1, 2], {}),
        ([99, 99, 99], {}),
    ],
)
def test_codes_stand_apart_from_all_other_numbers(values, told):
    assert looks_missing(pd.Series(values, dtype=float)) == told
    assert codes_of(pd.DataFrame({"x": values, "y": 1.0})) == ({"x": told} if told else {})


def test_words_that_look_missing_are_told_whatever_their_case_and_brackets():
    values = pd.Series(
        ["case", "Not Collected", "[Not Available]", "missing: lab stage", "None", "unknown ", "unknowable"]
    )
    assert looks_missing(values) == {"Not Collected": 1, "[Not Available]": 1, "missing: lab stage": 1, "unknown ": 1}
    assert looks_missing(pd.Series(["nd", "n.d."]), SURE) == {"n.d.": 1}
    assert looks_missing(pd.Series([True, False])) == {}
