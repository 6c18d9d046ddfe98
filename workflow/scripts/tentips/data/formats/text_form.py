"""How a delimited text table is written: packing, encoding, separator, and where its header is. Needs the standard library alone."""

import bz2
import csv
import gzip
import io
import lzma
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from tentips.data.formats.watched_text import watched
from tentips.errors import StudyError, listed

PACKINGS = {".gz": "gzip", ".bz2": "bz2", ".xz": "xz", ".zip": "zip"}
TEXT_ENDINGS = {".csv": ",", ".tsv": "\t", ".txt": "\t", ".tab": "\t"}
SEPARATORS = {",": "commas", "\t": "tabs", ";": "semicolons", "|": "bars"}
MARKS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe\0\0": "utf-32", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
LOOKED_AT, MOST_BYTES = 12, 8_000_000  # lines, and bytes, from which the form of a table is told
LONGEST_LINE = 256_000_000  # bytes of a header: ten million names of 25 letters
OF_QIIME = "#q2:types"  # a line after the header that gives types, not a sample
BROKEN = (EOFError, zlib.error, gzip.BadGzipFile, lzma.LZMAError, zipfile.BadZipFile)


@dataclass(frozen=True)
class TextForm:
    """How one file is written. `skipped` are the numbers, from 0, of lines that are neither header nor row.

    `packing` is gzip, bz2, xz, zip or nothing; `member` the name of the table in a zip archive.
    """

    packing: str
    member: str
    encoding: str
    separator: str
    skipped: tuple[int, ...]
    notes: tuple[str, ...] = ()


def ending(path: str | Path) -> str:
    """Return the ending that tells a file's format, in lower case and without its packing: Table.CSV.gz gives .csv."""
    name = Path(path).name.lower()
    suffix = Path(name).suffix
    return Path(name.removesuffix(suffix)).suffix if suffix in PACKINGS else suffix


def is_series(path: str | Path) -> bool:
    """Whether a file is a series matrix of GEO, by its name."""
    return "_series_matrix" in Path(path).name.lower()


def packing(path: str | Path) -> str:
    """Return how a file is packed by its ending: gzip, bz2, xz, zip, or nothing."""
    return PACKINGS.get(Path(path).suffix.lower(), "")


def unpacked(path: str | Path, bounded: bool = True) -> BinaryIO:
    """Open a text file for reading as it is without its packing; of a zip archive the one file in it.

    Reading raises StudyError at a NUL byte, and where a packed file, if it is `bounded`, is more than the memory holds.
    """
    return watched(_opened(path), Path(path).name, bounded and packing(path) != "")


def _opened(path: str | Path) -> BinaryIO:
    openers = {"gzip": gzip.open, "bz2": bz2.open, "xz": lzma.open, "zip": _member_of, "": _plain}
    return openers[packing(path)](path)


def _plain(path: str | Path) -> BinaryIO:
    return open(path, "rb")


def _member_of(path: str | Path) -> BinaryIO:
    with zipfile.ZipFile(path) as archive:
        return archive.open(member(path))


def member(path: str | Path) -> str:
    """Return the name of the one file in a zip archive. Raises StudyError where it holds none, or several."""
    with zipfile.ZipFile(path) as archive:
        names = [name for name in archive.namelist() if not name.endswith("/")]
    own = [name for name in names if not name.startswith("__MACOSX/") and not Path(name).name.startswith(".")]
    if len(own) != 1:
        raise StudyError(
            f"{Path(path).name} holds {len(own)} files ({listed(own) or 'none'}); a zip archive must hold one table. Unpack it, and name the table."
        )
    return own[0]


def form_of(path: str | Path) -> TextForm:
    """Look at the beginning of a text table and tell its form. Raises StudyError where it is no text."""
    path = Path(path)
    with _opened(path) as file:
        _check_text(path, file.read(4))
    with unpacked(path) as file:
        begin = file.read(4)
        encoding = next((name for mark, name in MARKS.items() if begin.startswith(mark)), "utf-8")
        lines = _first_lines(file, begin, encoding)
        if len(lines) == 1:
            _check_line_end(path, file)
    inside = member(path) if packing(path) == "zip" else ""
    own = TEXT_ENDINGS.get(ending(inside or path), "\t")
    # Comments come before the header; the header itself may begin with the same sign.
    first = next((i for i, line in enumerate(lines) if line.strip() and not line.startswith("#")), len(lines))
    separator = _separator([line for line in lines[first:] if line.strip()], own)
    header = _header(lines, first, separator)
    skipped = [*range(header), *(i for i, line in enumerate(lines) if i > header and line.startswith(OF_QIIME))]
    notes = []
    if separator != own:
        notes.append(f"its columns are separated by {SEPARATORS[separator]}")
    if encoding.startswith(("utf-16", "utf-32")):
        notes.append(f"it is written in {encoding.upper()}")
    comments = [line for line in lines[:header] if line.strip()]
    if comments:
        notes.append(
            f"{len(comments)} line{'s' * (len(comments) > 1)} before its header left out ('{comments[0].strip()[:60]}')"
        )
    return TextForm(packing(path), inside, encoding, separator, tuple(skipped), tuple(notes))


