"""Whether a network needs the order that it is given: it is trained on samples whose order is destroyed, and on the same as they are."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd

from tentips.controls.experiments import Experiment
from tentips.controls.kept_trainings import KeptTrainings
from tentips.controls.trainings import Contender, out_of_fold, run
from tentips.data.rows import Rows
from tentips.statistics.comparison import compare
from tentips.statistics.intervals import observed

SEEDS = 2  # trainings of each fold, of either kind
COLUMNS = [
    "model",
    "destroyed",
    "order",
    "without_order",
    "n",
    "score",
    "disordered",
    "difference",
    "low",
    "high",
    "p_value",
    "reason",
]


def representation(
    contender: Contender,
    rows: Rows,
    metric: str,
    confidence: float,
    seed: int,
    log_line: Callable[[str], None],
    kept: KeptTrainings | None = None,
) -> pd.DataFrame:
    """Return one row: the network's score in cross-validation, the same with each sample's order destroyed, and the paired difference.

    Both are trained anew with the settings that were chosen for the samples as they are. `reason` says why nothing was
    trained, else it is empty. Trainings that are `kept` are not carried out again.
    """
    reason = _without(contender, rows)
    if reason:
        return pd.DataFrame([{"model": contender.model, "reason": reason}], columns=COLUMNS)
    other = replace(rows, features=rows.modality.disordered(rows.features, np.random.default_rng(seed)))
    found = [
        _out_of_fold(contender, each, log_line, kept and kept.apart(name))
        for name, each in (("in order", rows), ("disordered", other))
    ]
    compared = compare(metric, rows.truth, *found, rows.groups, confidence)
    row = {
        "model": contender.model,
        "destroyed": rows.modality.disorder,
        "order": rows.modality.order,
        "without_order": rows.modality.without_order,
        "n": len(rows.ids),
        "score": observed(metric, rows.truth, found[0]),
        "disordered": observed(metric, rows.truth, found[1]),
        "difference": compared.difference,
        "low": compared.low,
        "high": compared.high,
        "p_value": compared.p_value,
        "reason": "",
    }
    return pd.DataFrame([row], columns=COLUMNS)


def nothing(model: str) -> pd.DataFrame:
    """Return the table of a study that does not ask for it, or has no time for it."""
    return pd.DataFrame([{"model": model, "reason": "it is switched off or took too long"}], columns=COLUMNS)


def _without(contender: Contender, rows: Rows) -> str:
    from tentips.models.networks.architecture import architecture

    if not rows.modality.disorder:
        return "features of a table have no order that could be destroyed"
    if contender.kind != "network" or architecture(contender.model, contender.recipe).axes == 1:
        return "it reads features, not the samples in their order"
    return ""


def _out_of_fold(
    contender: Contender, rows: Rows, log_line: Callable[[str], None], kept: KeptTrainings | None
) -> list[np.ndarray]:
    """The predictions of every row by a network that was trained on the other folds, once for each seed."""
    experiments = [
        Experiment(seed, fold, train, tune, rows.truth) for seed in range(SEEDS) for fold, train, tune in rows.folds
    ]
    runs = run(contender, rows, {"the use of order": experiments}, log_line, kept)["the use of order"]
    return list(out_of_fold(runs, rows).values())
