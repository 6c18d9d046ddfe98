"""The chosen model trained anew on the training rows of each fold, so that it can be explained on rows that it did not see."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from tentips.data.rows import Rows
from tentips.models.baseline_search import fit, predict
from tentips.models.baselines import estimator

REFIT_SEED = 900_000  # of the first fold's network: no search, control or final model has it


@dataclass(frozen=True)
class Refit:
    """The model of one fold: `predict` takes raw inputs as `Rows.inputs`, `tune` are the rows that it did not see."""

    predict: Callable[[pd.DataFrame], np.ndarray]
    tune: np.ndarray


def of_baseline(model: str, settings: dict, rows: Rows, config: dict, threads: int) -> list[Refit]:
    """Train a baseline with `settings` on the training rows of each fold."""
    found = []
    for _, train, tune in rows.folds:
        prepare = rows.preparation(config["preprocess"])
        matrix = prepare.fit_transform(rows.inputs.iloc[train], rows.truth[train])
        unfitted = estimator(model, rows.task, settings, config["tuning"]["seed"], threads, len(train))
        weights = rows.class_weights(train, config["models"]["class_weight"])
        fit(unfitted, model, matrix, rows.truth[train], None if weights is None else weights[train])
        found.append(Refit(_predicting(prepare, unfitted, rows.classes), tune))
    return found


def of_network(settings: dict, labellings: list[Rows], config: dict) -> list[list[Refit]]:
    """Train a network with `settings` on the training rows of each fold, for each labelling of the same rows, all in one pack.

    `labellings` are the rows with their labels and, beside them, the same rows with others (`Rows.relabelled`).
    """
    from tentips.data.rows import fit_and_stop
    from tentips.models.folds import prepare_folds
    from tentips.models.networks.pack import Member, Pack
    from tentips.models.networks.prediction import predict_rows
    from tentips.models.networks.search import seed_of, standardised
    from tentips.models.networks.train import train
    from tentips.models.networks.views import Views

    options, rows = config["tuning"], labellings[0]
    prepared = prepare_folds(rows, config["preprocess"])
    fitted = _preparations(rows, config["preprocess"])
    members, scales = [], []
    for own in labellings:
        for fold in prepared:
            seed = seed_of(options["seed"], REFIT_SEED + fold.number)
            learned, stop = fit_and_stop(own, fold.train, options["stopping_fraction"], seed)
            targets, scale = standardised(own, learned)
            weights = own.class_weights(learned, config["models"]["class_weight"])
            members.append(Member(settings, fold.number, learned, stop, targets, seed, options["epochs"], weights))
            scales.append(scale)
    views, precision = Views(fold.matrix for fold in prepared), config["compute"]["precision"]
    trained = train(Pack(views, members, rows.outputs, rows.task, options["patience"], precision=precision))

    def predicting(prepare, weights, scale):
        mean, spread = scale

        def predicted(inputs: pd.DataFrame) -> np.ndarray:
            matrix = np.asarray(prepare.transform(inputs), dtype="float32")
            values = predict_rows(settings, weights, matrix, rows.task)
            return values if rows.classes else values * spread + mean

        return predicted

    found = [
        Refit(predicting(fitted[member.view], each.weights, scale), prepared[member.view].tune)
        for member, each, scale in zip(members, trained, scales, strict=True)
    ]
    n = len(prepared)
    return [found[start : start + n] for start in range(0, len(found), n)]


def shuffled(rows: Rows, seed: int) -> Rows:
    """Return the rows with labels of other units: whole groups exchange theirs where labels are constant within them."""
    random = np.random.default_rng(seed)
    codes, first = np.unique(rows.groups, return_index=True)
    position = np.searchsorted(codes, rows.groups)
    if (rows.truth[first][position] == rows.truth).all():
        return rows.relabelled(random.permutation(rows.truth[first])[position])
    return rows.relabelled(random.permutation(rows.truth))


def _preparations(rows: Rows, options: dict) -> list:
    return [rows.preparation(options).fit(rows.inputs.iloc[train], rows.truth[train]) for _, train, _ in rows.folds]


def _predicting(prepare, model, classes: list[str]):
    return lambda inputs: predict(model, prepare.transform(inputs), classes)
