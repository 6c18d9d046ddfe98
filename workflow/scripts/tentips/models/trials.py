"""What every search shares, baseline or network: trials on folds, their table, their cost, and a journal to resume from."""

import hashlib
import importlib.metadata
import json
import os
import resource
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

from tentips.artifacts import sha256
from tentips.data.preparation import preparation
from tentips.data.rows import Rows
from tentips.errors import StudyError
from tentips.imports import library_files
from tentips.statistics.scores import score

TRAINING_PACKAGES = {
    "baseline": ("scikit-learn", "numpy"),
    "network": ("keras", "keras-tuner", "scikit-learn", "numpy"),
}


@dataclass(frozen=True)
class Fold:
    """One fold with its features prepared: the preparation was fitted on `train` rows only.

    `matrix` is (rows, prepared features) for all rows of the development part.
    """

    number: int
    train: np.ndarray
    tune: np.ndarray
    matrix: np.ndarray


@dataclass
class Trial:
    """One configuration: its settings, its score on each fold's tuning rows, and its out-of-fold predictions."""

    settings: dict
    scores: list[float]
    predictions: np.ndarray | None = None
    seconds: float = 0.0
    seed: int = 0
    extra: dict = field(default_factory=dict)

    @property
    def score(self) -> float:
        """The mean over folds in which the metric is defined."""
        return mean_score(self.scores)


def mean_score(scores: list[float]) -> float:
    """Return the mean over folds in which the metric is defined (not NaN).

    Minus infinity where it is nowhere defined, or where a fold failed, so that such a trial never wins.
    """
    if any(value == float("-inf") for value in scores):
        return float("-inf")
    defined = [value for value in scores if np.isfinite(value)]
    return float(np.mean(defined)) if defined else float("-inf")


def check_metric(rows: Rows, metric: str) -> None:
    """Raise StudyError where no fold can say anything by `metric`: each one's tuning rows hold a single class."""
    if metric in ("roc_auc", "average_precision") and all(
        len(np.unique(rows.truth[tune])) < 2 for _, _, tune in rows.folds
    ):
        raise StudyError(
            f"{metric} cannot be computed in any fold, because each fold's tuning rows hold one class only; lower split.folds, or set evaluation.metric to neg_log_loss."
        )


def prepare_folds(rows: Rows, options: dict) -> list[Fold]:
    """Fit the preparation on each fold's training rows and apply it to all development rows. Checks disjointness."""
    prepared = []
    for number, train, tune in rows.folds:
        pipeline = preparation(rows.inputs, options, rows.task)
        pipeline.fit(rows.inputs.iloc[train], rows.truth[train])
        prepared.append(Fold(number, train, tune, np.asarray(pipeline.transform(rows.inputs), dtype=float)))
    return prepared


def best_of(trials: list[Trial]) -> int:
    """Return the number of the trial with the highest score; the earlier one where two are equal."""
    return int(np.argmax([trial.score for trial in trials]))


def corrected_score(trials: list[Trial]) -> float:
    """Return the score of the search without the optimism of having chosen the best of many trials.

    Each fold is scored by the trial that the other folds would have chosen (after Tsamardinos, Greasidou and Borboudakis
    2018, who bootstrap over rows): what the choice owes to chance in a fold is not counted in that fold. Nearly unbiased:
    folds share training rows. Trials that failed in a fold are never chosen.
    """
    scores = np.array([trial.scores for trial in trials if trial.score > float("-inf")], dtype=float)
    if not len(scores):
        return float("-inf")
    chosen = [
        int(np.argmax([mean_score(row) for row in np.delete(scores, fold, axis=1)])) for fold in range(scores.shape[1])
    ]
    return mean_score([scores[trial, fold] for fold, trial in enumerate(chosen)])


def trials_table(trials: list[Trial], repeat: int) -> pd.DataFrame:
    """Return one row per trial: repeat, trial (0 is untuned), score, one column per fold, seconds, seed, settings."""
    records = []
    for number, trial in enumerate(trials):
        folds = {f"fold_{fold + 1}": value for fold, value in enumerate(trial.scores)}
        records.append(
            {
                "repeat": repeat,
                "trial": number,
                "score": trial.score,
                **folds,
                "seconds": trial.seconds,
                "seed": trial.seed,
                **trial.extra,
                **trial.settings,
            }
        )
    return pd.DataFrame(records)


def oof_table(rows: Rows, predictions: np.ndarray, repeat: int) -> pd.DataFrame:
    """Return the out-of-fold predictions: sample, repeat, fold, truth, and the columns of `score_columns`."""
    frame = pd.DataFrame({"sample": rows.ids, "repeat": repeat, "fold": rows.fold + 1, "truth": truth_column(rows)})
    return pd.concat([frame, score_columns(rows.classes, predictions)], axis=1)


