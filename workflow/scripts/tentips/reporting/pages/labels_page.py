"""The page of several labels: what each study found, and what is left of it over all of them. All of it comes from labels.tsv."""

import html

import pandas as pd

from tentips.checks.label_family import NOT_KNOWN, YES
from tentips.models.names import in_sentence, model_title
from tentips.reporting.figures.label_figures import label_differences
from tentips.reporting.pages import page
from tentips.statistics.metric_names import NAMES
from tentips.statistics.smallest_difference import BETTER, CANNOT_SAY, EQUIVALENT, INCONCLUSIVE, WORSE
from tentips.wording import p_value, sentence, series

WORDS = {
    BETTER: "better",
    EQUIVALENT: "equivalent",
    WORSE: "worse",
    INCONCLUSIVE: "not decided",
    CANNOT_SAY: "the study cannot say",
}


def answer(table: pd.DataFrame) -> str:
    """Both answers over all labels: for which it is shown, for which it is not known, and where that is less than a study says by itself."""
    status = BETTER if (table["verdict"] == BETTER).any() else INCONCLUSIVE
    status = CANNOT_SAY if (table["verdict"] == CANNOT_SAY).all() else status
    predicted, unknown = (table["label"][table["predicted"] == each].tolist() for each in (YES, NOT_KNOWN))
    better, unsaid = (table["label"][table["verdict"] == each].tolist() for each in (BETTER, CANNOT_SAY))
    first = _of(predicted, len(table)) + (" can be predicted" if predicted else " is shown to be predictable")
    is_better = "is better" if better else "is shown to be better"
    lines = [
        f"<strong>{first[0].upper()}{first[1:]}{_named(predicted)}.</strong> {_unknown('It is not known', unknown)}"
        f"The p-values of {len(table)} labels are adjusted for their number (Holm 1979), and held against {1 - table['confidence'].iloc[0]:.2g}.",
        f"<strong>A neural network {is_better} for {_of(better, len(table))}{_named(better)}.</strong> "
        f"{_unknown('The study cannot say so', unsaid)}{page.text(_lost(table))}",
    ]
    return f'<div class="verdict {status}" id="verdict">{"".join(f"<p>{line}</p>" for line in lines)}</div>'


def predictions(table: pd.DataFrame) -> str:
    """How well each label is predicted, and whether that is more than chance."""
    shown = pd.DataFrame(
        {
            "Label": table["label"],
            "Model": [model_title(row.model, row.task) for row in table.itertuples()],
            "Metric": table["metric"].map(NAMES),
            "Score": table["value"],
            "from": table["low"],
            "to": table["high"],
            "Held out": table["tested"],
            "p": table["trivial_p_value"].map(page.p_value),
            "p (Holm)": table["trivial_p_adjusted"].map(page.p_value),
            "Predicted": table["predicted"],
        }
    )
    return page.table(
        shown,
        "How well each label is predicted on held-out samples, by the model that its study recommends or, where it recommends none, "
        "judges. p: that the model is no better than the trivial predictor. A study with a failed check on which all its figures rest "
        "does not know.",
        folds=False,
    )


def comparisons(table: pd.DataFrame) -> str:
    """The figure, and the planned comparison of each label."""
    shown = pd.DataFrame(
        {
            "Label": table["label"],
            "Network": [model_title(row.network, row.task) for row in table.itertuples()],
            "Simpler model": [model_title(row.simpler, row.task) for row in table.itertuples()],
            **page.difference_columns(table, "network_"),
            "The network is": table["verdict"].map(WORDS),
        }
    )
    return page.figure(label_differences(table), "label-differences") + page.table(
        shown,
        "The planned comparison of each label, the best network and the best simpler model of the development part. Equivalent is said "
        "where the whole interval is smaller than matters; that is not adjusted for the number of labels.",
        folds=False,
    )


def gains(table: pd.DataFrame) -> str:
    """What the network gains that learns the other labels, too; a sentence where no study asked."""
    asked = table[table["gain_difference"].notna()]
    if not len(asked):
        return page.paragraph(
            "No network learned several labels at once: each label has networks of its own. With multitask in models.networks it would be tried."
        )
    shown = pd.DataFrame(
        {
            "Label": asked["label"],
            **page.difference_columns(asked, "gain_"),
        }
    )
    sure = asked[(asked["gain_p_adjusted"] < 1 - asked["confidence"]) & (asked["gain_difference"] > 0)][
        "label"
    ].tolist()
    unknown = asked["label"][asked["gain_p_adjusted"].isna()].tolist()
    helped = "helped, more than by chance," if sure else "is shown to have helped, more than by chance,"
    return (
        f"<p>Learning the other labels {helped} for {_of(sure, len(asked))}{_named(sure)}. {_unknown('It is not known', unknown)}</p>"
    ) + page.table(
        shown,
        "The network with one body for all labels less the same network for one label alone, on held-out samples.",
        folds=False,
    )


def studies(table: pd.DataFrame) -> str:
    """The report of each label, and whether the studies hold out the same samples."""
    rows = "".join(
        f'<li><a href="../../{html.escape(row.folder, quote=True)}/results/report/report.html">{html.escape(row.label)}</a>: '
        f"{row.samples:,} samples that have the label, {row.tested:,} held out; {_checks(row)}</li>"
        for row in table.itertuples()
    )
    leaking = table[table["learned_elsewhere"] > 0]
    shared = (
        "No sample that one of them holds out is learned from by another."
        if not len(leaking)
        else "Held-out samples that the study of another label learns from: "
        + series(f"{row.learned_elsewhere:,} of {row.label}" for row in leaking.itertuples())
        + "."
    )
    return f"<ul>{rows}</ul>{page.paragraph(shared)}"


def _checks(row) -> str:
    if not row.failed and not row.warned:
        return "no check failed or warned"
    parts = [
        f"{count} {'check' if count == 1 else 'checks'} {verb}"
        for count, verb in ((row.failed, "failed"), (row.warned, "warned"))
        if count
    ]
    return series(parts)


def _lost(table: pd.DataFrame) -> str:
    """Which studies say by themselves what does not hold over all labels."""
    lost = table[table["own_verdict"] != table["verdict"]]
    if not len(lost):
        return "What each study says by itself holds over all labels, too."
    each = series(
        f"{row.label} (the {in_sentence(row.network, row.task)} {WORDS[row.own_verdict]}, adjusted {p_value(row.network_p_adjusted)})"
        for row in lost.itertuples()
    )
    return f"By itself, the study says more of {each}; over {len(table)} labels that may be chance."


def _of(chosen: list, labels: int) -> str:
    """How many of the labels were chosen: "none of 3 labels", "2 of 3 labels", "all 3 labels", "both labels"."""
    if len(chosen) == labels:
        return "both labels" if labels == 2 else f"all {labels} labels"
    return f"{len(chosen) or 'none'} of {labels} labels"


def _unknown(beginning: str, labels: list[str]) -> str:
    """A sentence that names the labels of which something is not known; nothing where there is none."""
    return html.escape(f"{sentence(f'{beginning} for {series(labels)}')} ") if labels else ""


def _named(labels: list[str]) -> str:
    return html.escape(f" ({series(labels)})") if labels else ""
