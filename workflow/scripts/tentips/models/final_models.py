"""The final models of a study: load them and let them predict rows that they have never seen."""

import hashlib
import json
from dataclasses import dataclass

import numpy as np

from tentips.data.rows import Rows
from tentips.models.baseline_search import predict
from tentips.models.networks.keras_files import load_keras
from tentips.models.pipeline_files import load_pipeline
from tentips.models.stacking import combine


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


def predict_finals(
    rows: dict[int, Rows], bests: list[dict], stacked: dict, seeds: int, folder: str = "results"
) -> list[Final]:
    """Return every final model's predictions of the test rows of each repeat.

    A network comes also as the ensemble of its seeds, and all models together as the stacked model whose weights `stacked` holds.
    `bests` and `stacked` are the contents of best.json; models lie where their rules wrote them, under `folder`.
    """
    finals = []
    for repeat, part in rows.items():
        single = {}
        for best in bests:
            name, kind = best["model"], best["kind"]
            if kind == "network":
                members = _network(f"{folder}/network/{name}", repeat, part, seeds)
                single[name] = np.mean(list(members.values()), axis=0)
                finals.append(Final(name, kind, repeat, members))
                finals.append(Final(f"{name}_ensemble", "ensemble", repeat, {0: single[name]}))
            else:
                pipeline = load_pipeline(f"{folder}/baseline/{name}/model_{repeat}.skops")
                single[name] = predict(pipeline, part.inputs, part.classes)
                finals.append(Final(name, kind, repeat, {0: single[name]}))
        combined = combine(stacked["repeats"][str(repeat)]["weights"], single)
        finals.append(Final(stacked["model"], stacked["kind"], repeat, {0: combined}))
    return finals


def identity(bests: list[dict]) -> str:
    """Return a SHA-256 of what the final models are: settings and scores on the development part.

    Files would not do: the same model saved twice differs by the time that the archive notes.
    """
    told = [
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
    return hashlib.sha256(json.dumps(sorted(told, key=str), sort_keys=True).encode()).hexdigest()


def _network(folder: str, repeat: int, rows: Rows, seeds: int) -> dict[int, np.ndarray]:
    prepare = load_pipeline(f"{folder}/prepare_{repeat}.skops")
    matrix = np.asarray(prepare.transform(rows.inputs), dtype="float32")
    members = {}
    for seed in range(1, seeds + 1):
        predicted = np.asarray(
            load_keras(f"{folder}/seeds/{repeat}_{seed}.keras").predict(matrix, batch_size=4096, verbose=0), dtype=float
        )
        members[seed] = predicted if rows.classes else predicted[:, 0]
    return members
