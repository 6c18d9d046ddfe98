"""What a pack is: many small networks of one architecture, trained together on the same data."""

from dataclasses import dataclass, field

import numpy as np

from tentips.models.networks.architecture import Architecture
from tentips.models.networks.views import Views


@dataclass(frozen=True)
class Member:
    """One network to be trained.

    `settings` are its hyperparameters, as its architecture declares them. `view` says which of the pack's views it reads. `fit` and
    `stop` are row numbers: those it learns from and those that only decide when it stops. `targets` has one class
    number or one value per row, `weights` one weight per row or None. Everything random in it follows from `seed`.
    Values are trained on as (value - mean) / spread, `scale` being (mean, spread); None where targets are as they are.
    `others` are the targets of other labels, (rows, labels), NaN where a row has none.
    """

    settings: dict
    view: int
    fit: np.ndarray
    stop: np.ndarray
    targets: np.ndarray
    seed: int
    epochs: int
    weights: np.ndarray | None = None
    scale: tuple[float, float] | None = None
    others: np.ndarray | None = None

    def unscaled(self, predictions: np.ndarray) -> np.ndarray:
        """Return predictions in the label's own unit."""
        return predictions if self.scale is None else predictions * self.scale[1] + self.scale[0]


@dataclass(frozen=True)
class Pack:
    """Members that share data and an architecture.

    `views` are the features as each fold prepares them. `outputs` is the number of classes, or 1 for regression.
    `packs` says how many packs a search is going to train, and `largest` how many members the largest of them has:
    programs are then made for all that the search space holds, so that the next pack finds them compiled. `precision` is
    that of the inputs of matrix products. `others` are the outputs that each other label needs (`OtherLabels.sizes`), which the members
    learn beside their own; none where the architecture learns one label.
    """

    architecture: Architecture
    views: Views
    members: list[Member]
    outputs: int
    task: str
    patience: int
    packs: int = 1
    largest: int = 0
    precision: str = "float32"
    others: tuple[int, ...] = ()


@dataclass
class Trained:
    """What training one member gave.

    `history` holds, per epoch trained, the loss on `fit` rows during the epoch and on `stop` rows after it. `weights`
    are those of `best_epoch`, in the order of the Keras model's layers. `predictions` are class probabilities,
    (rows, outputs), or values, (rows,), for every row of the member's view.
    """

    history: dict[str, list[float]] = field(default_factory=dict)
    best_epoch: int = 0
    weights: list[np.ndarray] = field(default_factory=list)
    predictions: np.ndarray | None = None
