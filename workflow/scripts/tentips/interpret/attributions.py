"""What each prepared feature adds to the predictions of a model: exact Shapley values, or a network's expected gradients."""

import numpy as np
import pandas as pd

from tentips.data.rows import Rows
from tentips.interpret import expected_gradients, shapley
from tentips.interpret.expected_gradients import attribution_table, features_of
from tentips.interpret.subjects import Subject, outputs_of
from tentips.models.final_models import FinalBaseline, FinalModel, FinalNetwork

BACKGROUND = 1000  # development rows against which attributions are measured


def attributions(subject: Subject, rows: Rows, test: Rows, seed: int) -> list[pd.DataFrame]:
    """Return a table for each output of a model (`attribution_table`): `test` samples against those of `rows`.

    Exact Shapley values of linear models and of trees, expected gradients of networks that read features. None of models
    of which neither is known, and of networks that read order or place (`effect_maps`).
    """
    background = rows.inputs.iloc[np.random.default_rng(seed).permutation(len(rows.ids))[:BACKGROUND]]
    if isinstance(subject.final, FinalNetwork):
        return _of_network(subject, rows, subject.final.prepare(test.inputs), subject.final.prepare(background), seed)
    if isinstance(subject.final, FinalBaseline):
        return _of_baseline(subject, rows, test, background)
    return []


def _of_network(subject: Subject, rows: Rows, matrix, background, seed: int) -> list[pd.DataFrame]:
    final, tables = subject.final, []
    if matrix.ndim != 2:
        return []
    names, matrix = _names(final, final.preparation, rows), matrix[: expected_gradients.EXPLAINED]
    for output, label in outputs_of(rows).items():
        by_seed, gaps = {}, {}
        for number, network in final.networks.items():
            gradient = expected_gradients.gradient_of(network, output)
            by_seed[number] = expected_gradients.expected_gradients(gradient, matrix, background, seed=seed)
            ends = [np.asarray(network.predict(each, verbose=0))[:, output] for each in (matrix, background)]
            gaps[number] = float(np.abs(by_seed[number].sum(axis=1) - (ends[0] - ends[1].mean())).mean())
        method = expected_gradients.METHOD, "probability" if rows.classes else "value"
        tables.append(attribution_table(subject.name, names, matrix, by_seed, label, gaps, method))
    return tables


def _of_baseline(subject: Subject, rows: Rows, test: Rows, background: pd.DataFrame) -> list[pd.DataFrame]:
    prepare, model = (subject.final.pipeline.named_steps[step] for step in ("prepare", "model"))
    chosen = test.inputs.iloc[: shapley.EXPLAINED]
    matrix, others = (np.asarray(subject.final.prepare(each), dtype=float) for each in (chosen, background))
    outputs = outputs_of(rows)
    found = shapley.shapley_values(model, matrix, others, list(outputs))
    if found is None:
        return []
    names = _names(subject.final, prepare, rows)
    return [
        attribution_table(
            subject.name,
            names,
            matrix,
            {1: found.values[..., number]},
            label,
            {1: found.gap[number]},
            (found.method, found.scale),
        )
        for number, label in enumerate(outputs.values())
    ]


def _names(final: FinalModel, prepare, rows: Rows) -> list[str]:
    """The feature that each prepared column belongs to."""
    return features_of(list(prepare.get_feature_names_out()), list(rows.table.columns))
