"""The model trained anew on all samples, the test part among them: the most that the data give, and nothing left to judge it by."""

import numpy as np
import pandas as pd

from tentips.data.rows import Rows, joined_rows
from tentips.models.final_models import FinalModel
from tentips.models.guards import guard_of
from tentips.models.model_sheet import sheet_of
from tentips.models.recipe import Recipe
from tentips.models.refitting import refitted
from tentips.models.sheet_options import SheetOptions

NAMED = (
    "This model was trained anew on all samples, the test part among them, with the settings that the search had chosen. "
    "Nobody can measure it in this study: the figure is that of the same model trained on the development part alone, and so is what is "
    "told of calibration, subgroups and privacy."
)


def on_all_samples(
    model: FinalModel,
    sheet: dict,
    parts: tuple[Rows, Rows],
    names: tuple[np.ndarray, np.ndarray],
    measured: pd.DataFrame,
    training: tuple[dict[str, dict], Recipe, int],
    options: SheetOptions,
) -> tuple[FinalModel, dict]:
    """Return the model trained on development and test part together, and its sheet.

    `sheet` is that of the model of the development part, `names` the groups' names in both parts, `measured` both as they were read,
    `training` what best.json says of each model, the recipe, and threads. Conformal sets stay those of the
    cross-validation, where the model had not seen the samples; the distance is measured anew.
    """
    rows = joined_rows(*parts, names)
    found = refitted(model, training[0], rows, *training[1:])
    guards = sheet["guards"]
    if guards and guards["out_of_distribution"]["threshold"] is not None:
        # The test part is one fold more.
        fold = np.where(rows.fold < 0, rows.fold.max() + 1, rows.fold)
        matrix = found.unclipped(rows.inputs, found.prepare(rows.inputs))
        guards = guards | {"out_of_distribution": guard_of(matrix, fold, rows.groups)[0]}
    own = sheet_of(sheet["model"], sheet["kind"], rows, measured, options, guards)
    return found, own | {"trained_on": own["trained_on"] | {"part": "all samples"}}
