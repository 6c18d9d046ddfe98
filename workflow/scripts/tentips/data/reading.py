"""Read what was measured, and the sample sheet, from their files as the configuration's section `data` says."""

from collections.abc import Callable

import pandas as pd

from tentips.data import readers


def read_measurements(path: str, data: dict, tell: Callable[[str], None] = print) -> pd.DataFrame:
    """Read the measurements of `data.modality`; `data` is that section, resolved. Ids are text, in the column `data.id`."""
    return readers.read_features(
        path, data["id"], data["orientation"], data["layer"], _worksheet(data, "features"), tell
    )


def read_sheet(path: str, data: dict, tell: Callable[[str], None] = print) -> pd.DataFrame:
    """Read the sample sheet, one row per sample; `data` is that section, resolved."""
    return readers.read_samples(path, data["id"], data["orientation"], _worksheet(data, "samples"), tell)


def _worksheet(data: dict, table: str) -> str | None:
    named = data["worksheet"]
    return named.get(table) if isinstance(named, dict) else named
