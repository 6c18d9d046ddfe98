"""What one sample's measurements are, a table's row or something else: the one place that knows, for all that handle rows.

A study's inputs are a data frame with one row per sample whatever they are: the features of a table, or a column of
sequences or of images. What is to be done with them is asked of the modality that `Rows.modality` holds; nothing outside `data/` asks
which one it is.
"""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd
from sklearn.base import TransformerMixin


class Comparison:
    """What tells samples apart. `rows` are those that could be known again; positions below count among them.

    `keys` holds a value for each of `rows` that identical samples share. `note` says why no sample can be compared, else
    it is empty. `near` says in words what pairs that are not identical are, and `remedy` what to do about them.
    `relatives` says that those are other samples of one descent, whose labels may differ, and not the same sample again.
    """

    rows: np.ndarray
    keys: np.ndarray
    note: str = ""
    near: str = "all but identical"
    remedy: str = "Take the copies out, or declare what they share as data.group"
    relatives: bool = False

    def near_between(self, asked: np.ndarray, among: np.ndarray, seed: int) -> tuple[pd.DataFrame, int]:
        """Return pairs all but identical, (position, near_position, distance), and how many of `asked` were looked at.

        Each pair is one of the positions `asked` with its nearest one in `among`; of many, some are drawn.
        """
        raise NotImplementedError

    def near_within(self, kept: np.ndarray, seed: int) -> tuple[pd.DataFrame, int]:
        """Return the same among the positions `kept`, each pair once and the later position first."""
        raise NotImplementedError


@dataclass(frozen=True)
class Perturbations:
    """One sample with each of its places changed in turn: positions of a sequence, tiles of an image.

    `inputs` holds the changed samples; `place` is the number of the place that each of them has changed, counted along `shape`, the
    number of places on each axis. A place may be changed in several ways, or not at all.
    """

    inputs: pd.DataFrame
    place: np.ndarray
    shape: tuple[int, ...]


