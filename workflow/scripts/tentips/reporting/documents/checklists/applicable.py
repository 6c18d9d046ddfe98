"""Reporting checklists, filled in from the run: which apply, as one section of the report and as one file each."""

from pathlib import Path

from tentips.artifacts import write_text
from tentips.reporting.documents.checklists import form
from tentips.reporting.documents.checklists.dome import DOME
from tentips.reporting.documents.checklists.form import Checklist
from tentips.reporting.documents.checklists.reforms import REFORMS
from tentips.reporting.documents.checklists.tripod_ai import TRIPOD_AI
from tentips.results import Results


def applicable(results: Results) -> list[Checklist]:
    """Return the checklists that apply: TRIPOD+AI only where the study is declared to be clinical."""
    return [DOME, REFORMS, *([TRIPOD_AI] if results.config["study"]["clinical"] else [])]


def write(results: Results, folder: str | Path) -> None:
    """Write each checklist that applies to `folder`/SLUG.md, and remove one that no longer does."""
    wanted = applicable(results)
    for checklist in (DOME, REFORMS, TRIPOD_AI):
        path = Path(folder) / f"{checklist.slug}.md"
        if checklist in wanted:
            write_text(form.markdown(checklist, results), path)
        else:
            path.unlink(missing_ok=True)


def section(results: Results) -> str:
    """The checklists as a section of the report."""
    parts = "".join(form.section(checklist, results) for checklist in applicable(results))
    statement = (
        ""
        if results.config["study"]["clinical"] is not None
        else "<p>Whether the study is clinical is not declared (study.clinical); if it is, TRIPOD+AI applies.</p>"
    )
    return parts + statement
