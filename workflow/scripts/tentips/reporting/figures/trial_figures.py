"""Figures of the search and of training: histories, network sizes, hyperparameters, parallel coordinates."""

import numpy as np
import pandas as pd

from tentips.models.names import model_title
from tentips.models.selection import best_model
from tentips.reporting.figures import theme
from tentips.reporting.figures.drawing import Figure, nothing
from tentips.results import Results, only
from tentips.statistics.metric_names import NAMES
from tentips.study.config import metric_name
from tentips.wording import number_of

BOOKKEEPING = ("repeat", "trial", "score", "seconds", "seed", "epochs_allowed", "epochs", "cut_off", "parameters")
DECADES = 1.5  # numbers of an undeclared range that span more decades than this are on a logarithmic axis
MOST_LEVELS = 6  # numbers of more different values get an axis of numbers
COLUMNS = 3


def histories(results: Results) -> Figure:
    """Training histories of the final networks, one line per seed."""
    network = _best_network(results)
    table = only(results.histories(network), repeat=1)
    drawn, axes = theme.figure()
    for number, (_seed, part) in enumerate(table.groupby("seed")):
        lines = (
            ("loss", theme.COLOURS[0], "--", "rows it learns from"),
            ("stop_loss", theme.COLOURS[5], "-", "rows that stop it"),
        )
        for column, colour, style, name in lines:
            label = name if not number else None
            axes.plot(part["epoch"], part[column], style, color=colour, linewidth=1.2, alpha=0.8, label=label)
        chosen = part[part["chosen"]]
        axes.plot(chosen["epoch"], chosen["stop_loss"], "o", color=theme.COLOURS[5], markersize=6)
    axes.set_xlabel("Epoch")
    classification = results.config["data"]["task"] == "classification"
    axes.set_ylabel("Cross-entropy (nats)" if classification else "Squared error (standardised label)")
    axes.legend()
    n = results.bests[network]["repeats"]["1"]["samples"]
    caption = (
        f"Loss of the chosen network in training, one line for each of {number_of(table['seed'].nunique(), 'seed')}, {n} "
        "development samples. Dots: the epoch whose weights were kept. Rows that stop a network are neither "
        "trained on nor used to choose it."
    )
    return Figure(drawn, caption, "Training and stopping loss by epoch for every seed.", table)


def sizes(results: Results) -> Figure:
    """Score of each trial of the best network against its number of parameters."""
    network = _best_network(results)
    table = _trials(results, network)
    drawn, axes = theme.figure(height=3.0)
    layers = table["layers"] if "layers" in table else pd.Series(0, index=table.index)
    for position, (count, part) in enumerate(table.groupby(layers)):
        name = f"{count} hidden {'layer' if count == 1 else 'layers'}" if "layers" in table else None
        axes.scatter(
            part["parameters"],
            part["score"],
            s=34,
            color=theme.COLOURS[(0, 1, 2)[position % 3]],
            marker=theme.MARKERS[position % len(theme.MARKERS)],
            linewidths=0,
            label=name,
        )
    best = results.bests[network]["repeats"]["1"]
    axes.plot(best["parameters"], best["tuned"], "o", markersize=13, markerfacecolor="none", color=theme.COLOURS[5])
    axes.annotate(
        "chosen", (best["parameters"], best["tuned"]), xytext=(0, -17), textcoords="offset points", ha="center"
    )
    axes.set_xscale("log")
    theme.plain_log_ticks(axes.xaxis)
    axes.set_xlabel("Trainable parameters")
    axes.set_ylabel(f"{NAMES[metric_name(results.config)]} in cross-validation")
    if "layers" in table:
        axes.legend(fontsize=9)
    caption = (
        f"Each of {number_of(len(table), 'configuration')} of the {model_title(network, results.config['data']['task'])} by "
        f"its size, scored in {best['folds']}-fold cross-validation on {best['samples']} development samples. "
        "Ring: the chosen one."
    )
    alt = f"Scores of {number_of(len(table), 'network')} of {int(table['parameters'].min()):,} to {int(table['parameters'].max()):,} parameters; the chosen one has {int(best['parameters']):,}."
    return Figure(drawn, caption, alt, table[["trial", "parameters", "score"]])


