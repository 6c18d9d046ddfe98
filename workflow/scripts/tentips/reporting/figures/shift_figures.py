"""The figure of an update: how far new samples have drifted from those that the model was trained on."""

import textwrap

import pandas as pd

from tentips.reporting.figures import theme
from tentips.reporting.figures.drawing import Figure

MOST = 20  # features that are drawn, the farthest first
LEVEL = 0.05
TITLES = {"label": "The label", "score": "The predicted score"}


def shift(table: pd.DataFrame, unit: str) -> Figure:
    """Draw how far label, score and features have moved: the distance of both distributions, 0 (the same) to 1 (nothing in common).

    `table` is that of `update.shift.shift_table`; `unit` is what one independent sample is called.
    """
    features = table[table["of"] == "feature"].sort_values("statistic", ascending=False)
    shown = pd.concat([table[table["of"] != "feature"], features.head(MOST)])[::-1].reset_index(drop=True)
    drawn, axes = theme.figure(theme.WIDE, 1.2 + 0.3 * len(shown))
    for row in shown.itertuples():
        moved = row.p_adjusted < LEVEL
        axes.plot([0, row.statistic], [row.Index] * 2, color=theme.COLOURS[5 if moved else 0], linewidth=1.6)
        axes.plot(row.statistic, row.Index, "o" if moved else "s", color=theme.COLOURS[5 if moved else 0], markersize=6)
    names = [TITLES.get(row.of, textwrap.shorten(str(row.name), 40, placeholder="…")) for row in shown.itertuples()]
    axes.set_yticks(range(len(shown)), names, fontsize=9)
    axes.set_xlim(0, 1)
    axes.set_xlabel("Distance of the distributions, before and now")
    units = table[["units_before", "units_now"]].max()
    drifted = int((features["p_adjusted"] < LEVEL).sum())
    left = f" The {len(features) - MOST} features that moved least are in the table." if len(features) > MOST else ""
    caption = (
        f"How far {units['units_now']:.0f} new units ({unit}) differ from {units['units_before']:.0f} of the study: the statistic of "
        "Kolmogorov and Smirnov for numbers, half the sum of differences of shares for categories. Orange, round: p below 5 % "
        f"(features: Holm's over {len(features)}); {drifted} of {len(features)} features have drifted.{left}"
    )
    return Figure(drawn, caption, f"Drift of label, score and {len(features)} features.", table)
