"""What may become of a model when there are new samples: it is kept, trained on from where it is, or trained anew."""

import dataclasses
from collections.abc import Callable

import numpy as np

from tentips.data.rows import Rows, fit_and_stop
from tentips.errors import StudyError
from tentips.models.final_models import FinalBaseline, FinalModel, FinalNetwork
from tentips.models.recipe import Recipe
from tentips.models.refitting import refitted
from tentips.models.selection import ENSEMBLE

KEEP, WARM, RETRAIN = "keep", "warm_start", "retrain"
SLOWER = 0.1  # of the learning rate of training: weights that are good already are moved carefully


def candidates(
    model: FinalModel,
    bests: dict[str, dict],
    rows: Rows,
    added: np.ndarray,
    recipe: Recipe,
    threads: int,
    say: Callable[[str], None],
) -> dict[str, FinalModel]:
    """Return the model under each of the names that can be tried; settings are those of its search.

    `bests` are the entries of best.json by model, `rows` the development rows with the new ones that may be learned from, which `added`
    numbers. A simpler model has no warm start.
    """
    found = {KEEP: model}
    if not isinstance(model, (FinalBaseline, FinalNetwork)):
        raise StudyError(
            f"update takes one model, not '{model.model}'; name one of its parts: --config 'release={{model: mlp}}'."
        )
    if isinstance(model, FinalNetwork):
        settings = bests[model.model.removesuffix(ENSEMBLE)]["settings"]
        try:
            found[WARM] = warm_start(model, settings, rows, added, recipe)
        except StudyError as error:
            say(f"a warm start cannot be tried: {error}")
    return found | {RETRAIN: refitted(model, bests, rows, recipe, threads)}


def warm_start(model: FinalNetwork, settings: dict, rows: Rows, added: np.ndarray, recipe: Recipe) -> FinalNetwork:
    """Return the network trained on from its weights, at a tenth of its learning rate, its preparation as it was.

    It learns from all rows but a slice of the new ones, by whole groups, which stops it; the weights of the lowest loss there are
    taken, which may be those that it began with.
    """
    matrix = np.asarray(model.preparation.transform(rows.inputs), dtype="float32")
    networks = {}
    for seed, network in model.networks.items():
        _, stop = fit_and_stop(rows, added, recipe.tuning["stopping_fraction"], seed)
        fit = np.setdiff1d(np.arange(len(rows.ids)), stop)
        networks[seed] = _trained_on(network, settings, matrix, rows, (fit, stop), recipe, seed)
    return dataclasses.replace(model, networks=networks)


def _trained_on(network, settings: dict, matrix: np.ndarray, rows: Rows, parts, recipe: Recipe, seed: int):
    import keras

    fit, stop = parts
    keras.utils.set_random_seed(seed)
    own = keras.models.clone_model(network)
    own.set_weights(network.get_weights())
    loss = "sparse_categorical_crossentropy" if rows.classes else "mean_squared_error"
    own.compile(keras.optimizers.Adam(SLOWER * settings["learning_rate"]), loss=loss, weighted_metrics=[])
    weights = rows.class_weights(fit, recipe.class_weight)
    weights = np.ones(len(rows.ids)) if weights is None else weights
    random, batch = np.random.default_rng(seed), settings["batch_size"]

    def stop_loss():
        own.reset_metrics()  # else the loss is the mean over all batches so far
        return float(own.test_on_batch(matrix[stop], rows.truth[stop], sample_weight=weights[stop]))

    best, waited, kept = stop_loss(), 0, own.get_weights()
    for _ in range(recipe.tuning["epochs"]):
        order = random.permutation(fit)
        for start in range(0, len(order), batch):
            taken = order[start : start + batch]
            own.train_on_batch(matrix[taken], rows.truth[taken], sample_weight=weights[taken])
        loss, waited = stop_loss(), waited + 1
        if loss < best:
            best, waited, kept = loss, 0, own.get_weights()
        if waited >= recipe.tuning["patience"]:
            break
    own.set_weights(kept)
    return own
