"""Which library files a script or a notebook depends on, read from its import statements without running it."""

import ast
import json
from pathlib import Path


def library_files(script: str | Path, *notebooks: str | Path, package: str = "tentips") -> list[Path]:
    """Return the files of `package` (beside the script) that `script` and `notebooks` import, directly or not, sorted."""
    root = Path(script).parent
    found: set[Path] = set()
    waiting = [Path(script), *map(Path, notebooks)]
    while waiting:
        for name in imported_names(waiting.pop()):
            if name.split(".")[0] != package:
                continue
            for file in _files(root, name):
                if file not in found:
                    found.add(file)
                    waiting.append(file)
    return sorted(found)


def imported_names(file: Path) -> set[str]:
    """Return the dotted names that a file imports anywhere in it; `from a import b` gives a and a.b."""
    names = set()
    for node in ast.walk(ast.parse(_source(file))):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            names.add(node.module)
            names.update(f"{node.module}.{alias.name}" for alias in node.names)
    return names


def _source(file: Path) -> str:
    text = file.read_text(encoding="utf-8")
    if file.suffix != ".ipynb":
        return text
    cells = json.loads(text)["cells"]
    return "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")


def _files(root: Path, name: str) -> list[Path]:
    """The module of that name and the packages it lies in; nothing for a name that is not a module."""
    parts = name.split(".")
    packages = [root.joinpath(*parts[:depth], "__init__.py") for depth in range(1, len(parts) + 1)]
    return [file for file in (*packages, root.joinpath(*parts).with_suffix(".py")) if file.is_file()]
