"""What is written of an update: scores, comparisons with the kept model, and which candidate is recommended."""

from dataclasses import asdict

import numpy as np
import pandas as pd

from tentips.data.rows import Rows
from tentips.statistics.comparison import compare
from tentips.statistics.intervals import score_interval
from tentips.statistics.metric_names import METRICS
from tentips.statistics.smallest_difference import BETTER, outcome
from tentips.update.candidates import KEEP
from tentips.update.shift import performance_shift


def metrics_table(predictions: dict[str, list[np.ndarray]], rows: Rows, confidence: float) -> pd.DataFrame:
    """Return one row per candidate and metric: value, low, high, n, units."""
    return pd.DataFrame(
        [
            {"candidate": name, "metric": metric}
            | asdict(score_interval(metric, rows.truth, members, rows.groups, confidence))
            | {"n": len(rows.ids), "units": len(np.unique(rows.groups))}
            for name, members in predictions.items()
            for metric in METRICS[rows.task]
        ]
    )


def comparisons_table(
    predictions: dict[str, list[np.ndarray]], rows: Rows, metric: str, confidence: float, smallest: float
) -> pd.DataFrame:
    """Return each other candidate against the kept model: difference, low, high, p_value, method, outcome.

    Intervals are made wider for their number (Bonferroni), so that the chance of a needless update does not grow with candidates.
    """
    others = [name for name in predictions if name != KEEP]
    level = 1 - (1 - confidence) / max(1, len(others))
    records = []
    for name in others:
        found = compare(metric, rows.truth, predictions[name], predictions[KEEP], rows.groups, level)
        said = outcome(found.low, found.high, smallest)
        records.append({"a": name, "b": KEEP, "metric": metric, **asdict(found), "confidence": level, "outcome": said})
    return pd.DataFrame(records)


def recommended(comparisons: pd.DataFrame) -> str:
    """Return the candidate that is shown to be better than the kept model, the one with the largest difference; else "keep"."""
    better = comparisons[comparisons["outcome"] == BETTER]
    return KEEP if better.empty else better.loc[better["difference"].idxmax(), "a"]


def performance(evaluated: pd.DataFrame, model: str, metrics: pd.DataFrame, metric: str) -> dict:
    """Return how the kept model's performance changed; `evaluated` is combined_metrics.tsv, `model` as that names it."""
    before = evaluated[(evaluated["model"] == model) & (evaluated["metric"] == metric)].iloc[0]
    now = metrics[(metrics["candidate"] == KEEP) & (metrics["metric"] == metric)].iloc[0]
    return {"metric": metric, **performance_shift(before, now)}
