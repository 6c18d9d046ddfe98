import json

from tentips.imports import imported_names, library_files


def write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def test_files_are_found_through_every_kind_of_import(tmp_path):
    write(tmp_path / "tentips/__init__.py", "")
    write(tmp_path / "tentips/a.py", "def f():\n    from tentips import b\n")
    write(tmp_path / "tentips/b.py", "import tentips.deep.c as c\nimport tentips.a\n")
    write(tmp_path / "tentips/deep/__init__.py", "")
    write(tmp_path / "tentips/deep/c.py", "import numpy\n")
    write(tmp_path / "tentips/unused.py", "")
    script = write(tmp_path / "script.py", "import os\nfrom tentips.a import f\n")
    found = [str(file.relative_to(tmp_path / "tentips")) for file in library_files(script)]
    assert found == ["__init__.py", "a.py", "b.py", "deep/__init__.py", "deep/c.py"]


def test_notebook_imports_count_too_but_not_its_text(tmp_path):
    for name in ("__init__", "a", "b"):
        write(tmp_path / f"tentips/{name}.py", "")
    cells = [
        {"cell_type": "code", "source": ["import os\n", "from tentips import a"]},
        {"cell_type": "markdown", "source": ["from tentips import b"]},
    ]
    notebook = write(tmp_path / "n.ipynb", json.dumps({"cells": cells}))
    script = write(tmp_path / "script.py", "print('tentips.b')\n")
    assert [file.name for file in library_files(script, notebook)] == ["__init__.py", "a.py"]
    assert library_files(script) == []


def test_names_of_from_imports_are_joined(tmp_path):
    file = write(tmp_path / "f.py", "import x.y\nfrom a.b import c, d as e\nfrom . import z\n")
    assert imported_names(file) == {"x.y", "a.b", "a.b.c", "a.b.d"}


def test_network_script_depends_on_the_kernel_and_the_baseline_script_does_not():
    from tentips.paths import SCRIPTS as scripts

    network = {file.name for file in library_files(scripts / "network.py")}
    baseline = {file.name for file in library_files(scripts / "baseline.py")}
    assert {"kernel.py", "train.py", "search.py", "split.py", "artifacts.py"} <= network
    assert "baselines.py" in baseline and "kernel.py" not in baseline
