"""The figure of the search: the best score that so many trials are expected to find."""

import numpy as np
import pandas as pd

from tentips.checks.search_checks import drawn_at_random, random_trials
from tentips.models.names import model_title
from tentips.models.selection import best_model
from tentips.reporting.figures import theme
from tentips.reporting.figures.drawing import Figure, nothing
from tentips.results import Results
from tentips.statistics.expected_best import expected_best
from tentips.statistics.metric_names import NAMES
from tentips.study.config import metric_name


def search(results: Results) -> Figure:
    """Expected best score of the compared network and baseline against the number of trials."""
    bests, task = list(results.bests.values()), results.config["data"]["task"]
    models = [best_model(bests, kind) for kind in ("network", "baseline")]
    drawn_models = [model for model in models if drawn_at_random(results, model)]
    tables = [_curve(results, model) for model in drawn_models]
    tables = [table for table in tables if len(table) > 1]
    if not tables:
        return nothing(
            "No search of more than one trial was drawn at random; what fewer trials would have found is not known."
        )
    drawn, axes = theme.figure(height=3.0)
    for table in tables:
        model = table["model"].iloc[0]
        colour = theme.KIND_COLOURS[results.bests[model]["kind"]]
        axes.fill_between(table["trials"], table["low"], table["high"], color=colour, alpha=0.16, linewidth=0)
        axes.plot(
            table["trials"], table["expected"], color=colour, marker="o", markersize=3, label=model_title(model, task)
        )
    shown = pd.concat(tables)
    low = shown["expected"].min()
    axes.set_ylim(bottom=max(shown["low"].min(), low - 0.5 * (shown["high"].max() - low)) - 0.002)
    axes.set_xlabel("Trials, the untuned configuration first")
    axes.set_ylabel(f"Best {NAMES[metric_name(results.config)]}\nin cross-validation")
    axes.legend(loc="lower right")
    best, share = bests[0]["repeats"]["1"], results.config["evaluation"]["confidence"]
    left_out = (
        ""
        if len(drawn_models) == len(models)
        else " The network's trials build on one another, so that its curve is not known."
    )
    caption = (
        f"Best score that so many trials are expected to find, estimated from the trials that were made (Dodge et al. 2019, without replacement); "
        f"band: where {share:.0%} of searches end that take so many of them. {best['folds']}-fold cross-validation on {best['samples']} development "
        f"samples. Part of every rise is luck: the more is tried, the more the best owes to chance.{left_out}"
    )
    last = ", ".join(
        f"{table['expected'].iloc[-1]:.3f} of the {model_title(table['model'].iloc[0], task)}" for table in tables
    )
    return Figure(drawn, caption, f"Expected best score against the number of trials; at its end {last}.", shown)


def _curve(results: Results, model: str) -> pd.DataFrame:
    """Columns model, trials, expected, low, high; of the first repeat."""
    curve = expected_best(*random_trials(results, model, 1), results.config["evaluation"]["confidence"])
    table = pd.DataFrame(curve, columns=["expected", "low", "high"])
    table.insert(0, "trials", np.arange(1, len(table) + 1))
    table.insert(0, "model", model)
    return table[np.isfinite(table[["expected", "low", "high"]]).all(axis=1)]