class Modality:
    """One kind of measurements. `axes` is the number of axes of one sample as a network reads it; `noun` is its plural.

    `perturbation` is what it is called to change one place after the other, `perturbed` says in words what `perturb` does to a place;
    both are empty where features themselves are explained. `aligned` says that a place means the same in all samples.
    `most_perturbed` is how many changed samples one model is asked about: it bounds what that costs.
    `disorder` says in words what `disordered` returns, after "with"; empty where there is no order. `order` is what it destroys, and
    `without_order` what follows where a network does not need that.

    Every method looks at each sample by itself, but for the transformers of `preparation`, which learn from the rows that
    they are fitted on. `facts` are what was found when all samples were read (an alphabet, a length); they travel with the
    features (`DataFrame.attrs`); `units` are those of what `described` returns. How files become measurements is in `reading`: only the rule `data` needs it.
    """

    name = ""
    axes = 1
    facts: ClassVar[dict] = {}
    units: ClassVar[dict[str, str]] = {}
    noun = "features"
    perturbation = ""
    perturbed = ""
    aligned = False
    most_perturbed = 0
    disorder = ""
    order = ""
    without_order = ""

    def choose(self, features: pd.DataFrame, data: dict, roles: dict) -> tuple[pd.DataFrame, list[dict]]:
        """Return the id and what models may see of `features`, and what was left out (`tidy.exclusion`)."""
        raise NotImplementedError

    def settle(self, features: pd.DataFrame, table: str, spellings: str | dict) -> tuple[pd.DataFrame, list[dict]]:
        """Return the measurements with names that look equal counted as one, and where; `table` names them for errors."""
        return features, []

    def check(self, features: pd.DataFrame, ids: pd.Series, preprocess: dict) -> None:
        """Raise StudyError in one line where a person has to correct the measurements or `preprocess`."""
        raise NotImplementedError

    def found(self, facts: dict) -> "Modality":
        """Return the modality of measurements of which `facts` were found when they were read."""
        return self

    def clusters(self, inputs: pd.DataFrame) -> np.ndarray:
        """Number the clusters of relatives by the measurements themselves, which split.strategy homology never divides."""
        raise NotImplementedError

    def categories(self, measured: pd.DataFrame) -> list[str]:
        """Return the columns whose values are names that several samples share, not measurements."""
        return []

    def described(self, measured: pd.DataFrame) -> pd.DataFrame:
        """Return what tells of a new sample, beside how far it is from others, that it is unlike those that were trained on.

        One column each, of numbers or, where `categories` names them, of text; the model sheet holds their ranges.
        """
        raise NotImplementedError

    def inputs(self, measured: pd.DataFrame) -> pd.DataFrame:
        """Return the measurements, without ids, as `Rows` hold them."""
        raise NotImplementedError

    def table(self, inputs: pd.DataFrame) -> pd.DataFrame:
        """Return the features by which simpler models and the exploration see the inputs, one named column each."""
        raise NotImplementedError

    def preparation(self, inputs: pd.DataFrame, options: dict, task: str, axes: int | None = 1) -> TransformerMixin:
        """Return the unfitted transformer of `inputs` (batch beside them, if it is corrected for) into an array.

        With `axes` 1 it gives (rows, prepared features), what simpler models see; else the inputs as a network reads them
        that knows their order or place, with the modality's own axes after the rows.
        """
        raise NotImplementedError

    def comparison(self, inputs: pd.DataFrame) -> "Comparison":
        """Return what finds samples that are the same, or all but the same, among `inputs`; no label is looked at."""
        raise NotImplementedError

    def parts(self, inputs: pd.DataFrame) -> list[str]:
        """Return the names of the parts that `exchanged` can take from other samples: features, positions, tiles."""
        raise NotImplementedError

    def exchanged(self, inputs: pd.DataFrame, parts: list[str], order: np.ndarray) -> pd.DataFrame:
        """Return the inputs with these parts of each row taken from the row `order` names, as permutation importance does."""
        raise NotImplementedError

    def perturb(self, inputs: pd.DataFrame, random: np.random.Generator) -> Perturbations | None:
        """Return the only sample of `inputs` with each of its places changed in turn; None where features themselves are explained."""
        return None

    def at_places(self, maps: np.ndarray) -> np.ndarray:
        """Return maps over a network's own positions or pixels, or over fewer, (samples, axes...), as one number for each place of `perturb`."""
        raise NotImplementedError

    def letters(self, inputs: pd.DataFrame) -> pd.Series | None:
        """Return the letters of each sample, one for each place of `perturb`; None where places have no letters."""
        return None

    def pictures(self, inputs: pd.DataFrame) -> np.ndarray | None:
        """Return the samples as small pictures, (samples, height, width, 3) between 0 and 1; None where they are none."""
        return None

    def disordered(self, inputs: pd.DataFrame, random: np.random.Generator) -> pd.DataFrame | None:
        """Return the inputs with their order or place destroyed within each sample; None where they have none."""
        return None

    def summary(self, inputs: pd.DataFrame) -> dict:
        """Return {"features": number of columns of `table`, "inputs": what was measured, "seen": what models see of it}, both in words."""
        raise NotImplementedError


_MODALITIES: dict[str, Modality] = {}


def register(modality: Modality) -> None:
    """Make a modality known by its name, as `data.modality` gives it."""
    _MODALITIES[modality.name] = modality


def modality(name: str, facts: dict | None = None) -> Modality:
    """Return the modality of that name, of measurements with these `facts`."""
    if name not in _MODALITIES and name == "tabular":
        from tentips.data.tabular import Tabular

        register(Tabular())
    if name not in _MODALITIES and name == "sequence":
        from tentips.data.sequences import Sequences

        register(Sequences())
    if name not in _MODALITIES and name == "image":
        from tentips.data.images import Images

        register(Images())
    return _MODALITIES[name].found(facts or {})
