"""Where the repository's folders are, and which paths of a study can be read. No other file counts folders upwards from itself."""

from pathlib import Path

from tentips.errors import StudyError

SCRIPTS = Path(__file__).parents[1]
WORKFLOW = SCRIPTS.parent
ROOT = WORKFLOW.parent
SCHEMA = WORKFLOW / "schemas" / "config.schema.yaml"
NOTEBOOKS = WORKFLOW / "notebooks"
PAGE_TEMPLATES = WORKFLOW / "report" / "templates"
DOCS = ROOT / "docs"


def check_path(what: str, path: str | Path | None) -> None:
    """Raise StudyError where `path`, which `what` is, holds braces: Snakemake takes what stands in them for a wildcard."""
    if set("{}") & set(str(path)):
        raise StudyError(
            f"{what} is {path}, but Snakemake takes what stands in braces for a wildcard. Rename the file or its folder without braces."
        )
