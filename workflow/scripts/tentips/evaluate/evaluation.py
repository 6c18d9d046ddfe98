"""The locked evaluation: every final model on the test rows, with intervals, paired comparisons and calibration."""

from dataclasses import asdict

import numpy as np
import pandas as pd
from scipy import stats

from tentips.data.rows import Rows
from tentips.models.final_models import Final
from tentips.models.predictions import score_columns, truth_column
from tentips.statistics.calibration import bins, error_by_chance, predicted_and_seen
from tentips.statistics.comparison import compare, corrected_resampled_t, holm
from tentips.statistics.intervals import FLAT, limits, observed, score_interval
from tentips.statistics.metric_names import METRICS

VERDICT = "verdict"  # the family of the one comparison that was planned


def evaluate(
    rows: dict[int, Rows],
    developed: dict[int, int],
    finals: list[Final],
    pairs: list[tuple[str, str, str]],
    chosen: dict[int, tuple[str, str]],
    options: dict,
    metric: str,
) -> dict[str, pd.DataFrame]:
    """Score all final models on the test rows of each repeat, and combine the repeats.

    `rows` maps a repeat to its test rows, `developed` to the number of its development samples; `pairs` names models to
    compare, (a, b, family), `chosen` the two of the verdict in each repeat. `options` is the resolved evaluation section. Returns the tables predictions, metrics, seeds,
    comparisons, combined_metrics, combined_comparisons, calibration and confusion (see docs/results.md).
    """
    predictions, metrics, seeds, comparisons, calibration, confusion = [], [], [], [], [], []
    for repeat, part in rows.items():
        here = {final.model: final for final in finals if final.repeat == repeat}
        for final in here.values():
            predictions += [_predictions(part, final, seed, values) for seed, values in final.members.items()]
            for name in METRICS[part.task]:
                metrics.append(_metric(part, final, name, options["confidence"]))
                if len(final.members) > 1:
                    seeds += [
                        _keys(final) | {"seed": seed, "metric": name, "value": observed(name, part.truth, [values])}
                        for seed, values in final.members.items()
                    ]
            calibration += _calibration(part, final)
            confusion += _confusion(part, final)
        for a, b, family in ((*(chosen[repeat] if family == VERDICT else (a, b)), family) for a, b, family in pairs):
            both = [list(here[model].members.values()) for model in (a, b)]
            found = compare(metric, part.truth, *both, part.groups, options["confidence"])
            comparisons.append({"a": a, "b": b, "family": family, "repeat": repeat, "metric": metric, **asdict(found)})
    metrics, comparisons = pd.DataFrame(metrics), pd.DataFrame(comparisons)
    test_share = float(np.mean([len(part.ids) / developed[repeat] for repeat, part in rows.items()]))
    return {
        "predictions": pd.concat(predictions, ignore_index=True),
        "metrics": metrics,
        "seeds": pd.DataFrame(seeds, columns=["model", "kind", "repeat", "seed", "metric", "value"]),
        "comparisons": corrected_for_number(comparisons, ["repeat", "family"]),
        "combined_metrics": combined_metrics(metrics, test_share, options["confidence"]),
        "combined_comparisons": corrected_for_number(
            combined_comparisons(comparisons, metrics, pairs, test_share, options["confidence"]), ["family"]
        ),
        "calibration": pd.DataFrame(calibration),
        "confusion": pd.DataFrame(confusion, columns=["model", "kind", "repeat", "truth", "decided", "n"]),
    }


def combined_metrics(metrics: pd.DataFrame, test_share: float, confidence: float) -> pd.DataFrame:
    """Return one row per model and metric: the repeat's own, or over several repeats the corrected resampled t interval.

    `test_share` is the number of test samples over that of development samples.
    """
    records = []
    for (model, kind, metric), part in metrics.groupby(["model", "kind", "metric"], sort=False):
        record = {"model": model, "kind": kind, "metric": metric, "repeats": len(part), "n": int(part["n"].mean())}
        records.append(record | _over_repeats(part, "value", test_share, confidence, limits(metric)))
    return pd.DataFrame(records).drop(columns="p_value")


