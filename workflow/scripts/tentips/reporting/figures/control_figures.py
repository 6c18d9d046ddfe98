"""Figures of the controls: shuffled labels, learning curves, batches left out, the label without any feature."""

import numpy as np
import pandas as pd

from tentips.checks.recommended import judged
from tentips.controls.experiments import MOST_PARTS, SEEDS
from tentips.controls.power_law import fitted_form
from tentips.models.names import in_sentence, model_title
from tentips.reporting.figures import theme
from tentips.reporting.figures.drawing import Figure, nothing
from tentips.results import Results, only
from tentips.statistics.metric_names import NAMES, best_value, chance, metric_in_sentence
from tentips.study.config import metric_name
from tentips.wording import number_of, series

KINDS = ("network", "baseline")


def shuffles(results: Results) -> Figure:
    """Scores of shuffled labels against that of the real ones, for the best network and the recommended simpler model."""
    if without := results.without_control("label_shuffles"):
        return nothing(f"No label was shuffled: {without}.")
    metric, task = metric_name(results.config), results.config["data"]["task"]
    drawn, axes = theme.figure(height=2.1)
    names, count, tables = [], 0, []
    random = np.random.default_rng(0)
    for position, kind in enumerate(KINDS):
        table = results.control(kind, "label_shuffles")
        null, real = only(table, labels="shuffled")["score"], only(table, labels="real")["score"].iloc[0]
        height = position + random.uniform(-0.22, 0.22, len(null))
        axes.scatter(null, height, s=14, color=theme.INK, alpha=0.55, linewidths=0)
        axes.plot([real] * 2, [position - 0.32, position + 0.32], color=theme.KIND_COLOURS[kind], linewidth=3)
        axes.annotate(f"real {real:.3f}", (real, position + 0.34), ha="center", va="bottom", fontsize=9)
        names.append(model_title(table["model"].iloc[0], task))
        count = len(null)
        tables.append(table)
    level = chance(metric, len(results.classes))
    if level is not None:
        axes.axvline(level, color=theme.INK, linestyle="--", linewidth=0.8)
    axes.set_yticks(range(len(KINDS)), names)
    axes.set_ylim(-0.6, len(KINDS) - 0.3)
    axes.set_xlabel(f"{NAMES[metric]} in cross-validation")
    n, folds = _size(results)
    chance_told = " Dashed: chance." if level is not None else ""
    caption = (
        f"Dots: {number_of(count, 'training')} with shuffled labels (within or between whole groups, as the groups allow). Upright line: the real "
        f"labels, each fold scored by the configuration that the other folds had chosen. {folds}-fold cross-validation on {n} development samples.{chance_told}"
    )
    alt = f"Scores of shuffled labels as dots and of the real labels as a line, for {' and '.join(names)}."
    return Figure(drawn, caption, alt, pd.concat(tables))


