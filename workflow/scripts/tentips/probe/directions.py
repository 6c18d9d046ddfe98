"""What was learned and what is seen in the data, against the directions that an expert expects."""

import numpy as np
import pandas as pd
from scipy import stats

from tentips.data.preparation import MISSING, categorical_columns

FEWEST = 10  # samples of a covariate's level that counts
AGREES, CONTRADICTS, UNCLEAR, NOT_JUDGED = "agrees", "contradicts", "unclear", "not judged"
COLUMNS = [
    "feature",
    "expected",
    "model",
    "learned",
    "learned_low",
    "learned_high",
    "status",
    "observed",
    "observed_low",
    "observed_high",
    "observed_status",
    "explained_by",
    "within",
    "within_low",
    "within_high",
    "n",
    "reason",
]


def directions(
    expected: dict[str, str],
    effects: pd.DataFrame,
    model: str,
    table: pd.DataFrame,
    truth: np.ndarray,
    units: np.ndarray,
    named: pd.DataFrame,
    confidence: float,
) -> pd.DataFrame:
    """Return one row per expected direction: what `model` learned, what is seen in the data, and what explains a contradiction.

    `expected` maps a feature to increases or decreases, of the positive class (`truth` 1) or the value. `effects` holds the model's
    responses (rule `interpret`). `observed` is the slope of the label on the feature, per standard deviation, with a
    cluster-robust interval (Liang and Zeger 1986). Where something contradicts what is expected, `explained_by` names the covariate of
    `named` within whose levels the slope has the expected sign and is clear: the feature stands for it (Simpson's paradox; the asthma of
    Caruana et al. 2015, doi:10.1145/2783258.2788613).
    """
    records = []
    for feature, direction in expected.items():
        record = {"feature": feature, "expected": direction, "model": model, "n": len(truth), "reason": ""}
        sign = 1 if direction == "increases" else -1
        reason, values = _numbers(table, feature)
        if reason:
            records.append(record | {"status": NOT_JUDGED, "observed_status": NOT_JUDGED, "reason": reason})
            continue
        own = effects[(effects["feature"] == feature) & effects["column"].fillna("").eq("")]
        if len(own):
            learned = own.iloc[0]
            record |= {"learned": learned["effect"], "learned_low": learned["low"], "learned_high": learned["high"]}
            record["status"] = status(sign, learned["low"], learned["high"])
        else:
            record["status"], record["reason"] = NOT_JUDGED, "the model was not asked"
        record["observed"], low, high = slope(values, truth, units, None, confidence)
        record |= {"observed_low": low, "observed_high": high, "observed_status": status(sign, low, high)}
        if CONTRADICTS in (record["status"], record["observed_status"]):
            record |= _explanation(sign, values, truth, units, named, confidence)
        records.append(record)
    return pd.DataFrame(records, columns=COLUMNS)


def status(sign: int, low: float, high: float) -> str:
    """Return whether an effect with this interval agrees with the expected sign, contradicts it, or cannot be told from none."""
    if not (np.isfinite(low) and np.isfinite(high)) or low <= 0 <= high:
        return UNCLEAR
    return AGREES if np.sign(low) == sign else CONTRADICTS


def slope(
    values: np.ndarray, truth: np.ndarray, units: np.ndarray, within: np.ndarray | None, confidence: float
) -> tuple[float, float, float]:
    """Return the slope of `truth` on `values`, per standard deviation, with a cluster-robust interval.

    With `within`, the number of each row's level, both are first cleaned of their means in each level: what is left is seen among rows
    alike in it. Missing values are left out.
    """
    present = np.isfinite(values)
    spread = values[present].std() if present.any() else 0.0
    if not spread > 0:
        return np.nan, np.nan, np.nan
    x, y, units = values[present] / spread, truth[present].astype(float), units[present]
    levels = np.zeros(len(x), dtype=int) if within is None else within[present]
    x, y = _centred(x, levels), _centred(y, levels)
    moment = np.square(x).sum()
    if not moment > 1e-9:
        return np.nan, np.nan, np.nan
    found = float(x @ y / moment)
    codes = np.unique(units, return_inverse=True)[1]
    sums = np.bincount(codes, x * (y - found * x))
    n = len(sums)
    freedom = n - 1 - len(np.unique(levels))
    if freedom < 1:
        return found, np.nan, np.nan
    error = np.sqrt(np.square(sums).sum() * n / freedom) / moment
    reach = stats.t.ppf(0.5 + confidence / 2, freedom) * error
    return found, found - reach, found + reach


def _explanation(sign: int, values, truth, units, named: pd.DataFrame, confidence: float) -> dict:
    best: dict = {}
    for column in named:
        levels = named[column]
        counted = levels.map(levels.value_counts())
        kept = (levels.notna() & (counted >= FEWEST)).to_numpy()
        if levels[kept].nunique() < 2:
            continue
        codes = pd.factorize(levels[kept])[0]
        found, low, high = slope(values[kept], truth[kept], units[kept], codes, confidence)
        if status(sign, low, high) == AGREES and abs(found) > abs(best.get("within", 0.0)):
            best = {"explained_by": column, "within": found, "within_low": low, "within_high": high}
    return best


def _numbers(table: pd.DataFrame, feature: str) -> tuple[str, np.ndarray | None]:
    """Why a feature has no direction, or its values as numbers: of two levels the second in order is the higher."""
    if feature not in table:
        return "no feature of that name", None
    values = table[feature]
    if not categorical_columns(values.to_frame()):
        if values.nunique() < 2:
            return "the feature has one value only", None
        return "", values.to_numpy(dtype=float)
    levels = sorted(values[values != MISSING].unique())
    if len(levels) != 2:
        return f"a category with {len(levels)} levels has no direction", None
    return "", values.map({levels[0]: 0.0, levels[1]: 1.0}).to_numpy(dtype=float)


def _centred(values: np.ndarray, levels: np.ndarray) -> np.ndarray:
    sums, counts = np.bincount(levels, values), np.bincount(levels)
    return values - (sums / np.maximum(counts, 1))[levels]
