"""The chosen model trained anew on the training rows of each fold, so that it can be explained on rows that it did not see."""

from dataclasses import dataclass

import numpy as np

from tentips.data.rows import Rows
from tentips.interpret.changed_inputs import Predict, prepared_model
from tentips.models.baseline_search import predict, refit
from tentips.models.final_models import PREDICTED_AT_ONCE
from tentips.models.recipe import Recipe

REFIT_SEED = 900_000  # of the first fold's network: no search, control or final model has it


@dataclass(frozen=True)
class Refit:
    """The model of one fold: `predict` takes raw inputs as `Rows.inputs`, `tune` are the rows that it did not see."""

    predict: Predict
    tune: np.ndarray


def of_baseline(model: str, settings: dict, rows: Rows, recipe: Recipe, threads: int) -> list[Refit]:
    """Train a baseline with `settings` on the training rows of each fold."""
    found = []
    for _, train, tune in rows.folds:
        pipeline = refit(model, rows.part(train), settings, recipe, threads)
        found.append(Refit(_predicting(pipeline, rows.classes), tune))
    return found


def of_network(model: str, settings: dict, labellings: list[Rows], recipe: Recipe) -> list[list[Refit]]:
    """Train a network with `settings` on the training rows of each fold, for each labelling of the same rows, all in one pack.

    `labellings` are the rows with their labels and, beside them, the same rows with others (`Rows.relabelled`).
    """
    from keras.ops import convert_to_numpy

    from tentips.models.networks.architecture import architecture
    from tentips.models.networks.members import in_own_unit, member, pack, seed_of
    from tentips.models.networks.train import train
    from tentips.models.networks.views import Views

    kind, rows = architecture(model, recipe), labellings[0]
    folds = list(rows.folds)
    fitted = [
        kind.preparation(rows, recipe.preprocess).fit(rows.inputs.iloc[learned], rows.truth[learned])
        for _, learned, _ in folds
    ]
    views = Views(np.asarray(prepare.transform(rows.inputs), dtype="float32") for prepare in fitted)
    members = [
        member(own, settings, learned, seed_of(recipe.tuning["seed"], REFIT_SEED + number), recipe, view=number)
        for own in labellings
        for number, learned, _ in folds
    ]
    trained = [
        in_own_unit(each, done)
        for each, done in zip(members, train(pack(kind, rows, views, members, recipe)), strict=True)
    ]

    def predicting(prepare, weights):
        network = kind.keras_model(settings, views.shape, rows.outputs, rows.task, weights)

        def predicted(matrix: np.ndarray) -> np.ndarray:
            # Called, not asked to `predict`, which would compile a program for each of many networks.
            parts = [matrix[start : start + PREDICTED_AT_ONCE] for start in range(0, len(matrix), PREDICTED_AT_ONCE)]
            values = np.concatenate([convert_to_numpy(network(part, training=False)) for part in parts]).astype(float)
            return values if rows.classes else values[:, 0]

        return prepared_model(prepare, lambda inputs: np.asarray(prepare.transform(inputs), dtype="float32"), predicted)

    found = [
        Refit(predicting(fitted[each.view], done.weights), folds[each.view][2])
        for each, done in zip(members, trained, strict=True)
    ]
    return [found[start : start + len(folds)] for start in range(0, len(found), len(folds))]


def shuffled(rows: Rows, seed: int) -> Rows:
    """Return the rows with labels of other units: whole groups exchange theirs where labels are constant within them."""
    random = np.random.default_rng(seed)
    codes, first = np.unique(rows.groups, return_index=True)
    position = np.searchsorted(codes, rows.groups)
    if (rows.truth[first][position] == rows.truth).all():
        return rows.labels_of(random.permutation(first)[position])
    return rows.labels_of(random.permutation(len(rows.truth)))


def _predicting(pipeline, classes: list[str]) -> Predict:
    prepare, model = (pipeline.named_steps[step] for step in ("prepare", "model"))
    return prepared_model(prepare, prepare.transform, lambda matrix: predict(model, matrix, classes))
