"""`snakemake inspect`: look at a person's tables, show what they hold, and propose a configuration."""

import shutil
import sys
import textwrap
from pathlib import Path

import pandas as pd
import yaml

from tentips.artifacts import write_text
from tentips.data.datasets import COLUMNS, check_columns, read_registry, sources_of
from tentips.data.missing_words import read_as_missing
from tentips.data.reading import read_measurements, read_sheet
from tentips.data.tidy import tidy
from tentips.errors import StudyError, listed
from tentips.inspection import proposed_config
from tentips.inspection.columns_found import EMPTY, Column, column_of, columns_of
from tentips.inspection.guesses import Guess, guessed, label_candidates
from tentips.inspection.tables_found import REGISTRY, Tables, named_sources, read_tables
from tentips.study.config import role_columns
from tentips.study.resolution import resolve
from tentips.wording import percentage

PROPOSED = "config/proposed.yaml"
TRIED = 100_000_000  # bytes up to which the tables are read a second time, as the proposal says
SHOWN = 60  # columns that the terminal shows; the proposed configuration names all


def main(table: str | None = None, sheet: str | None = None, out=None) -> int:
    """Look at `table` (and `sheet`), or at the sources of config/datasets.tsv; return the exit code."""
    out = out or sys.stdout
    try:
        for line in inspect(table, sheet):
            print(line, file=out)
    except StudyError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


def inspect(table: str | None, sheet: str | None) -> list[str]:
    """Look, write the proposed configuration and the rows that are missing in config/datasets.tsv; return the lines to show."""
    tables = read_tables(*named_sources(table, sheet))
    if tables.ids is None:
        raise StudyError(
            f"{tables.samples_source.file_name} has no column that names each row once, as data.id must; add one."
        )
    columns = columns_of(tables.sheet)
    candidates = label_candidates(columns, tables.sheet, {tables.ids})
    if not candidates:
        raise StudyError(
            f"{tables.samples_source.file_name} has no column that could be predicted (classes with 3 "
            "samples each, or numbers called label, target or outcome); it has: "
            f"{listed(tables.sheet.columns, 12)}.{_read_as_missing(tables.sheet)}"
        )
    label, others = candidates[0], candidates[1:]
    guesses = guessed(columns, tables.sheet, label.column, tables.ids, tables.features is None)
    text = proposed_config.proposed(tables, columns, guesses, others, PROPOSED)
    written = proposed_config.write_new(text, PROPOSED)
    added = _register(tables)
    tables.notes += refusal(yaml.safe_load(text))
    lines = [*_heading(tables), *table_of(columns, guesses), *_features(tables), ""]
    lines += [f"Note: {note}" for note in tables.notes]
    if others:
        lines.append(
            f"The label is taken to be '{label.column}'. Others that could be: {listed([each.column for each in others])}."
        )
    lines += [f"Added to {REGISTRY}: {listed(added)}. Fill in version, licence and citation."] if added else []
    return [
        *lines,
        f"Proposed: {written}. Every role in it is a guess with its reason: read it, and correct it. Then",
        f"  snakemake --configfile {written} design    looks before anything is trained",
        f"  cp {written} config/config.yaml    makes it your study",
    ]


def _read_as_missing(sheet: pd.DataFrame) -> str:
    """Say which words of which columns were read as missing: one of them may be a class."""
    found = {name: read_as_missing(words) for name, words in sheet.attrs.get("missing", {}).items()}
    listing = [f"'{name}'{words}" for name, words in found.items() if words]
    return f" Look at {listed(listing)}: if such a word is a class, data.missing says so." if listing else ""


def refusal(config: dict) -> list[str]:
    """Read, join and check the study that a configuration describes, as its first job would; return why that is refused, if it is."""
    try:
        config = resolve(config, PROPOSED)
        sources = sources_of(config["data"], read_registry(REGISTRY))
        roles = role_columns(config)
        check_columns(config["data"], sources, roles)
        if sum(Path(source.path).stat().st_size for source in sources.values()) > TRIED:
            return []
        features = read_measurements(sources["features"].path, config["data"], config["split"], lambda note: None)
        sheet = read_sheet(sources["samples"].path, config["data"], config["split"], lambda note: None)
        tidy(features, sheet, config["data"], config["split"], config["preprocess"], roles)
    except StudyError as error:
        return [f"as it is proposed, the study would be refused: {error}"]
    return []


