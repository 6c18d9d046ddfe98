"""The tables of a study to be: which is the sheet, which the features, how they lie, and which column joins them."""

from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd
import yaml

from tentips.data import readers
from tentips.data.datasets import Dataset, read_registry
from tentips.errors import StudyError, listed
from tentips.inspection.columns_found import columns_of
from tentips.inspection.guesses import id_column

REGISTRY, CONFIG = "config/datasets.tsv", "config/config.yaml"


@dataclass
class Tables:
    """The sample sheet and the features (None where they are one table), their sources, and what was noted of both."""

    sheet: pd.DataFrame
    features: pd.DataFrame | None
    samples_source: Dataset
    features_source: Dataset
    ids: str | None
    orientation: str = "samples_in_rows"
    notes: list[str] = field(default_factory=list)


def named_sources(table: str | None, sheet: str | None) -> tuple[list[Dataset], bool]:
    """Return the sources to look at, and whether it was said that features come first and the sheet second.

    They are those of the command line, else those that config/config.yaml names, else those that config/datasets.tsv holds.
    """
    registry = read_registry(REGISTRY) if Path(REGISTRY).exists() else {}
    if table:
        return [_source_of(path, registry) for path in (table, sheet) if path], sheet is not None
    if not registry:
        raise StudyError(f"{REGISTRY} holds no source; name a table: snakemake inspect --config table=FILE")
    named = _declared()
    if len(named) == 2 and all(name in registry for name in named):
        return [registry[name] for name in named], True
    return list(registry.values()), False


def _declared() -> list[str]:
    """The sources that the configuration names; none where there is no configuration yet, or one that cannot be read."""
    try:
        config = yaml.safe_load(Path(CONFIG).read_text(encoding="utf-8-sig"))
        return [config["data"]["features"], config["data"]["samples"]]
    except (OSError, ValueError, KeyError, TypeError, yaml.YAMLError):
        return []


def read_tables(sources: list[Dataset], features_first: bool = False) -> Tables:
    """Read one or two tables; which of two is the sheet is found out, unless the features are known to come first."""
    notes: list[str] = []
    sources = [source for source in dict((source.path, source) for source in sources).values()]
    for source in sources:
        if not Path(source.path).exists():
            how = (
                f"get it first: snakemake {source.path}"
                if source.remote
                else "correct the path (it starts at the study's folder)"
            )
            raise StudyError(f"there is no file {source.path} (source '{source.id}'); {how}.")
    if len(sources) > 2:
        notes.append(
            f"{REGISTRY} holds {len(sources)} sources; the first two are looked at ({listed([s.id for s in sources[:2]])})"
        )
    read = [(source, _read(source, notes)) for source in sources[:2]]
    if len(read) == 1:
        return _one_table(*read[0], notes)
    (first, features), (second, sheet) = read
    if not features_first and _looks_like_sheet(features, sheet):
        (second, sheet), (first, features) = read
    return _joined(features, sheet, first, second, notes)


def _looks_like_sheet(features: pd.DataFrame, sheet: pd.DataFrame) -> bool:
    """Whether the first table rather than the second is the sample sheet."""
    return _columns_of_text(features) > _columns_of_text(sheet) or features.shape[1] < 3 < sheet.shape[1]


def _one_table(source: Dataset, frame: pd.DataFrame, notes: list[str]) -> Tables:
    if Path(source.path).suffix.lower() == ".h5ad":
        return Tables(
            frame, readers.read_features(source.path, frame.columns[0]), source, source, frame.columns[0], notes=notes
        )
    ids = id_column(columns_of(frame))
    return Tables(frame, None, source, source, ids.name if ids else None, notes=notes)


def _joined(features: pd.DataFrame, sheet: pd.DataFrame, first: Dataset, second: Dataset, notes: list[str]) -> Tables:
    """Find the column of the sheet whose values name the rows, or the columns, of the features."""
    names = {column: set(sheet[column].dropna().astype(str)) for column in sheet if sheet[column].is_unique}
    across = {column: len(found & set(map(str, features.columns[1:]))) for column, found in names.items()}
    down = {
        column: len(found & set(features[column].dropna().astype(str)))
        for column, found in names.items()
        if column in features
    }
    best_across, best_down = max(across.values(), default=0), max(down.values(), default=0)
    if not best_across and not best_down:
        elsewhere = [
            (mine, other)
            for mine, found in names.items()
            for other in features
            if found and len(found & set(features[other].dropna().astype(str))) >= 0.5 * len(found)
        ]
        statement = (
            f"; '{elsewhere[0][0]}' of the sheet is called '{elsewhere[0][1]}' in the features: give both one name"
            if elsewhere
            else ""
        )
        raise StudyError(f"no column names the same samples in {second.file_name} and in {first.file_name}{statement}.")
    turned = best_across > best_down
    held = across if turned else down
    ids = max(held, key=held.get)
    measured = features.shape[1] - 1 if turned else len(features)
    if held[ids] < max(measured, len(sheet)):
        notes.append(
            f"'{ids}': {held[ids]} samples are in both tables, of {measured} measured and {len(sheet)} in the sheet; ids must agree"
        )
    return Tables(sheet, features, second, first, ids, "samples_in_columns" if turned else "samples_in_rows", notes)


def _read(source: Dataset, notes: list[str]) -> pd.DataFrame:
    return readers.read_as_is(source.path, notes.append)


def _columns_of_text(frame: pd.DataFrame) -> float:
    """The share of columns that hold text, by which a sheet is told from measurements."""
    return sum(dtype.kind not in "fiub" for dtype in frame.dtypes) / max(frame.shape[1], 1)


def _source_of(path: str, registry: dict[str, Dataset]) -> Dataset:
    same = [dataset for dataset in registry.values() if dataset.path == path or dataset.source == path]
    if same:
        return same[0]
    stem = (
        "".join(letter if letter.isalnum() else "_" for letter in Path(path).name.split(".")[0]).strip("_") or "table"
    )
    name = next(each for each in (stem, *(f"{stem}_{number}" for number in range(2, 999))) if each not in registry)
    return Dataset(name if name[0].isascii() and name.isascii() else "table", path, "", "", "", "")
