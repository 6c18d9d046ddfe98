"""Test samples unlike the training samples, in the model's own input space, and how the score falls with the distance."""

import numpy as np
import pandas as pd
from scipy import stats

from tentips.models.guards import QUANTILE
from tentips.probe.slices import losses

BINS = 5
COLUMNS = ["part", "n", "lowest", "highest", "median", "loss", "beyond", "expected", "p_value", "threshold"]


def out_of_distribution(
    guard: dict, held: np.ndarray, distances: np.ndarray, truth: np.ndarray, predicted: np.ndarray, units: np.ndarray
) -> pd.DataFrame:
    """Return one row for the training part, one for the test part, and one per fifth of the test distances.

    `beyond` is the share above the threshold, `expected` that of held-out training rows; `p_value` says how often so many test units
    would lie beyond by chance (binomial, of units). `loss` is the mean loss of the rows (`slices.losses`).
    """
    loss, threshold = losses(truth, predicted), guard["threshold"]
    first = _row("training, held out", held, None, threshold)
    whole = _row("test", distances, loss, threshold)
    far = pd.Series(distances > threshold).groupby(units).mean() > 0.5
    # A unit of several rows lies beyond about as often as one row does.
    whole["p_value"] = float(stats.binom.sf(far.sum() - 1, len(far), 1 - QUANTILE)) if len(far) else np.nan
    fifths = np.array_split(np.argsort(distances, kind="stable"), min(BINS, len(distances)))
    rows = [
        _row(f"test, fifth {number}", distances[part], loss[part], threshold) for number, part in enumerate(fifths, 1)
    ]
    table = pd.DataFrame([first, whole, *rows], columns=COLUMNS)
    return table.assign(expected=1 - QUANTILE, threshold=threshold)


def _row(part: str, distances: np.ndarray, loss: np.ndarray | None, threshold: float) -> dict:
    finite = distances[np.isfinite(distances)]
    return {
        "part": part,
        "n": len(distances),
        "lowest": finite.min(initial=np.inf),
        "highest": finite.max(initial=-np.inf),
        "median": np.median(finite) if len(finite) else np.nan,
        "loss": np.nan if loss is None else loss.mean(),
        "beyond": float((distances > threshold).mean()),
    }
