"""The chosen network, trained for several seeds on all development rows."""

import numpy as np
import pandas as pd

from tentips.data.rows import Rows
from tentips.models.networks.architecture import Architecture
from tentips.models.networks.members import in_own_unit, member, pack
from tentips.models.networks.pack import Trained
from tentips.models.networks.train import train
from tentips.models.networks.views import Views
from tentips.models.recipe import Recipe


def refit(architecture: Architecture, rows: Rows, settings: dict, recipe: Recipe, seeds: list[int]):
    """Train the chosen network once per seed on all development rows, but for a slice that stops it (other per seed).

    Returns the fitted preparation, and per seed the trained member with weights that predict in the label's own unit.
    """
    prepare = architecture.preparation(rows, recipe.preprocess).fit(rows.inputs, rows.truth)
    matrix = np.asarray(prepare.transform(rows.inputs), dtype="float32")
    members = [member(rows, settings, np.arange(len(rows.ids)), seed, recipe) for seed in seeds]
    trained = train(pack(architecture, rows, Views([matrix]), members, recipe))
    return prepare, [in_own_unit(own, each) for own, each in zip(members, trained, strict=True)]


def history_table(member: Trained, repeat: int, seed: int) -> pd.DataFrame:
    """Return the training history: repeat, seed, epoch, loss, stop_loss, and whether the epoch is the chosen one."""
    epochs = np.arange(1, len(member.history["loss"]) + 1)
    return pd.DataFrame(
        {"repeat": repeat, "seed": seed, "epoch": epochs, **member.history, "chosen": epochs == member.best_epoch}
    )
