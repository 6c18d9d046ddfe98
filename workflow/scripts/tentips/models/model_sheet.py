"""The model sheet: what has to be known of a final model to give it new samples, and no row of the data.

It is a plain mapping, so that it can lie beside the model as JSON.
"""

import numpy as np
import pandas as pd

from tentips.data.modality import Modality
from tentips.data.rows import Rows
from tentips.data.tidy import as_text
from tentips.errors import StudyError, listed
from tentips.models.sheet_options import SheetOptions

FORMAT = 1  # of sheet and bundle; another number is not read
NUMBER, CATEGORY = "number", "category"
DECISION = 0.5  # of two classes the positive one is decided for from this probability on; of several, the most probable


def sheet_of(
    model: str, kind: str, rows: Rows, measured: pd.DataFrame, options: SheetOptions, guards: dict | None
) -> dict:
    """Return the sheet of a final model that was trained on `rows`.

    `measured` is what was measured of the rows, as it was read; `features` of the sheet are its columns, or what describes a sequence
    or an image (`Modality.described`). Ends of ranges are those that `options.least` units reach or pass,
    and categories of fewer units are not named. `guards` are the figures by which unusual samples and conformal sets are told, if there are any.
    """
    described = rows.modality.described(measured)
    unknown = [name for name in options.units if name not in described]
    if unknown:
        raise StudyError(
            f"release.units names {listed(unknown)}, which is no feature; there are: {listed(described.columns, 12)}."
        )
    text, units = set(rows.modality.categories(described)), {**rows.modality.units, **options.units}
    features = [
        {
            "name": name,
            "type": CATEGORY if name in text else NUMBER,
            **(_categories if name in text else _range)(described[name], rows.groups, options.least),
            "missing": int(described[name].isna().sum()),
            "unit": units.get(name),
        }
        for name in described
    ]
    return {
        "format": FORMAT,
        "model": model,
        "kind": kind,
        "repeat": 1,
        "task": rows.task,
        "label": options.label,
        "id": options.id,
        "classes": rows.classes,
        "positive": rows.classes[-1] if len(rows.classes) == 2 else None,
        "threshold": DECISION if len(rows.classes) == 2 else None,
        "modality": rows.modality.name,
        "facts": rows.modality.facts,
        "features": features,
        "batch": list(options.batch),
        "preprocess": options.preprocess,
        "reading": options.reading,
        "trained_on": {
            "samples": len(rows.ids),
            "units": len(np.unique(rows.groups)),
            "unit": options.unit,
            "part": "development part",
        },
        "guards": guards or {},
    }


def rare_categories(kind: Modality, measured: pd.DataFrame, groups: np.ndarray, least: int) -> list[str]:
    """Return the features that have a category of fewer than `least` units: the model holds such a category by name."""
    return [
        name
        for name in kind.categories(measured)
        if len(_categories(measured[name], groups, least)["categories"]) < measured[name].dropna().nunique()
    ]


def _categories(values: pd.Series, groups: np.ndarray, least: int) -> dict:
    counts = pd.Series(groups).groupby(values.map(as_text).where(values.notna()).to_numpy()).nunique()
    return {"categories": sorted(map(str, counts.index[counts >= least]))}


def _range(values: pd.Series, groups: np.ndarray, least: int) -> dict:
    """The ends that at least `least` units reach or pass; None where there are not so many."""
    present = values.notna().to_numpy()
    own = pd.Series(values[present].to_numpy(dtype=float)).groupby(groups[present])
    lowest, highest = np.sort(own.min()), np.sort(own.max())[::-1]
    if len(lowest) < least:
        return {"low": None, "high": None}
    return {"low": float(lowest[least - 1]), "high": float(highest[least - 1])}
