"""What a column holds."""

import pandas as pd
import pytest

from tentips.inspection.columns_found import BOOLEAN, DATES, EMPTY, NUMBERS, TEXT, WHOLE, column_of


@pytest.mark.parametrize(
    ("values", "kind", "shown"),
    [
        ([1.5, 2, None, 4, 5], NUMBERS, "1.5 to 5"),
        ([1, 2, 3, 4.0, None], WHOLE, "1 to 4"),
        ([0, 1, 1, 0, None], WHOLE, "0 (2), 1 (2)"),
        (["a", "b", "b", None], TEXT, "b (2), a"),
        (["TRUE", "FALSE", "TRUE"], BOOLEAN, "TRUE (2), FALSE"),
        (["2021-02-03", "2020-01-01T08:00"], DATES, "2020-01-01 to 2021-02-03"),
        ([None, None], EMPTY, ""),
        (["a", "b", "c", "d", "e"], TEXT, "a, b, c and 2 more"),
    ],
)
def test_kinds_and_values(values, kind, shown):
    found = column_of("x", pd.Series(values))
    assert (found.kind, found.values) == (kind, shown)
    assert found.missing == sum(value is None for value in values)


@pytest.mark.parametrize("date", ["03.02.2021", "3/2/2021", "3 Feb 2021", "2021/02/03"])
def test_dates_in_other_forms_are_dates_but_not_iso(date):
    found = column_of("x", pd.Series([date] * 3))
    assert found.kind == DATES and not found.iso


def test_a_column_is_unique_only_where_no_row_lacks_it():
    assert column_of("x", pd.Series(["a", "b"])).unique
    assert not column_of("x", pd.Series(["a", "b", None])).unique
    assert not column_of("x", pd.Series(["a", "a"])).unique
    assert column_of("x", pd.Series(["a", "a", "b"])).repeated == 2
