"""A methods section ready for a manuscript, from what the run did, with its BibTeX beside it."""

import html

from tentips.reporting.documents.references import bibtex, keys_in, library, spelled_out
from tentips.reporting.statements import data, evaluation, modelling, practice
from tentips.results import Results

PARAGRAPHS = {
    "Data": (data.sources, data.size, data.label, data.exclusions, data.missing, data.twins),
    "Split": (data.division,),
    "Preprocessing": (data.preprocessing,),
    "Models and search spaces": (modelling.models, modelling.spaces),
    "Tuning and training": (modelling.tuning, modelling.stopping, modelling.seeds, modelling.chosen),
    "Evaluation": (
        evaluation.held_out,
        evaluation.measures,
        evaluation.intervals,
        evaluation.tests,
        evaluation.published,
    ),
    "Controls": (evaluation.controls, evaluation.power),
    "Software and hardware": (practice.software, practice.hardware),
}


def paragraphs(results: Results) -> dict[str, str]:
    """Return the paragraphs by heading, with citations as [@key]."""
    return {name: " ".join(filter(None, (tell(results) for tell in told))) for name, told in PARAGRAPHS.items()}


def markdown(results: Results) -> str:
    """The methods as Markdown with citations that pandoc resolves by references.bib."""
    parts = [f"## {name}\n\n{text}\n" for name, text in paragraphs(results).items()]
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
    told = "Ready to be edited: results/report/methods.md has the same text with citation keys, results/report/references.bib their entries."
    return f"<p>{told}</p>{parts}"
