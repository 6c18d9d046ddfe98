"""How many trials fit into the minutes that a study is given: the same number for every model, from measured training times."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from tentips.artifacts import read_json
from tentips.models.recipe import Recipe

SEARCHES, CONTROLS = 0.5, 0.25  # shares of the minutes; what is left is for exploration, evaluation and pages
MEASURING = 0.1  # share of the minutes in which the models are timed
REFITS = 2  # trials that the final models of a search take: as many trainings as folds, for two of its configurations
OTHERS = 19  # trials that the controls take beside label shuffles: planted signals, learning curve, random folds, second training


@dataclass(frozen=True)
class Machine:
    """What the study runs on: its `cores`, and how many of them a network's search takes."""

    cores: int
    network_threads: int


def trials_that_fit(
    baselines: dict[str, float], networks: dict[str, float], minutes: float, machine: Machine, repeats: int, asked: int
) -> int:
    """Return the number of trials, `asked` at most and 1 at least, that every model can have in the searches' share of `minutes`.

    `baselines` and `networks` hold the seconds of one trial of each. Searches run side by side on all cores, but none is
    divided among them.
    """
    cores = min(machine.network_threads, machine.cores)
    busy = (sum(baselines.values()) + cores * sum(networks.values())) / machine.cores
    each = repeats * max(busy, *baselines.values(), *networks.values())
    return _clamped(SEARCHES * 60 * minutes / each - REFITS, 1, asked)


def seconds_to_measure(minutes: float, models: int) -> float:
    """Return the seconds in which each of `models` models may be timed."""
    return MEASURING * 60 * minutes / models


def shuffles_that_fit(seconds: float, minutes: float, asked: int) -> int:
    """Return the number of label shuffles, `asked` at most, for a model of which one trial takes so many `seconds`."""
    return _clamped(CONTROLS * 60 * minutes / seconds - OTHERS, 0, asked)


def at_pace(recipe: Recipe, files: Sequence[str]) -> Recipe:
    """Return the recipe with as many trials as fit by the pace.json among `files`; as it is where there is none."""
    for file in files:
        return replace(recipe, tuning={**recipe.tuning, "trials": read_json(file)["trials"]})
    return recipe


def controls_at_pace(controls: dict, kind: str, files: Sequence[str]) -> dict:
    """Return the section `controls` with as many label shuffles of a `kind` of model as fit by the pace.json among `files`."""
    for file in files:
        return {**controls, "label_shuffles": read_json(file)["label_shuffles"][kind]}
    return controls


def _clamped(value: float, least: int, most: int) -> int:
    return int(min(max(value, least), most))
