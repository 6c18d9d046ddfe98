"""The registry of data sources, config/datasets.tsv: one row per source, checked before any job starts."""

import csv
import dataclasses
import datetime
import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlparse, urlunparse

from tentips.data.formats.fasta import FASTA_ENDINGS, is_fasta
from tentips.data.formats.text_form import PACKINGS, TEXT_ENDINGS, ending, is_series, rows
from tentips.errors import StudyError, listed
from tentips.paths import check_path
from tentips.study.positive import positive_class, unknown_positive
from tentips.study.roles import check_declared, check_known, with_patterns

COLUMNS = ("id", "source", "sha256", "version", "licence", "citation")
OPTIONAL_COLUMNS = ("obtained",)
IMAGE_ENDINGS = (".png", ".jpg", ".jpeg", ".tif", ".tiff")
DOWNLOADS = "resources/downloads"
WHOLE = (".parquet", ".h5ad", ".xlsx", ".xlsm")  # formats that are never packed
NETWORKS = (".keras", ".h5", ".hdf5")  # pretrained networks
FORMATS = (
    f"{', '.join((*TEXT_ENDINGS, *FASTA_ENDINGS))}, .gct or a series matrix of GEO (each also {', '.join(PACKINGS)}), {', '.join(WHOLE)}; "
    "or it is the folder of counts of 10x, or a folder or .zip of images"
)

LOOKED_THROUGH = 30_000_000  # bytes up to which a sample sheet is looked through before the first job


@dataclass(frozen=True)
class Dataset:
    """One source: where it comes from (path, http(s) URL or doi:...), its checksum, version, licence and citation.

    `obtained`, a column that may be left out, is the date on which it was obtained.
    """

    id: str
    source: str
    sha256: str
    version: str
    licence: str
    citation: str
    obtained: str = ""

    @property
    def remote(self) -> bool:
        """Whether the source has to be downloaded."""
        return self.source.startswith(("http://", "https://", "doi:"))

    @property
    def file_name(self) -> str:
        """The name of the file, without its folder."""
        path = urlparse(self.source).path if self.remote else self.source
        return PurePosixPath(unquote(path)).name

    @property
    def path(self) -> str:
        """Where the file lies, or will lie once downloaded, relative to the study's folder."""
        return f"{DOWNLOADS}/{self.id}/{self.file_name}" if self.remote else self.source

    @property
    def shown_source(self) -> str:
        """The source as it may be shown to others, stored in results, or logged.

        A URL goes without its user, password, query and fragment, which may hold secrets (a signed query grants access); an
        absolute path without its folders, which say too much about a machine.
        """
        if not self.remote and Path(self.source).is_absolute():
            return self.file_name
        return self.without_secrets.source

    @property
    def without_secrets(self) -> "Dataset":
        """The same source without what of a URL may be secret: what a job is given that needs the file alone.

        Snakemake writes down what jobs are given; and a signature that was renewed must not make everything anew.
        """
        if not self.source.startswith(("http://", "https://")):
            return self
        parts = urlparse(self.source)
        shown = parts._replace(netloc=parts.netloc.rpartition("@")[2], params="", query="", fragment="")
        return dataclasses.replace(self, source=urlunparse(shown))


def read_registry(path: str | Path = "config/datasets.tsv") -> dict[str, Dataset]:
    """Read the registry into a mapping from id to Dataset. Raises StudyError naming the line that is wrong."""
    try:
        text = Path(path).read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise StudyError(f"{path} does not exist; it lists one data source per row: {', '.join(COLUMNS)}.") from None
    reader = csv.DictReader(text.split("\n"), delimiter="\t", quoting=csv.QUOTE_NONE)
    missing = [column for column in COLUMNS if column not in (reader.fieldnames or [])]
    if missing:
        raise StudyError(
            f"{path}: column {listed(missing)} is missing; the tab-separated columns are {', '.join(COLUMNS)}."
        )
    registry = {}
    for line, row in enumerate(reader, start=2):
        dataset = Dataset(**{column: (row.get(column) or "").strip() for column in (*COLUMNS, *OPTIONAL_COLUMNS)})
        _check(dataset, f"{path}, line {line}", registry)
        registry[dataset.id] = dataset
    return registry


