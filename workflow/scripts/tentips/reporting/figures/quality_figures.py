"""Figures of the data's quality: hidden groups, wrong labels, missing values. No sample is named."""

import textwrap

import numpy as np

from tentips.checks.quality_checks import ORDER
from tentips.reporting.figures import theme
from tentips.reporting.figures.drawing import Figure, nothing
from tentips.results import Results
from tentips.wording import p_value

MOST_CANDIDATES = 10
LONGEST = 24  # letters of a name beside a figure


def hidden_groups(results: Results) -> Figure:
    """Each possible grouping: how near its members are, against permutations and the threshold."""
    table = results.quality["hidden_groups"]
    if not len(table):
        return nothing("No grouping that is not declared is suggested by ids or columns of the sample sheet.")
    table = table.assign(excess=table["nearer"] - table["expected"]).sort_values("excess").tail(MOST_CANDIDATES)
    threshold = results.config["checks"]["replicates_nearer"]
    drawn, axes = theme.figure(height=1.0 + 0.45 * len(table))
    for height, row in enumerate(table.itertuples()):
        needed = threshold * (ORDER if row.source == "order" else 1)
        flagged = row.excess >= needed and row.p_adjusted < 0.05
        axes.plot([row.expected, row.nearer], [height] * 2, color=theme.INK, linewidth=1)
        axes.plot(row.expected, height, "|", color=theme.INK, markersize=12)
        axes.plot(row.expected + needed, height, "|", color=theme.INK, markersize=12, alpha=0.4)
        axes.plot(row.nearer, height, "o", color=theme.COLOURS[5 if flagged else 0], markersize=7)
        axes.annotate(
            p_value(row.p_adjusted), (1.01, height), xycoords=("axes fraction", "data"), va="center", fontsize=9
        )
    names = [textwrap.fill(name, 20) for name in table["candidate"]]
    axes.set_yticks(range(len(table)), names)
    axes.set_xlim(0, 1)
    axes.set_ylim(-0.6, len(table) - 0.4)
    axes.set_xlabel("Share of other samples\nthat are further away than a mate")
    caption = (
        f"Possible groupings of {results.bests['dummy']['repeats']['1']['samples']:,} development samples "
        "that are not declared. Dot: how much nearer a mate of the same group is than other samples are "
        "(0.5: no nearer, 1: always the "
        "nearest), of neighbouring rows the share of samples with a neighbour among their nearest tenth. Upright line: permutations within strata of label, "
        "batch and site; faint line: threshold. Orange: above it. p-values are adjusted for the number of groupings (Holm 1979). Effects of label, batch, site, "
        "time and covariates are taken out of the features first."
    )
    return Figure(drawn, caption, "Nearness of the members of possible groupings, with permutations.", table)


def label_noise(results: Results) -> Figure:
    """Estimate with its interval, confident learning and confident learning without any wrong label."""
    if not len(results.quality["noise"]):
        return nothing(
            "The share of wrong labels was not estimated: the label is a number, or a class has too few samples."
        )
    row, threshold = results.quality["noise"].iloc[0], results.config["checks"]["label_noise"]
    drawn, axes = theme.figure(height=1.8)
    axes.plot([row["low"], row["high"]], [2, 2], color=theme.COLOURS[5], linewidth=2)
    axes.plot(row["share"], 2, "o", color=theme.COLOURS[5], markersize=7)
    axes.plot(row["confident"], 1, "s", color=theme.COLOURS[0], markersize=6)
    axes.plot(row["confident_null"], 0, "s", color=theme.COLOURS[0], markersize=6, markerfacecolor="none")
    axes.axvline(threshold, color=theme.INK, linestyle="--", linewidth=0.8)
    axes.set_yticks([2, 1, 0], ["Estimate", "Confident learning", "the same, no label wrong"])
    axes.set_ylim(-0.5, 2.5)
    axes.set_xlim(0, max(0.1, 1.1 * row["high"], 1.1 * row["confident"]))
    axes.set_xlabel("Share of wrong labels")
    confidence = results.config["evaluation"]["confidence"]
    caption = (
        f"Estimated share of wrong labels with its {confidence:.0%} profile-likelihood interval: calibrated out-of-fold probabilities ({row['model']}) with labels "
        f"that are another class's at random (after Copas 1988); {int(row['n'])} development samples. Squares: confident learning (Northcutt et al. 2021) on the labels, and on "
        f"labels drawn from calibrated probabilities, none of them wrong: what it makes of overlapping classes. Dashed: threshold."
    )
    return Figure(drawn, caption, f"Estimated share of wrong labels: {row['share']:.1%}.", results.quality["noise"])


def missing_map(results: Results) -> Figure:
    """Heat map of the share of missing values: features by blocks of samples, ordered by label and batch."""
    if not len(results.quality["missing_map"]):
        return nothing("No value is missing.")
    table = results.quality["missing_map"].fillna({"batch": ""})
    wide = table.pivot(index="feature", columns="block", values="share").loc[table["feature"].unique()]
    blocks = table.drop_duplicates("block").set_index("block").loc[wide.columns]
    drawn, axes = theme.figure(height=1.9 + 0.22 * len(wide))
    top = max(float(wide.to_numpy().max()), 0.01)
    shown = axes.imshow(wide.to_numpy(), aspect="auto", cmap="cividis", vmin=0, vmax=top, interpolation="nearest")
    drawn.colorbar(shown, ax=axes, label="Share missing")
    names = (blocks["label"] + " " + blocks["batch"]).str.strip().to_numpy()
    starts = np.flatnonzero(np.append(True, names[1:] != names[:-1]))
    middles = (starts + np.append(starts[1:], len(names)) - 1) / 2
    for start in starts[1:]:
        axes.axvline(start - 0.5, color="white", linewidth=1.5)
    axes.set_xticks(
        middles,
        [name[:LONGEST] for name in names[starts]],
        rotation=30 if len(starts) < 8 else 90,
        ha="right" if len(starts) < 8 else "center",
        fontsize=8,
    )
    axes.set_yticks(range(len(wide)), [str(name)[:LONGEST] for name in wide.index], fontsize=8)
    caption = (
        f"Share of missing values of the {len(wide)} features with most missing values, in {len(names)} blocks of {int(blocks['samples'].min())} to {int(blocks['samples'].max())} "
        "development samples, ordered by label and by the first batch or site."
    )
    return Figure(drawn, caption, "Heat map of missing values by feature and block of samples.", table)