def curve(results: Results) -> Figure:
    """Learning curves of the best network and the recommended simpler model with the form that fits each, up to twice the data."""
    if without := results.without_control("learning_curve"):
        return nothing(f"There is no learning curve: {without}.")
    metric, task = metric_name(results.config), results.config["data"]["task"]
    drawn, axes = theme.figure()
    tables = []
    for number, kind in enumerate(KINDS):
        table, law = results.control(kind, "learning_curve"), results.control(kind, "power_law").iloc[0]
        if not len(table):
            continue
        tables.append(table)
        by_fold = table.groupby(["share", "fold"], as_index=False)[["n_train", "score"]].mean()
        by_size = by_fold.groupby("share").agg(n=("n_train", "mean"), score=("score", "mean"), sd=("score", "std"))
        error = by_size["sd"] / np.sqrt(table["fold"].nunique())
        colour = theme.KIND_COLOURS[kind]
        axes.errorbar(
            by_size["n"],
            by_size["score"],
            yerr=error,
            color=colour,
            marker=theme.MARKERS[number],
            linestyle="none",
            label=model_title(law["model"], task),
        )
        if np.isfinite(law["gain"]):
            sizes = np.geomspace(by_size["n"].min(), 2 * by_size["n"].max(), 80)
            fitted = best_value(metric) - fitted_form(law).error(sizes)
            measured = sizes <= by_size["n"].max()
            axes.plot(sizes[measured], fitted[measured], color=colour, linewidth=1.2)
            axes.plot(sizes[~measured], fitted[~measured], color=colour, linewidth=1.2, linestyle=":")
    axes.set_xscale("log")
    theme.plain_log_ticks(axes.xaxis)
    axes.set_xlabel("Training samples")
    axes.set_ylabel(f"{NAMES[metric]} in cross-validation")
    if axes.get_legend_handles_labels()[1]:
        axes.legend(loc="lower right")
    n, folds = _size(results)
    caption = (
        f"Score on the tuning rows of each fold when the model learns from a part of the training groups, up to {MOST_PARTS} parts of each size; mean and standard error "
        f"of {folds} folds, {n} development samples. Lines: the power law or the exponential that fits best; dotted: up to twice the data, which is a forecast, not a measurement."
    )
    if not tables:
        return nothing("No learning curve could be measured: the training parts would be too small.")
    return Figure(drawn, caption, "Learning curves: score against the number of training samples.", pd.concat(tables))


def left_out(results: Results) -> Figure:
    """Each batch and site: its score when it was trained on, and when it was left out as a whole."""
    metric, task = metric_name(results.config), results.config["data"]["task"]
    tables = {kind: results.control(kind, "left_out") for kind in KINDS}
    tables = {kind: table[table["difference"].notna()] for kind, table in tables.items()}
    levels = list(dict.fromkeys(f"{row.factor} {row.level}" for table in tables.values() for row in table.itertuples()))
    if not levels:
        return nothing("No batch or site could be left out.")
    drawn, axes = theme.figure(height=1.3 + 0.42 * len(levels))
    for number, (kind, table) in enumerate(tables.items()):
        colour = theme.KIND_COLOURS[kind]
        for row in table.itertuples():
            height = len(levels) - 1 - levels.index(f"{row.factor} {row.level}") + (0.13, -0.13)[number]
            axes.plot([row.known, row.unknown], [height] * 2, color=colour, linewidth=1.5)
            axes.plot(row.known, height, "o", color=colour, markersize=6, markerfacecolor="none")
            axes.plot(row.unknown, height, "o", color=colour, markersize=6)
        if len(table):
            axes.plot([], [], "o", color=colour, label=model_title(table["model"].iloc[0], task))
    sizes = pd.concat(list(tables.values())).drop_duplicates(["factor", "level"])
    counts = {f"{row.factor} {row.level}": int(row.n) for row in sizes.itertuples()}
    axes.set_yticks(range(len(levels)), [f"{name}\n(n = {counts[name]})" for name in reversed(levels)])
    axes.set_ylim(-0.5, len(levels) - 0.5)
    drawn.legend(loc="outside upper left", ncols=2, fontsize=9)
    axes.set_xlabel(NAMES[metric])
    n, _ = _size(results)
    caption = (
        f"Every batch and site left out of training once. Rings: its samples in cross-validation, where others of the same batch or site were "
        f"trained on; dots: when none were. {n} development samples, groups held apart."
    )
    alt = f"Scores of {len(levels)} batches and sites, known and left out."
    return Figure(drawn, caption, alt, pd.concat(list(tables.values())))


