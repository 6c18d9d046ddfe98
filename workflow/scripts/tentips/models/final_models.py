"""The final models of a study: load them and let them predict rows that they have never seen."""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from tentips.artifacts import read_json
from tentips.data.preparation import unclipped
from tentips.data.rows import Rows
from tentips.errors import StudyError, listed
from tentips.models import baseline_search, stacking
from tentips.models.networks.convolution import rows_at_once
from tentips.models.networks.keras_files import load_keras
from tentips.models.pipeline_files import load_pipeline
from tentips.models.selection import ENSEMBLE

PREDICTED_AT_ONCE = 4096  # rows of a network's batch, at most


@dataclass(frozen=True)
class FinalModel:
    """A final model of one repeat, fitted on all development rows of that repeat.

    `kind` is trivial, baseline, network (one seed) or ensemble (the seeds of a network together, and the stacked model).
    `classes` are the classes in the order of the columns of a prediction; empty for regression. Predictions are
    probabilities, (rows, classes), or values in the label's own unit, (rows,).
    """

    model: str
    kind: str
    repeat: int
    classes: list[str]

    @property
    def task(self) -> str:
        """Classification or regression."""
        return "classification" if self.classes else "regression"

    def prepare(self, inputs: pd.DataFrame):
        """Return raw `inputs` (as `Rows.inputs`) as the model itself sees them, prepared by what was fitted in training.

        A matrix (rows, prepared features); of the stacked model, the matrices of its parts by their names.
        """
        raise NotImplementedError

    def unclipped(self, inputs: pd.DataFrame, matrix):
        """Return raw `inputs`, which `prepare` made `matrix` of, as distances between samples are measured in: before numbers are bent."""
        return matrix

    def predict_prepared(self, matrix) -> np.ndarray:
        """Predict from what `prepare` returns."""
        raise NotImplementedError

    def predict(self, inputs: pd.DataFrame) -> np.ndarray:
        """Predict from raw inputs, as `Rows.inputs` holds them."""
        return self.predict_prepared(self.prepare(inputs))


@dataclass(frozen=True)
class FinalBaseline(FinalModel):
    """A baseline or the trivial predictor: one pipeline of preparation and model."""

    pipeline: object

    def prepare(self, inputs: pd.DataFrame) -> np.ndarray:
        """Return the prepared features, (rows, prepared features)."""
        return self.pipeline.named_steps["prepare"].transform(inputs)

    def predict_prepared(self, matrix: np.ndarray) -> np.ndarray:
        """Predict from prepared features."""
        return baseline_search.predict(self.pipeline.named_steps["model"], matrix, self.classes)


@dataclass(frozen=True)
class FinalNetwork(FinalModel):
    """A network: the preparation that its seeds share, and the Keras model of each seed, which predict together by their mean.

    The models are differentiable: what explains a network by its gradients takes them from `networks`.
    """

    preparation: object
    networks: dict[int, object]

    def prepare(self, inputs: pd.DataFrame) -> np.ndarray:
        """Return the prepared features, (rows, prepared features), as float32."""
        return np.asarray(self.preparation.transform(inputs), dtype="float32")

    def unclipped(self, inputs: pd.DataFrame, matrix: np.ndarray) -> np.ndarray:
        """Return the prepared features before numbers are bent, (rows, prepared features)."""
        before = unclipped(self.preparation)
        return matrix if before is self.preparation else np.asarray(before.transform(inputs), dtype="float32")

    def predict_seeds(self, matrix: np.ndarray) -> dict[int, np.ndarray]:
        """Return what each seed predicts from prepared features."""
        return {seed: self._predict(network, matrix) for seed, network in self.networks.items()}

    def predict_prepared(self, matrix: np.ndarray) -> np.ndarray:
        """Return the mean over seeds of what is predicted from prepared features."""
        return np.mean(list(self.predict_seeds(matrix).values()), axis=0)

    def _predict(self, network, matrix: np.ndarray) -> np.ndarray:
        batch = rows_at_once(network, PREDICTED_AT_ONCE)
        predicted = np.asarray(network.predict(matrix, batch_size=batch, verbose=0), dtype=float)
        return predicted if self.classes else predicted[:, 0]


@dataclass(frozen=True)
class FinalStacked(FinalModel):
    """The stacked model: the weighted mean of its parts, of which those without weight are left out."""

    weights: dict[str, float]
    parts: dict[str, FinalModel]

    def prepare(self, inputs: pd.DataFrame) -> dict[str, np.ndarray]:
        """Return the prepared features of each part by its name."""
        return {name: part.prepare(inputs) for name, part in self.parts.items()}

    def predict_prepared(self, matrix: dict[str, np.ndarray]) -> np.ndarray:
        """Predict from the prepared features of each part."""
        return stacking.combine(
            self.weights, {name: part.predict_prepared(matrix[name]) for name, part in self.parts.items()}
        )


