"""How many trials fit into the minutes that a study is given: the same number for every model, from measured training times."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from tentips.artifacts import read_json
from tentips.models.recipe import Recipe
from tentips.wording import number_of, series

SEARCHES, CONTROLS, SHADOWS = 0.5, 0.25, 0.1  # shares of the minutes; what is left is for all that trains no model
LEAST_SHADOWS = 4  # shadow models, below which membership inference says nothing
MEASURING = 0.1  # share of the minutes in which the models are timed
REFITS = 2  # trials that the final models of a search take: as many trainings as folds, for two of its configurations
# Trials that controls take beside label shuffles. In this order they are kept where not all of them fit.
PLANTED, CURVE, ORDER = (
    2,
    4,
    4,
)  # a strong and a moderate signal; shares that add up to about four; two seeds with order and without
DIVISIONS = {
    "baseline": 2,
    "network": 6,
}  # folds that hold groups apart and folds drawn at random, as often as there are seeds
ALWAYS = 3  # a second training, and without each batch


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


def control_trials(kind: str, grouped: bool, ordered: bool) -> dict[str, int]:
    """Return how many trials each control takes beside label shuffles, for a `kind` of model, the one to keep first before all others.

    `grouped` says whether a group has several samples, `ordered` whether a network reads the samples in their order: controls that such
    a study does not have take none.
    """
    return {
        "planted_signal": PLANTED,
        "random_folds": DIVISIONS[kind] if grouped else 0,
        "representation": ORDER if ordered and kind == "network" else 0,
        "learning_curve": CURVE,
    }


def controls_that_fit(seconds: float, minutes: float, trials: dict[str, int], asked: dict) -> dict:
    """Return the section `controls` as it fits into the controls' share of `minutes`, never more than `asked`.

    One trial of the model takes so many `seconds`, each control so many `trials` (`control_trials`). What is left after them is for
    label shuffles.
    """
    left, found = CONTROLS * 60 * minutes / seconds - ALWAYS, dict(asked)
    for name, needed in trials.items():
        found[name] = bool(asked[name]) and needed <= max(left, 0)
        left -= needed if found[name] else 0
    return {**found, "label_shuffles": _clamped(left, 0, asked["label_shuffles"])}


def shadow_models_that_fit(seconds: float, folds: int, minutes: float, asked: int) -> int:
    """Return how many shadow models of every model fit into their share of `minutes`: an even number, `asked` at most; 0 where too few do.

    One trial of each model together takes so many `seconds` on all `folds`; a shadow model takes no longer than one fold.
    """
    fitting = 2 * (_clamped(SHADOWS * 60 * minutes / (seconds / folds), 0, asked) // 2)
    return fitting if fitting >= LEAST_SHADOWS else 0


def at_pace(recipe: Recipe, files: Sequence[str]) -> Recipe:
    """Return the recipe with as many trials as fit by the pace.json among `files`; as it is where there is none."""
    for file in files:
        return replace(recipe, tuning={**recipe.tuning, "trials": read_json(file)["trials"]})
    return recipe


def controls_at_pace(controls: dict, kind: str, files: Sequence[str]) -> dict:
    """Return the section `controls` as it fits for a `kind` of model by the pace.json among `files`; as it is where there is none."""
    for file in files:
        return read_json(file)["controls"][kind]
    return controls


def shadow_models_at_pace(asked: int, files: Sequence[str]) -> int:
    """Return how many shadow models fit by the pace.json among `files`; as many as are asked for where there is none."""
    for file in files:
        return read_json(file)["shadow_models"]
    return asked


def for_both(controls: dict[str, dict]) -> dict:
    """Return the section `controls` as it fits for both kinds of model, from that of each kind."""
    first = next(iter(controls.values()))
    return {name: min(each[name] for each in controls.values()) for name in first}


def told(found: dict, controls: dict, shadow_models: int) -> str:
    """Return in words what fits, of the content of pace.json, where so many `controls` and `shadow_models` were asked for."""
    fit = for_both(found["controls"])
    counted = [f"{found['trials']} of {number_of(found['trials_asked'], 'trial')} for each model"]
    if fit["label_shuffles"]:
        counted.append(f"{fit['label_shuffles']} of {number_of(controls['label_shuffles'], 'label shuffle')}")
    if found["shadow_models"]:
        counted.append(f"{found['shadow_models']} of {number_of(shadow_models, 'shadow model')}")
    left = sorted(name.replace("_", " ") for name in controls if controls[name] and not fit[name])
    left += [] if found["shadow_models"] else ["membership inference"]
    return f"{series(counted)} fit into {found['minutes']:g} minutes" + (f", {series(left)} left out" if left else "")


def _clamped(value: float, least: int, most: int) -> int:
    return int(min(max(value, least), most))
