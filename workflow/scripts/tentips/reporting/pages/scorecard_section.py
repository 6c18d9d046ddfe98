"""The scorecard as readers see it: each check's sign, word, finding, and the way to its evidence."""

import html
import itertools
from collections import Counter

from tentips.reporting.pages import page
from tentips.reporting.tips import TIPS

UNJUDGED = '<p class="told">No check judges this tip; its section shows what was chosen.</p>'
ORDER = ("fail", "warn", "pass", "skip")


def name_of(check: dict) -> str:
    """Return a check's id as words: sample-size is "Sample size"."""
    words = check["id"].replace("-", " ")
    return words[0].upper() + words[1:]


def checks(scorecard: dict, evidence: dict[str, str] | None = None, tips_link: bool = False) -> str:
    """Return the checks by tip. `evidence` maps a check's id to the anchor that shows it; without one nothing is linked.

    Checks that could not be made fold into one line per tip. With `tips_link` all ten tips are there, and lead to their sections.
    """
    parts = []
    by_tip = {
        tip: list(members) for tip, members in itertools.groupby(scorecard["checks"], key=lambda check: check["tip"])
    }
    for tip in TIPS if tips_link else by_tip:
        members = by_tip.get(tip, [])
        title = html.escape(TIPS[tip].title)
        if tips_link:
            title = f'<a href="#tip-{tip}">{title}</a>'
        made = [check for check in members if check["status"] != "skip"]
        rows = "".join(_row(check, evidence or {}) for check in made)
        parts.append(
            f'<div class="tip"><h3><span class="number" aria-hidden="true">{tip}</span><span><span class="unseen">Tip {tip}: </span>{title}</span>{counted(members)}</h3>'
            f"{f'<ul>{rows}</ul>' if rows else ''}{_skipped([check for check in members if check['status'] == 'skip'], evidence or {})}{UNJUDGED if not members else ''}</div>"
        )
    return f'<div class="scorecard">{"".join(parts)}</div>'


def counted(members: list[dict]) -> str:
    """Return how many checks of each status there are, as signs with numbers."""
    counts = Counter(check["status"] for check in members)
    shown = "".join(
        f'<span class="count">{page.mark(status, word=False)}{counts[status]}</span>'
        for status in ORDER
        if counts[status]
    )
    return f'<span class="counts">{shown}</span>'


def finding_line(check: dict) -> str:
    """Return a check's sign, name and finding where its evidence is."""
    return (
        f'<p class="told">{page.mark(check["status"])} <a href="#check-{check["id"]}">{html.escape(name_of(check))}</a>: '
        f"{page.text(check['finding'])}</p>"
    )


def links(members: list[dict]) -> str:
    """Return checks as signs with names that lead to their lines in the scorecard."""
    return ", ".join(
        f'<span class="nobreak">{page.mark(check["status"], word=False)} <a href="#check-{check["id"]}">{html.escape(name_of(check).lower())}</a></span>'
        for check in members
    )


def _row(check: dict, evidence: dict[str, str]) -> str:
    target = evidence.get(check["id"])
    link = ""
    if target:
        link = f' <a class="evidence" href="#{html.escape(target)}">evidence<span class="unseen"> of {html.escape(name_of(check).lower())}</span></a>'
    return (
        f'<li id="check-{check["id"]}">{page.mark(check["status"])}<span class="name">{html.escape(name_of(check))}</span>'
        f'<span class="finding">{page.text(check["finding"])}{link}</span></li>'
    )


def _skipped(members: list[dict], evidence: dict[str, str]) -> str:
    if not members:
        return ""
    names = ", ".join(name_of(check).lower() for check in members)
    rows = "".join(_row(check, evidence) for check in members)
    return page.folded(f"{page.mark('skip')}: {html.escape(names)}", f"<ul>{rows}</ul>")
