"""The figure of transfer: what pretrained weights bring with few training samples, and with all of them."""

from tentips.models.names import in_sentence, model_title
from tentips.reporting.figures import theme
from tentips.reporting.figures.drawing import Figure, nothing
from tentips.results import Results, only
from tentips.statistics.metric_names import NAMES, metric_in_sentence
from tentips.study.config import PRETRAINED, metric_name
from tentips.wording import series


def transfer(results: Results) -> Figure:
    """The score of each network of transfer by the number of training samples, and how it differs from that from scratch."""
    table, metric = results.transfer_curve, metric_name(results.config)
    if not len(table):
        return nothing("No part of the samples was large enough to train on.")
    task, confidence = results.config["data"]["task"], results.config["evaluation"]["confidence"]
    drawn, axes = theme.figure()
    names = list(dict.fromkeys(table["model"]))
    for number, name in enumerate(names):
        own, colour = only(table, model=name), theme.COLOURS[number]
        axes.plot(
            own["n_train"], own["score"], color=colour, marker=theme.MARKERS[number], label=model_title(name, task)
        )
        if name in PRETRAINED:
            scratch = own["score"] - own["difference"]
            axes.fill_between(own["n_train"], scratch + own["low"], scratch + own["high"], color=colour, alpha=0.15)
    axes.set_xscale("log")
    theme.plain_log_ticks(axes.xaxis)
    axes.set_xlabel("Training samples")
    axes.set_ylabel(f"{NAMES[metric]} in cross-validation")
    axes.legend(loc="lower right")
    changes = "; ".join(
        f"{in_sentence(name, task)} {series(map(_change, only(table, model=name).itertuples()))}"
        for name in names
        if name in PRETRAINED
    )
    caption = (
        f"Each network with the settings that its search chose for all training samples, trained anew on parts of them (the mean of up to "
        f"{int(table['parts'].max())} parts of each size), {int(table['n'].iloc[0]):,} development samples. Bands: {confidence:.0%} intervals of "
        f"the difference from the same network from scratch, drawn about that. Difference in {metric_in_sentence(metric)}: {changes}."
    )
    return Figure(drawn, caption, "Scores of the networks of transfer against the number of training samples.", table)


def _change(row) -> str:
    return f"{row.difference:+.3f} ({row.low:+.3f} to {row.high:+.3f}) with {row.n_train:,.0f} training samples"
