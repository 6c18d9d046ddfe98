"""Figures that probe the recommended model: subgroups, distance to the training samples, and what may be left undecided. No sample is named."""

import textwrap

import pandas as pd

from tentips.checks.recommended import judged
from tentips.models.names import in_sentence
from tentips.reporting.figures import theme
from tentips.reporting.figures.drawing import Figure, nothing
from tentips.results import Results
from tentips.statistics.metric_names import NAMES, chance
from tentips.study.config import metric_name

MOST = 24  # subgroups that are drawn, the lowest against the rest first
PROMISED = 0.9, 0.95  # shares of right decisions for which the curve is read


def subgroups(results: Results) -> Figure:
    """Forest plot: the score in each subgroup with its interval, beside that of everybody else."""
    table = results.probed("subgroups")
    tried = table[table["p_adjusted"].notna()]
    if not len(tried):
        return nothing("No subgroup has enough samples of each class to be judged.")
    shown = tried.sort_values("difference").head(MOST)[::-1].reset_index(drop=True)
    metric, drawn_height = metric_name(results.config), 1.3 + 0.34 * len(shown)
    drawn, axes = theme.figure(theme.WIDE, drawn_height)
    for row in shown.itertuples():
        worse = row.p_adjusted < 0.05 and row.difference < 0
        colour = theme.COLOURS[5 if worse else 0]
        axes.plot([row.low, row.high], [row.Index] * 2, color=colour, linewidth=2.2)
        axes.plot(row.value, row.Index, "o", color=colour, markersize=6)
        axes.plot(row.rest, row.Index, "|", color=theme.INK, markersize=11)
    level = chance(metric, len(results.classes))
    if level is not None and axes.get_xlim()[0] < level:
        axes.axvline(level, color=theme.INK, linestyle="--", linewidth=0.8)
    names = [
        textwrap.shorten(f"{row.column} {row.level}", 44, placeholder="…") + f" ({int(row.n)})"
        for row in shown.itertuples()
    ]
    axes.set_yticks(range(len(shown)), names, fontsize=9)
    axes.set_ylim(-0.6, len(shown) - 0.4)
    axes.set_xlabel(NAMES[metric])
    development, held = (
        int((results.split[results.split["repeat"] == 1]["role"] == role).sum()) for role in ("train", "test")
    )
    left = f" The {len(tried) - len(shown)} others are in the table." if len(tried) > len(shown) else ""
    unjudged = len(table) - len(tried)
    few = f" {unjudged} further subgroups have too few samples or units." if unjudged else ""
    caption = (
        f"{NAMES[metric]} of the {in_sentence(judged(results), results.config['data']['task'])} in {len(shown)} "
        f"subgroups (number of samples in brackets), out-of-fold predictions of {development} development samples "
        f"and those of {held} held-out samples together. "
        f"Lines: {results.config['evaluation']['confidence']:.0%} intervals over groups; upright line: everybody "
        f"else. Orange: worse with a p below 5 %, adjusted for {len(tried)} subgroups (Holm 1979).{left}{few}"
    )
    return Figure(drawn, caption, f"Score in {len(shown)} subgroups against everybody else.", tried)


def distances(results: Results) -> Figure:
    """Mean loss in fifths of the test samples by their distance to the training samples."""
    table = results.probed("out_of_distribution")
    fifths = table[table["part"].str.startswith("test, fifth")] if len(table) else table
    if len(fifths) < 2:
        return nothing("There are too few test samples to part them by their distance to the training samples.")
    test = table[table["part"] == "test"].iloc[0]
    drawn, axes = theme.figure()
    middles = (fifths["lowest"] + fifths["highest"]) / 2
    axes.hlines(fifths["loss"], fifths["lowest"], fifths["highest"], color=theme.COLOURS[0], linewidth=2.2)
    axes.plot(middles, fifths["loss"], "o", color=theme.COLOURS[0], markersize=6)
    axes.axvline(test["threshold"], color=theme.INK, linestyle="--", linewidth=0.9)
    axes.set_ylim(bottom=0)
    axes.set_xlabel("Distance to the training samples")
    classes = results.config["data"]["task"] == "classification"
    axes.set_ylabel("Mean loss (half the Brier score)" if classes else "Mean absolute error")
    n = int(test["n"])
    caption = (
        f"Mean loss of the {in_sentence(judged(results), results.config['data']['task'])} in fifths of {n} held-out samples, from the nearest to the farthest from the training samples "
        "(Mahalanobis distance in principal components with what these leave over, Jackson and Mudholkar 1979). "
        f"Dashed: the distance that {1 - test['expected']:.0%} of training samples keep to those of other folds; "
        f"{test['beyond']:.1%} of the held-out samples lie beyond."
    )
    return Figure(drawn, caption, "Mean loss against the distance to the training samples.", table)


def abstention(results: Results) -> Figure:
    """How many decisions are right where only the surest are made."""
    table = results.probed("abstention")
    if not len(table):
        return nothing("The model gives no probabilities.")
    drawn, axes = theme.figure()
    axes.fill_between(table["share"], table["low"], table["high"], color=theme.COLOURS[0], alpha=0.2, linewidth=0)
    axes.plot(table["share"], table["value"], "o-", color=theme.COLOURS[0], markersize=4)
    axes.set_xlim(0, 1.02)
    axes.set_xlabel("Share of samples decided, the surest first")
    axes.set_ylabel("Share of decisions that are right")
    n, confidence = int(table["n"].max()), results.config["evaluation"]["confidence"]
    caption = (
        f"Decisions of the {in_sentence(judged(results), results.config['data']['task'])} on {n} held-out samples "
        f"where only the surest are decided and the rest is left to an expert; band: {confidence:.0%} intervals over groups. "
        f"{' '.join(_decided(table, share) for share in PROMISED)}"
    )
    return Figure(drawn, caption, "Share of right decisions against the share of samples decided.", table)


def _decided(table: pd.DataFrame, promised: float) -> str:
    """For how many samples the lower end of the interval reaches a promised share of right decisions."""
    enough = table[table["low"] >= promised]
    if not len(enough):
        return f"That {promised:.0%} of decisions are right is not sure for any share."
    row = enough.iloc[-1]
    return f"{promised:.0%} right or more is sure for the surest {row['share']:.0%} (probability {row['threshold']:.2f} or more)."
