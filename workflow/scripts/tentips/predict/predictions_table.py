"""Predictions of new samples as a table, written part by part."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from tentips.artifacts import whole
from tentips.data.preparation import numbers_and_text, with_batch
from tentips.models.final_models import FinalModel
from tentips.models.predictions import score_columns
from tentips.predict.new_samples import AT_ONCE, NewSamples, findings


def table(
    ids: pd.Series, features: pd.DataFrame, batch: np.ndarray | None, model: FinalModel, sheet: dict
) -> pd.DataFrame:
    """Return one row for each sample: sample, prediction, probabilities (`score_CLASS`), and what is unusual about it."""
    inputs = numbers_and_text(features)
    predicted = model.predict(inputs if batch is None else with_batch(inputs, batch))
    head = pd.DataFrame({"sample": ids.to_numpy()})
    if model.classes:
        head["prediction"] = np.array(model.classes, dtype=object)[decided(predicted, sheet["threshold"])]
        head = pd.concat([head, score_columns(model.classes, predicted)], axis=1)
    else:
        head["prediction"] = predicted
    return pd.concat([head, findings(features, sheet)], axis=1)


def decided(probabilities: np.ndarray, threshold: float | None) -> np.ndarray:
    """Return the class that is decided for: of two the second from `threshold` on, of several the most probable one."""
    return probabilities.argmax(axis=1) if threshold is None else (probabilities[:, 1] > threshold).astype(int)


def write(
    samples: NewSamples, model: FinalModel, path: str | Path, report: Callable[[int], None], at_once: int = AT_ONCE
) -> dict:
    """Predict all samples and write the table; it appears whole or not at all.

    `report` is called with how many are done. Returns counts: rows, and those with a feature missing, outside the training
    range, or of an unknown category.
    """
    counts = dict.fromkeys(("missing", "outside_range", "unknown_category"), 0)
    done = 0
    with whole(path) as partial, open(partial, "w", encoding="utf-8") as file:
        for ids, features, batch in samples.parts(at_once):
            part = table(ids, features, batch, model, samples.sheet)
            part.to_csv(file, sep="\t", index=False, header=done == 0, float_format="%.10g")
            for name in counts:
                counts[name] += int((part[name] != (0 if name == "missing" else "")).sum())
            done += len(part)
            report(done)
    return {"rows": done, **counts}


def summary(counts: dict) -> list[str]:
    """Return sentences about the samples that a reader should look at twice."""
    words = {
        "missing": "lack a value, which is filled in as in training",
        "outside_range": "have a value outside the range of the training samples",
        "unknown_category": "have a category that the model has never seen, which it takes for none",
    }
    return [f"{counts[name]:,} of {counts['rows']:,} samples {text}" for name, text in words.items() if counts[name]]
