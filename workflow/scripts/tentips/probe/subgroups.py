"""How the model does in each subgroup against everybody else, with intervals adjusted for the number of subgroups."""

from itertools import combinations

import numpy as np
import pandas as pd
from scipy import stats

from tentips.statistics.comparison import holm
from tentips.statistics.intervals import limits, resample_weights, resampled, score_interval
from tentips.statistics.scores import score

FEWEST = 20  # samples of a subgroup, and as many units: an interval of fewer says nothing (a convention)
FEWEST_OF_CLASS = 5  # units of each class that ranking metrics need
COLUMNS = [
    "column",
    "level",
    "n",
    "units",
    "value",
    "low",
    "high",
    "rest",
    "difference",
    "adjusted_low",
    "adjusted_high",
    "p_value",
    "p_adjusted",
    "predicted",
    "observed",
    "metric",
    "reason",
]


def subgroups(
    truth: np.ndarray,
    predicted: np.ndarray,
    units: np.ndarray,
    named: pd.DataFrame,
    metric: str,
    classes: int,
    options: dict,
) -> pd.DataFrame:
    """Return one row per level of each column of `named` (see `data.levels`) and per pair of columns.

    `predicted` are out-of-sample predictions, (rows, classes) or (rows,). `difference` is the subgroup's score less that of all
    other samples, with a cluster-bootstrap standard error and Student's t; `p_adjusted` is Holm's, `adjusted_low` and
    `adjusted_high` are Bonferroni's, over all subgroups that were judged. `predicted` and `observed` are the mean probability of the
    positive class (or value) and what it was. A subgroup that cannot be judged has its `reason`. `options`: confidence,
    bootstrap.
    """
    weights = resample_weights(units, options["bootstrap"], seed=0)
    records = []
    for column, level, inside in _subsets(named):
        record = {"column": column, "level": level, "n": int(inside.sum()), "metric": metric}
        record["units"] = len(np.unique(units[inside]))
        records.append(record | _calibration(truth, predicted, inside, classes))
        reason = _too_few(truth, units, inside, classes)
        if reason:
            records[-1]["reason"] = reason
            continue
        records[-1] |= _judged(truth, predicted, units, inside, weights, metric, classes, options["confidence"])
    table = pd.DataFrame(records, columns=[*COLUMNS, "error", "freedom"])
    table["reason"] = table["reason"].fillna("")
    judged = table["p_value"].notna()
    table["p_adjusted"] = holm(table["p_value"])
    if judged.any():
        level = 1 - (1 - options["confidence"]) / judged.sum()
        reach = table["error"] * stats.t.ppf(0.5 + level / 2, table["freedom"].fillna(1).astype(float))
        lowest, highest = limits(metric)
        table["adjusted_low"] = (table["difference"] - reach).clip(lower=lowest - highest)
        table["adjusted_high"] = (table["difference"] + reach).clip(upper=highest - lowest)
    return table[COLUMNS]


def _subsets(named: pd.DataFrame):
    for column in named:
        values = sorted(named[column].dropna().unique())
        for value in values if len(values) > 1 else []:
            yield column, value, (named[column] == value).to_numpy()
    for a, b in combinations(named, 2):
        if named[a].nunique() < 2 or named[b].nunique() < 2:
            continue
        crossed = named[[a, b]].dropna().drop_duplicates().sort_values([a, b])
        # Where one column decides the other, the pair is one of the subgroups above.
        if len(crossed) in (named[a].nunique(), named[b].nunique()):
            continue
        for first, second in crossed.itertuples(index=False):
            inside = ((named[a] == first) & (named[b] == second)).to_numpy()
            if inside.sum() >= FEWEST:
                yield f"{a} x {b}", f"{first}, {second}", inside


def _too_few(truth, units, inside, classes) -> str:
    if inside.sum() < FEWEST or (~inside).sum() < FEWEST:
        return f"fewer than {FEWEST} samples inside or outside"
    if len(np.unique(units[inside])) < FEWEST:
        return f"fewer than {FEWEST} independent units"
    for part in (inside, ~inside):
        fewest = min((len(np.unique(units[part & (truth == number)])) for number in range(classes)), default=np.inf)
        if fewest < FEWEST_OF_CLASS:
            return f"a class has fewer than {FEWEST_OF_CLASS} independent units inside or outside"
    return ""


def _judged(truth, predicted, units, inside, weights, metric, classes, confidence) -> dict:
    sides, draws = [], []
    for part in (inside, ~inside):
        sides.append(score(metric, truth[part], predicted[part]))
        draws.append(resampled(metric, truth[part], [predicted[part]], weights[:, part]))
    interval = score_interval(metric, truth[inside], [predicted[inside]], units[inside], confidence)
    difference = draws[0] - draws[1]
    difference = difference[np.isfinite(difference)]
    found = {"value": interval.value, "low": interval.low, "high": interval.high, "rest": sides[1]}
    found["difference"] = sides[0] - sides[1]
    error = float(difference.std(ddof=1)) if len(difference) > 1 else 0.0
    if not (np.isfinite(found["difference"]) and error > 0):
        return found | {"reason": "the score does not spread"}
    n = min(len(np.unique(units[inside & kept])) for kept in _classes(truth, classes))
    error *= np.sqrt(n / (n - 1))
    p_value = 2 * stats.t.sf(abs(found["difference"]) / error, n - 1)
    return found | {"error": error, "freedom": n - 1, "p_value": float(p_value)}


def _classes(truth: np.ndarray, classes: int) -> list[np.ndarray]:
    """The rows of each class, or all rows."""
    return [truth == number for number in range(classes)] or [np.ones(len(truth), dtype=bool)]


def _calibration(truth, predicted, inside, classes) -> dict:
    if classes == 0:
        return {"predicted": predicted[inside].mean(), "observed": truth[inside].mean()}
    if classes == 2:
        return {"predicted": predicted[inside, 1].mean(), "observed": (truth[inside] == 1).mean()}
    right = predicted[inside].argmax(axis=1) == truth[inside]
    return {"predicted": predicted[inside].max(axis=1).mean(), "observed": right.mean()}
