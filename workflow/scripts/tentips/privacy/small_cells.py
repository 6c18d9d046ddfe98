"""Small cells: values that so few units share that naming one of them points at people."""

import pandas as pd

from tentips.data.tidy import GROUP, LABEL, as_text
from tentips.statistics.association import is_number

COLUMNS = ["column", "role", "values", "small", "units", "threshold"]


def rare_values(values: pd.Series, units: pd.Series, threshold: int) -> list[str]:
    """Return the values that fewer than `threshold` different units have, as text; missing ones are no value."""
    counts = units.groupby(values.map(as_text).where(values.notna())).nunique()
    return sorted(counts.index[counts < threshold])


def cells(categories: pd.DataFrame, samples: pd.DataFrame, roles: dict[str, list[str]], threshold: int) -> pd.DataFrame:
    """Return one row for each column that holds categories: how many of its values are small cells, and of how many units.

    `categories` are the features that hold names, and `samples` is the tidy sheet. No value is named. Ids, groups and numbers have a value for each unit by nature and
    are not listed.
    """
    units, records = samples[GROUP], []
    listed = {"label": [LABEL], **{role: roles[role] for role in ("batch", "site", "covariates")}}
    columns = [(role, name, samples[name]) for role, names in listed.items() for name in names]
    columns += [("feature", name, values) for name, values in categories.items()]
    for role, name, values in columns:
        if is_number(values):
            continue
        rare = rare_values(values, units, threshold)
        held = values.map(as_text).where(values.notna()).isin(rare)
        record = (name, role, int(values.nunique()), len(rare), int(units[held].nunique()), threshold)
        records.append(dict(zip(COLUMNS, record, strict=True)))
    return pd.DataFrame(records, columns=COLUMNS)