def random_folds(results: Results) -> Figure:
    """The score in folds that hold groups apart beside that in folds drawn at random, for the best network and the simpler model."""
    if without := results.without_control("random_folds"):
        return nothing(f"No folds were drawn at random: {without}.")
    metric, task = metric_name(results.config), results.config["data"]["task"]
    table = pd.concat([results.control(kind, "random_folds") for kind in KINDS], ignore_index=True)
    tried = table[table["reason"].isna()]
    if not len(tried):
        return nothing(f"No folds were drawn at random: {table['reason'].iloc[0]}.")
    drawn, axes = theme.figure(height=2.1)
    for height, row in tried.iterrows():
        colour = theme.KIND_COLOURS[KINDS[height]]
        ends = row["apart"] + row["low"], row["apart"] + row["high"]
        axes.plot(ends, [height] * 2, color=colour, linewidth=7, alpha=0.2, solid_capstyle="butt")
        axes.plot(row["apart"], height, "o", color=colour, markersize=9, markerfacecolor="none")
        axes.plot(row["random"], height, "o", color=colour, markersize=7)
    names = [model_title(name, task) for name in tried["model"]]
    axes.set_yticks(tried.index, names)
    axes.set_ylim(-0.6, len(KINDS) - 0.4)
    axes.locator_params(axis="x", nbins=6)
    axes.set_xlabel(f"{NAMES[metric]} in cross-validation")
    confidence, first = results.config["evaluation"]["confidence"], tried.iloc[0]
    changes = series(
        f"{row['difference']:+.3f} ({confidence:.0%} interval {row['low']:+.3f} to {row['high']:+.3f}) for the "
        f"{in_sentence(row['model'], task)}"
        for _, row in tried.iterrows()
    )
    sizes = f"{int(first['n']):,} development samples in {int(first['groups']):,} groups"
    caption = (
        f"Rings: {int(first['folds'])}-fold cross-validation that holds groups apart, as this study does. Dots: the same with folds drawn at "
        f"random, where samples of one group are on both sides; the mean of {SEEDS['network']} trainings of the network. Bars: the interval of "
        f"the difference, from the ring. Random folds change the {metric_in_sentence(metric)} by {changes}. {sizes}."
    )
    return Figure(drawn, caption, f"Scores with groups apart and with random folds, for {' and '.join(names)}.", tried)


def confounders(results: Results) -> Figure:
    """The label predicted from covariates alone and from batch, site and time alone, beside the model with the features."""
    table, task = only(results.confounders, model=judged(results)), results.config["data"]["task"]
    if not len(table):
        return nothing("No covariate, batch, site or time with two values is declared.")
    metric, chosen = table["metric"].iloc[0], table["model"].iloc[0]
    drawn, axes = theme.figure(height=1.3 + 0.42 * len(table))
    for height, row in enumerate(reversed(list(table.itertuples()))):
        axes.plot([row.low, row.high], [height] * 2, color=theme.COLOURS[3], linewidth=2.2)
        axes.plot(row.value, height, "o", color=theme.COLOURS[3], markersize=7)
    axes.axvline(table["model_value"].iloc[0], color=theme.COLOURS[0], linewidth=2.2)
    axes.annotate(
        "with the features", (table["model_value"].iloc[0], len(table) - 0.45), ha="right", va="bottom", fontsize=9
    )
    level = table["chance"].iloc[0]
    if np.isfinite(level):
        axes.axvline(level, color=theme.INK, linestyle="--", linewidth=0.8)
        axes.annotate("chance", (level, len(table) - 0.45), ha="center", va="bottom", fontsize=9)
    names = [f"{row.source}\n({row.predictor})" for row in table.itertuples()]
    axes.set_yticks(range(len(table)), names[::-1])
    axes.set_ylim(-0.6, len(table) - 0.4)
    axes.set_xlabel(f"{NAMES[metric]} in cross-validation")
    confidence = results.config["evaluation"]["confidence"]
    caption = (
        f"The label predicted without any feature, with {confidence:.0%} intervals, {int(table['n'].iloc[0])} development samples. Blue line: {in_sentence(chosen, task)}, "
        f"with the features. Each row takes the columns that are declared for it, by the better of a linear and a forest model."
    )
    alt = f"Scores of {len(table)} sets of columns without features; {in_sentence(chosen, task)} with features reaches {table['model_value'].iloc[0]:.3f}."
    return Figure(drawn, caption, alt, table)


def _size(results: Results) -> tuple[int, int]:
    """Development samples and folds of the first repeat."""
    best = next(iter(results.bests.values()))["repeats"]["1"]
    return best["samples"], best["folds"]