def truth_column(rows: Rows) -> np.ndarray:
    """Return the truth as it is written to files: class names, or values."""
    return np.array(rows.classes, dtype=object)[rows.truth] if rows.classes else rows.truth


def summary(
    rows: Rows,
    trials: list[Trial],
    best: int,
    metric: str,
    fitted: list[np.ndarray],
    config: dict,
    watch: "Stopwatch",
) -> dict:
    """Return what best.json says of one repeat: the choice, its scores, and what the search consumed.

    `fitted` are the final models' predictions on all development rows, from which the training score is taken.
    """
    return {
        "settings": trials[best].settings,
        "trial": best,
        "untuned": trials[0].score,
        "tuned": trials[best].score,
        "corrected": corrected_score(trials),
        "fold_scores": {"untuned": trials[0].scores, "tuned": trials[best].scores},
        "train_score": float(np.mean([score(metric, rows.truth, values) for values in fitted])),
        "classes": rows.classes,
        "samples": len(rows.ids),
        "trials": len(trials),
        "trials_asked": config["tuning"]["trials"],
        "folds": int(rows.fold.max() + 1),
        "seeds": len(fitted),
        "preprocess": config["preprocess"],
        "class_weight": config["models"]["class_weight"],
        **watch.read(),
        **trials[best].extra,
    }


def score_columns(classes: list[str], predictions: np.ndarray) -> pd.DataFrame:
    """Return predictions as columns: `score_CLASS` for each class, or `score` for a value."""
    if classes:
        return pd.DataFrame(predictions, columns=[f"score_{name}" for name in classes])
    return pd.DataFrame({"score": predictions})


class Stopwatch:
    """Wall, processor and GPU seconds of this process and its children since it was made.

    What other jobs have spent on the same search, in the form of `read`, is added.
    """

    def __init__(self, on_gpu: bool = False, earlier: Sequence[dict] = ()):
        self.on_gpu, self.earlier = on_gpu, earlier
        self.wall = time.monotonic()
        self.cpu = self._cpu()

    def read(self) -> dict[str, float]:
        """Return {"wall_seconds", "cpu_seconds", "gpu_seconds"} so far."""
        wall = time.monotonic() - self.wall
        own = {
            "wall_seconds": wall,
            "cpu_seconds": self._cpu() - self.cpu,
            "gpu_seconds": wall if self.on_gpu else 0.0,
        }
        return {key: value + sum(spent[key] for spent in self.earlier) for key, value in own.items()}

    @staticmethod
    def _cpu() -> float:
        own, children = os.times(), resource.getrusage(resource.RUSAGE_CHILDREN)
        return own.user + own.system + children.ru_utime + children.ru_stime


class Progress:
    """Says how far a search is and how long it will take, at most once in `every` seconds."""

    def __init__(self, what: str, total: int, say: Callable[[str], None], every: float = 5.0, unit: str = "trials"):
        self.what, self.total, self.say, self.every, self.unit = what, total, say, every, unit
        self.began = self.last = time.monotonic()

    def report(self, done: int, best: float | None = None) -> None:
        """Report how many are done, the best score so far where there is one, and the time left.

        Before a tenth is done no time is told: the first networks wait for their program to be compiled.
        """
        now = time.monotonic()
        if done < self.total and now - self.last < self.every:
            return
        self.last = now
        left = (now - self.began) / max(done, 1) * (self.total - done)
        told = "" if best is None else f", best {best:.4f}"
        rest = f", about {left:.0f} s left" if 10 * done >= self.total else ""
        self.say(f"{self.what}: {done} of {self.total} {self.unit}{told}{rest}")


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


def fingerprint(config: dict, stage: str, model: str, *files: str) -> str:
    """Return a short hash of all that a search depends on.

    The plan, the model, backend and precision, the library that the script of `stage` (baseline or network) imports, the versions
    of the packages that train, and the content of `files`.
    """
    scripts = Path(__file__).parents[1]
    code = [sha256(file) for file in library_files(scripts / f"{stage}.py")]
    versions = [f"{each} {importlib.metadata.version(each)}" for each in TRAINING_PACKAGES[stage]]
    plan = {key: config[key] for key in ("data", "preprocess", "tuning", "evaluation", "models")}
    compute = [config.get("compute", {}).get(key) for key in ("backend", "precision")]
    told = json.dumps(
        [model, plan, compute, code, versions, [sha256(file) for file in files]],
        sort_keys=True,
        ensure_ascii=False,
    )
    return hashlib.sha256(told.encode()).hexdigest()[:16]
