"""The level of each sample in columns of the sample sheet: what subgroups are made of."""

import numpy as np
import pandas as pd

from tentips.statistics.association import is_number

TERCILES = ("low third", "middle third", "high third")


def levels(sheet: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    """Return the level of each sample in each column, as text; numbers with many values as terciles, missing as NaN."""
    found = {}
    for name in dict.fromkeys(columns):
        values = sheet[name]
        if pd.api.types.is_datetime64_any_dtype(values):
            values = values.astype("int64").where(values.notna())
        if is_number(values):
            number = np.digitize(values, values.quantile([1 / 3, 2 / 3]), right=True)
            found[name] = pd.Series(np.array(TERCILES, dtype=object)[number], index=sheet.index).where(values.notna())
        else:
            found[name] = values.map(str).where(values.notna())
    return pd.DataFrame(found, index=sheet.index)
