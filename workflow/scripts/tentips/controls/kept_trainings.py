"""Finished trainings of the controls on disk, so that a killed job goes on where it stopped."""

import hashlib
import shutil
from pathlib import Path

import numpy as np

from tentips.artifacts import whole
from tentips.controls.experiments import Experiment


class KeptTrainings:
    """The predictions of each finished training, one file each, which appears whole.

    A file is found again by what was trained: `mark` stands for data, settings, code and packages (`models.journal.fingerprint`), the
    experiment for its rows and labels. Whatever else lies in `folder` is passed over.
    """

    def __init__(self, folder: str | Path, mark: str):
        self.folder, self.mark = Path(folder), mark

    def apart(self, name: str) -> "KeptTrainings":
        """Return the same for trainings on other data, which `name` tells apart."""
        return KeptTrainings(self.folder, f"{self.mark} {name}")

    def read(self, number: int, experiment: Experiment) -> np.ndarray | None:
        """Return the predictions of the experiment with this number; None where it was not finished, or its file is damaged."""
        try:
            return np.load(self._path(number, experiment), allow_pickle=False)
        except (OSError, ValueError, EOFError):
            return None

    def write(self, number: int, experiment: Experiment, predictions: np.ndarray) -> None:
        """Keep the predictions of a finished training."""
        with whole(self._path(number, experiment)) as partial:
            np.save(partial, predictions, allow_pickle=False)

    def delete(self) -> None:
        """Remove all of them: the tables are written."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def _path(self, number: int, experiment: Experiment) -> Path:
        digest = hashlib.sha256(f"{self.mark} {number}".encode())
        for part in (experiment.train, experiment.score, experiment.truth):
            digest.update(str(part.dtype).encode() + np.ascontiguousarray(part).tobytes())
        return self.folder / f"{digest.hexdigest()[:32]}.npy"
