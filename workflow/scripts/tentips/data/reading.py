"""Read what was measured from its file, whatever the modality: one row per sample and its id."""

import pandas as pd

from tentips.data import readers


def read_measurements(path: str, data: dict) -> pd.DataFrame:
    """Read the measurements of `data.modality`; `data` is that section, resolved. Ids are text, in the column `data.id`."""
    return readers.read_features(path, data["id"], data["orientation"])
