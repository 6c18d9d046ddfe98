"""New samples in a table, read a part at a time."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from tentips.data.columns import as_names
from tentips.data.formats.fasta import is_fasta
from tentips.data.formats.text_form import form_of
from tentips.data.formats.text_table import source, understood
from tentips.data.missing_words import DEFAULT, MissingWords, without
from tentips.data.numbers import Notation, parsed
from tentips.data.spellings import JOIN, REFUSE, choice, folded
from tentips.data.tidy import as_text
from tentips.errors import StudyError, listed
from tentips.models.model_sheet import CATEGORY
from tentips.predict.new_samples import AT_ONCE, Ids, NewSamples, Part, refuse_twice

NOT_READ = (".xlsx", ".xlsm", ".xls", ".h5ad", ".gct", ".biom")
DEFAULTS = {"missing": list(DEFAULT), "decimal": ".", "thousands": None, "percent": False, "spellings": REFUSE}
TRUE_FALSE = {"true": "True", "false": "False"}  # as booleans are written where the training table held any


@dataclass(frozen=True)
class NewTable(NewSamples):
    """A table of new samples.

    Columns are found by name, in any order. `id_column` is None where the file names no sample; rows are then numbered.
    """

    id_column: str | None
    batch_columns: list[str]

    def parts(self, at_once: int = AT_ONCE) -> Iterator[Part]:
        """Yield the samples part by part, each column as the model takes it."""
        named = [feature["name"] for feature in self.sheet["features"]]
        wanted = [*([self.id_column] if self.id_column else []), *named, *self.batch_columns]
        begin = 0
        for part in _read(self.path, wanted, at_once, self.id_column, self._reading["missing"]):
            numbered = pd.Series(np.arange(begin + 1, begin + len(part) + 1).astype(str), index=part.index)
            ids = part[self.id_column].map(as_text) if self.id_column else numbered
            features = pd.DataFrame(
                {
                    feature["name"]: self._typed(part[feature["name"]], feature, ids)
                    for feature in self.sheet["features"]
                }
            )
            yield Part(ids, features, features, self._batches(part))
            begin += len(part)

    def labels(self) -> pd.Series:
        """Return the label of each sample by its id: the name of its class or its value; missing where the file gives none."""
        text = self.named([self.sheet["label"]])[self.sheet["label"]]
        if self.sheet["task"] == "classification":
            return text
        return self._numbers(text)

    def named(self, columns: list[str]) -> pd.DataFrame:
        """Return other columns of all samples as text, by the samples' ids; missing where the file gives none."""
        wanted = [*([self.id_column] if self.id_column else []), *columns]
        parts = _read(self.path, wanted, AT_ONCE, self.id_column, self._reading["missing"])
        table = pd.concat(parts, ignore_index=True)
        ids = table[self.id_column].map(as_text) if self.id_column else (table.index + 1).astype(str)
        return table[columns].apply(lambda column: column.map(as_text, na_action="ignore")).set_axis(ids)

    @property
    def _reading(self) -> dict:
        """How the study's tables are written; a bundle of an earlier version does not say."""
        return DEFAULTS | self.sheet.get("reading", {})

    def _batches(self, part: pd.DataFrame) -> np.ndarray | None:
        columns = self.sheet["batch"]
        if not columns:
            return None
        if not self.batch_columns:
            return np.full(len(part), None, dtype=object)
        named = part[columns].apply(as_names)
        text = named.map(lambda value: None if pd.isna(value) else as_text(value))
        return np.array(
            [None if None in row else " / ".join(row) for row in text.itertuples(index=False)], dtype=object
        )

    def _typed(self, column: pd.Series, feature: dict, ids: pd.Series) -> pd.Series:
        name = feature["name"]
        if feature["type"] == CATEGORY:
            text = column.map(as_text).where(column.notna(), None).astype(object)
            if set(feature["categories"]) <= set(TRUE_FALSE.values()):
                text = text.map(lambda value: value if value is None else TRUE_FALSE.get(value.lower(), value))
            if choice(name, self._reading["spellings"]) == JOIN:
                known = {folded(category): category for category in feature["categories"]}
                text = text.map(lambda value: known.get(folded(value), value), na_action="ignore")
            return text
        numbers = self._numbers(column)
        stray = column.notna() & (numbers.isna() | np.isinf(numbers))
        if stray.any():
            shown = listed([f"'{column[row]}' (sample {ids[row]})" for row in column.index[stray]], 3)
            raise StudyError(
                f"{self.path.name}: column '{name}' holds numbers in training, but here {shown}; correct it, or leave missing values empty."
            )
        if numbers.isna().any() and self.sheet["preprocess"]["impute"] == "none":
            raise StudyError(
                f"{self.path.name}: column '{name}' is empty for sample {listed(ids[numbers.isna()], 3)}, "
                "and the model was trained without a way to fill it in (preprocess.impute is none); fill "
                "it in, or take these samples out."
            )
        transform = self.sheet["preprocess"]["transform"]
        if transform != "none" and (numbers < 0).any():
            why = (
                "preprocess.transform is tuned, for values from 0 upwards"
                if transform == "tuned"
                else "the model takes its logarithm"
            )
            raise StudyError(
                f"{self.path.name}: column '{name}' is negative for sample {listed(ids[numbers < 0], 3)}, but {why}; correct it."
            )
        return numbers

    def _numbers(self, column: pd.Series) -> pd.Series:
        """The numbers of a column as the study writes them; NaN for what is none."""
        notation = Notation(*(self._reading[key] for key in ("decimal", "thousands", "percent")))
        if pd.api.types.is_numeric_dtype(column):
            return column.astype(float)
        if notation.decimal == ".":
            numbers = pd.to_numeric(column, errors="coerce").astype(float)
        else:
            numbers = pd.Series(np.nan, index=column.index)
        left = column[column.notna() & numbers.isna()].map(str)
        return numbers if left.empty else numbers.fillna(parsed(left, notation))


