"""The locked evaluation: every final model on the test rows, with intervals, paired comparisons and calibration."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from tentips.config import METRICS
from tentips.development import Rows
from tentips.intervals import observed, percentile, resample_weights, resampled, two_sided_p
from tentips.tuning import score_columns, truth_column

BINS = 8  # of the calibration curve; fewer where there are fewer than 20 samples a bin
SAMPLES_PER_BIN = 20
METHOD = "paired cluster bootstrap, percentile interval"


@dataclass(frozen=True)
class Final:
    """A final model's predictions on the test rows of one repeat.

    `kind` is trivial, baseline, network or ensemble. `members` maps a seed to its predictions; models that are trained
    once have one.
    """

    model: str
    kind: str
    repeat: int
    members: dict[int, np.ndarray]


def evaluate(
    rows: dict[int, Rows], finals: list[Final], pairs: list[tuple[str, str]], options: dict, metric: str
) -> dict[str, pd.DataFrame]:
    """Score all final models on the test rows of each repeat.

    `rows` maps a repeat to its test rows, `pairs` names models to compare, (a, b). `options` is the resolved evaluation
    section. Returns the tables predictions, metrics, seeds, comparisons, calibration and confusion (see CONTRACTS).
    """
    predictions, metrics, seeds, comparisons, calibration, confusion = [], [], [], [], [], []
    for repeat, part in rows.items():
        weights = resample_weights(part.groups, options["bootstrap"], seed=repeat)
        here = {final.model: final for final in finals if final.repeat == repeat}
        drawn: dict[str, np.ndarray] = {}
        for final in here.values():
            members = list(final.members.values())
            predictions += [_predictions(part, final, seed, values) for seed, values in final.members.items()]
            for name in METRICS[part.task]:
                values = resampled(name, part.truth, members, weights)
                if name == metric:
                    drawn[final.model] = values
                interval = percentile(observed(name, part.truth, members), values, options["confidence"])
                metrics.append(
                    _keys(final)
                    | {
                        "metric": name,
                        "value": interval.value,
                        "low": interval.low,
                        "high": interval.high,
                        "n": len(part.ids),
                    }
                )
                if len(members) > 1:
                    seeds += [
                        _keys(final) | {"seed": seed, "metric": name, "value": observed(name, part.truth, [values])}
                        for seed, values in final.members.items()
                    ]
            calibration += _calibration(part, final)
            confusion += _confusion(part, final)
        for a, b in pairs:
            difference = drawn[a] - drawn[b]
            value = observed(metric, part.truth, list(here[a].members.values())) - observed(
                metric, part.truth, list(here[b].members.values())
            )
            interval = percentile(value, difference, options["confidence"])
            comparisons.append(
                {
                    "a": a,
                    "b": b,
                    "repeat": repeat,
                    "metric": metric,
                    "difference": value,
                    "low": interval.low,
                    "high": interval.high,
                    "p_value": two_sided_p(difference),
                    "method": METHOD,
                }
            )
    return {
        "predictions": pd.concat(predictions, ignore_index=True),
        "metrics": pd.DataFrame(metrics),
        "seeds": pd.DataFrame(seeds, columns=["model", "kind", "repeat", "seed", "metric", "value"]),
        "comparisons": pd.DataFrame(comparisons),
        "calibration": pd.DataFrame(calibration),
        "confusion": pd.DataFrame(confusion, columns=["model", "kind", "repeat", "truth", "decided", "n"]),
    }


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


def _predictions(rows: Rows, final: Final, seed: int, values: np.ndarray) -> pd.DataFrame:
    head = pd.DataFrame(
        {"sample": rows.ids, "model": final.model, "repeat": final.repeat, "seed": seed, "truth": truth_column(rows)}
    )
    return pd.concat([head, score_columns(rows.classes, values)], axis=1)


def _calibration(rows: Rows, final: Final) -> list[dict]:
    """Predicted against observed in bins of equal size.

    Two classes: probability of the positive class. More: probability of the decided class against how often it is right.
    Regression: predicted value against the mean of the true ones.
    """
    values = average(final)
    if not rows.classes:
        predicted, seen = values, rows.truth
    elif len(rows.classes) == 2:
        predicted, seen = values[:, 1], (rows.truth == 1).astype(float)
    else:
        predicted, seen = values.max(axis=1), (values.argmax(axis=1) == rows.truth).astype(float)
    bins = int(np.clip(len(seen) // SAMPLES_PER_BIN, 2, BINS))
    records = []
    for number, members in enumerate(np.array_split(np.argsort(predicted, kind="stable"), bins)):
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
