"""The configuration as a file of text: what YAML would read wrongly, or not at all, is told with line and column."""

from collections.abc import Iterator
from pathlib import Path

from tentips.errors import StudyError

HINTS = {
    "'\\t'": "indent with blanks, not with tabs",
    "mapping values are not allowed": "text that holds a colon needs quotes, and keys of one section begin in one column",
    "quoted scalar": "a quotation mark is opened and not closed",
    "expected ',' or": "a list in brackets needs commas, and its closing bracket",
    "expected <block end>": "keys of one section begin in one column, and entries of one list too",
    "could not find expected ':'": "a key is followed by a colon",
    "alias": "text that begins with * or & needs quotes",
    "anchor": "text that begins with * or & needs quotes",
    "directive": "text that begins with % needs quotes",
    "cannot start any token": "text that begins with @, %, ` or a tab needs quotes",
}


def check_file(path: str | Path) -> None:
    """Raise StudyError where a YAML file cannot be read, or where a key is there twice, of which the second would win in silence."""
    import yaml

    try:
        text = Path(path).read_text(encoding="utf-8-sig")
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except FileNotFoundError:
        raise StudyError(
            f"{path} does not exist; it says what is studied (config/README.md lists every key)."
        ) from None
    except UnicodeDecodeError as error:
        raise StudyError(f"{path} is not UTF-8 text (byte {error.start}); save it as UTF-8.") from error
    except yaml.MarkedYAMLError as error:
        raise StudyError(f"{path}, {_place(error)}: {_problem(error)}.") from error
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise StudyError(
            f"{path}, line {line}: it holds a character that no text has (code {error.character}); take it out."
        ) from error
    if not isinstance(node, yaml.MappingNode):
        raise StudyError(f"{path} holds no keys; it begins with a section such as `study:` (see config/README.md).")
    for key, first, again in _repeated(node):
        raise StudyError(
            f"{path}, line {again}: the key '{key}' is there a second time (before in line {first}), and would replace "
            f"the first one; put everything under one '{key}:'."
        )


def _place(error) -> str:
    mark = error.problem_mark or error.context_mark
    return f"line {mark.line + 1}, column {mark.column + 1}"


def _problem(error) -> str:
    problem = error.problem or error.context
    hint = next((advice for words, advice in HINTS.items() if words in f"{problem} {error.context}"), "")
    return (
        f"YAML cannot read this ({problem}); {hint or 'look at quotes, brackets and indentation here and just before'}"
    )


def _repeated(node) -> Iterator[tuple[str, int, int]]:
    """Every key that a mapping has twice: the key, the line of its first place and that of the later one."""
    import yaml

    if isinstance(node, yaml.SequenceNode):
        for entry in node.value:
            yield from _repeated(entry)
    if isinstance(node, yaml.MappingNode):
        lines = {}
        for key, value in node.value:
            name, line = (key.tag, str(key.value)), key.start_mark.line + 1
            if name in lines:
                yield str(key.value), lines[name], line
            lines.setdefault(name, line)
            yield from _repeated(value)
