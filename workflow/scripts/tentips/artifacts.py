"""Result files that appear whole or not at all, and are read back the same way everywhere."""

import contextlib
import glob
import json
import math
import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

from tentips.errors import StudyError


@contextlib.contextmanager
def whole(path: str | Path) -> Iterator[Path]:
    """Yield a temporary path beside `path` that takes its place when the block ends without an error."""
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = partial_of(path)
    try:
        yield partial
        with open(partial, "rb") as file:
            os.fsync(file.fileno())
        os.replace(partial, path)
    finally:
        partial.unlink(missing_ok=True)


def partial_of(path: Path) -> Path:
    """Return the path beside `path` at which this process makes it; what a killed process left of it half-made is removed.

    Nobody else may be making the same file or folder.
    """
    # The suffix is kept at the end: some writers choose the format by it.
    partial = path.with_name(f".{os.getpid()}.partial.{path.name}")
    for left in path.parent.glob(f".*.partial.{glob.escape(path.name)}"):
        if left.is_dir():
            shutil.rmtree(left, ignore_errors=True)
        elif left != partial:
            left.unlink(missing_ok=True)
    return partial


MADE_ANEW = "Delete it and run the same command again: it is made anew."


@contextlib.contextmanager
def undamaged(path: str | Path, remedy: str = MADE_ANEW) -> Iterator[None]:
    """Say in one line that the result file `path`, which the block reads, is damaged, and what to do about it.

    Whatever a reader raises counts as damage, but for a file that is not there or may not be read, and what is no matter of the file:
    a package that is missing, and too little memory.
    """
    try:
        yield
    except (StudyError, ImportError, MemoryError, FileNotFoundError, PermissionError, IsADirectoryError):
        raise
    except Exception as error:
        if not Path(path).exists():
            raise  # h5py and others do not say FileNotFoundError
        found = " ".join(str(error).split())[:200] or type(error).__name__
        raise StudyError(f"{path} is damaged, or was not written by this study ({found}). {remedy}") from error


def write_table(frame, path: str | Path) -> None:
    """Write a data frame as tab-separated text, numbers to ten significant digits."""
    with whole(path) as partial:
        for_spreadsheets(frame).to_csv(partial, sep="\t", index=False, float_format="%.10g")


def read_table(path: str | Path, text: tuple[str, ...] = ()):
    """Read a table that `write_table` wrote; the columns named in `text` stay text, even if they look like numbers."""
    import pandas as pd

    with undamaged(path):
        # A class or a feature may be called NA or None; only an empty cell is missing.
        frame = pd.read_csv(path, sep="\t", keep_default_na=False, na_values=[""], dtype=dict.fromkeys(text, str))
        return _in_text(frame, r"^'(?='*[=+\-@])", "")


def for_spreadsheets(frame):
    """Return a table of which no text is a formula to a spreadsheet program: what begins as one gets an apostrophe before it.

    That is text after =, +, - or @; numbers and single signs (the strand of a gene) stay as they are. `read_table` takes it off again.
    """
    return _in_text(frame, r"^(?='*[=+\-@].)(?![+-]?[\d.]+(?:[eE][+-]?\d+)?$)", "'")


def _in_text(frame, pattern: str, replacement: str):
    """The table with `pattern` replaced in its text, names of columns included."""
    import pandas as pd

    exchanged = {}
    for name in frame:
        column = frame[name]
        if isinstance(column, pd.Series) and not pd.api.types.is_numeric_dtype(column) and column.dtype.kind in "OTU":
            found = column.map(lambda value: re.sub(pattern, replacement, value) if isinstance(value, str) else value)
            exchanged[name] = found
    named = {name: re.sub(pattern, replacement, name) for name in frame if isinstance(name, str)}
    return (
        frame.assign(**exchanged).rename(columns=named) if exchanged or any(a != b for a, b in named.items()) else frame
    )


def write_parquet(frame, path: str | Path) -> None:
    """Write a data frame as parquet, with checksums, so that damage is noticed."""
    with whole(path) as partial:
        frame.to_parquet(partial, index=False, write_page_checksum=True)


def read_parquet(path: str | Path):
    """Read a parquet file into a data frame."""
    import pandas as pd

    with undamaged(path):
        return pd.read_parquet(path, page_checksum_verification=True)


def write_json(value, path: str | Path) -> None:
    """Write plain values as indented JSON; numbers that are not finite become null."""
    with whole(path) as partial:
        partial.write_text(json.dumps(_plain(value), indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def read_json(path: str | Path, remedy: str = MADE_ANEW):
    """Read a JSON file; `remedy` says what to do where it is damaged."""
    with undamaged(path, remedy):
        return json.loads(Path(path).read_text(encoding="utf-8"))


def write_text(text: str, path: str | Path) -> None:
    """Write text as UTF-8."""
    with whole(path) as partial:
        partial.write_text(text, encoding="utf-8")


def sha256(path: str | Path) -> str:
    """Return the SHA-256 of a file, as 64 hexadecimal digits."""
    import hashlib

    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _plain(value):
    if isinstance(value, dict):
        return {str(key): _plain(entry) for key, entry in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(entry) for entry in value]
    if hasattr(value, "tolist"):
        return _plain(value.tolist())
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
