"""The recommended simpler model and the best network as what an experiment trains: with their chosen settings, nothing tuned anew."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from tentips.controls.experiments import Experiment
from tentips.controls.kept_trainings import KeptTrainings
from tentips.data.rows import Rows
from tentips.jobs.progress import Progress
from tentips.models.recipe import Recipe

TOGETHER = 64  # networks that are trained in one pack, and kept together


@dataclass(frozen=True)
class Contender:
    """What an experiment trains: the `model` of a `kind`, baseline or network, with its chosen settings."""

    kind: str
    model: str
    settings: dict
    recipe: Recipe
    threads: int = 1


def run(
    contender: Contender,
    rows: Rows,
    planned: dict[str, list[Experiment]],
    log_line: Callable[[str], None],
    kept: KeptTrainings | None = None,
) -> dict[str, list[tuple[Experiment, np.ndarray]]]:
    """Train the contender in every planned experiment, all controls together.

    Returns for each control its experiments with the predictions of their scored rows. What is `kept` from a run that was killed
    is not trained again. Networks are trained `TOGETHER` in a pack; one that was not finished is trained as a whole, so that the
    result is the same to the last bit.
    """
    experiments, model = [each for members in planned.values() for each in members], contender.model
    log_line(f"{model}: " + ", ".join(f"{len(members)} trainings for {name}" for name, members in planned.items()))
    progress = Progress(f"{model}, controls", len(experiments), log_line, unit="trainings")
    found = {number: kept.read(number, each) for number, each in enumerate(experiments)} if kept else {}
    found = {number: predictions for number, predictions in found.items() if predictions is not None}
    if found:
        log_line(f"{model}: {len(found)} of {len(experiments)} trainings were finished before; going on")
    train, size = (run_network, TOGETHER) if contender.kind == "network" else (run_baseline, 1)
    for first in range(0, len(experiments), size):
        part = dict(enumerate(experiments[first : first + size], start=first))
        if part.keys() <= found.keys():
            continue
        predicted = train(
            contender, rows, list(part.values()), lambda done, first=first: progress.report(first + done), first
        )
        for (number, each), predictions in zip(part.items(), predicted, strict=True):
            found[number] = predictions
            if kept:
                kept.write(number, each, predictions)
    predictions = iter([found[number] for number in range(len(experiments))])
    return {name: [(each, next(predictions)) for each in members] for name, members in planned.items()}


def out_of_fold(runs: list[tuple[Experiment, np.ndarray]], rows: Rows) -> dict:
    """Return the predictions of all rows for each level, put together from its folds: (rows,) or (rows, classes), NaN where none scored."""
    found = {}
    for each, predicted in runs:
        member = found.setdefault(each.level, np.full((len(rows.ids), *predicted.shape[1:]), np.nan))
        member[each.score] = predicted
    return found


def run_baseline(
    contender: Contender, rows: Rows, experiments: list[Experiment], progress=None, first: int = 0
) -> Iterator[np.ndarray]:
    """Train the baseline in every experiment; yield its predictions of the scored rows. All have one seed, whatever is `first`."""
    from tentips.models.baseline_search import fit, predict
    from tentips.models.baselines import estimator

    recipe, seed = contender.recipe, contender.recipe.tuning["seed"]
    for number, each in enumerate(experiments):
        own = rows.relabelled(each.truth)
        matrix = _prepared(own, each, recipe.preprocess)
        unfitted = estimator(contender.model, rows.task, contender.settings, seed, contender.threads, len(each.train))
        weights = own.class_weights(each.train, recipe.class_weight)
        weights = None if weights is None else weights[each.train]
        fit(unfitted, contender.model, matrix[each.train], own.truth[each.train], weights)
        if progress is not None:
            progress(number + 1)
        yield predict(unfitted, matrix[each.score], rows.classes)


def run_network(
    contender: Contender, rows: Rows, experiments: list[Experiment], progress=None, first: int = 0
) -> list[np.ndarray]:
    """Train the network in every experiment, all in one pack per shape of the inputs; return the predictions.

    `first` is the number of the first experiment among all of them, from which the seeds are.
    """
    from tentips.models.networks.architecture import architecture
    from tentips.models.networks.members import member, pack, seed_of
    from tentips.models.networks.train import train
    from tentips.models.networks.views import Views

    kind, recipe, matrices, members = architecture(contender.model, contender.recipe), contender.recipe, {}, {}
    # Categories that a part of the rows does not hold make its matrix narrower.
    views: dict[tuple, dict] = defaultdict(dict)
    alike: dict[tuple, list[int]] = defaultdict(list)
    for number, each in enumerate(experiments):
        own, key = rows.relabelled(each.truth, each.others), _view_key(each, recipe.preprocess)
        if key not in matrices:
            matrices[key] = _prepared(own, each, recipe.preprocess, kind.preparation).astype("float32")
        shape = matrices[key].shape
        view = views[shape].setdefault(key, len(views[shape]))
        seed = seed_of(recipe.tuning["seed"], 100_000 + first + number)
        members[number] = member(own, contender.settings, each.train, seed, recipe, view)
        alike[shape].append(number)
    predictions = {}
    for shape, numbers in alike.items():
        made = [members[number] for number in numbers]
        own_views = Views(matrices[key] for key in views[shape])
        trained = train(pack(kind, rows, own_views, made, recipe), progress)
        for number, own, each in zip(numbers, made, trained, strict=True):
            predictions[number] = own.unscaled(each.predictions[experiments[number].score])
    return [predictions[number] for number in range(len(experiments))]


def _prepared(own: Rows, each: Experiment, options: dict, preparation=Rows.preparation) -> np.ndarray:
    """All rows with the preparation fitted on the experiment's training rows and labels."""
    pipeline = preparation(own, options)
    pipeline.fit(own.inputs.iloc[each.train], own.truth[each.train])
    return np.asarray(pipeline.transform(own.inputs), dtype=float)


def _view_key(each: Experiment, options: dict) -> tuple:
    """What the prepared matrix depends on: the training rows, and their labels where features or their transform are chosen by them."""
    chooses = options["select"] is not None or options["transform"] == "tuned"
    return each.train.tobytes(), each.truth.tobytes() if chooses else b""
