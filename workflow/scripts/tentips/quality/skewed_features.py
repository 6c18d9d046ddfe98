"""Whether features are skewed amounts, counts or shares of a whole, of which a logarithm would be the better scale."""

import numpy as np
import pandas as pd
from scipy import stats

SKEWED = 2.0  # skewness of an exponential distribution
HALVED = 0.5  # a logarithm must take at least so much of it away
SAME_TOTAL = 0.01  # relative spread of the rows' totals, below which features are parts of a whole
FEWEST_PARTS = 5
COLUMNS = ["features", "amounts", "skewed", "whole_numbers", "skewness", "skewness_log1p", "spread_of_totals", "parts"]


def skewed_features(measured: pd.DataFrame) -> pd.DataFrame:
    """Return one row about the numeric features; none where there is no such feature.

    `amounts` counts features without a negative value and with more than two values, `skewed` those of them whose skewness is above
    `SKEWED` and at least halved by log1p, `whole_numbers` the skewed ones that count. The medians of both skewnesses are of the skewed
    ones. `parts` says whether all features are amounts of which every sample has the same total.
    """
    table = measured.select_dtypes("number")
    if not table.shape[1]:
        return pd.DataFrame(columns=COLUMNS)
    amounts = table.loc[:, (table.min() >= 0) & (table.nunique() > 2)].astype(float)
    raw, logged = (stats.skew(each, axis=0, nan_policy="omit") for each in (amounts, np.log1p(amounts)))
    found = (raw > SKEWED) & (np.abs(logged) <= HALVED * raw)
    chosen = amounts.loc[:, found]
    totals = table.sum(axis=1)
    spread = float(totals.std() / totals.mean()) if totals.mean() > 0 else float("nan")
    record = {
        "features": table.shape[1],
        "amounts": amounts.shape[1],
        "skewed": int(found.sum()),
        "whole_numbers": int((chosen.isna() | (chosen == chosen.round())).all().sum()),
        "skewness": float(np.median(raw[found])) if found.any() else float("nan"),
        "skewness_log1p": float(np.median(logged[found])) if found.any() else float("nan"),
        "spread_of_totals": spread,
        "parts": bool((table.min() >= 0).all() and table.shape[1] >= FEWEST_PARTS and spread < SAME_TOTAL),
    }
    return pd.DataFrame([record], columns=COLUMNS)
