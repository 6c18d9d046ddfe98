"""New labelled samples as rows of the study, without those that the study has already."""

import dataclasses
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from tentips.data.rows import Rows, joined_rows
from tentips.data.tidy import SAMPLE
from tentips.errors import StudyError, listed
from tentips.evaluate.openings import row_fingerprints
from tentips.predict import new_tables


@dataclass(frozen=True)
class Labelled:
    """New samples with their labels: `units` names the group of each, `notices` are what their reader should know."""

    rows: Rows
    units: np.ndarray
    notices: list[str]


def read(
    path: str | Path, sheet: dict, group_columns: list[str], known: Rows, study: tuple[pd.DataFrame, pd.DataFrame]
) -> Labelled:
    """Read new samples with their labels and groups.

    `known` are the development rows, `study` the sheets of development and test part (sample, group). Left out, with a notice: samples
    without a label, samples whose id or whose measured values and label the study has, and samples of units in its test part.
    Raises StudyError in one line where the label or the group is missing from the file, or a class is new.
    """
    if len(group_columns) > 1:
        raise StudyError(
            f"data.group is {listed(group_columns)}: update compares units by the name in one column; join them to one."
        )
    samples = new_tables.check(path, sheet, used=(sheet["label"], *group_columns))
    header = new_tables.header(path)
    lacking = [name for name in (sheet["label"], *group_columns) if name not in header]
    if lacking:
        raise StudyError(
            f"{Path(path).name} misses {listed(lacking)}: update needs the label of each new sample, and its group where data.group is declared; to predict unlabelled ones: snakemake predict."
        )
    labels = samples.labels()
    units = samples.named(group_columns)[group_columns[0]] if group_columns else labels.index.to_series()
    if units.isna().any():
        raise StudyError(
            f"{Path(path).name}: '{group_columns[0]}' is empty for sample {listed(units.index[units.isna()], 3)}."
        )
    rows = _rows(samples, labels, sheet)
    kept, notices = np.ones(len(rows.ids), bool), list(samples.notices)
    tested = set(study[1]["group"])
    values = set(row_fingerprints(known.features, known.labels).tolist())
    for left_out, why in (
        (labels.isna().to_numpy(), "have no label"),
        (np.isin(rows.ids.astype(str), pd.concat(study)[SAMPLE].astype(str)), "have an id that the study has"),
        (units.isin(tested).to_numpy(), "are of units in the study's test part, which no model may learn from"),
        (
            np.array([each in values for each in row_fingerprints(rows.features, labels.fillna("")).tolist()]),
            "have the values and the label of a sample of the development part",
        ),
    ):
        if (kept & left_out).any():
            notices.append(f"{(kept & left_out).sum():,} of {len(kept):,} new samples {why}: left out")
        kept &= ~left_out
    if not kept.any():
        raise StudyError(f"{Path(path).name}: no new labelled sample is left; {'; '.join(notices[-4:])}.")
    places = np.flatnonzero(kept)
    names = units.to_numpy(dtype=object)[places]
    own = dataclasses.replace(rows.part(places), groups=pd.factorize(names)[0])
    return Labelled(_with_truth(own, labels.iloc[places], path), names, notices)


def joined(known: Rows, known_units: np.ndarray, new: Labelled, taken: np.ndarray) -> tuple[Rows, np.ndarray]:
    """Return the development rows with the new ones that are `taken` (a mask) after them, and the numbers of these.

    Units of one name are one group; `known_units` are the names of the development rows' groups.
    """
    own = new.rows.part(np.flatnonzero(taken))
    rows = joined_rows(known, own, (known_units, new.units[taken]))
    return rows, np.arange(len(known.ids), len(rows.ids))


def _rows(samples: new_tables.NewTable, labels: pd.Series, sheet: dict) -> Rows:
    """All samples of the file, their labels not yet looked at."""
    parts, kind = list(samples.parts()), samples.modality
    nothing = np.zeros(len(labels), dtype=int)
    return Rows(
        ids=np.concatenate([part.ids.to_numpy(dtype=object) for part in parts]),
        features=kind.inputs(pd.concat([part.measured for part in parts], ignore_index=True)),
        truth=nothing,
        strata=nothing,
        groups=nothing,
        fold=nothing - 1,
        classes=sheet["classes"],
        task=sheet["task"],
        batch=None if parts[0].batch is None else np.concatenate([part.batch for part in parts]),
        modality=kind,
    )


def _with_truth(rows: Rows, labels: pd.Series, path: str | Path) -> Rows:
    if not rows.classes:
        return rows.relabelled(labels.to_numpy(dtype=float))
    strange = sorted(set(labels) - set(rows.classes))
    if strange:
        raise StudyError(
            f"{Path(path).name}: class {listed(strange, 5)} is none that the model knows ({listed(rows.classes, 12)}); correct it, or begin a study with it."
        )
    return rows.relabelled(labels.map({name: number for number, name in enumerate(rows.classes)}).to_numpy())
