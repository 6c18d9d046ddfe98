"""Text that is meant as numbers: what is read in which notation, what is refused and how, and what stays a name."""

import numpy as np
import pandas as pd
import pytest

from tentips.data.numbers import Notation, parsed, read

PLAIN, COMMA, GERMAN, ENGLISH = Notation(), Notation(","), Notation(",", "."), Notation(".", ",")


def found(texts, notation=PLAIN):
    values = pd.Series(texts, dtype=object)
    return read(values, notation, pd.Series([f"s{row}" for row in range(len(values))]))


@pytest.mark.parametrize(
    "text, notation, number",
    [
        ("0,7", COMMA, 0.7),
        ("-1,5e3", COMMA, -1500.0),
        ("7", COMMA, 7.0),
        ("1,234", ENGLISH, 1234.0),
        ("-1,234,567.8", ENGLISH, -1234567.8),
        ("1.234,5", GERMAN, 1234.5),
        ("1\u00a0234", Notation(".", " "), 1234.0),
        ("1'234", Notation(".", "'"), 1234.0),
        ("10%", Notation(percent=True), 0.1),
        ("12,5 %", Notation(",", None, True), 0.125),
        ("\u22120.5", Notation(), -0.5),
        (" .5 ", Notation(), 0.5),
        ("1e-3", Notation(), 0.001),
    ],
)
def test_numbers_are_read_in_the_declared_notation(text, notation, number):
    assert parsed(pd.Series([text]), notation)[0] == pytest.approx(number)


@pytest.mark.parametrize(
    "text, notation",
    [("0,7", Notation()), ("0,7", ENGLISH), ("1,2,3", ENGLISH), ("12,34", ENGLISH), ("10%", Notation()), ("0.7", COMMA), ("1,234", Notation()), ("nan", Notation()), ("inf", Notation()), ("1_000", Notation()), ("0x10", Notation()), ("", Notation())],
)  # fmt: skip
def test_nothing_else_is_taken_for_a_number(text, notation):
    assert np.isnan(parsed(pd.Series([text]), notation)[0])


REFUSED = {
    "decimal comma": (["0,7", "1,2", "7"] * 9, "numbers with a decimal comma, '0,7' (sample s0), '1,2' (sample s1); write data.decimal: \",\" to read them."),
    "thousands": (["1,234,567", "1,000", "2,500"] * 9, "numbers with signs between thousands, '1,234,567' (sample s0), '1,000' (sample s1), '2,500' (sample s2); write data.thousands: \",\" to read them."),
    "either": (["1,000", "2,500"] * 9, "numbers with a comma (decimal, or between thousands?), '1,000' (sample s0), '2,500' (sample s1); write data.thousands: \",\" or data.decimal: \",\", whichever it is."),
    "blank": (["1 000", "2 500"] * 9, "write data.thousands: \" \" to read them."),
    "German": (["1.234,5", "2.500,0"] * 9, "write data.thousands: \".\" and data.decimal: \",\" to read them."),
    "percent": (["10%", "20%", "5"] * 9, "percentages, '10%' (sample s0), '20%' (sample s1); data.percent: true reads 10% as 0.1."),
    "one n.d.": ([*map(str, range(20)), "n.d."], "numbers, but also 'n.d.' (sample s20); correct the text, leave missing values empty, or name their word in data.missing."),
    "limit": ([*["<0.1"] * 36, *(str(row / 7) for row in range(1, 25))], "numbers, but also '<0.1' (sample s0);"),
    "comma and text": ([*["0,7"] * 5, "n.d."], "numbers with a decimal comma, '0,7' (sample s0) and text, 'n.d.' (sample s5);"),
}  # fmt: skip


@pytest.mark.parametrize("kind", REFUSED)
def test_what_is_meant_as_numbers_is_refused_with_place_and_advice(kind):
    texts, told = REFUSED[kind]
    result = found(texts)
    assert result.numbers is None and result.refused.startswith("holds ") and told in result.refused
    assert result.refused.endswith("If they are names, list the column under data.categories.")


def test_a_point_is_refused_where_a_comma_is_declared():
    assert "a decimal point although data.decimal is ','" in found(["0.7", "1,2"] * 5, COMMA).refused


@pytest.mark.parametrize(
    "texts",
    [["a", "b", "3"], ["INF", "CTRL"], ["inf", "CTRL", "INF"], ["<50", ">=50"], ["18-30", "31-50"], ["24h", "48h"], ["A/A", "A/B"], ["1-Sep", "2-Mar"], ["Chr1", "1p36"], [None, None]],
)  # fmt: skip
def test_categories_stay_categories(texts):
    result = found(texts * 10)
    assert result.numbers is None and result.refused == ""


def test_infinite_is_a_number_beside_numbers_only():
    assert found(["1.5", "inf", "-INF", None]).numbers.tolist()[:3] == [1.5, np.inf, -np.inf]


def test_declared_columns_become_numbers_and_missing_stays_missing():
    numbers = found(["1,234", None, "999"], ENGLISH).numbers
    assert numbers.tolist()[::2] == [1234.0, 999.0] and np.isnan(numbers[1]) and numbers.dtype == float
