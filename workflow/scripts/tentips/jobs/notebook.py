"""Run a notebook with papermill and turn it into one HTML file that needs no network."""

import os
import re
import tempfile
from pathlib import Path

from tentips.artifacts import whole
from tentips.paths import PAGE_TEMPLATES, SCRIPTS


def render(notebook: str | Path, html: str | Path, title: str, folder: str | Path = "results", **parameters) -> None:
    """Execute `notebook` with `folder` and `parameters` as its parameters and write it as a page without its code.

    The notebook finds this library, and reads results from `folder`; it computes nothing new.
    """
    import nbformat
    import papermill
    from nbconvert import HTMLExporter

    with whole(html) as partial, tempfile.TemporaryDirectory() as scratch:
        executed = Path(scratch) / "executed.ipynb"
        os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [str(SCRIPTS), os.environ.get("PYTHONPATH")]))
        os.environ["IPYTHONDIR"] = scratch
        papermill.execute_notebook(
            notebook,
            executed,
            parameters={"folder": str(folder), **parameters},
            kernel_name="python3",
            progress_bar=False,
        )
        exporter = HTMLExporter(template_name="tentips", extra_template_basedirs=[str(PAGE_TEMPLATES)])
        named = {"metadata": {"name": title}}
        page, _ = exporter.from_notebook_node(nbformat.read(executed, as_version=4), resources=named)
        partial.write_text(with_linked_dois(page), encoding="utf-8")


def with_linked_dois(page: str) -> str:
    """Return an HTML page in which each DOI of its text ("doi:10.1371/...") is a link; tags, scripts and links stay as they are."""

    def linked(found: re.Match) -> str:
        if not found["doi"]:
            return found[0]
        doi = found["doi"].rstrip(".,;:)]")
        return f'<a href="https://doi.org/{doi}">doi:{doi}</a>{found["doi"][len(doi) :]}'

    return re.sub(r"(?s)<(script|style|svg|a)\b.*?</\1>|<[^>]*>|\bdoi:(?P<doi>10\.\d{4,9}/[^\s<>&\"]+)", linked, page)
