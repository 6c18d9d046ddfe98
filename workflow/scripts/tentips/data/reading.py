"""Read what was measured, and the sample sheet, from their files as the configuration says."""

from collections.abc import Callable

import pandas as pd

from tentips.data import readers
from tentips.data.columns import Values
from tentips.study.config import role_columns, split_strategy


def read_measurements(
    path: str, data: dict, split: dict, announce: Callable[[str], None] = print, sheet: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Read the measurements of `data.modality`; `data` and `split` are these sections, resolved. Ids are text, in the column `data.id`.

    `sheet` is the sample sheet, which names the files of images; others are read without it.
    """
    if data["modality"] == "sequence":
        from tentips.data.sequence_reading import read_sequences

        return read_sequences(path, data, split, announce)
    if data["modality"] == "image":
        from tentips.data.image_reading import read_images

        return read_images(path, sheet, data, announce)
    values = Values.declared(data)
    return readers.read_features(
        path, data["id"], data["orientation"], data["layer"], _worksheet(data, "features"), announce, values
    )


def read_sheet(path: str, data: dict, split: dict, announce: Callable[[str], None] = print) -> pd.DataFrame:
    """Read the sample sheet; `data` and `split` are these sections, resolved, which say what is a name, a number or a time."""
    sections = {"data": data, "split": split}
    roles = role_columns(sections)
    if split_strategy(sections) == "time":
        roles = roles | {"time": [*roles["time"], *roles["split"]], "split": []}
    form = data["orientation"], _worksheet(data, "samples"), announce, Values.declared(data)
    return readers.read_samples(path, data["id"], *form, roles, data["task"])


def _worksheet(data: dict, table: str) -> str | None:
    named = data["worksheet"]
    return named.get(table) if isinstance(named, dict) else named