def check(path: str | Path, sheet: dict, used: tuple[str, ...] = ()) -> NewTable:
    """Check a table of new samples against the sheet of a model: columns, ids, emptiness.

    Raises StudyError in one line: no file, an unknown format, no column in common, features missing, no rows, ids twice.
    The label's column is not looked at, nor are columns that the model does not know; the notices say so. What the caller itself
    reads of the file is in `used`.
    """
    path = Path(path)
    if not path.is_file():
        raise StudyError(f"there is no file {path}; give the table of new samples: --config predict=FILE.")
    if is_fasta(path):
        raise StudyError(
            f"{path.name} holds sequences, but the model takes a table of features (csv, tsv, packed or not, or parquet)."
        )
    if path.suffix.lower() in NOT_READ:
        raise StudyError(
            f"{path.name}: new samples are read from text (csv, tsv, packed or not) and parquet, a part at a time; save the table as one of these."
        )
    columns = header(path)
    wanted = [feature["name"] for feature in sheet["features"]]
    lacking = [name for name in wanted if name not in columns]
    if len(lacking) == len(wanted):
        raise StudyError(
            f"{path.name} has no column in common with the model, which takes {listed(wanted, 12)}; it has: {listed(columns, 12)}."
        )
    if lacking:
        raise StudyError(
            f"{path.name} misses {'a column' if len(lacking) == 1 else f'{len(lacking)} columns'} that the "
            f"model takes: {listed(lacking, 12)}. Add {'it' if len(lacking) == 1 else 'them'}; leave cells "
            "empty where a value is missing."
        )
    named = sheet["id"] in columns
    rows = _check_ids(path, sheet["id"] if named else wanted[0], named)
    batch = [name for name in sheet["batch"] if name in columns]
    notices = [] if named else [f"{path.name} has no column '{sheet['id']}': samples are numbered"]
    if sheet["label"] in columns and sheet["label"] not in {*wanted, *used}:
        notices.append(f"the label '{sheet['label']}' is in {path.name}: it is not looked at")
    others = [name for name in columns if name not in {*wanted, *sheet["batch"], sheet["id"], sheet["label"], *used}]
    if others:
        notices.append(f"columns that the model does not know are not looked at: {listed(others, 12)}")
    if len(batch) < len(sheet["batch"]):
        batch = []
        notices.append(
            f"{path.name} misses {listed(sheet['batch'])}, by which batches are corrected for: the samples stay uncorrected"
        )
    return NewTable(path, sheet, rows, notices, sheet["id"] if named else None, batch)


def _check_ids(path: Path, column: str, named: bool) -> int:
    """How many rows there are; raises StudyError where there is none, where an id is empty, and where one is there twice."""
    ids, rows = Ids(), 0
    for part in _id_parts(path, column, named):
        rows += len(part)
        if named:
            if part.isna().any():
                raise StudyError(f"{path.name}: '{column}' is empty in a row; every sample needs an id.")
            ids.add(part.map(as_text))
    if not rows:
        raise StudyError(f"{path.name} has a header but no rows; it needs one line per sample.")
    refuse_twice(path.name, ids.twice(part.map(as_text) for part in _id_parts(path, column, named)))
    return rows


def _id_parts(path: Path, column: str, named: bool) -> Iterator[pd.Series]:
    for part in _read(path, [column], 10 * AT_ONCE, column if named else None, DEFAULTS["missing"]):
        yield part[column]


def header(path: str | Path) -> list[str]:
    """Return the names of the columns of a table. Raises StudyError where one is there twice."""
    path = Path(path)
    if path.name.endswith(".parquet"):
        import pyarrow.parquet

        try:
            return pyarrow.parquet.ParquetFile(path).schema_arrow.names
        except pyarrow.ArrowInvalid as error:
            raise StudyError(f"{path.name} cannot be read as parquet: {str(error).splitlines()[0]}") from error
    with understood(path):
        names = pd.read_csv(nrows=1, header=None, dtype=str, **_options(path)).iloc[0]
    twice = names[names.duplicated()].unique()
    if len(twice):
        raise StudyError(f"{path.name}: column {listed(twice)} is there more than once; names must differ.")
    return [str(name) for name in names]


def _read(
    path: Path, columns: list[str], at_once: int, id_column: str | None, missing: list | dict
) -> Iterator[pd.DataFrame]:
    """Yield these columns part by part, words for missing values as NaN; of ids only an empty one is missing."""
    columns, words = list(dict.fromkeys(columns)), MissingWords.declared(missing)
    if path.name.endswith(".parquet"):
        import pyarrow.parquet

        for batch in pyarrow.parquet.ParquetFile(path).iter_batches(at_once, columns=columns):
            part = batch.to_pandas(ignore_metadata=True)[columns]
            own = {name: without(part[name], words.of(name))[0] for name in columns if name != id_column}
            yield part.assign(**own)
        return
    absent = {column: [""] if column == id_column else ["", *words.of(column)] for column in columns}
    options = {"usecols": columns, "dtype": str, "chunksize": at_once, "na_values": absent} | _options(path)
    with understood(path), pd.read_csv(**options) as parts:
        yield from parts


def _options(path: Path) -> dict:
    return source(path, form_of(path), in_parts=True) | {"keep_default_na": False}
