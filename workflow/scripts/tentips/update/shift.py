"""How new samples differ from those that the model was trained on: in features, label, predicted score and performance."""

import numpy as np
import pandas as pd
from scipy import stats

from tentips.data.rows import Rows
from tentips.statistics.comparison import holm

COLUMNS = ["of", "name", "statistic", "p_value", "p_adjusted", "before", "now", "units_before", "units_now", "test"]


def shift_table(
    before: Rows, now: Rows, scored: tuple[Rows, np.ndarray], scored_now: tuple[Rows, np.ndarray]
) -> pd.DataFrame:
    """Return one row per feature, and one for the label and the predicted score: did its distribution change?

    Numbers by the two-sample test of Kolmogorov and Smirnov, categories by a chi-squared test; each unit counts once, by one of its
    samples, so that many samples of one unit are no evidence. `p_adjusted` is Holm's over all features; label
    and score are one test each. `before` and `now` are medians, or shares of the category that changed most. `scored` and
    `scored_now` are rows that the model has not seen and what it predicts of them, of classes the probability of the last one.
    """
    records = [
        _compared("feature", name, before.table[name], now.table[name], before.groups, now.groups)
        for name in before.table
    ]
    table = pd.DataFrame(records)
    table["p_adjusted"] = holm(table["p_value"])
    labels = [pd.Series(rows.labels) for rows in (before, now)]
    scores = [pd.Series(each if each.ndim == 1 else each[:, -1]) for _, each in (scored, scored_now)]
    own = [rows.groups for rows, _ in (scored, scored_now)]
    rest = [
        _compared("label", "label", *labels, before.groups, now.groups),
        _compared("score", "predicted", *scores, *own),
    ]
    rest = pd.DataFrame(rest).assign(p_adjusted=[each["p_value"] for each in rest])
    return pd.concat([table, rest], ignore_index=True)[COLUMNS]


def performance_shift(evaluated: pd.Series, now: pd.Series) -> dict:
    """Return the change of the kept model's performance from the evaluation to the locked part, with its interval.

    Both are rows with value, low and high, of samples without a common unit; the limits are put together from theirs (MOVER, Zou and
    Donner 2008, Statistics in Medicine 27:1693).
    """
    difference = now["value"] - evaluated["value"]
    below = np.hypot(now["value"] - now["low"], evaluated["high"] - evaluated["value"])
    above = np.hypot(now["high"] - now["value"], evaluated["value"] - evaluated["low"])
    return {
        "evaluation": float(evaluated["value"]),
        "locked_part": float(now["value"]),
        "difference": float(difference),
        "low": float(difference - below),
        "high": float(difference + above),
    }


def _compared(of: str, name: str, before: pd.Series, now: pd.Series, groups_before, groups_now) -> dict:
    numeric = pd.api.types.is_numeric_dtype(before)
    values = [each.iloc[_one_of_each(groups)].dropna() for each, groups in ((before, groups_before), (now, groups_now))]
    record = {"of": of, "name": name, "units_before": len(values[0]), "units_now": len(values[1])}
    if min(map(len, values)) == 0:
        return record | {
            "statistic": np.nan,
            "p_value": np.nan,
            "before": np.nan,
            "now": np.nan,
            "test": "none: all missing",
        }
    if numeric:
        found = stats.ks_2samp(*values)
        medians = [float(each.median()) for each in values]
        return record | dict(
            zip(
                ("statistic", "p_value", "before", "now", "test"),
                (found.statistic, found.pvalue, *medians, "Kolmogorov-Smirnov"),
                strict=True,
            )
        )
    counts = pd.DataFrame({"before": values[0].value_counts(), "now": values[1].value_counts()}).fillna(0)
    shares = counts / counts.sum()
    changed = (shares["now"] - shares["before"]).abs().idxmax()
    p_value = stats.chi2_contingency(counts).pvalue if len(counts) > 1 else 1.0
    distance = float((shares["now"] - shares["before"]).abs().sum() / 2)
    return record | {
        "statistic": distance,
        "p_value": float(p_value),
        "before": float(shares.loc[changed, "before"]),
        "now": float(shares.loc[changed, "now"]),
        "test": "chi-squared",
    }


def _one_of_each(groups: np.ndarray) -> np.ndarray:
    """The number of one row of each group, drawn at random but always the same."""
    order = np.random.default_rng(0).permutation(len(groups))
    return order[np.unique(groups[order], return_index=True)[1]]
