"""FASTA: records of a name and letters, plain or packed. Needs the standard library alone."""

import io
from collections.abc import Iterator
from pathlib import Path

from tentips.data.formats.text_form import BROKEN, ending, unpacked
from tentips.errors import StudyError, listed

FASTA_ENDINGS = (".fasta", ".fa", ".fas", ".fna", ".ffn", ".frn", ".faa")


def is_fasta(path: str | Path) -> bool:
    """Whether a file is FASTA, by its name."""
    return ending(path) in FASTA_ENDINGS


def read_records(path: str | Path) -> list[tuple[str, str]]:
    """Return (name, letters as they are written) of each record in the file's order; the name is the header's first word.

    Raises StudyError in one line where the file is no FASTA, where a record has no name or no letters, or where two have one name.
    """
    name, records = Path(path).name, [(header.split(maxsplit=1)[0], letters) for header, letters in stream(path)]
    if not records:
        raise StudyError(f"{name} holds no sequence; FASTA has a line '>name' before the letters of each one.")
    empty = [each for each, letters in records if not letters]
    if empty:
        raise StudyError(
            f"{name}: {len(empty)} of {len(records)} records have no letters ({listed(empty, 3)}); take them out."
        )
    seen, again = set(), {}
    for each, _ in records:
        (again.setdefault(each) if each in seen else seen.add(each))
    if again:
        raise StudyError(
            f"{name}: id {listed(again, 3)} is there more than once; ids, the first word after '>', must differ (a replicate "
            "needs an id of its own and a shared data.group)."
        )
    return records


def stream(path: str | Path) -> Iterator[tuple[str, str]]:
    """Yield (header line without its ">", letters as they are written) of each record; only one is held in memory.

    Raises StudyError in one line where the file is no FASTA, or where a record has no name.
    """
    name = Path(path).name
    try:
        yield from _records(path, name)
    except (*BROKEN, UnicodeDecodeError) as error:
        raise StudyError(f"{name} cannot be read as FASTA: {error}; obtain it again.") from error


def _records(path: str | Path, name: str) -> Iterator[tuple[str, str]]:
    header, parts = None, []
    with unpacked(path) as file:
        for number, line in enumerate(io.TextIOWrapper(file, encoding="utf-8-sig"), start=1):
            if line.startswith(">"):
                if header is not None:
                    yield header, "".join(parts)
                if not line[1:].strip():
                    raise StudyError(f"{name}, line {number}: '>' without a name; every sequence needs an id.")
                header, parts = line[1:].strip(), []
            elif header is not None:
                parts.append("".join(line.split()))
            elif line.strip() and not line.startswith(";"):
                raise StudyError(
                    f"{name}, line {number}: '{line.strip()[:30]}' is no FASTA, where '>name' comes before the letters."
                )
    if header is not None:
        yield header, "".join(parts)
