"""The folds of a search, each with its features prepared by what was fitted on its training rows."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from tentips.data.preparation import chosen_transform
from tentips.data.rows import Rows
from tentips.errors import StudyError


@dataclass(frozen=True)
class Fold:
    """One fold with its features prepared: the preparation was fitted on `train` rows only.

    `matrix` is (rows, prepared features), or (rows, ...) of inputs with more axes, for all rows of the development part.
    `transform` is the transform that was chosen where it is tuned.
    """

    number: int
    train: np.ndarray
    tune: np.ndarray
    matrix: np.ndarray
    transform: str | None = None


def check_metric(rows: Rows, metric: str) -> None:
    """Raise StudyError where no fold can say anything by `metric`: each one's tuning rows hold a single class."""
    if metric in ("roc_auc", "average_precision") and all(
        len(np.unique(rows.truth[tune])) < 2 for _, _, tune in rows.folds
    ):
        raise StudyError(
            f"{metric} cannot be computed in any fold, because each fold's tuning rows hold one class only; lower split.folds, or set evaluation.metric to neg_log_loss."
        )


def prepare_folds(
    rows: Rows, options: dict, preparation: Callable[[Rows, dict], object] = Rows.preparation
) -> list[Fold]:
    """Fit the preparation on each fold's training rows and apply it to all development rows. Checks disjointness.

    `preparation(rows, options)` returns the unfitted one: that of features, or the one that an architecture asks for.
    """
    return [prepare_fold(rows, each, options, preparation) for each in rows.folds]


def prepare_fold(
    rows: Rows,
    fold: tuple[int, np.ndarray, np.ndarray],
    options: dict,
    preparation: Callable[[Rows, dict], object] = Rows.preparation,
) -> Fold:
    """Fit the preparation on the training rows of one of `rows.folds` and apply it to all rows; see `prepare_folds`."""
    number, train, tune = fold
    pipeline = preparation(rows, options)
    pipeline.fit(rows.inputs.iloc[train], rows.truth[train])
    matrix = np.asarray(pipeline.transform(rows.inputs))
    # Sequences and images are many numbers, which networks alone read.
    matrix = matrix.astype("float64" if matrix.ndim == 2 else "float32", copy=False)
    return Fold(number, train, tune, matrix, chosen_transform(pipeline))
