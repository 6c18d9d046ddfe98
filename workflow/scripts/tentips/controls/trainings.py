"""The best baseline and the best network as what an experiment trains: with their chosen settings, nothing tuned anew."""

from collections import defaultdict

import numpy as np

from tentips.controls.experiments import Experiment
from tentips.data.preparation import preparation
from tentips.data.rows import Rows, fit_and_stop
from tentips.jobs.progress import Progress


def run(
    kind: str,
    model: str,
    settings: dict,
    rows: Rows,
    planned: dict[str, list[Experiment]],
    config: dict,
    threads: int,
    log_line,
) -> dict[str, list[tuple[Experiment, np.ndarray]]]:
    """Train the `model` of `kind` (baseline or network) in every planned experiment, all controls together.

    Returns for each control its experiments with the predictions of their scored rows.
    """
    experiments = [each for members in planned.values() for each in members]
    log_line(f"{model}: " + ", ".join(f"{len(members)} trainings for {name}" for name, members in planned.items()))
    progress = Progress(f"{model}, controls", len(experiments), log_line, unit="trainings")
    if kind == "network":
        predictions = iter(run_network(settings, rows, experiments, config, progress.report))
    else:
        predictions = run_baseline(model, settings, rows, experiments, config, threads, progress.report)
    return {name: [(each, next(predictions)) for each in members] for name, members in planned.items()}


def run_baseline(
    model: str, settings: dict, rows: Rows, experiments: list[Experiment], config: dict, threads: int, progress=None
):
    """Train the baseline `model` in every experiment; yield its predictions of the scored rows."""
    from tentips.models.baseline_search import fit, predict
    from tentips.models.baselines import estimator

    for number, each in enumerate(experiments):
        own = rows.relabelled(each.truth)
        matrix = _prepared(own, each, config)
        unfitted = estimator(model, rows.task, settings, config["tuning"]["seed"], threads, len(each.train))
        weights = own.class_weights(each.train, config["models"]["class_weight"])
        weights = None if weights is None else weights[each.train]
        fit(unfitted, model, matrix[each.train], own.truth[each.train], weights)
        if progress is not None:
            progress(number + 1)
        yield predict(unfitted, matrix[each.score], rows.classes)


def run_network(settings: dict, rows: Rows, experiments: list[Experiment], config: dict, progress=None):
    """Train the network in every experiment, all in one pack per width of the features; return the predictions."""
    from tentips.models.networks.pack import Member, Pack
    from tentips.models.networks.search import seed_of, standardised
    from tentips.models.networks.train import train
    from tentips.models.networks.views import Views

    options = config["tuning"]
    widths, views, members, scales = defaultdict(list), {}, {}, {}
    for number, each in enumerate(experiments):
        own = rows.relabelled(each.truth)
        key = _view_key(each, config)
        if key not in views:
            views[key] = _prepared(own, each, config).astype("float32")
        seed = seed_of(options["seed"], 100_000 + number)
        fit_rows, stop = fit_and_stop(own, each.train, options["stopping_fraction"], seed)
        targets, scales[number] = standardised(own, fit_rows)
        weights = own.class_weights(fit_rows, config["models"]["class_weight"])
        members[number] = (fit_rows, stop, targets, seed, weights)
        # Categories that a part of the rows does not hold make its matrix narrower.
        widths[views[key].shape[1]].append((number, key))
    predictions = {}
    for numbers in widths.values():
        keys = list(dict.fromkeys(key for _, key in numbers))
        made = []
        for number, key in numbers:
            fit_rows, stop, targets, seed, weights = members[number]
            made.append(Member(settings, keys.index(key), fit_rows, stop, targets, seed, options["epochs"], weights))
        own, precision = Views(views[key] for key in keys), config["compute"]["precision"]
        pack = Pack(own, made, rows.outputs, rows.task, options["patience"], precision=precision)
        for (number, _), trained in zip(numbers, train(pack, progress), strict=True):
            mean, spread = scales[number]
            values = trained.predictions[experiments[number].score]
            predictions[number] = values if rows.classes else values * spread + mean
    return [predictions[number] for number in range(len(experiments))]


def _prepared(own: Rows, each: Experiment, config: dict) -> np.ndarray:
    """All rows with the preparation fitted on the experiment's training rows and labels."""
    pipeline = preparation(own.inputs, config["preprocess"], own.task)
    pipeline.fit(own.inputs.iloc[each.train], own.truth[each.train])
    return np.asarray(pipeline.transform(own.inputs), dtype=float)


def _view_key(each: Experiment, config: dict) -> tuple:
    """What the prepared matrix depends on: the training rows, and their labels where features are selected by them."""
    selects = config["preprocess"]["select"] is not None
    return each.train.tobytes(), each.truth.tobytes() if selects else b""
