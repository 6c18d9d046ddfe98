"""How long one trial of each model takes on this machine, measured before the searches."""

import time
from collections.abc import Callable

import numpy as np

from tentips.data.rows import Rows
from tentips.data.sampling import in_proportion
from tentips.models.baseline_search import configurations, try_on_folds
from tentips.models.baselines import estimator
from tentips.models.folds import prepare_fold
from tentips.models.networks.architecture import architecture
from tentips.models.networks.search import oracle, untuned
from tentips.models.networks.workbench import Workbench
from tentips.models.recipe import Recipe

TIMED = 3  # configurations of each model that are timed, the untuned one first
SMALLEST, STEP = 2000, 4  # rows that are timed first, and how many times as many next
LEAST = 3  # rows of each class in each fold, where there are so many


def seconds_of_trials(measure: Callable[[Rows], float], rows: Rows, limit: float, seed: int) -> float:
    """Return the seconds that `measure` finds for one trial on all `rows`, without measuring for much longer than `limit` seconds.

    `measure(rows)` trains and returns the seconds of one trial. It is given `SMALLEST` rows first, then `STEP` times as many until it has
    all of them. Where the next size would take longer than `limit`, what the last two sizes took is drawn out to all rows.
    """
    whole, sizes, spent, found = len(rows.ids), [], [], []
    size = min(whole, SMALLEST)
    while True:
        part, began = _part(rows, size, seed), time.monotonic()
        found.append(measure(part))
        spent.append(time.monotonic() - began)
        sizes.append(len(part.ids))
        if part is rows:
            return found[-1]
        size = min(whole, size * STEP)
        if drawn_out(sizes, spent, size) > limit:
            return drawn_out(sizes, found, whole)


def drawn_out(sizes: list[int], seconds: list[float], size: int) -> float:
    """Return how long training on `size` rows will take, from the `seconds` of smaller `sizes`, in rising order.

    A line through the last two where time grows more slowly than the rows, as it does beside a constant such as compilation, or a
    power of the rows where it grows faster. One size alone is taken to grow with the rows.
    """
    if len(sizes) == 1:
        return seconds[0] * size / sizes[0]
    (fewer, more), (quicker, longer) = sizes[-2:], seconds[-2:]
    power = np.log(longer / quicker) / np.log(more / fewer)
    if power > 1:
        return longer * (size / more) ** power
    return longer + max(0.0, longer - quicker) / (more - fewer) * (size - more)


def baseline_seconds(name: str, rows: Rows, recipe: Recipe, metric: str) -> float:
    """Return the seconds that one trial of a baseline takes, on all folds: the mean of `TIMED` of them on the first fold."""
    folds = list(rows.folds)
    first = prepare_fold(rows, folds[0], recipe.preprocess)
    began, wanted = time.monotonic(), configurations(name, rows.task, TIMED, recipe.tuning["seed"])
    for settings in wanted:
        model = estimator(name, rows.task, settings, recipe.tuning["seed"], 1, len(first.train))
        try_on_folds(model, name, settings, rows, [first], metric, recipe)
    return (time.monotonic() - began) / len(wanted) * len(folds)


def network_seconds(name: str, rows: Rows, recipe: Recipe, metric: str) -> float:
    """Return the seconds that one trial of a network takes, on all folds: the mean of `TIMED` of them in one pack.

    Programs are compiled within: rather too much, for a search compiles once for many more trials.
    """
    kind, tuning = architecture(name, recipe), recipe.tuning
    proposed = oracle(kind, {**tuning, "tuner": "random", "trials": TIMED})
    settings = [untuned(kind)]
    for number in range(TIMED - 1):
        drawn = proposed.get_space()
        drawn.values = proposed.populate_space(str(number))["values"]
        settings.append(kind.declare(drawn))
    bench, began = Workbench(kind, rows, recipe, metric), time.monotonic()
    bench.try_all([(each, tuning["epochs"], tuning["seed"]) for each in settings])
    return (time.monotonic() - began) / TIMED


def _part(rows: Rows, size: int, seed: int) -> Rows:
    """Return `size` of the rows at random, in proportion of classes and folds, and at least `LEAST` of each class in each fold."""
    if size >= len(rows.ids):
        return rows
    cells = np.unique(np.column_stack([rows.fold, rows.strata]), axis=0, return_inverse=True)[1].ravel()
    return rows.part(in_proportion(cells, size, LEAST, seed))