def hyperparameters(results: Results) -> Figure:
    """Score of each trial of the best network against each of its hyperparameters."""
    network = _best_network(results)
    table = _trials(results, network)
    names = _varied(table)
    if len(table) < 2 or not names:
        return nothing(
            "The search tried one configuration only (tuning.trials); nothing can be said about hyperparameters."
        )
    best, space = results.bests[network]["repeats"]["1"], results.bests[network]["space"]
    columns = min(COLUMNS, len(names))
    rows = -(-len(names) // columns)
    drawn, axes = theme.figure(height=0.5 + 1.45 * rows, columns=columns, rows=rows, squeeze=False, sharey=True)
    random = np.random.default_rng(0)
    # Failed configurations would press all others into one line.
    low = max(table["score"].min(), table["score"].median() - 3 * (table["score"].max() - table["score"].median()))
    chosen = table["trial"] == table.loc[table["score"].idxmax(), "trial"]
    for panel, name in zip(axes.flat, names, strict=False):
        place, ticks, logarithmic, span = _placed(table[name], space.get(name))
        jitter = random.uniform(-0.14, 0.14, len(table)) if ticks is not None else 0.0
        below = table["score"] < low
        height = table["score"].clip(lower=low)
        for part, marker in ((~below & ~chosen, "o"), (below, "v")):
            panel.scatter(
                (place + jitter)[part],
                height[part],
                s=16,
                color=theme.COLOURS[0],
                marker=marker,
                alpha=0.85,
                linewidths=0,
            )
        panel.scatter((place + jitter)[chosen], height[chosen], s=46, color=theme.COLOURS[5], marker="D", linewidths=0)
        _scale(panel, ticks, logarithmic, span)
        panel.tick_params(labelsize=8)
        panel.margins(y=0.12)
        panel.set_title(name.replace("_", " "), fontsize=9)
    for panel in axes.flat[len(names) :]:
        panel.set_axis_off()
    metric = NAMES[metric_name(results.config)]
    drawn.supylabel(f"{metric} in cross-validation", fontsize=10)
    cut = f" Triangles: below {low:.2f}." if (table["score"] < low).any() else ""
    caption = (
        f"Each of {number_of(len(table), 'configuration')} of the {model_title(network, results.config['data']['task'])}, "
        f"scored in {best['folds']}-fold cross-validation on {best['samples']} development samples, against "
        f"each hyperparameter. Diamond: the best one.{cut} Panels are as wide as what was declared to be "
        f"searched. All hyperparameters vary at once; {number_of(len(table), 'configuration')} {'shows' if len(table) == 1 else 'show'} only the strongest "
        "effects."
    )
    return Figure(
        drawn,
        caption,
        f"Score against {len(names)} hyperparameters, one panel each.",
        table[["trial", "score", *names]],
    )


def _scale(panel, ticks: list[str] | None, logarithmic: bool, span: tuple[float, float]) -> None:
    """Give a panel the axis of its hyperparameter: named places, or what was declared to be searched."""
    if logarithmic:
        panel.set_xscale("log")
        theme.short_log_ticks(panel.xaxis)
    if ticks is None:
        theme.with_margin(panel, span, logarithmic)
        return
    slanted = sum(map(len, ticks)) > 12
    panel.set_xticks(range(len(ticks)), ticks, rotation=25 if slanted else 0, ha="right" if slanted else "center")
    panel.set_xlim(-0.5, len(ticks) - 0.5)


def coordinates(results: Results) -> Figure:
    """Parallel coordinates of the trials of the best network, coloured by score."""
    network = _best_network(results)
    table = _trials(results, network).sort_values("score").reset_index(drop=True)
    names = _varied(table)
    if len(table) < 2 or not names:
        return nothing("The search tried one configuration only (tuning.trials); there is nothing to compare.")
    best, space = results.bests[network]["repeats"]["1"], results.bests[network]["space"]
    scaled = {name: _scaled(table[name], space.get(name)) for name in names}
    ranks = table["score"].rank(pct=True).to_numpy()
    colours = theme.numbers()
    # Upright, the axes one below the other: names stay readable on a phone.
    drawn, axes = theme.figure(height=0.9 + 0.42 * len(names))
    levels = np.arange(len(names))[::-1]
    random = np.random.default_rng(0)
    for number in range(len(table)):
        at = [scaled[name][0][number] + random.uniform(-0.012, 0.012) for name in names]
        first = number == len(table) - 1
        axes.plot(
            at,
            levels,
            color=colours(ranks[number]),
            linewidth=2.6 if first else 0.9 + ranks[number],
            alpha=1 if first else 0.75,
        )
    _name_axes(axes, names, levels, scaled)
    metric = NAMES[metric_name(results.config)]
    _colour_bar(drawn, axes, colours, table["score"], f"{metric} in cross-validation: lowest, median, highest")
    caption = (
        f"Each line is one of {number_of(len(table), 'configuration')} of the "
        f"{model_title(network, results.config['data']['task'])}, from blue (lowest score) to orange (highest, "
        f"thick), coloured by rank; {best['folds']}-fold cross-validation on {best['samples']} development "
        "samples. Each axis spans what was declared to be searched, on a logarithmic scale where it was drawn "
        "on one."
    )
    alt = f"Parallel coordinates of {number_of(len(table), 'configuration')} over {len(names)} hyperparameters."
    return Figure(drawn, caption, alt, table[["trial", "score", *names]])


def _name_axes(axes, names: list[str], levels: np.ndarray, scaled: dict) -> None:
    """Draw one line for each hyperparameter with the values at its ends."""
    for level, name in zip(levels, names, strict=True):
        axes.axhline(level, color=theme.INK, linewidth=0.6, alpha=0.5)
        for place, label in scaled[name][1]:
            last = place > 0.9
            side = {"xytext": (-5 if last else 5, 4), "ha": "right" if last else "left"}
            axes.annotate(label, (place, level), textcoords="offset points", fontsize=8, **side)
    axes.set_yticks(levels, [name.replace("_", " ") for name in names])
    axes.tick_params(axis="y", length=0)
    axes.set_xticks([])
    axes.set_xlim(-0.06, 1.06)
    axes.set_ylim(-0.4, len(names) - 0.3)
    for side in ("left", "bottom"):
        axes.spines[side].set_visible(False)


def _colour_bar(drawn, axes, colours, scores: pd.Series, label: str) -> None:
    """Say below the axes which score a colour means, by rank."""
    import matplotlib.cm
    from matplotlib.colors import Normalize

    bar = drawn.colorbar(
        matplotlib.cm.ScalarMappable(Normalize(0, 1), colours),
        ax=axes,
        location="bottom",
        fraction=0.035,
        pad=0.01,
        aspect=45,
    )
    bar.set_ticks([0, 0.5, 1], labels=[f"{scores.quantile(q):.3f}" for q in (0, 0.5, 1)])
    bar.set_label(label)
    bar.outline.set_visible(False)


def _best_network(results: Results) -> str:
    return best_model(list(results.bests.values()), "network")


def _trials(results: Results, network: str) -> pd.DataFrame:
    """The trials of the first repeat that have a score."""
    table = only(results.trials(network), repeat=1)
    return table[np.isfinite(table["score"])].reset_index(drop=True)


def _varied(table: pd.DataFrame) -> list[str]:
    """The hyperparameters that took more than one value."""
    names = [name for name in table if name not in BOOKKEEPING and not name.startswith("fold_")]
    return [name for name in names if table[name].nunique() > 1]


Placed = tuple[pd.Series, list[str] | None, bool, tuple[float, float]]


def _placed(values: pd.Series, declared: dict | None) -> Placed:
    """Where values are on an axis that spans what was declared to be searched (`models.search_space`; None where it is not known).

    Returns places, names of the places where they are few, whether the axis is logarithmic, and the ends of the axis.
    """
    numeric = pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values)
    declared = declared or _seen(values, numeric)
    if "low" in declared:
        low, high = float(declared["low"]), float(declared["high"])
        if not declared["whole"] or high - low >= MOST_LEVELS:
            return values.astype(float), None, declared["logarithmic"], (low, high)
        declared = {"values": range(int(low), int(high) + 1)}
    levels = sorted(declared["values"]) if numeric else list(declared["values"])
    names = [f"{level:g}" if numeric else _short(level) for level in levels]
    at = {level: float(place) for place, level in enumerate(levels)}
    return values.map(at), names, False, (0.0, float(len(levels) - 1))