def table_of(columns: list[Column], guesses: list[Guess], width: int | None = None) -> list[str]:
    """Return what each column holds and which role it may have, as lines of a table."""
    width = width or min(140, shutil.get_terminal_size((110, 24)).columns)
    names = [_cut(column.name, 26) for column in columns[:SHOWN]]
    first = max(map(len, (*names, "column")))
    roles = [_role(guess) for guess in guesses]
    second = max(map(len, (*roles, "role")))
    room = max(width - first - second - 4, 30)
    lines = [
        f"{'column':<{first}}  {'role':<{second}}  what it holds, and why this role",
        "-" * min(width, first + second + room + 4),
    ]
    for column, guess, name, role in zip(columns[:SHOWN], guesses, names, roles, strict=False):
        found = textwrap.wrap(f"{_holds(column)}; {guess.why}", room) or [""]
        lines.append(f"{name:<{first}}  {role:<{second}}  {found[0]}")
        lines += [f"{'':<{first + second + 4}}{more}" for more in found[1:]]
    if len(columns) > SHOWN:
        lines.append(f"and {len(columns) - SHOWN} more columns")
    return lines


def _holds(column: Column) -> str:
    missing = f", {column.missing} missing" if column.missing else ""
    if column.kind == EMPTY:
        return "nothing"
    return f"{column.kind}, {column.levels} different{missing}: {column.values}"


def _role(guess: Guess) -> str:
    return "ignored (leak?)" if guess.why.startswith("LIKELY A LEAK") else guess.role


def _heading(tables: Tables) -> list[str]:
    sheet, source = tables.sheet, tables.samples_source
    kind = "features and samples in one table" if tables.features is None else "sample sheet"
    return [f"{source.path}: {kind}, {len(sheet):,} rows, {sheet.shape[1]:,} columns", ""]


def _features(tables: Tables) -> list[str]:
    """What a features table of its own holds, in a few lines."""
    if tables.features is None:
        return []
    frame, turned = tables.features, tables.orientation == "samples_in_columns"
    measured = frame.iloc[:, 1:] if turned else frame.drop(columns=tables.ids, errors="ignore")
    count = (
        f"{len(frame):,} features of {measured.shape[1]:,} samples, samples in columns"
        if turned
        else f"{len(frame):,} rows, {measured.shape[1]:,} features"
    )
    numbers = measured.select_dtypes("number")
    lines = ["", f"{tables.features_source.path}: features, {count}"]
    if numbers.size:
        absent = float(numbers.isna().to_numpy().mean())
        missing = f"{percentage(absent)} missing" if absent else "none missing"
        lines.append(
            f"  {numbers.shape[1]:,} columns of numbers, {float(numbers.min().min()):g} to {float(numbers.max().max()):g}, {missing}"
        )
    for name in measured.columns.difference(numbers.columns, sort=False)[:5]:
        lines.append(f"  {_cut(str(name), 26)}: {_holds(column_of(name, measured[name]))}")
    return lines


def _register(tables: Tables) -> list[str]:
    """Add the tables that config/datasets.tsv does not hold as rows at its end; return their paths."""
    path = Path(REGISTRY)
    text = path.read_text(encoding="utf-8-sig") if path.exists() else "\t".join(COLUMNS) + "\n"
    held = {line.split("\t")[0] for line in text.splitlines()}
    new = [source for source in dict.fromkeys((tables.features_source, tables.samples_source)) if source.id not in held]
    if new:
        rows = "".join("\t".join((source.id, source.source, "", "", "", "")) + "\n" for source in new)
        write_text(text + "\n" * (not text.endswith("\n")) + rows, path)
    return [source.path for source in new]


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"
