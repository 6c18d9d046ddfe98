"""New samples, read a part at a time, so that memory does not grow with their number."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np
import pandas as pd

from tentips.data.modality import Modality, modality
from tentips.errors import StudyError, listed
from tentips.models.model_sheet import NUMBER

AT_ONCE = 20_000  # samples that are held in memory together


@dataclass(frozen=True)
class Part:
    """Some new samples: their ids, what was measured of them, and their batch (None where the model corrects for none).

    `described` is what tells that one is unusual: the columns that the sheet names as features.
    """

    ids: pd.Series
    measured: pd.DataFrame
    described: pd.DataFrame
    batch: np.ndarray | None = None


@dataclass(frozen=True)
class NewSamples:
    """Samples of a file that was checked: `notices` are what its reader should know, `rows` how many there are."""

    path: Path
    sheet: dict
    rows: int
    notices: list[str]

    def parts(self, at_once: int = AT_ONCE) -> Iterator[Part]:
        """Yield the samples part by part, as the model's study measured its own."""
        raise NotImplementedError

    @property
    def modality(self) -> Modality:
        """The modality of the samples that the model was trained on."""
        return modality_of(self.sheet)


def in_parts(things: Iterable, at_once: int) -> Iterator[list]:
    """Yield lists of `at_once` things, the last one of what is left."""
    rest = iter(things)
    while part := list(islice(rest, at_once)):
        yield part


def modality_of(sheet: dict) -> Modality:
    """Return the modality of a model's samples; a sheet that names none is one of a table."""
    return modality(sheet.get("modality", "tabular"), sheet.get("facts"))


def findings(described: pd.DataFrame, sheet: dict) -> pd.DataFrame:
    """Return for each sample how many features are missing, which lie outside the training range, and which hold a category
    that the model does not know: missing, outside_range, unknown_category (names, separated by commas)."""
    outside, unknown = [[] for _ in range(len(described))], [[] for _ in range(len(described))]
    for feature in sheet["features"]:
        column = described[feature["name"]]
        if feature["type"] == NUMBER:
            low, high = feature["low"], feature["high"]
            beyond = np.zeros(len(column), bool) if low is None else ((column < low) | (column > high)).to_numpy()
            found = outside
        else:
            beyond = (column.notna() & ~column.isin(feature["categories"])).to_numpy()
            found = unknown
        for row in np.flatnonzero(beyond):
            found[row].append(feature["name"])
    return pd.DataFrame(
        {
            "missing": described.isna().sum(axis=1).to_numpy(),
            "outside_range": [",".join(names) for names in outside],
            "unknown_category": [",".join(names) for names in unknown],
        }
    )


class Ids:
    """Ids as they go by, of which hashes are kept: a million of them are 8 MB."""

    def __init__(self):
        self.hashes: list[np.ndarray] = []

    def add(self, ids: pd.Series) -> None:
        """Remember the ids of one part."""
        self.hashes.append(_hashed(ids))

    def twice(self, again: Iterator[pd.Series]) -> list[str]:
        """Return ids that were there more than once; `again` goes over all ids a second time, where there are any."""
        values, counts = (
            np.unique(np.concatenate(self.hashes), return_counts=True) if self.hashes else ([], np.zeros(0))
        )
        if not (counts > 1).any():
            return []
        return sorted({name for ids in again for name in ids[np.isin(_hashed(ids), values[counts > 1])]})


def refuse_twice(name: str, twice: list[str]) -> None:
    """Raise StudyError where ids are there more than once in the file `name`."""
    if twice:
        raise StudyError(f"{name}: id {listed(twice, 3)} is there more than once; ids must differ.")


def _hashed(ids: pd.Series) -> np.ndarray:
    return pd.util.hash_array(ids.to_numpy(dtype=object))