def load(model: str, repeat: int, seed: int | None = None, folder: str = "results") -> FinalModel:
    """Load a final model of one repeat from `folder`, ready to predict rows that it has never seen.

    `model` is a baseline, a network, a network's ensemble (`mlp_ensemble`) or `stacked`. A network without `seed` is the
    ensemble of its seeds. A backend must have been chosen (`networks.backend.choose`) before a network is loaded. Raises
    StudyError where the study has no such model, repeat or seed.

    >>> final = load("mlp", repeat=1)
    >>> probabilities = final.predict(rows.inputs)  # (rows, classes), or (rows,) for regression
    """
    if model == stacking.NAME:
        best = _best(f"{folder}/stack/best.json", model, repeat)
        weights = {name: weight for name, weight in best["weights"].items() if weight > 0}
        parts = {name: load(name, repeat, folder=folder) for name in weights}
        return FinalStacked(model, "ensemble", repeat, best["classes"], weights, parts)
    name = model.removesuffix(ENSEMBLE)
    own = Path(folder) / "network" / name
    if not own.is_dir():
        own = Path(folder) / "baseline" / model
        best = _best(own / "best.json", model, repeat)
        kind = read_json(own / "best.json")["kind"]
        return FinalBaseline(model, kind, repeat, best["classes"], load_pipeline(own / f"model_{repeat}.skops"))
    best = _best(own / "best.json", name, repeat)
    seeds = range(1, best["seeds"] + 1)
    if seed is not None and (seed not in seeds or name != model):
        raise StudyError(f"{model} has no seed {seed}: {name} was trained with the seeds 1 to {best['seeds']}.")
    networks = {
        each: load_keras(own / "seeds" / f"{repeat}_{each}.keras") for each in (seeds if seed is None else [seed])
    }
    kind, title = ("ensemble", f"{name}{ENSEMBLE}") if seed is None else ("network", name)
    return FinalNetwork(title, kind, repeat, best["classes"], load_pipeline(own / f"prepare_{repeat}.skops"), networks)


def _best(path: str | Path, model: str, repeat: int) -> dict:
    """What best.json says of one repeat of a model."""
    if not Path(path).is_file():
        found = sorted(each.parent.name for each in Path(path).parents[1].glob("*/best.json"))
        raise StudyError(
            f"there is no final model '{model}': {path} does not exist; there are {listed(found) or 'none'}."
        )
    repeats = read_json(path)["repeats"]
    if str(repeat) not in repeats:
        raise StudyError(f"{path} holds no repeat {repeat}; it holds {listed(repeats)}.")
    return repeats[str(repeat)]


@dataclass(frozen=True)
class Final:
    """A final model's predictions on the test rows of one repeat.

    `kind` is trivial, baseline, network or ensemble. `members` maps a seed to its predictions; models that are trained
    once have one.
    """

    model: str
    kind: str
    repeat: int
    members: dict[int, np.ndarray]


def predict_finals(rows: dict[int, Rows], bests: list[dict], stacked: dict, folder: str = "results") -> list[Final]:
    """Return every final model's predictions of the test rows of each repeat.

    A network comes also as the ensemble of its seeds, and all models together as the stacked model whose weights `stacked` holds.
    `bests` and `stacked` are the contents of best.json; models lie where their rules wrote them, under `folder`.
    """
    finals = []
    for repeat, part in rows.items():
        single = {}
        for best in bests:
            name, kind = best["model"], best["kind"]
            model = load(name, repeat, folder=folder)
            if kind == "network":
                members = model.predict_seeds(model.prepare(part.inputs))
                single[name] = np.mean(list(members.values()), axis=0)
                finals.append(Final(name, kind, repeat, members))
                finals.append(Final(model.model, model.kind, repeat, {0: single[name]}))
            else:
                single[name] = model.predict(part.inputs)
                finals.append(Final(name, kind, repeat, {0: single[name]}))
        combined = stacking.combine(stacked["repeats"][str(repeat)]["weights"], single)
        finals.append(Final(stacked["model"], stacked["kind"], repeat, {0: combined}))
    return finals


def identity(bests: list[dict]) -> str:
    """Return a SHA-256 of what the final models are: settings and scores on the development part.

    Files would not do: the same model saved twice differs by the time that the archive notes.
    """
    content = [
        [
            best["model"],
            repeat,
            found["settings"],
            found["seeds"],
            round(found["tuned"], 4),
            round(found["train_score"], 4),
        ]
        for best in bests
        for repeat, found in best["repeats"].items()
    ]
    return hashlib.sha256(json.dumps(sorted(content, key=str), sort_keys=True).encode()).hexdigest()
