"""What the design page shows: the question, the parts of the study, and which effect it would find."""

import html

import pandas as pd

from tentips.design.design_summary import comparison_in_words, worth
from tentips.reporting.figures.design_figures import comparison_figure, power_figure
from tentips.reporting.pages import page, scorecard_section
from tentips.wording import sample_is

EXPLORED = "../explore/explore.html"


def question(described: dict) -> str:
    """The question, the claim and the unit."""
    claim = f"<br><b>Claim:</b> {html.escape(described['claim'])}" if described["claim"] else ""
    design = f"Design: {html.escape(described['design'])}." if described["design"] else "The design is not declared."
    return f'<p class="question">{html.escape(described["question"])}{claim}<br>{html.escape(sample_is(described["unit"]))} {design}</p>'


def answer(described: dict, threshold: float) -> str:
    """Whether the study is worth running, in one paragraph."""
    return f'<p class="verdict" id="worth">{html.escape(worth(described, threshold))}</p>'


def power(table: pd.DataFrame, described: dict) -> str:
    """The figure and the numbers behind it."""
    shown = table.rename(
        columns={
            "effect": "Effect",
            "cohens_d": "Cohen's d",
            "attained": "Attained, mean",
            "score": "Model's score, mean",
            "repetitions": "Repetitions",
            "power": "Power",
            "low": "from",
            "high": "to",
        }
    ).drop(columns=["measure", "found"])
    return page.figure(power_figure(table, described), "power") + page.table(
        shown, "Power at each planted effect. The first line is labels without any effect."
    )


def comparison(table: pd.DataFrame, described: dict) -> str:
    """Whether the study can show that a network is better: in words, as a figure, and the numbers behind it."""
    statement = f'<p class="verdict" id="comparison">{html.escape(comparison_in_words(described["comparison"], described["task"]))}</p>'
    if table.empty:
        return statement
    shown = table.rename(
        columns={
            "correlation": "Correlation of errors",
            "difference": "True difference",
            "repetitions": "Repetitions",
            "power": "Shown to be better",
            "low": "from",
            "high": "to",
            "equivalent": "Shown to be equivalent",
        }
    ).drop(columns=["metric", "better"])
    drawn = page.figure(comparison_figure(table, described), "comparison-power")
    return (
        statement + drawn + page.table(shown, "Shares of simulated studies by how much better the network really is.")
    )


def parts(described: dict) -> str:
    """Sizes of the parts, and how they are divided."""
    unit = f"groups: {', '.join(described['group'])}" if described["group"] else "no groups declared"
    table = pd.DataFrame(described["parts"]).rename(columns={"groups": "independent groups"})
    again = f" Of {described['repeats']} repeats the first is shown." if described["repeats"] > 1 else ""
    return page.table(
        table,
        (
            f"Parts of the study, split by strategy {described['strategy']} ({unit}), with "
            f"{described['folds']} folds in the development part and {described['features']:,} "
            f"features.{again} Of the test part only its size was read: its samples, and the groups of the study "
            "that are not in the development part."
        ),
    )


def classes(described: dict) -> str:
    """Samples and groups of each class."""
    of = "Classes" if described["task"] == "classification" else "Quartiles"
    table = pd.DataFrame(described["classes"]).rename(columns={"groups": "independent groups"})
    return page.table(table, f"{of} of {described['label']} in the development part.")


def batches(described: dict) -> str:
    """Declared batches and sites."""
    if not described["batches"]:
        return page.paragraph("No batch or site is declared.")
    rows = [
        {
            "Factor": each["factor"],
            "Levels": "a number with many values" if each["levels"] is None else each["levels"],
            "Smallest level": "–" if each["smallest"] is None else each["smallest"],
            "Missing": each["missing"],
        }
        for each in described["batches"]
    ]
    return page.table(pd.DataFrame(rows), "Batches and sites of the development part, in samples.")


def findings(described: dict) -> str:
    """What the checks found that need no model; the evidence is in the exploration and, later, in the report."""
    shown = [{**check, "evidence": None} for check in described["findings"]]
    return scorecard_section.checks({"checks": shown})


def links() -> str:
    """Where to look further."""
    return f'<p>What the development part looks like, batch by batch and feature by feature: <a href="{EXPLORED}">the exploration</a>.</p>'
