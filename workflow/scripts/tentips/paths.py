"""Where the repository's folders are. No other file counts folders upwards from itself."""

from pathlib import Path

SCRIPTS = Path(__file__).parents[1]
WORKFLOW = SCRIPTS.parent
ROOT = WORKFLOW.parent
SCHEMA = WORKFLOW / "schemas" / "config.schema.yaml"
NOTEBOOKS = WORKFLOW / "notebooks"
PAGE_TEMPLATES = WORKFLOW / "report" / "templates"
DOCS = ROOT / "docs"
