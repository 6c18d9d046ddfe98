"""The declared factors of a study as categories: what samples are coloured, compared and divided by."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from tentips.data.tidy import combined_batches
from tentips.data.times import as_numbers
from tentips.statistics.association import is_number

QUANTILES = 5  # that a number with many different values is cut into
MISSING = -1  # the code of a row whose value is missing


@dataclass(frozen=True)
class Factor:
    """A column, or a combination of columns, of the sample sheet as categories.

    `codes` is the number of each row's level in `levels`, `MISSING` where the sheet has none. `note` says what was made of
    the column.
    """

    name: str
    role: str
    codes: np.ndarray
    levels: list[str]
    note: str = ""


def factors(samples: pd.DataFrame, roles: dict[str, list[str]], wanted: tuple[str, ...]) -> list[Factor]:
    """Return the factors of the wanted roles that have two levels or more, each column once.

    Roles are those of `config.role_columns`. The group is left out where every sample is a group of its own.
    """
    found: dict[str, Factor] = {}
    for role in wanted:
        if role == "group":
            if roles["group"] and samples["group"].nunique() < len(samples):
                found.setdefault(
                    ", ".join(roles["group"]), _factor("group", ", ".join(roles["group"]), samples["group"])
                )
            continue
        for column in roles[role]:
            values = samples["label"] if role == "label" else samples[column]
            found.setdefault(column, _factor(role, column, values))
    return [factor for factor in found.values() if len(factor.levels) > 1]


def batches(samples: pd.DataFrame, roles: dict[str, list[str]]) -> list[Factor]:
    """Return what ComBat could correct for: the declared batch (the combination of its columns), and the site."""
    found = []
    if roles["batch"]:
        names = pd.Series(combined_batches(samples, roles["batch"]))
        codes, levels = pd.factorize(names, sort=True)
        found.append(Factor(" / ".join(roles["batch"]), "batch", codes, list(levels)))
    found += factors(samples, roles, ("site",))
    return [factor for factor in found if len(factor.levels) > 1]


def _factor(role: str, name: str, values: pd.Series) -> Factor:
    note = ""
    if role == "time" and not pd.api.types.is_numeric_dtype(values) and values.nunique() > QUANTILES:
        values = as_numbers(values)
    if is_number(values):
        values, note = pd.qcut(values, QUANTILES, duplicates="drop"), f"cut into {QUANTILES} parts of equal size"
    codes, levels = pd.factorize(values, sort=True)
    return Factor(name, role, codes, [str(level) for level in levels], note)
