"""Finished trials on disk, so that a killed search goes on where it stopped."""

import hashlib
import importlib.metadata
import json
import os
from pathlib import Path

from tentips.artifacts import sha256
from tentips.imports import library_files
from tentips.paths import SCRIPTS

TRAINING_PACKAGES = {
    "baseline": ("scikit-learn", "numpy"),
    "network": ("keras", "keras-tuner", "scikit-learn", "numpy"),
    "control": ("keras", "scikit-learn", "numpy"),
    "transfer": ("keras", "scikit-learn", "numpy"),
}


class Journal:
    """Finished trials on disk, one JSON line each, so that a killed search goes on where it stopped.

    Lines written for other data, another plan or another search space (another `fingerprint`) are ignored.
    """

    def __init__(self, path: str | Path, fingerprint: str):
        self.path, self.fingerprint = Path(path), fingerprint

    def read(self) -> dict[int, dict]:
        """Return the finished trials by number. A last line cut off by a kill is left out."""
        trials = {}
        if self.path.exists():
            for line in self.path.read_text(encoding="utf-8").splitlines():
                try:
                    entry = json.loads(line)
                except json.JSONDecodeError:
                    continue
                if entry["fingerprint"] == self.fingerprint:
                    trials[entry["trial"]] = entry
        return trials

    def write(self, number: int, **values) -> None:
        """Append a finished trial."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        torn = self.path.exists() and not self.path.read_bytes().endswith(b"\n")
        with open(self.path, "a", encoding="utf-8") as file:
            file.write(
                ("\n" if torn else "") + json.dumps({"fingerprint": self.fingerprint, "trial": number, **values}) + "\n"
            )
            file.flush()
            os.fsync(file.fileno())

    def delete(self) -> None:
        """Remove the journal: the search is finished and its table written."""
        self.path.unlink(missing_ok=True)


def fingerprint(stage: str, model: str, settled: dict | list, *files: str) -> str:
    """Return a short hash of all that a search depends on.

    The model, what is `settled` for all its trials (recipe, metric, backend), the library that the script of `stage` (baseline,
    network, control or transfer) imports, the versions of the packages that train, and the content of `files`.
    """
    code = [sha256(file) for file in library_files(SCRIPTS / f"{stage}.py")]
    versions = [f"{each} {importlib.metadata.version(each)}" for each in TRAINING_PACKAGES[stage]]
    text = json.dumps(
        [model, settled, code, versions, [sha256(file) for file in files]], sort_keys=True, ensure_ascii=False
    )
    return hashlib.sha256(text.encode()).hexdigest()[:16]
