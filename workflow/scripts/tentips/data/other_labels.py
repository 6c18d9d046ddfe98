"""Other labels of the same samples, which a network may learn beside the study's own: classes or numbers, with gaps."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from tentips.errors import StudyError, listed

MOST_CLASSES = 0.5  # of the samples that have a value: text with more different ones names samples


@dataclass(frozen=True, eq=False)
class OtherLabels:
    """The other labels of rows: `table` has one column each, in the order of the rows.

    Columns of numbers are numbers, all others are classes by their names; missing values are missing.
    """

    table: pd.DataFrame

    @cached_property
    def sizes(self) -> tuple[int, ...]:
        """How many outputs each label needs: the number of its classes, at least 2, or 1 for a number."""
        return tuple(1 if is_number(column) else max(2, column.nunique()) for _, column in self.table.items())

    @cached_property
    def targets(self) -> np.ndarray:
        """The labels as numbers, classes by their place in sorted order, NaN where there is none; (rows, labels)."""
        found = np.full(self.table.shape, np.nan)
        for place, (_, column) in enumerate(self.table.items()):
            if is_number(column):
                found[:, place] = column.to_numpy(dtype=float, na_value=np.nan)
            else:
                codes = pd.factorize(column.where(column.notna(), None).map(str, na_action="ignore"), sort=True)[0]
                found[:, place] = np.where(codes < 0, np.nan, codes)
        return found

    def standardised(self, fit: np.ndarray) -> np.ndarray:
        """Return `targets` with numbers standardised by their mean and standard deviation in the rows `fit`; (rows, labels)."""
        found = self.targets.copy()
        for place, size in enumerate(self.sizes):
            known = found[fit, place][np.isfinite(found[fit, place])]
            if size == 1 and len(known):
                found[:, place] = (found[:, place] - known.mean()) / (known.std() or 1.0)
        return found

    def part(self, kept: np.ndarray) -> "OtherLabels":
        """Return those of the rows with these numbers, in this order; a row may be there more than once."""
        return OtherLabels(self.table.iloc[kept].reset_index(drop=True))


def joined(first: OtherLabels | None, second: OtherLabels | None, rows: int) -> OtherLabels | None:
    """Return those of both parts, `second` after `first`; its `rows` have none where it is None. None where `first` is None."""
    if first is None:
        return None
    after = pd.DataFrame(index=range(rows), columns=first.table.columns) if second is None else second.table
    columns = {}
    for name, column in first.table.items():
        kind = "float64" if is_number(column) else object
        columns[name] = np.concatenate([column.to_numpy(dtype=kind), after[name].to_numpy(dtype=kind)])
    return OtherLabels(pd.DataFrame(columns))


def is_number(values: pd.Series) -> bool:
    """Whether a label is learned as a number; else its values are classes."""
    return pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values)


def in_sheet(sheet: pd.DataFrame, names: list[str], table: str) -> pd.DataFrame:
    """Return the sample sheet with the columns `names` as other labels (`tidied`)."""
    return sheet.assign(**{name: tidied(sheet[name], name, table) for name in names})


def tidied(values: pd.Series, name: str, table: str) -> pd.Series:
    """Return a column of the sample sheet as another label: numbers, or classes as text where it holds names or two values.

    `name` and `table` name it in errors. Raises StudyError where it has no value, one only, or names samples.
    """
    from tentips.data.tidy import as_text

    where, present = f"{table}: the other label '{name}'", values.dropna()
    if not len(present):
        raise StudyError(f"{where} has no value in any sample that has a label; take it out of data.other_labels.")
    levels = present.nunique()
    if levels < 2:
        raise StudyError(
            f"{where} is {as_text(present.iloc[0])} in all samples that have it; nothing can be learned from it. Take it out of "
            "data.other_labels."
        )
    if is_number(values) and levels > 2:
        if np.isinf(present.to_numpy(dtype=float)).any():
            raise StudyError(f"{where} holds infinite values; correct them, or leave them empty.")
        return values.astype(float)
    if levels > max(2, MOST_CLASSES * len(present)):
        raise StudyError(
            f"{where} has {levels} different values ({listed(present.unique(), 3)}) in {len(present)} samples; it names samples "
            "rather than describing them. Take it out of data.other_labels."
        )
    return values.map(as_text, na_action="ignore").astype(object).where(values.notna(), None)
