"""Run a notebook with papermill and turn it into one HTML file that needs no network."""

import os
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
        partial.write_text(page, encoding="utf-8")
