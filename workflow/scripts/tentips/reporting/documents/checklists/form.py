"""How a reporting checklist is filled: items, who answers each, and the two forms in which it is read."""

import html
from collections.abc import Callable
from dataclasses import dataclass, field

from tentips.reporting.documents.plain_text import plain
from tentips.reporting.documents.references import library, spelled_out
from tentips.reporting.tips import TIPS
from tentips.results import Results


@dataclass(frozen=True)
class Item:
    """One item: its number in the original, what it asks (in the original's words, where the checklist's note says so), what answers it, and what only the author can say.

    `answers` are functions of the results that return text; `author` is what is left for the author, none if nothing is.
    """

    number: str
    question: str
    answers: tuple[Callable[[Results], str], ...] = ()
    author: str = ""


@dataclass(frozen=True)
class Checklist:
    """A checklist: name, citation, how far its numbering was verified, and its items by section.

    `shown` says which section of the report holds the evidence, by an item's number or by the name of its section here.
    """

    name: str
    slug: str
    citation: str
    note: str
    sections: dict[str, tuple[Item, ...]]
    shown: dict[str, str] = field(default_factory=dict)

    @property
    def items(self) -> list[Item]:
        """All items in their order."""
        return [item for members in self.sections.values() for item in members]


# Where the report shows evidence: its anchors, in words.
PLACES = {f"tip-{number}": f"tip {number}, {tip.short}" for number, tip in TIPS.items()} | {
    "verdict": "the first part",
    "models": "All models compared",
    "limitations": "Limitations",
    "methods": "Methods",
    "data-sheet": "Data sheet",
    "energy": "Budget and energy",
    "software-versions": "Software",
}


def place(checklist: Checklist, part: str, item: Item) -> str:
    """Return the anchor of the report's section that belongs to an item of the checklist's section `part`, or ""."""
    return checklist.shown.get(item.number, checklist.shown.get(part, ""))


def answer(item: Item, results: Results) -> str:
    """What the run and the configuration answer; empty where they say nothing."""
    text = " ".join(filter(None, (part(results) for part in item.answers)))
    return spelled_out(text, library(results))


def summary(checklist: Checklist, results: Results) -> str:
    """How many items are answered, how many in part, and how many wait for the author."""
    statement = [(bool(answer(item, results)), bool(item.author)) for item in checklist.items]
    whole, part = statement.count((True, False)), statement.count((True, True))
    alone = len(statement) - whole - part
    return (
        f"Of {len(statement)} items {whole} are answered from the run, {part} in part, and {alone} are for the author to answer; "
        f"what waits for the author is marked. {checklist.note}"
    )


def markdown(checklist: Checklist, results: Results) -> str:
    """The filled checklist as Markdown."""
    lines = [
        f"# {checklist.name}: {plain(results.config['study']['title'])}",
        "",
        f"After {checklist.citation}.",
        "",
        plain(summary(checklist, results)),
        "",
    ]
    for name, members in checklist.sections.items():
        lines += [f"## {name}", ""]
        for item in members:
            lines += [f"**{item.number} {item.question}**", ""]
            lines += [text for statement in _paragraphs(item, results) for text in (plain(statement), "")]
            where = place(checklist, name, item)
            lines += [f"In the report: {PLACES[where]}.", ""] if where else []
    return "\n".join(lines)


def section(checklist: Checklist, results: Results) -> str:
    """The filled checklist as HTML that can be unfolded."""
    tables = []
    for name, members in checklist.sections.items():
        rows = "".join(
            f"<tr><th scope='row'>{html.escape(item.number)} {html.escape(item.question)}</th>"
            f"<td>{_cell(item, results)}{_link(place(checklist, name, item))}</td></tr>"
            for item in members
        )
        tables.append(f"<table class='datasheet'><caption>{html.escape(name)}</caption><tbody>{rows}</tbody></table>")
    head = f"<p>After {html.escape(checklist.citation)}. {html.escape(summary(checklist, results))}</p>"
    return f"<details id='checklist-{checklist.slug}'><summary>{html.escape(checklist.name)}</summary>{head}{''.join(tables)}</details>"


def _link(anchor: str) -> str:
    return f'<p>See <a href="#{anchor}">{html.escape(PLACES[anchor])}</a>.</p>' if anchor else ""


def _gap(item: Item, statement: str) -> str:
    if item.author:
        return f"For the author: {item.author}"
    return "" if statement else "For the author: the run has nothing to say on this."


def _paragraphs(item: Item, results: Results) -> list[str]:
    statement = answer(item, results)
    gap = _gap(item, statement)
    return [*filter(None, [statement]), *([f"_{gap}_"] if gap else [])]


def _cell(item: Item, results: Results) -> str:
    statement = answer(item, results)
    gap = _gap(item, statement)
    return (f"<p>{html.escape(statement)}</p>" if statement else "") + (
        f"<p class='gap'>{html.escape(gap)}</p>" if gap else ""
    )
