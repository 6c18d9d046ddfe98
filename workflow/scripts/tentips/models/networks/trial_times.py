"""How long one trial of each model takes on this machine, measured before the searches."""

import time

from tentips.data.rows import Rows
from tentips.models.baseline_search import configurations, try_on_folds
from tentips.models.baselines import estimator
from tentips.models.folds import prepare_folds
from tentips.models.networks.architecture import architecture
from tentips.models.networks.search import oracle, untuned
from tentips.models.networks.workbench import Workbench
from tentips.models.recipe import Recipe

TIMED = 3  # configurations of each model that are timed, the untuned one first


def baseline_seconds(names: list[str], rows: Rows, recipe: Recipe, metric: str) -> dict[str, float]:
    """Return the seconds that one trial of each baseline takes, on all folds: the mean of `TIMED` of them on the first fold."""
    folds, found = prepare_folds(rows, recipe.preprocess), {}
    for name in names:
        began, wanted = time.monotonic(), configurations(name, rows.task, TIMED, recipe.tuning["seed"])
        for settings in wanted:
            model = estimator(name, rows.task, settings, recipe.tuning["seed"], 1, len(folds[0].train))
            try_on_folds(model, name, settings, rows, folds[:1], metric, recipe)
        found[name] = (time.monotonic() - began) / len(wanted) * len(folds)
    return found


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