def sources_of(data: dict, registry: dict[str, Dataset], where: str = "config/datasets.tsv") -> dict[str, Dataset]:
    """Return the sources that the study uses, `features` and `samples`; `data` is that section of the configuration, resolved.

    Raises StudyError where a source is not in the registry, or is a path at which there is no file.
    """
    sources = {table: _registered(f"data.{table}", data[table], registry, where) for table in ("features", "samples")}
    for table, dataset in sources.items():
        if ending(dataset.file_name) in NETWORKS:
            raise StudyError(
                f"data.{table} is {dataset.shown_source}, which holds a network; name the table of the data."
            )
    _check_fasta(data["modality"], sources)
    _check_images(data["modality"], sources["features"])
    return sources


def pretrained_of(models: dict, registry: dict[str, Dataset], where: str = "config/datasets.tsv") -> Dataset | None:
    """Return the source of the pretrained network that `models`, that section of the configuration, names; None without one.

    Raises StudyError where it is not in the registry, no Keras network by its ending, or a path at which there is no file.
    """
    if models["pretrained"] is None:
        return None
    dataset = _registered("models.pretrained", models["pretrained"], registry, where)
    if ending(dataset.file_name) not in NETWORKS:
        raise StudyError(
            f"models.pretrained is {dataset.shown_source}; a pretrained network is a Keras file ({', '.join(NETWORKS)})."
        )
    return dataset


def _registered(key: str, name: str, registry: dict[str, Dataset], where: str) -> Dataset:
    if name not in registry:
        raise StudyError(
            f"{key} is '{name}', which is not an id in {where}; it holds: {listed(registry, 10) or 'no row'}."
        )
    dataset = registry[name]
    if not dataset.remote and not Path(dataset.source).exists():
        raise StudyError(
            f"{where}: the source of '{name}' is {dataset.source}, but there is no such file; correct the path (it is relative to the study's folder)."
        )
    return dataset


def _check_fasta(modality: str, sources: dict[str, Dataset]) -> None:
    """Sequences are read from FASTA, and nothing else is."""
    measured, sheet = (sources[table] for table in ("features", "samples"))
    if is_fasta(sheet.path):
        raise StudyError(
            f"data.samples is {sheet.shown_source}, which is FASTA and holds sequences only; name a table that has the id of each one, and its label."
        )
    if modality == "sequence" and not is_fasta(measured.path):
        raise StudyError(
            f"data.modality is 'sequence', but data.features is {measured.shown_source}; sequences are read from FASTA ({', '.join(FASTA_ENDINGS)}, also packed)."
        )
    if modality == "tabular" and is_fasta(measured.path):
        raise StudyError(
            f"data.features is {measured.shown_source}, which holds sequences; set data.modality to sequence."
        )


def _check_images(modality: str, measured: Dataset) -> None:
    """Images are read from a folder or a zip archive; of a folder the first files say whether it holds any."""
    name = measured.shown_source
    if modality == "image" and not (measured.path.lower().endswith(".zip") or Path(measured.path).is_dir()):
        raise StudyError(
            f"data.modality is 'image', but data.features is {name}; name a folder of images (png, jpg, tif) or a .zip of them."
        )
    if modality == "tabular" and Path(measured.path).is_dir():
        first = itertools.islice(Path(measured.path).iterdir(), 100)
        if any(file.suffix.lower() in IMAGE_ENDINGS for file in first):
            raise StudyError(f"data.features is {name}, a folder of images; set data.modality to image.")


def check_columns(data: dict, sources: dict[str, Dataset], roles: dict[str, list[str]]) -> None:
    """Look at the header lines of local text tables, so that an unknown or undeclared column is refused before any job.

    Tables that must be downloaded, parquet and h5ad are checked when they are read.
    """
    sheet = _header(sources["samples"])
    if sheet is None:
        return
    name = sources["samples"].shown_source
    check_known(sheet, name, roles, data["ignored"])
    if sources["features"].path != sources["samples"].path:
        check_declared(sheet, name, roles, with_patterns(data, sheet, roles)["ignored"])