def rows(path: str | Path) -> Iterator[list[str]]:
    """Yield the entries of each line of a text table, its header first. What is wrong with the file ends the rows early."""
    try:
        form = form_of(path)
        with unpacked(path) as file, io.TextIOWrapper(file, encoding=_without_mark(form.encoding), newline="") as text:
            kept = (line for number, line in enumerate(text) if number not in form.skipped)
            yield from (row for row in csv.reader(kept, delimiter=form.separator) if row)
    except (OSError, UnicodeError, csv.Error, StudyError, *BROKEN):
        # It is told by the rule that reads the whole of it.
        return


def short_lines(path: str | Path, form: TextForm) -> tuple[int, list[tuple[int, int]]]:
    """Return how many entries the header has, and number (from 1) and entries of each line that has fewer.

    None are found where an entry goes over several lines, for then lines cannot be told apart by themselves.
    """
    names, short = 0, []
    with unpacked(path) as file:
        # A line of UTF-8 need not be decoded, which takes longer than counting.
        plain = form.encoding.startswith("utf-8")
        lines = file if plain else io.TextIOWrapper(file, encoding=form.encoding, newline="\n")
        separator, quote = (form.separator.encode(), b'"') if plain else (form.separator, '"')
        for number, line in enumerate(lines):
            if number in form.skipped or not line.strip():
                continue
            quotes = line.count(quote)
            if quotes % 2:
                return names, []
            text = line.decode(errors="replace") if plain and quotes else line
            entries = _entries(text.rstrip("\r\n"), form.separator) if quotes else line.count(separator) + 1
            names = names or entries
            if entries < names:
                short.append((number + 1, entries))
    return names, short


def _without_mark(encoding: str) -> str:
    return "utf-8-sig" if encoding == "utf-8" else encoding


def _check_text(path: Path, begin: bytes) -> None:
    kinds = {b"PK\x03\x04": "a zip archive or a workbook", b"\x1f\x8b": "packed by gzip", b"BZh": "packed by bzip2"}
    for mark, kind in (
        *kinds.items(),
        (b"PAR1", "parquet"),
        (b"\x89HDF", "HDF5"),
        (b"\xd0\xcf\x11\xe0", "an old workbook"),
    ):
        if begin.startswith(mark):
            raise StudyError(f"{path.name} is {kind} by its content, not text; give it the ending that says so.")


def _first_lines(file: BinaryIO, begin: bytes, encoding: str) -> list[str]:
    wide = encoding.startswith(("utf-16", "utf-32"))
    text, left = bytearray(begin), MOST_BYTES
    while left > 0 and text.count(b"\n") <= 200 and (more := file.read(65536)):
        text += more
        left -= len(more)
        # Enough where the lines after the comments are there; a wide table's lines are long.
        if not wide and sum(not line.startswith(b"#") for line in text.splitlines()) > LOOKED_AT + 1:
            break
    lines = bytes(text).decode(_without_mark(encoding), errors="replace").splitlines()
    return lines[:-1] if len(lines) > 1 and file.read(1) else lines


def _check_line_end(path: Path, file: BinaryIO) -> None:
    """Raise StudyError where the first line goes on and on."""
    left = LONGEST_LINE
    while (more := file.read(65536)) and b"\n" not in more and b"\r" not in more:
        left -= len(more)
        if left < 0:
            raise StudyError(
                f"{path.name}: its first line has more than {LONGEST_LINE // 10**6} million bytes and does not end; a table has a header line, and a line for each sample."
            )


def _separator(lines: list[str], own: str) -> str:
    """The separator of `own` ending, unless another one gives a regular table and this one does not."""
    lines = lines[:LOOKED_AT]
    if not lines:
        return own
    counts = {mark: [_entries(line, mark) for line in lines] for mark in (own, *SEPARATORS)}
    regular = {mark: found[0] for mark, found in counts.items() if found[0] > 1 and len(set(found)) == 1}
    first = lines[0].split(own, 1)[0]
    for mark, columns in regular.items():
        if mark != own and (
            (own not in regular and counts[own][0] == 1) or (columns > counts[own][0] and mark in first)
        ):
            return mark
    return own


def _header(lines: list[str], first: int, separator: str) -> int:
    """Where the header is: the line before the first one that is no comment, if it has as many entries, else that one."""
    before = first - 1
    while before >= 0 and (not lines[before].strip() or lines[before].startswith(OF_QIIME)):
        before -= 1
    if before < 0:
        return first if first < len(lines) else 0
    if first >= len(lines):
        return before if _entries(lines[before], separator) > 1 else len(lines) - 1
    same = _entries(lines[before], separator) == _entries(lines[first], separator) > 1
    # A comment may have as many commas. A header has numbers below it, and as a rule no blank after its sign.
    numbers = [_holds_number(line, separator) for line in lines[first : first + 2]]
    headed = numbers[0] or (not any(numbers) and not lines[before].startswith("# "))
    return before if same and headed else first


def _holds_number(line: str, separator: str) -> bool:
    return bool(
        re.search(
            rf"(^|{re.escape(separator)})\s*\"?[+-]?\d+([.,]\d+)?(e[+-]?\d+)?\"?\s*($|{re.escape(separator)})", line
        )
    )


def _entries(line: str, separator: str) -> int:
    # Most lines hold no quotation mark, and the csv module refuses entries of more than 128 kB.
    return len(next(csv.reader([line], delimiter=separator))) if '"' in line else line.count(separator) + 1
