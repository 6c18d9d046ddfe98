"""The file of a study's own network, looked at before any job starts and without running it."""

import ast
from pathlib import Path

from tentips.errors import StudyError
from tentips.paths import check_path

FUNCTIONS = {"declare": ("hp",), "build": ("settings", "inputs", "outputs")}


def check_custom_file(path: str | Path, where: str) -> None:
    """Raise StudyError where the file that `models.custom` names is not there, is no Python, or has not the functions.

    `where` is the configuration file that names it.
    """
    path = Path(path)
    check_path(f"{where}: models.custom", path)
    if not path.is_file():
        raise StudyError(
            f"{where}: models.custom is {path}, but there is no such file; the path is relative to the study."
        )
    try:
        tree = ast.parse(path.read_text(encoding="utf-8"))
    except SyntaxError as error:
        raise StudyError(f"{path}, line {error.lineno}: {error.msg}. The mistake is in your network.") from None
    except UnicodeDecodeError:
        raise StudyError(f"{where}: models.custom is {path}, which is no text in UTF-8.") from None
    found = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
    for name, arguments in FUNCTIONS.items():
        signature = f"{name}({', '.join(arguments)})"
        if name not in found:
            raise StudyError(
                f"{path} has no function {signature}, which a network of your own needs; see docs/own-network.md."
            )
        own = found[name].args
        takes = len(own.posonlyargs) + len(own.args)
        if takes != len(arguments) and own.vararg is None:
            words = "1 argument" if takes == 1 else f"{takes} arguments"
            raise StudyError(f"{path}, line {found[name].lineno}: {name} takes {words}; it must be {signature}.")
