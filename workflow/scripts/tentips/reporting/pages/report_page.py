"""The report put in order: the first minute, the scorecard, the models, one section for each tip, and the appendices.

A figure comes from the catalogue by itself, a check from the scorecard; a table is an entry in `TABLES`.
"""

import html
import re
from collections.abc import Callable
from functools import cached_property

from tentips.reporting.documents import datasheet, limitations, methods, model_card
from tentips.reporting.documents.checklists import applicable as checklists
from tentips.reporting.figures import gallery
from tentips.reporting.figures.catalogue import MODELS, drawn_for
from tentips.reporting.pages import (
    energy_section,
    interpretation_section,
    page,
    privacy_section,
    probing_section,
    provenance_section,
    quality_section,
    scorecard_section,
    sections,
    summary_section,
)
from tentips.reporting.tips import TIPS
from tentips.results import Results

Builder = Callable[[Results], str]
# Tables of each section, with the check that reads them.
TABLES: dict[int | str, tuple[tuple[Builder, str | None], ...]] = {
    MODELS: (
        (sections.metrics, None),
        (sections.comparisons, None),
        (sections.repeats, None),
        (sections.stacked_model, None),
    ),
    1: ((sections.balance, "sample-size"),),
    2: ((sections.compared, None),),
    3: ((sections.seeds, None), (sections.determinism, "determinism")),
    4: (
        (sections.missingness, None),
        (quality_section.missing_patterns, None),
        (quality_section.duplicates, "duplicates"),
        (sections.association, "label-batch"),
        (sections.batch, None),
        (provenance_section.sources, "provenance"),
        (provenance_section.roles, None),
        (provenance_section.elsewhere, None),
    ),
    5: ((sections.preparation, None),),
    6: ((sections.settings, None),),
    7: ((sections.split, "leakage"), (sections.ledger, "test-opened-once")),
    8: (
        (interpretation_section.rules, None),
        (interpretation_section.agreement, None),
        (interpretation_section.attributions, None),
        (interpretation_section.words, None),
        (interpretation_section.maps, None),
        (sections.single_features, None),
        (interpretation_section.no_cause, None),
    ),
    9: (
        (sections.confounders, None),
        (probing_section.directions, "expected-directions"),
        (probing_section.slices, None),
        (probing_section.disagreements, None),
        (probing_section.conformal, None),
    ),
    10: (
        (privacy_section.membership, "membership"),
        (privacy_section.attributes, None),
        (privacy_section.private_training, None),
        (privacy_section.small_cells, None),
        (privacy_section.released, None),
    ),
}


def consumed(results: Results) -> str:
    """What each search was given, and what all jobs consumed."""
    return sections.budget(results) + energy_section.section(results)


def card(results: Results) -> str:
    """The model card, folded: it repeats much of the page for readers of the model alone."""
    return page.folded("What readers of the model alone need to know", model_card.section(results))


def data_sheet(results: Results) -> str:
    """The datasheet, folded: it is long."""
    return page.folded("Questions and answers about the data set", datasheet.section(results))


# What follows the tips: anchor, title, what builds it.
APPENDICES: tuple[tuple[str, str, Builder], ...] = (
    ("limitations", "Limitations", limitations.section),
    ("methods", "Methods", methods.section),
    ("checklists", "Checklists", checklists.section),
    ("model-card", "Model card", card),
    ("data-sheet", "Data sheet", data_sheet),
    ("energy", "Budget and energy", consumed),
    ("software-versions", "Software", provenance_section.software),
)


