"""When samples were taken: the one place that reads moments. In tidy tables they are numbers, or ISO text of one form."""

import re

import numpy as np
import pandas as pd

from tentips.errors import listed

OFFSET = r".*\d[T ]\d.*(?:[Zz]|[+-]\d\d(?::?\d\d)?)"
ACCEPTED = "a number, an ISO date (2026-11-22) or an ISO moment (2026-11-22T08:30:00+01:00)"
DAY = pd.Timedelta(days=1)


class NoMoment(ValueError):
    """Why a column cannot be read as moments: what was found where, and what to do."""


def read(values: pd.Series, form: str | None, ids: pd.Series) -> pd.Series:
    """Return moments as ISO text of one form, in order of time: dates, else moments, in UTC where the table gives offsets.

    `form` is `data.time_format`, a pattern of strptime; without it values must be ISO 8601. Missing ones stay missing.
    Raises NoMoment where a value is none, or where some have an offset from UTC and others none.
    """
    if pd.api.types.is_datetime64_any_dtype(values):
        text = values.map(lambda moment: moment.isoformat(), na_action="ignore").astype(object)
    else:
        text = values.map(lambda value: _whole(value).strip(), na_action="ignore").astype(object)
    present = text.dropna()
    moments = _moments(present, form or "ISO8601")
    if moments.isna().any():
        bad = listed([f"'{value}' (sample {ids[row]})" for row, value in present[moments.isna()].items()], 3)
        way = f"data.time_format is '{form}'" if form else f"it must be {ACCEPTED}{_guess(present[moments.isna()])}"
        raise NoMoment(f"is the time, but holds {bad}; {way}.")
    offset = present.str.fullmatch(OFFSET) if not form else pd.Series("%z" in form, index=present.index)
    if offset.any() and not offset.all():
        one, other = present[offset].index[0], present[~offset].index[0]
        raise NoMoment(
            f"is the time, but some moments have an offset from UTC ('{present[one]}', sample {ids[one]}) and others have none "
            f"('{present[other]}', sample {ids[other]}), so that their order is not known; give all of them one, or none."
        )
    return _written(moments, bool(offset.any())).reindex(values.index)


def as_numbers(values: pd.Series) -> pd.Series:
    """Return tidy times as numbers: as they are, or days since the first moment; NaN where missing."""
    if pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values):
        return values.astype(float)
    moments = pd.Series(_moments(values, "ISO8601"), index=values.index)
    return (moments - moments.min()) / DAY


def _moments(text: pd.Series, form: str) -> pd.Series:
    try:
        return pd.to_datetime(text, format=form, errors="coerce", utc=True)
    except ValueError as error:
        raise NoMoment(f"cannot be read by data.time_format '{form}': {str(error).splitlines()[0]}.") from None


def _written(moments: pd.Series, with_offset: bool) -> pd.Series:
    if not with_offset and (moments == moments.dt.normalize()).all():
        return moments.dt.strftime("%Y-%m-%d").astype(object)
    parts = "seconds" if (moments == moments.dt.floor("s")).all() else "microseconds"
    plain = moments if with_offset else moments.dt.tz_localize(None)
    return plain.map(lambda moment: moment.isoformat(timespec=parts)).astype(object)


def _guess(bad: pd.Series) -> str:
    """Which data.time_format would read days, months and years that are told apart by dots, slashes or hyphens."""
    parts = bad.str.extract(r"^(\d{1,2})([./-])(\d{1,2})\2(\d{4}|\d{2})(?:\s.*)?$")
    if parts.isna().any(axis=None) or bad.str.contains(r"\s").any():
        return ", or data.time_format must say how to read it"
    sign, year = parts[1].iloc[0], "%Y" if (parts[3].str.len() == 4).all() else "%y"
    first, second = parts[0].astype(int), parts[2].astype(int)
    day_first, month_first = f"%d{sign}%m{sign}{year}", f"%m{sign}%d{sign}{year}"
    known = {day_first: (first, second), month_first: (second, first)}
    fits = [form for form, (day, month) in known.items() if month.max() <= 12 and day.max() <= 31]
    if len(fits) == 1:
        return f', or data.time_format must say how to read it: "{fits[0]}"'
    return f', or data.time_format must say how to read it: "{day_first}" (day first) or "{month_first}" (month first)'


def _whole(value) -> str:
    if isinstance(value, (float, np.floating)) and float(value).is_integer():
        return str(int(value))
    return re.sub(r"\s+", " ", str(value))
