"""The figure of private training: score and membership inference by epsilon."""

import pandas as pd

from tentips.models.names import in_sentence
from tentips.privacy.recognition import AUC
from tentips.reporting.figures import theme
from tentips.reporting.figures.drawing import Figure
from tentips.results import Results
from tentips.statistics.metric_names import NAMES, chance
from tentips.study.config import metric_name


def private_training(results: Results) -> Figure:
    """Score of the best network at each epsilon with its interval; beside it the membership attack before and after."""
    table, metric = results.private_training, metric_name(results.config)
    scores, attack = (table[table["measure"] == name].reset_index(drop=True) for name in (metric, f"attack_{AUC}"))
    drawn, panels = theme.figure(theme.WIDE, 3.4, columns=2 if len(attack) else 1, squeeze=False)
    _levels(panels[0, 0], scores, NAMES[metric], chance(metric, len(results.classes)), theme.COLOURS[0])
    if len(attack):
        _levels(panels[0, 1], attack, "ROC AUC of the membership attack", 0.5, theme.COLOURS[5])
    confidence = results.config["evaluation"]["confidence"]
    network = in_sentence(table["model"].iloc[0], results.config["data"]["task"])
    units = "groups" if results.config["data"]["group"] else "samples"
    delta = table["delta"].dropna().iloc[0]
    beside = " Right: the stronger of both membership attacks on networks trained like it." if len(attack) else ""
    caption = (
        f"{NAMES[metric]} of the {network} in out-of-fold predictions of {int(table['units'].iloc[0])} {units} of the development part, "
        f"trained without privacy and at each epsilon (delta {delta:.1g}); lines: {confidence:.0%} intervals; dashed: chance.{beside}"
    )
    return Figure(drawn, caption, f"{NAMES[metric]} against epsilon.", table)


def _levels(axes, table: pd.DataFrame, label: str, level: float | None, colour: str) -> None:
    places = range(len(table))
    axes.vlines(places, table["low"], table["high"], color=colour, linewidth=2.2)
    axes.plot(places, table["value"], "o", color=colour, markersize=6)
    if level is not None:
        axes.axhline(level, color=theme.INK, linestyle="--", linewidth=0.8)
    axes.set_xticks(places, ["none" if pd.isna(each) else f"{each:g}" for each in table["epsilon"]])
    axes.set_xlim(-0.5, len(table) - 0.5)
    axes.set_xlabel("Epsilon")
    axes.set_ylabel(label)
