"""In which notation text is numbers, where one notation alone fits."""

import pandas as pd
import pytest

from tentips.data.numbers import Notation
from tentips.inspection.notations import written


@pytest.mark.parametrize(
    ("values", "notation"),
    [
        (["0,7", "1,25", "-3,1"], Notation(",")),
        (["10%", "12.5 %", "3%"], Notation(".", None, True)),
        (["10,5%", "12 %", "3%"], Notation(",", None, True)),
        (["1.234,5", "17,25", "1.000.000,0"], Notation(",", ".")),
        (["1,234.5", "17.25", "1,000,000.0"], Notation(".", ",")),
        (["1\u202f234,5", "17,25", "8"], Notation(",", " ")),
        (["1’234.5", "17.25", "8"], Notation(".", "'")),
    ],
)
def test_the_notation_that_reads_all_numbers_is_found(values, notation):
    table = pd.DataFrame({"x": values * 5, "kind": ["a", "b", "c"] * 5, "n": [1, 2, 3] * 5})
    assert written(None, table) == (notation, ["x"])


@pytest.mark.parametrize(
    "values", [["1,234", "5,678", "9,012"], ["0,7", "1.25", "3"], ["1.5", "2", "n.d."], ["a", "b", "c"]]
)
def test_nothing_is_proposed_where_two_notations_fit_or_none(values):
    assert written(pd.DataFrame({"x": values * 5})) == (Notation(), [])


def test_a_comma_is_not_proposed_beside_columns_with_a_point():
    table = pd.DataFrame({"x": ["0,7", "1,25"] * 5, "y": [0.5, 1.5] * 5})
    assert written(table) == (Notation(), [])
