"""Which models of a study are explained, and their refits on the folds."""

from collections.abc import Callable
from dataclasses import dataclass

from tentips.data.rows import Rows
from tentips.interpret import refits
from tentips.models.final_models import FinalModel
from tentips.models.recipe import Recipe
from tentips.models.selection import best_model

MOST_CLASSES = 5  # that are explained one by one


@dataclass(frozen=True)
class Subject:
    """A model that is explained: its final model, and its refits on the folds with real and with shuffled labels."""

    name: str
    kind: str
    final: FinalModel
    refits: list[refits.Refit]
    shuffled: list[refits.Refit]


def explained(bests: list[dict], model: str) -> list[dict]:
    """Return the best.json of the models that are explained: the recommended `model`, and the best network."""
    network = best_model(bests, "network")
    chosen = [next(best for best in bests if best["model"] == name) for name in (model, network)]
    return list({best["model"]: best for best in chosen}.values())


def subjects(
    bests: list[dict],
    model: str,
    load: Callable[[str, int], FinalModel],
    rows: Rows,
    recipe: Recipe,
    threads: int,
    seed: int,
) -> list[Subject]:
    """Train each explained model anew on the folds of the first repeat, and load the final one."""
    found, scrambled = [], refits.shuffled(rows, seed)
    for best in explained(bests, model):
        name, settings = best["model"], best["repeats"]["1"]["settings"]
        if best["kind"] == "network":
            real, other = refits.of_network(name, settings, [rows, scrambled], recipe)
        else:
            real, other = (refits.of_baseline(name, settings, each, recipe, threads) for each in (rows, scrambled))
        found.append(Subject(name, best["kind"], load(name, 1), real, other))
    return found


def outputs_of(rows: Rows) -> dict[int, str]:
    """Return the outputs that are explained with their classes: the positive one of two, else the first few; of values the only one."""
    if len(rows.classes) == 2:
        return {1: rows.classes[1]}
    return dict(enumerate(rows.classes[:MOST_CLASSES])) if rows.classes else {0: ""}