def _seen(values: pd.Series, numeric: bool) -> dict:
    """What was tried, where it is not known what was declared."""
    logarithmic = bool(numeric and values.min() > 0 and np.log10(values.max() / values.min()) > DECADES)
    if numeric and (values.nunique() > MOST_LEVELS or logarithmic):
        return {"low": values.min(), "high": values.max(), "logarithmic": logarithmic, "whole": False}
    return {"values": sorted(values.unique())}


def _scaled(values: pd.Series, declared: dict | None) -> tuple[np.ndarray, list[tuple[float, str]]]:
    """Values from 0 to 1 along the axis of what was declared, and what is written at which place."""
    place, names, logarithmic, span = _placed(values, declared)
    at, (low, high) = (np.log10(place), np.log10(span)) if logarithmic else (place, span)
    scaled = ((at - low) / (high - low)).to_numpy()
    if names is None:
        return scaled, [(0.0, f"{span[0]:.2g}"), (1.0, f"{span[1]:.2g}")]
    return scaled, [((number - low) / (high - low), name) for number, name in enumerate(names)]


def _short(level) -> str:
    """Yes and no for truth values, else the first part of a long name: glorot_uniform is glorot."""
    if str(level) in ("True", "False"):
        return "yes" if str(level) == "True" else "no"
    return str(level).split("_")[0] if len(str(level)) > 8 else str(level)
