"""The small panel of a study: its size from the folds, its features, and how it does on the test part."""

from dataclasses import replace

import numpy as np
import pandas as pd

from tentips.data.rows import Rows
from tentips.interpret.panel import CHOSEN, SCORED, Fitting, chosen_features, scores_of_sizes
from tentips.models.baseline_search import predict as predicted_by
from tentips.models.baseline_search import refit
from tentips.models.recipe import Recipe
from tentips.statistics.comparison import compare
from tentips.statistics.intervals import observed

TABLES = {"panel": ["model", "part", *SCORED, "chosen"], "panel_features": ["model", *CHOSEN]}


def fitting_of(model: str, settings: dict, recipe: Recipe, threads: int) -> Fitting:
    """Return what trains a baseline with these settings on some of the rows; the panel alone selects features."""
    recipe = replace(recipe, preprocess={**recipe.preprocess, "select": None})

    def fitting(rows: Rows, train: np.ndarray):
        pipeline = refit(model, rows.part(train), settings, recipe, threads)
        return lambda inputs: predicted_by(pipeline, inputs, rows.classes)

    return fitting


def small_panel(
    rows: Rows,
    test: Rows,
    model: str,
    fitting: Fitting,
    smallest: float,
    metric: str,
    confidence: float,
    seed: int,
) -> dict[str, pd.DataFrame]:
    """Return the tables panel and panel_features of the baseline `model`, which `fitting` trains.

    The panel is the smallest that is `enough` in the folds (`scores_of_sizes`), else none. Chosen anew on all development rows, it is
    trained on them and compared with the same model with all features on the test part, in a row of its own (part "test").
    """
    scored = scores_of_sizes(rows, fitting, metric, smallest, confidence)
    enough = scored[scored["enough"].astype(bool)]
    scored = scored.assign(model=model, part="folds", chosen=False)
    if not len(enough):
        return {
            "panel": scored.reindex(columns=TABLES["panel"]),
            "panel_features": pd.DataFrame(columns=TABLES["panel_features"]),
        }
    size = int(enough["size"].iloc[0])
    scored["chosen"] = scored["size"] == size
    features = chosen_features(rows, size, seed)
    panel = list(features.sort_values("place")["feature"][: int(features["place"].notna().sum())])
    everything, predicted = np.arange(len(rows.ids)), []
    for names in (panel, list(rows.table.columns)):
        own, held = rows.with_features(rows.table[names]), test.with_features(test.table[names])
        predicted.append([fitting(own, everything)(held.inputs)])
    found = compare(metric, test.truth, *predicted, test.groups, confidence)
    own, whole = (observed(metric, test.truth, each) for each in predicted)
    row = {"model": model, "part": "test", "size": size, "score": own, "all_features": whole, "smallest": smallest}
    row |= {"difference": found.difference, "low": found.low, "high": found.high, "chosen": True}
    row["enough"] = found.low > -smallest if np.isfinite(found.low) else found.difference > -smallest
    table = pd.concat([scored, pd.DataFrame([row])], ignore_index=True)
    return {"panel": table[TABLES["panel"]], "panel_features": features.assign(model=model)[TABLES["panel_features"]]}


def nothing() -> dict[str, pd.DataFrame]:
    """Return the tables of a study in which no panel is looked for."""
    return {name: pd.DataFrame(columns=columns) for name, columns in TABLES.items()}