def combined_comparisons(
    comparisons: pd.DataFrame,
    metrics: pd.DataFrame,
    pairs: list[tuple[str, str, str]],
    test_share: float,
    confidence: float,
) -> pd.DataFrame:
    """Return one row for each of `pairs` (a, b, family), combined over repeats as `combined_metrics` does.

    The verdict combines whatever was chosen in each repeat; `others` counts the repeats in which that was another pair than a and b.

    No end leaves what is possible: the width of the metric, or what a model leaves that scores the same in every repeat
    (`metrics` has the scores), as a trivial predictor does.
    """
    records, scored = [], metrics.groupby(["model", "metric"])["value"].agg(["min", "max"])
    for a, b, family in pairs:
        part = comparisons[comparisons["family"] == family]
        same = (part["a"] == a) & (part["b"] == b)
        part, metric = part if family == VERDICT else part[same], part["metric"].iloc[0]
        others = int(len(part) - same.sum()) if family == VERDICT else 0
        record = {"a": a, "b": b, "family": family, "metric": metric, "repeats": len(part), "others": others}
        ends = [limits(metric) if others else _reached(scored.loc[(model, metric)], limits(metric)) for model in (a, b)]
        within = ends[0][0] - ends[1][1], ends[0][1] - ends[1][0]
        records.append(record | _over_repeats(part, "difference", test_share, confidence, within))
    return pd.DataFrame(records)


def corrected_for_number(comparisons: pd.DataFrame, families: list[str]) -> pd.DataFrame:
    """Add `p_adjusted`, Holm's (1979) correction within each family of comparisons."""
    adjusted = comparisons.groupby(families)["p_value"].transform(lambda values: holm(values.to_numpy()))
    return comparisons.assign(p_adjusted=adjusted)


def wilson(successes: np.ndarray, n: np.ndarray, confidence: float) -> tuple[np.ndarray, np.ndarray]:
    """Return the ends of Wilson's (1927) interval for a proportion."""
    z = stats.norm.ppf(0.5 + confidence / 2)
    p = successes / n
    middle, half = p + z * z / (2 * n), z * np.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    return (middle - half) / (1 + z * z / n), (middle + half) / (1 + z * z / n)


def average(final: Final) -> np.ndarray:
    """Return the mean prediction over the members of a model."""
    return np.mean(list(final.members.values()), axis=0)


def _keys(final: Final) -> dict:
    return {"model": final.model, "kind": final.kind, "repeat": final.repeat}


def _metric(rows: Rows, final: Final, name: str, confidence: float) -> dict:
    members = list(final.members.values())
    interval = score_interval(name, rows.truth, members, rows.groups, confidence)
    return _keys(final) | {"metric": name, **asdict(interval), "n": len(rows.ids)}


def _over_repeats(part: pd.DataFrame, column: str, test_share: float, confidence: float, within: tuple) -> dict:
    if len(part) == 1:
        own = part.iloc[0]
        method = own.get("method", "interval over groups")
        return {key: own[key] for key in (column, "low", "high")} | {
            "p_value": own.get("p_value", np.nan),
            "method": method,
        }
    found = corrected_resampled_t(part[column].to_numpy(), test_share, confidence, within)
    return {
        column: found.difference,
        "low": found.low,
        "high": found.high,
        "p_value": found.p_value,
        "method": found.method,
    }


def _reached(scores: pd.Series, possible: tuple[float, float]) -> tuple[float, float]:
    """What a model can score: its own score where it is the same in every repeat and no end, else all that is possible."""
    low, high = scores["min"], scores["max"]
    constant = high - low <= FLAT * max(abs(low), abs(high)) and possible[0] < low and high < possible[1]
    return (low, high) if constant else possible


def _predictions(rows: Rows, final: Final, seed: int, values: np.ndarray) -> pd.DataFrame:
    head = pd.DataFrame(
        {"sample": rows.ids, "model": final.model, "repeat": final.repeat, "seed": seed, "truth": truth_column(rows)}
    )
    return pd.concat([head, score_columns(rows.classes, values)], axis=1)


def _calibration(rows: Rows, final: Final) -> list[dict]:
    """Predicted against observed in bins of equal size, with an interval for what was observed."""
    predicted, seen = predicted_and_seen(rows.truth, average(final))
    by_chance = error_by_chance(predicted, rows.groups) if rows.classes else np.nan
    records = []
    for number, members in enumerate(bins(predicted)):
        n, mean = len(members), seen[members].mean()
        if rows.classes:
            low, high = wilson(seen[members].sum(), n, 0.95)
        else:
            half = stats.t.ppf(0.975, max(n - 1, 1)) * seen[members].std(ddof=1) / np.sqrt(n) if n > 1 else np.nan
            low, high = mean - half, mean + half
        records.append(
            _keys(final)
            | {
                "bin": number + 1,
                "predicted": predicted[members].mean(),
                "observed": mean,
                "low": low,
                "high": high,
                "n": n,
                "error_by_chance": by_chance,
            }
        )
    return records


def _confusion(rows: Rows, final: Final) -> list[dict]:
    decided = average(final).argmax(axis=1) if rows.classes else None
    return [
        _keys(final) | {"truth": truth, "decided": other, "n": int(((rows.truth == i) & (decided == j)).sum())}
        for i, truth in enumerate(rows.classes)
        for j, other in enumerate(rows.classes)
    ]
