"""The figure of several labels: in each, is the network better, and do other labels help?"""

import pandas as pd

from tentips.reporting.figures import theme
from tentips.reporting.figures.drawing import Figure
from tentips.statistics.metric_names import NAMES

SERIES = {
    "network": "Best network less best simpler model",
    "gain": "Network that learns all labels less the same one without",
}


def label_differences(table: pd.DataFrame) -> Figure:
    """Differences of each label with their intervals; `table` is the content of labels.tsv."""
    asked = [question for question in SERIES if table[f"{question}_difference"].notna().any()]
    shown = table[::-1].reset_index(drop=True)
    drawn, axes = theme.figure(height=1.3 + 0.55 * len(shown))
    axes.axvline(0, color=theme.INK, linewidth=0.9)
    for number, question in enumerate(asked):
        colour, offset = theme.COLOURS[(5, 0)[number]], (0.14 - 0.28 * number) * (len(asked) > 1)
        own = shown[[f"{question}_{key}" for key in ("difference", "low", "high")]].to_numpy(dtype=float)
        for height, (difference, low, high) in enumerate(own):
            axes.plot([low, high], [height + offset] * 2, color=colour, linewidth=2.2)
            axes.plot(difference, height + offset, theme.MARKERS[number], color=colour, markersize=7)
        axes.plot([], [], theme.MARKERS[number], color=colour, label=SERIES[question])
    axes.set_yticks(range(len(shown)), [f"{row.label}\n{NAMES[row.metric]}" for row in shown.itertuples()])
    axes.set_ylim(-0.5, len(shown) - 0.5)
    axes.locator_params(axis="x", nbins=5)
    axes.set_xlabel("Difference on held-out samples")
    drawn.legend(loc="outside upper left", fontsize=9)
    lacking = any((shown[f"{each}_difference"].notna() & shown[f"{each}_low"].isna()).any() for each in asked)
    tested = "; ".join(f"{row.label} {row.tested:,}" for row in table.itertuples())
    caption = (
        f"Paired differences with {table['confidence'].iloc[0]:.0%} intervals, which are not adjusted for the number of labels. "
        f"{'A mark without a line has no interval, because too few independent groups were tested. ' if lacking else ''}"
        f"Held-out samples: {tested}. Labels of different metrics cannot be compared with one another."
    )
    return Figure(drawn, caption, f"Differences of {len(table)} labels, each with its interval.", table)
