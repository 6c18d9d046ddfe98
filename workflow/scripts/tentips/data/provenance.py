"""Where the data came from: each source's file, date, version, licence and checksum."""

import datetime
import hashlib
import os
from collections.abc import Iterable
from pathlib import Path

from tentips.artifacts import sha256
from tentips.data.datasets import Dataset
from tentips.errors import StudyError
from tentips.jobs.environment import shown_path, time_of

EARLIEST = 631152000  # 1990-01-01: before it lie the times that archives write for every file (1970, 1980)


def describe_source(dataset: Dataset, table) -> dict:
    """Describe a source of data: its file (`describe_file`) and its shape (rows, columns)."""
    return describe_file(dataset) | {"rows": len(table), "columns": table.shape[1]}


def describe_file(dataset: Dataset) -> dict:
    """Describe a file of the registry: where, when, version, licence, citation, SHA-256, size in bytes.

    `obtained` is the declared date, else when the file was downloaded or last changed; `obtained_from` says which.
    """
    found = os.stat(dataset.path)
    checksum = checksum_of(dataset.path)
    plausible = EARLIEST <= found.st_mtime <= datetime.datetime.now(datetime.UTC).timestamp()
    of_file = time_of(found.st_mtime) if plausible else None
    return {
        "id": dataset.id,
        "source": dataset.shown_source,
        "file": shown_path(dataset.path),
        "obtained": dataset.obtained or of_file,
        "obtained_from": "declared" if dataset.obtained else "download" if dataset.remote else "file",
        "version": dataset.version or None,
        "licence": dataset.licence or None,
        "citation": dataset.citation or None,
        "sha256": checksum,
        "sha256_declared": dataset.sha256 or None,
        "bytes": sum(file.stat().st_size for file in _files(dataset.path)),
    }


def checksum_of(path: str | Path) -> str:
    """Return the SHA-256 of a file; of a folder that of the list of its files, each line `SHA-256  name`, by name."""
    if Path(path).is_file():
        return sha256(path)
    lines = [f"{sha256(file)}  {file.relative_to(path).as_posix()}\n" for file in _files(path)]
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def _files(path: str | Path) -> list[Path]:
    path = Path(path)
    return [path] if path.is_file() else sorted(file for file in path.rglob("*") if file.is_file())


def check_checksums(sources: Iterable[Dataset]) -> None:
    """Raise StudyError where a file is not the one that the registry names."""
    for dataset in sources:
        found = checksum_of(dataset.path)
        if dataset.sha256 and found != dataset.sha256:
            raise StudyError(
                f"{dataset.shown_source} is not the file that config/datasets.tsv names under "
                f"'{dataset.id}': its SHA-256 is {found}, expected {dataset.sha256}. Restore the file, or "
                "if you meant to change it, write the new checksum and version down."
            )
