"""The final models that are attacked, each with the predictions of its shadow models."""

from collections.abc import Callable

import numpy as np

from tentips.data.rows import Rows
from tentips.jobs.progress import Progress
from tentips.models import stacking
from tentips.models.final_models import load
from tentips.models.recipe import Recipe
from tentips.models.selection import ENSEMBLE
from tentips.privacy import shadows
from tentips.privacy.membership_audit import Target

REPEAT = 1  # the final models of one repeat are attacked


def targets_of(
    bests: list[dict],
    stacked: dict,
    rows: Rows,
    inside: np.ndarray,
    recipe: Recipe,
    threads: int,
    log_line: Callable[[str], None],
    folder: str = "results",
) -> list[Target]:
    """Train the shadow models of every final model and return what is attacked.

    `bests` and `stacked` are the contents of best.json. A network is attacked through its first seed; its ensemble by someone
    who has all seeds; the stacked model with shadow models that combine those of its parts.
    """
    progress, found, made = Progress("shadow models", len(bests), log_line, unit="models"), [], {}
    single = {}
    for number, best in enumerate(bests, start=1):
        name, kind, settings = best["model"], best["kind"], best["repeats"][str(REPEAT)]["settings"]
        final = load(name, REPEAT, folder=folder)
        if kind == "network":
            made[name] = shadows.of_network(name, settings, rows, inside, recipe)
            seeds = list(final.predict_seeds(final.prepare(rows.inputs)).values())
            single[name] = np.mean(seeds, axis=0)
            found += [Target(name, kind, seeds[:1], made[name])]
            found += [Target(f"{name}{ENSEMBLE}", "ensemble", seeds, made[name])]
        else:
            made[name] = shadows.of_baseline(name, settings, rows, inside, recipe, threads)
            single[name] = final.predict(rows.inputs)
            found += [Target(name, kind, [single[name]], made[name])]
        progress.report(number)
    weights = stacked["repeats"][str(REPEAT)]["weights"]
    combined = stacking.combine(weights, single)
    return [*found, Target(stacked["model"], stacked["kind"], [combined], shadows.of_stacked(weights, made))]