def check_positive(data: dict, sources: dict[str, Dataset]) -> None:
    """Look at the label's column of a local text table of moderate size: is data.positive among its classes?

    So that a misspelt class is refused before any job. A large table is left to the rule that reads it.
    """
    samples = sources["samples"]
    if data["positive"] is None or data["task"] != "classification":
        return
    if samples.remote or Path(samples.path).stat().st_size > LOOKED_THROUGH:
        return
    rows = _lines(samples)
    header = next(rows, [])
    if data["label"] not in header:
        return
    place = header.index(data["label"])
    classes = sorted({row[place].strip() for row in rows if len(row) > place} - {""})
    if classes and positive_class(classes, data["positive"]) is None:
        raise StudyError(f"{samples.shown_source}: {unknown_positive(data, classes)}")


def check_other_labels(data: dict, sources: dict[str, Dataset]) -> None:
    """Look at the columns of data.other_labels in a local text table of moderate size: can anything be learned from them?

    What it finds is found again, and more, by the rule that reads the table; a large one is left to it.
    """
    samples = sources["samples"]
    if not data["other_labels"] or samples.remote or Path(samples.path).stat().st_size > LOOKED_THROUGH:
        return
    rows = _lines(samples)
    header, missing = next(rows, []), data["missing"]
    wanted = {name: header.index(name) for name in (data["label"], *data["other_labels"]) if name in header}
    if data["label"] not in wanted:
        return
    words = {name: {"", *map(str, missing.get(name, ()) if isinstance(missing, dict) else missing)} for name in wanted}
    found = {name: set() for name in wanted}
    for row in rows:
        entries = {name: row[place].strip() if len(row) > place else "" for name, place in wanted.items()}
        entries = {name: text for name, text in entries.items() if text not in words[name]}
        if data["label"] in entries:
            for name, text in entries.items():
                found[name].add(text)
    for name in data["other_labels"]:
        if name in found and found[data["label"]] and len(found[name]) < 2:
            only = f"has one value only ({listed(found[name])})" if found[name] else "has no value"
            raise StudyError(
                f"{samples.shown_source}: '{name}' of data.other_labels {only} in samples that have a label; nothing can be learned from "
                "it. Take it out."
            )


def _header(dataset: Dataset) -> list[str] | None:
    return next(_lines(dataset), None)


def _lines(dataset: Dataset) -> Iterator[list[str]]:
    """The lines of a local text table, split into entries, its header first; none of another table."""
    kind = ending(dataset.path)
    if (
        not dataset.remote
        and Path(dataset.path).is_file()
        and kind not in (*WHOLE, *FASTA_ENDINGS, ".gct")
        and not is_series(dataset.path)
    ):
        yield from rows(dataset.path)


def _is_date(text: str) -> bool:
    try:
        datetime.date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _check(dataset: Dataset, where: str, registry: dict) -> None:
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]*", dataset.id):
        raise StudyError(
            f"{where}: id is '{dataset.id}'; use letters, digits, '.', '_' and '-', beginning with a letter or digit."
        )
    if dataset.id in registry:
        raise StudyError(f"{where}: id '{dataset.id}' is there a second time; ids must differ.")
    if not dataset.source:
        raise StudyError(
            f"{where}: '{dataset.id}' has no source; give a path, an http(s) URL or doi:10.xxxx/yyyy/file."
        )
    check_path(f"{where}: the source of '{dataset.id}'", dataset.path)
    if dataset.sha256 and not re.fullmatch(r"[0-9a-f]{64}", dataset.sha256):
        raise StudyError(
            f"{where}: sha256 of '{dataset.id}' is '{dataset.sha256}'; it must be 64 hexadecimal digits, or empty."
        )
    if dataset.obtained and not _is_date(dataset.obtained):
        raise StudyError(
            f"{where}: obtained of '{dataset.id}' is '{dataset.obtained}'; it must be a date such as 2024-05-31, or empty."
        )
    known = ending(dataset.file_name) in (
        *TEXT_ENDINGS,
        *FASTA_ENDINGS,
        *WHOLE,
        *NETWORKS,
        ".gct",
    ) or dataset.file_name.lower().endswith(".zip")
    if not known and (dataset.remote or not Path(dataset.source).is_dir()):
        advice = (
            "save it as .xlsx or .csv"
            if dataset.file_name.lower().endswith((".xls", ".ods"))
            else f"the ending tells how to read it: {FORMATS}"
        )
        raise StudyError(f"{where}: the source of '{dataset.id}' is {dataset.file_name}, of no known format; {advice}.")
