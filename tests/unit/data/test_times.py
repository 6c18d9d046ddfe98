"""Moments: ISO by moment whatever the offset, a declared pattern, or a line that says what is accepted."""

import datetime

import numpy as np
import pandas as pd
import pytest

from tentips.data import times
from tentips.data.times import NoMoment


def read(values, form=None):
    values = pd.Series(values)
    return times.read(values, form, pd.Series([f"s{row}" for row in range(len(values))]))


def refused(values, form=None):
    with pytest.raises(NoMoment) as told:
        read(values, form)
    return str(told.value)


def test_dates_stay_as_they_are():
    assert read(["2007-11-11", None, "2008-01-02"]).tolist()[::2] == ["2007-11-11", "2008-01-02"]


def test_moments_with_offsets_are_in_order_of_the_moment():
    found = read(["2021-01-10T08:00:00+01:00", "2021-01-10T07:30:00Z", "2021-01-10T03:00:00-0500"])
    assert found.tolist() == ["2021-01-10T07:00:00+00:00", "2021-01-10T07:30:00+00:00", "2021-01-10T08:00:00+00:00"]
    assert times.as_numbers(found).to_numpy() * 24 == pytest.approx([0, 0.5, 1])


def test_moments_without_offset_keep_their_clock():
    assert read(["2021-01-10 08:00", "2021-01-11"]).tolist() == ["2021-01-10T08:00:00", "2021-01-11T00:00:00"]
    assert read(["2021-01-10T08:00:00.25", "2021-01-11T00:00:00"]).tolist()[0] == "2021-01-10T08:00:00.250000"


def test_offsets_for_some_moments_only_leave_the_order_open():
    told = refused(["2021-01-10T08:00:00+01:00", "2021-01-10T08:00:00"])
    assert "('2021-01-10T08:00:00+01:00', sample s0) and others have none ('2021-01-10T08:00:00', sample s1)" in told


@pytest.mark.parametrize(
    "values, way",
    [
        (["01.02.2021", "13.02.2021"], 'or data.time_format must say how to read it: "%d.%m.%Y".'),
        (["02/13/21", "01/02/21"], 'or data.time_format must say how to read it: "%m/%d/%y".'),
        (["01.02.2021", "02.01.2021"], '"%d.%m.%Y" (day first) or "%m.%d.%Y" (month first).'),
        (["spring", "2021-02-01"], "or data.time_format must say how to read it."),
    ],
)
def test_other_dates_are_refused_with_what_is_accepted_and_the_pattern_that_would_read_them(values, way):
    told = refused(values)
    assert (
        told.startswith(f"is the time, but holds '{values[0]}' (sample s0)")
        and times.ACCEPTED in told
        and told.endswith(way)
    )


def test_a_declared_pattern_reads_them():
    assert read(["01.02.2021", "13.02.2021"], "%d.%m.%Y").tolist() == ["2021-02-01", "2021-02-13"]
    assert read([20210201.0, 20210213.0], "%Y%m%d").tolist() == ["2021-02-01", "2021-02-13"]
    assert "'2021-02-01' (sample s1); data.time_format is '%d.%m.%Y'." in refused(
        ["01.02.2021", "2021-02-01"], "%d.%m.%Y"
    )


def test_a_day_that_does_not_exist_is_refused():
    assert "'2021-02-30' (sample s0)" in refused(["2021-02-30", "2021-02-01"])


def test_dates_of_binary_tables_are_written_in_the_same_form():
    assert read(pd.to_datetime(["2021-01-02", "2021-01-01"])).tolist() == ["2021-01-02", "2021-01-01"]
    assert read([datetime.date(2021, 1, 2), datetime.date(2020, 1, 1)]).tolist() == ["2021-01-02", "2020-01-01"]
    aware = pd.to_datetime(["2021-01-10T08:00:00+01:00"])
    assert read(aware).tolist() == ["2021-01-10T07:00:00+00:00"]


def test_numbers_stay_and_dates_count_in_days():
    assert times.as_numbers(pd.Series([3, 1])).tolist() == [3.0, 1.0]
    found = times.as_numbers(pd.Series(["2021-01-03", None, "2021-01-01"]))
    assert found.tolist()[::2] == [2.0, 0.0] and np.isnan(found[1])
