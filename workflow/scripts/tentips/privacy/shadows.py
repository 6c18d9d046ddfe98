"""Shadow models: the same model trained on random halves of the samples, so that it is known who was learned from.

A half is made of whole units (`rows.groups`): who shares a patient is inside or outside together. Halves come in pairs, one the
complement of the other, so that every unit is inside exactly half of the models.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator

import numpy as np

from tentips.data.rows import Rows, fit_and_stop, joined_rows
from tentips.data.split import LEAST_OF_A_CLASS
from tentips.errors import StudyError
from tentips.models import stacking
from tentips.models.recipe import Recipe

REDRAWN = 20  # pairs of halves drawn for each one that is wanted, at most
SHADOW_SEED = 700_000  # of the first shadow model: no search, control or final model has it


def pooled(development: Rows, test: Rows, names: tuple[np.ndarray, np.ndarray]) -> tuple[Rows, np.ndarray]:
    """Return the rows of both parts together and a mask of those in the development part, whom the final models know.

    `names` are the groups' names in both parts. A group that is in both is left out of the test part: nobody can say
    whether it was learned from.
    """
    others = np.flatnonzero(~np.isin(names[1], names[0]))
    rows = joined_rows(development, test.part(others), (names[0], names[1][others]))
    return rows, np.arange(len(rows.ids)) < len(development.ids)


def halves(rows: Rows, number: int, stopping_fraction: float, seed: int) -> np.ndarray:
    """Draw which rows each of `number` (even) shadow models learns from: a mask, (models, rows).

    Raises StudyError where the groups are too few for halves that can both be trained on.
    """
    random = np.random.default_rng(seed)
    units = np.unique(rows.groups)
    drawn: list[np.ndarray] = []
    for _ in range(REDRAWN * number):
        if len(drawn) == number:
            break
        inside = np.isin(rows.groups, random.permutation(units)[: len(units) // 2])
        if all(_trainable(rows, np.flatnonzero(half), stopping_fraction) for half in (inside, ~inside)):
            drawn += [inside, ~inside]
    if len(drawn) < number:
        raise StudyError("too few groups hold each class for shadow models, which learn from half of them")
    return np.stack(drawn)


def of_baseline(model: str, settings: dict, rows: Rows, inside: np.ndarray, recipe: Recipe, threads: int) -> np.ndarray:
    """Train a baseline on each half and return its predictions of all rows: (models, rows, classes) or (models, rows)."""
    from tentips.models.baseline_search import fit, predict
    from tentips.models.baselines import estimator

    found = []
    for train, matrix in prepared(rows, inside, recipe.preprocess):
        unfitted = estimator(model, rows.task, settings, recipe.tuning["seed"], threads, len(train))
        weights = rows.class_weights(train, recipe.class_weight)
        weights = None if weights is None else weights[train]
        fit(unfitted, model, matrix[train], rows.truth[train], weights)
        found.append(predict(unfitted, matrix, rows.classes))
    return np.stack(found)


def of_network(
    model: str,
    settings: dict,
    rows: Rows,
    inside: np.ndarray,
    recipe: Recipe,
    progress: Callable[[int], None] | None = None,
) -> np.ndarray:
    """Train a network on each half, all in one pack, and return its predictions as `of_baseline` does.

    Categories that a half does not hold make its matrix narrower; each width is then a pack of its own.
    """
    from tentips.models.networks.architecture import architecture
    from tentips.models.networks.members import member, pack, seed_of
    from tentips.models.networks.train import train
    from tentips.models.networks.views import Views

    alike, found = defaultdict(list), {}
    kind = architecture(model, recipe)
    for number, (learned, matrix) in enumerate(prepared(rows, inside, recipe.preprocess, kind.preparation)):
        seed = seed_of(recipe.tuning["seed"], SHADOW_SEED + number)
        same = alike[matrix.shape]
        shadow = member(rows, settings, learned, seed, recipe, view=len(same))
        same.append((number, matrix.astype("float32"), shadow))
    for same in alike.values():
        members, views = [shadow for *_, shadow in same], Views(matrix for _, matrix, _ in same)
        trained = train(pack(kind, rows, views, members, recipe), progress)
        for (number, _, shadow), each in zip(same, trained, strict=True):
            found[number] = shadow.unscaled(each.predictions)
    return np.stack([found[number] for number in range(len(inside))])


def of_stacked(weights: dict[str, float], parts: dict[str, np.ndarray]) -> np.ndarray:
    """Combine the shadow models of the stacked model's parts, which were trained on the same halves."""
    return stacking.combine({name: weight for name, weight in weights.items() if weight > 0}, parts)


def prepared(
    rows: Rows, inside: np.ndarray, options: dict, preparation: Callable[[Rows, dict], object] = Rows.preparation
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield the training rows of each half and all rows as prepared by what was fitted on them."""
    for half in inside:
        train = np.flatnonzero(half)
        prepare = preparation(rows, options)
        prepare.fit(rows.inputs.iloc[train], rows.truth[train])
        yield train, np.asarray(prepare.transform(rows.inputs), dtype=float)


def _trainable(rows: Rows, train: np.ndarray, stopping_fraction: float) -> bool:
    if rows.classes and np.bincount(rows.truth[train], minlength=len(rows.classes)).min() < LEAST_OF_A_CLASS:
        return False
    try:
        fit_and_stop(rows, train, stopping_fraction, 0)
    except StudyError:
        return False
    return True
