"""The study's limitations, from its own failed and warned checks: sentences for a discussion, and what was not examined."""

import html
import re

from tentips.checks.order import BY_ID
from tentips.reporting.documents.plain_text import plain
from tentips.results import Results
from tentips.statistics.metric_names import metric_in_sentence
from tentips.study.config import metric_name, split_strategy
from tentips.wording import sentence

KEY = re.compile(r" \([a-z_]+\.[a-z_]+\)")  # what an author may set, in a finding; a reader of the paper does not care
NOT_A_QUESTION = ("The label is a number",)  # skipped because the question does not arise: no limitation


def limitations(results: Results) -> dict[str, list[str]]:
    """Return the sentences by group, in the order of the groups' first checks; groups without any are left out."""
    grouped: dict[str, list[str]] = {}
    for check in results.scorecard["checks"]:
        if check["status"] in ("warn", "fail"):
            grouped.setdefault(BY_ID[check["id"]].group, []).append(sentence(check["limitation"]))
    return grouped


def not_examined(results: Results) -> list[str]:
    """Return sentences on what was not examined, and why."""
    skipped = [check for check in results.scorecard["checks"] if check["status"] == "skip"]
    skipped = [check for check in skipped if not check["finding"].startswith(NOT_A_QUESTION)]
    return [f"This study does not say {BY_ID[check['id']].asks}: {_reason(check['finding'])}" for check in skipped]


def scope(results: Results) -> str:
    """Return the limitation that every study of this kind has: samples of the same source."""
    statement = f"the {metric_in_sentence(metric_name(results.config))} reported here says nothing about samples that were gathered elsewhere or otherwise."
    return {
        "site": f"The test part holds whole sites, but all of them are sites of this study; {statement}",
        "time": f"The test part holds the latest samples, but they come from the same source as the others; {statement}",
        "given": "The test part was given; unless it comes from another source than the development part, the figures say nothing about samples that were gathered elsewhere.",
    }.get(
        split_strategy(results.config),
        f"The samples of the test part come from the same source as all others; {statement}",
    )


def markdown(results: Results) -> str:
    """The limitations as Markdown."""
    parts = [f"## {name}\n\n{plain(' '.join(statement))}\n" for name, statement in limitations(results).items()]
    return "\n".join(
        [
            "# Limitations\n",
            f"{plain(scope(results))}\n",
            *parts,
            "## Not examined\n",
            f"{plain(' '.join(not_examined(results))) or 'Every check was carried out.'}\n",
        ]
    )


def section(results: Results) -> str:
    """The limitations as a section of the report."""
    found = limitations(results)
    groups = found if found else {"Checks": ["No check of the scorecard failed or warned."]}
    parts = "".join(
        _part(name, statement)
        for name, statement in {**groups, "Not examined": not_examined(results)}.items()
        if statement
    )
    return f"<p>{html.escape(scope(results))}</p>{parts}"


def _part(name: str, sentences: list[str]) -> str:
    items = "".join(f"<li>{html.escape(text)}</li>" for text in sentences)
    return f"<h3>{html.escape(name)}</h3><ul>{items}</ul>"


def _reason(finding: str) -> str:
    """Why a check was skipped: the last sentence of its finding, for what comes before it are numbers."""
    text = sentence(KEY.sub("", finding.split(". ")[-1]))
    return text if text[1:2].isupper() else text[0].lower() + text[1:]
