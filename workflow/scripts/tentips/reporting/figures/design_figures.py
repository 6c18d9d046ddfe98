"""Figures of the design: the power of the study against the effect that is there to be found."""

import numpy as np
import pandas as pd

from tentips.reporting.figures import theme
from tentips.reporting.figures.drawing import Figure
from tentips.results import Results
from tentips.statistics.metric_names import NAMES


def power(results: Results) -> Figure:
    """Power against the effect, for the report."""
    return power_figure(results.power, results.design)


def power_figure(table: pd.DataFrame, described: dict) -> Figure:
    """Share of planted signals found at each attainable effect, with the smallest effect that is found often enough.

    `table` is the content of power.tsv and `described` that of design.json.
    """
    found = described["power"]
    name, colour = NAMES[found["measure"]], theme.COLOURS[0]
    drawn, axes = theme.figure(height=3.2)
    axes.fill_between(table["effect"], table["low"], table["high"], color=colour, alpha=0.18, linewidth=0)
    axes.plot(table["effect"], table["power"], color=colour, marker="o", markersize=5, linewidth=1.5)
    axes.axhline(found["wanted"], color=theme.INK, linestyle="--", linewidth=0.8)
    right = table["effect"].max()
    axes.annotate(
        f"{found['wanted']:.0%}",
        (right, found["wanted"]),
        xytext=(4, 0),
        textcoords="offset points",
        va="center",
        fontsize=8,
    )
    smallest = found["smallest"]
    if smallest is not None:
        low, high = found["low"], right if found["high"] is None else found["high"]
        axes.plot([smallest] * 2, [0, found["wanted"]], color=theme.COLOURS[5], linewidth=1.5)
        axes.plot([low, high], [found["wanted"]] * 2, color=theme.COLOURS[5], linewidth=3, alpha=0.6)
        axes.annotate(
            f"{smallest:.2f}",
            (smallest, 0.02),
            xytext=(4, 0),
            textcoords="offset points",
            fontsize=9,
        )
    axes.set_ylim(0, 1.03)
    axes.set_xlabel(f"Effect: attainable {name}")
    axes.set_ylabel("Share of studies that find it")
    if found["measure"] == "roc_auc":
        _in_cohens_d(axes, table)
    caption = _caption(described)
    marked = "no effect reaches it" if smallest is None else f"reached at {name} {smallest:.2f}"
    return Figure(drawn, caption, f"Power against the planted effect; {found['wanted']:.0%} is {marked}.", table)


def comparison_figure(table: pd.DataFrame, described: dict) -> Figure:
    """Share of studies that show that the network is better, against how much better it is, by how the models' errors go together.

    `table` is the content of comparison_power.tsv and `described` that of design.json.
    """
    found, name = described["comparison"], NAMES[described["comparison"]["metric"]]
    drawn, axes = theme.figure(height=3.2)
    for number, (correlation, part) in enumerate(table.groupby("correlation")):
        style = {"color": theme.COLOURS[number], "marker": theme.MARKERS[number], "markersize": 5, "linewidth": 1.5}
        axes.plot(part["difference"], part["power"], label=f"{correlation:g}", **style)
        axes.fill_between(part["difference"], part["low"], part["high"], color=style["color"], alpha=0.12, linewidth=0)
    axes.axhline(found["wanted"], color=theme.INK, linestyle="--", linewidth=0.8)
    axes.axvline(found["smallest"], color=theme.COLOURS[5], linestyle=":", linewidth=1.5)
    axes.set_ylim(0, 1.03)
    axes.set_xlim(left=0)
    axes.set_xlabel(f"True difference in {name}, network minus simpler model")
    axes.set_ylabel("Share of studies that show it")
    axes.legend(title="Correlation of errors", fontsize=8, title_fontsize=8)
    alt = f"Power of the comparison against the true difference in {name}, for {len(table['correlation'].unique())} correlations of errors."
    return Figure(drawn, _comparison_caption(table, described), alt, table)


def _comparison_caption(table: pd.DataFrame, described: dict) -> str:
    found, test = described["comparison"], next(part for part in described["parts"] if part["part"] == "test")
    repeats = f", in each of {found['repeats']} repeats" if found["repeats"] > 1 else ""
    return (
        f"Predictions of two models were simulated {table['repetitions'].max()} times at each difference and correlation, for {found['tested']} independent "
        f"groups, as many as the test part has ({test['samples']} samples){repeats}, and compared by the study's own test. Shown: the lower end of the "
        f"interval of the difference lies above 0, and the interval not within the smallest difference that matters ({found['smallest']:.3g}, dotted "
        f"line). The simpler model scores {found['score']:.3f}; {found['shared']:.0%} of the variance of its errors is shared within groups. How strongly the "
        f"errors of both models go together on the same samples is not known beforehand. The spread of training is left out, so that the power is rather too high."
    )


def _in_cohens_d(axes, table: pd.DataFrame) -> None:
    """The same effects as Cohen's d, above."""
    above = axes.twiny()
    above.set_xlim(axes.get_xlim())
    above.set_xticks(table["effect"], [f"{value:.1f}" for value in np.abs(table["cohens_d"])])
    above.set_xlabel("Cohen's d")


def _caption(described: dict) -> str:
    found, parts = described["power"], {each["part"]: each for each in described["parts"]}
    development, test = parts["development"], parts["test"]
    batches = f" and {found['batches']} batches" if found["batches"] > 1 else ""
    decides = "" if found["metric"] == found["measure"] else f" (judged by {NAMES[found['metric']]})"
    return (
        f"Labels that go with known directions in these very features were planted {found['repetitions']} times at each effect, their shares, "
        f"groups{batches} as they really are, and learned by linear models in {described['folds']}-fold cross-validation on {development['samples']} "
        f"development samples ({development['groups']} independent groups). Found{decides}: the lower end of the {found['confidence']:.0%} interval on "
        f"{found['tested']} independent groups, as many as the test part has ({test['samples']} samples), lies above chance. Band: exact binomial "
        f"{found['confidence']:.0%} intervals. Upright line: the smallest effect that is found in {found['wanted']:.0%} of the repetitions; thick line: its "
        f"interval. Leftmost dot: no effect."
    )
