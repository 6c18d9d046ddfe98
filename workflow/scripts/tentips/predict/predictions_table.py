"""Predictions of new samples as a table, written part by part."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from tentips.artifacts import for_spreadsheets, whole
from tentips.data.preparation import with_batch
from tentips.models.final_models import FinalModel
from tentips.models.guards import distance, prediction_intervals, prediction_sets
from tentips.models.predictions import score_columns
from tentips.predict.new_samples import AT_ONCE, NewSamples, Part, findings, modality_of

LEVEL = 0.9  # of the conformal sets that are written: what is promised of new samples like the training samples
SET, UNLIKE = "set_90", "unlike_training"


def table(part: Part, model: FinalModel, sheet: dict) -> pd.DataFrame:
    """Return one row for each sample: sample, prediction, probabilities (`score_CLASS`), its guards, and what is unusual about it.

    Guards, where the sheet has them: `set_90`, the classes of the conformal set, or `low_90` and `high_90`; `distance` from the
    training samples, and `unlike_training`, whether that is beyond the threshold.
    """
    inputs = modality_of(sheet).inputs(part.measured)
    inputs = inputs if part.batch is None else with_batch(inputs, part.batch)
    matrix = model.prepare(inputs)
    predicted = model.predict_prepared(matrix)
    head = pd.DataFrame({"sample": part.ids.to_numpy()})
    if model.classes:
        head["prediction"] = np.array(model.classes, dtype=object)[decided(predicted, sheet["threshold"])]
        head = pd.concat([head, score_columns(model.classes, predicted)], axis=1)
    else:
        head["prediction"] = predicted
    guarded = {}
    if sheet["guards"]:
        guarded = guards_of(model.unclipped(inputs, matrix), predicted, model.classes, sheet["guards"])
    return pd.concat([head.assign(**guarded), findings(part.described, sheet)], axis=1)


def guards_of(matrix: np.ndarray, predicted: np.ndarray, classes: list[str], guards: dict) -> dict[str, np.ndarray]:
    """Return the columns of the conformal set and of the distance; `guards` is guards.json, `matrix` the prepared samples."""
    columns = {}
    quantile = guards["conformal"]["quantiles"].get(f"{LEVEL:g}")
    if quantile is not None and classes:
        held = prediction_sets(predicted, quantile)
        names = np.array(classes, dtype=object)
        columns[SET] = np.array([" | ".join(names[row]) for row in held], dtype=object)
    elif quantile is not None:
        columns["low_90"], columns["high_90"] = prediction_intervals(predicted, quantile).T
    measure = guards["out_of_distribution"]
    if measure["threshold"] is not None:
        columns["distance"] = distance(measure, matrix)
        columns[UNLIKE] = columns["distance"] > measure["threshold"]
    return columns


def decided(probabilities: np.ndarray, threshold: float | None) -> np.ndarray:
    """Return the class that is decided for: of two the second from `threshold` on, of several the most probable one."""
    return probabilities.argmax(axis=1) if threshold is None else (probabilities[:, 1] > threshold).astype(int)


def write(
    samples: NewSamples, model: FinalModel, path: str | Path, report: Callable[[int], None], at_once: int = AT_ONCE
) -> dict:
    """Predict all samples and write the table; it appears whole or not at all.

    `report` is called with how many are done. Returns counts: rows, and those with a feature missing, outside the training
    range, of an unknown category, unlike the training samples, or with a conformal set of several classes or none.
    """
    counts = dict.fromkeys(("missing", "outside_range", "unknown_category", UNLIKE, SET), 0)
    done = 0
    with whole(path) as partial, open(partial, "w", encoding="utf-8") as file:
        for each in samples.parts(at_once):
            part = table(each, model, samples.sheet)
            for_spreadsheets(part).to_csv(file, sep="\t", index=False, header=done == 0, float_format="%.10g")
            for name in ("outside_range", "unknown_category"):
                counts[name] += int((part[name] != "").sum())
            counts["missing"] += int((part["missing"] > 0).sum())
            if UNLIKE in part:
                counts[UNLIKE] += int(part[UNLIKE].sum())
            if SET in part:
                counts[SET] += int((part[SET].str.contains(" | ", regex=False) | (part[SET] == "")).sum())
            done += len(part)
            report(done)
    return {"rows": done, **counts}


def summary(counts: dict) -> list[str]:
    """Return sentences about the samples that a reader should look at twice."""
    words = {
        "missing": "miss a value, which is filled in as in training",
        "outside_range": "have a value outside the range of the training samples",
        "unknown_category": "have a category that the model has never seen, which it takes for none",
        UNLIKE: "are unlike the training samples (unlike_training): what is predicted of them is a guess",
        SET: f"have a set of several classes or none ({SET}): with {LEVEL:.0%} certainty they cannot be decided",
    }
    return [
        f"{counts[name]:,} of {counts['rows']:,} samples {text}" for name, text in words.items() if counts.get(name)
    ]
