"""A methods section ready for a manuscript, from what the run did, with its BibTeX beside it."""

import html

from tentips.reporting.documents.plain_text import plain
from tentips.reporting.documents.references import bibtex, keys_in, library, spelled_out
from tentips.reporting.documents.statements import (
    data_statements,
    evaluation_statements,
    modelling_statements,
    practice_statements,
)
from tentips.results import Results

PARAGRAPHS = {
    "Data": (
        data_statements.sources,
        data_statements.size,
        data_statements.label,
        data_statements.exclusions,
        data_statements.missing,
        data_statements.twins,
    ),
    "Split": (data_statements.division,),
    "Preprocessing": (data_statements.preprocessing,),
    "Models and search spaces": (modelling_statements.models, modelling_statements.spaces),
    "Tuning and training": (
        modelling_statements.tuning,
        modelling_statements.stopping,
        modelling_statements.seeds,
        modelling_statements.chosen,
    ),
    "Evaluation": (
        evaluation_statements.held_out,
        evaluation_statements.measures,
        evaluation_statements.intervals,
        evaluation_statements.tests,
        evaluation_statements.published,
    ),
    "Controls": (evaluation_statements.controls, evaluation_statements.power),
    "Software and hardware": (practice_statements.software, practice_statements.hardware),
}


def paragraphs(results: Results) -> dict[str, str]:
    """Return the paragraphs by heading, with citations as [@key]."""
    return {
        name: " ".join(filter(None, (part(results) for part in statement))) for name, statement in PARAGRAPHS.items()
    }


def markdown(results: Results) -> str:
    """The methods as Markdown with citations that pandoc resolves by references.bib."""
    parts = [f"## {name}\n\n{plain(text)}\n" for name, text in paragraphs(results).items()]
    head = (
        "<!-- Written by tentips from the results of this run. Citations are pandoc's, for references.bib: "
        "pandoc --citeproc --bibliography references.bib methods.md -o methods.docx -->\n"
    )
    return "\n".join([head, "# Methods\n", *parts, "## References\n\n::: {#refs}\n:::\n"])


def references(results: Results) -> str:
    """BibTeX for exactly the works that the methods cite."""
    return bibtex(keys_in(" ".join(paragraphs(results).values())), library(results))


def section(results: Results) -> str:
    """The methods as a section of the report, citations spelled out."""
    known = library(results)
    parts = "".join(
        f"<h3>{html.escape(name)}</h3><p>{html.escape(spelled_out(text, known))}</p>"
        for name, text in paragraphs(results).items()
    )
    statement = "Ready to be edited: results/report/methods.md has the same text with citation keys, results/report/references.bib their entries."
    return f"<p>{statement}</p>{parts}"