class Report:
    """The parts of the report as HTML, built once, in the order in which they are read."""

    def __init__(self, results: Results):
        """Build all sections; figures are read from results/report/figures."""
        self.results = results
        self.folder = results.folder / "report" / "figures"
        self.checks = {check["id"]: check for check in results.scorecard["checks"]}
        self.titles = {"scorecard": "The ten tips", "models": "All models compared"}
        self.titles |= {f"tip-{number}": tip.short for number, tip in TIPS.items()}
        built = {"models": self._models()} | {f"tip-{number}": self._tip(number) for number in TIPS}
        for anchor, title, build in APPENDICES:
            content = build(results)
            if content:
                self.titles[anchor] = title
                built[anchor] = _section(anchor, html.escape(title), content)
        anchors = set(re.findall(r""" id=["']([^"']+)["']""", "".join(built.values())))
        cards = scorecard_section.checks(results.scorecard, self._evidence(anchors), tips_link=True)
        self.sections = {"scorecard": _section("scorecard", self.titles["scorecard"], cards)} | built

    @cached_property
    def top(self) -> str:
        """Contents, warnings, the question, and what a reader has one minute for."""
        results = self.results
        return (
            self._contents()
            + page.banner(results.opening)
            + sections.question(results)
            + summary_section.verdict(results)
            + summary_section.answers(results)
        )

    def _contents(self) -> str:
        """The table of contents, which stays in view; tips carry the sign of their worst check."""
        items = "".join(f"<li>{self._entry(anchor)}</li>" for anchor in self.sections)
        return f'<nav class="contents" aria-label="Contents"><details><summary>Contents</summary><ul><li><a href="#verdict">Verdict</a></li>{items}</ul></details></nav>'

    def _entry(self, anchor: str) -> str:
        title = html.escape(self.titles[anchor])
        if not anchor.startswith("tip-"):
            return f'<a href="#{anchor}">{title}</a>'
        number = int(anchor.removeprefix("tip-"))
        states = {check["status"] for check in self._of(number)}
        worst = next((status for status in scorecard_section.ORDER if status in states), "skip")
        return f'<a href="#{anchor}"><span class="number">{number}</span> {title} {page.mark(worst, word=False)}</a>'

    def _evidence(self, anchors: set[str]) -> dict[str, str]:
        """Where each check can be seen: its own evidence where the page shows it, else its tip's section."""
        return {
            name: check["evidence"] if check["evidence"] in anchors else f"tip-{check['tip']}"
            for name, check in self.checks.items()
            if check["status"] != "skip" or check["evidence"]
        }

    def _of(self, tip: int) -> list[dict]:
        return [check for check in self.checks.values() if check["tip"] == tip]

    def _models(self) -> str:
        return _section(MODELS, html.escape(self.titles[MODELS]), self._figures(MODELS) + self._tables(MODELS))

    def _tip(self, number: int) -> str:
        tip, members = TIPS[number], self._of(number)
        shown = {entry.check for entry in drawn_for(self.results.config) if entry.section == number}
        shown |= {check for _, check in TABLES.get(number, ())}
        skipped = [check for check in members if check["status"] == "skip"]
        rest = "".join(
            scorecard_section.finding_line(check)
            for check in members
            if check["id"] not in shown and check not in skipped
        )
        left = "" if members else scorecard_section.UNJUDGED
        if skipped:
            left = f'<p class="told">{page.mark("skip")}: {", ".join(html.escape(scorecard_section.name_of(check).lower()) for check in skipped)}. {self._why(skipped)}</p>'
        title = f'<span class="number" aria-hidden="true">{number}</span><span><span class="unseen">Tip {number}: </span>{html.escape(tip.title)}</span>'
        content = (
            f'<p class="asks">{html.escape(tip.asks)} {scorecard_section.counted(members)}</p>'
            + self._figures(number)
            + rest
            + self._tables(number)
            + left
        )
        return _section(f"tip-{number}", title, content)

    def _why(self, skipped: list[dict]) -> str:
        return page.text(" ".join(dict.fromkeys(check["finding"] for check in skipped)))

    def _figures(self, section: int | str) -> str:
        return "".join(self._figure(entry) for entry in drawn_for(self.results.config) if entry.section == section)

    def _figure(self, entry) -> str:
        drawn = gallery.read(entry, self.folder)
        statement = scorecard_section.finding_line(self.checks[entry.check]) if entry.check else ""
        words = f"<h3>{html.escape(entry.title)}</h3><p>{html.escape(entry.reading)}</p>{statement}"
        if drawn.blank:
            return f'<div class="block" id="figure-{entry.name}"><div class="words"><h3>{html.escape(entry.title)}</h3>{page.paragraph(drawn.caption)}</div></div>'
        return f'<div class="block"><div class="words">{words}</div>{page.figure(drawn, entry.name)}</div>'

    def _tables(self, section: int | str) -> str:
        parts = []
        for build, check in TABLES.get(section, ()):
            content = build(self.results)
            if content and check:
                content = scorecard_section.finding_line(self.checks[check]) + content
            parts.append(content)
        return f'<div class="tables">{"".join(parts)}</div>' if any(parts) else ""


def _section(anchor: str, title: str, content: str) -> str:
    kind = "tip" if anchor.startswith("tip-") else "part"
    return f'<section class="{kind}" id="{anchor}"><h2>{title}</h2>{content}</section>'
