"""The configuration that is proposed for tables that were looked at: every guess with its reason beside it."""

import json
import textwrap
from pathlib import Path

import yaml

from tentips.artifacts import write_text
from tentips.data.numbers import Notation
from tentips.errors import listed
from tentips.inspection.columns_found import NUMBERS, WHOLE, Column
from tentips.inspection.guesses import MOST_CLASSES, Guess, positive_of
from tentips.inspection.notations import written
from tentips.inspection.tables_found import Tables
from tentips.study.resolution import resolve

WIDTH = 110
LISTS, SINGLE = ("group", "batch", "covariates"), ("site", "time")
HEAD = """# Proposed by `snakemake inspect` from {tables}.
# Every role below is a guess, with its reason. Correct what is wrong: nobody but you knows what a column means.
# Then: cp {own} config/config.yaml        (config/README.md lists every key)
# yaml-language-server: $schema=../workflow/schemas/config.schema.yaml
"""


def proposed(tables: Tables, columns: list[Column], guesses: list[Guess], others: list[Guess], own: str) -> str:
    """Return the text of a configuration; it passes the schema. `others` are further candidates for the label."""
    by_role: dict[str, list[Guess]] = {}
    for guess in guesses:
        by_role.setdefault(guess.role, []).append(guess)
    label = by_role["label"][0]
    column = next(each for each in columns if each.name == label.column)
    regression = column.kind in (NUMBERS, WHOLE) and column.levels > MOST_CLASSES
    names = dict.fromkeys(source.file_name for source in (tables.features_source, tables.samples_source))
    lines = [HEAD.format(tables=" and ".join(names), own=own), *_study(label.column, names), "data:"]
    lines += [f"  features: {_yaml(tables.features_source.id)}", f"  samples: {_yaml(tables.samples_source.id)}"]
    lines += _reason(by_role["id"][0])
    lines.append(f"  id: {_yaml(by_role['id'][0].column)}")
    if tables.orientation != "samples_in_rows":
        lines.append(f"  orientation: {tables.orientation}")
    lines += _notation(tables)
    lines += _reason(label)
    for other in others[:5]:
        lines += _comment(f"or '{other.column}': {other.why}")
    lines.append(f"  label: {_yaml(label.column)}")
    if regression:
        lines.append("  task: regression")
    elif positive := positive_of(tables.sheet[label.column]):
        lines.append(f"  positive: {_yaml(positive)}")
    for role in LISTS:
        lines += _list(role, by_role.get(role, []))
    for role in SINGLE:
        for guess in by_role.get(role, []):
            lines += [*_reason(guess), f"  {role}: {_yaml(guess.column)}"]
    lines += _list("ignored", by_role.get("ignored", []))
    lines += _split(by_role, tables, label.column, regression)
    text = "\n".join(lines) + "\n"
    resolve(yaml.safe_load(text), own)  # a mistake of this module's must not reach a person as theirs
    return text


def write_new(text: str, path: str) -> str:
    """Write to `path`, or where there is such a file to the next free name (proposed-2.yaml); return the name."""
    target, number = Path(path), 2
    while target.exists():
        target, number = Path(path).with_stem(f"{Path(path).stem}-{number}"), number + 1
    write_text(text.replace(path, str(target)), target)
    return str(target)


def _study(label: str, names) -> list[str]:
    about = " and ".join(names)
    return [
        "study:",
        f"  title: {_yaml(f'{label} from {about}')}",
        f"  question: {_yaml(f'Do the measurements predict {label} better with a neural network than with simpler models?')}",
        "  claim: null  # what would count as success; write it down before anything is tuned",
        "  unit: sample  # what one row is: a patient, a plate, a bird",
        "  sensitive: null  # true for data about people",
        "",
    ]


def _notation(tables: Tables) -> list[str]:
    """The keys that say how numbers are written, where that is not the usual way."""
    notation, columns = written(tables.features, tables.sheet)
    usual = Notation()
    keys = [key for key in ("decimal", "thousands", "percent") if getattr(notation, key) != getattr(usual, key)]
    if not keys:
        return []
    values = {"decimal": _yaml(notation.decimal), "thousands": _yaml(notation.thousands), "percent": "true"}
    reason = _comment(f"{listed(columns)}: numbers are written in this way")
    return [*reason, *(f"  {key}: {values[key]}" for key in keys)]


def _split(by_role: dict, tables: Tables, label: str, regression: bool) -> list[str]:
    lines = []
    if by_role.get("split"):
        guess = by_role["split"][0]
        lines += ["  strategy: given", *_reason(guess), f"  column: {_yaml(guess.column)}"]
    rarest = tables.sheet[label].value_counts().min()
    if not regression and rarest <= 20:
        folds = 2 if rarest <= 9 else 3
        lines += [*_comment(f"the rarest class has {rarest} samples"), f"  folds: {folds}"]
    return ["", "split:", *lines] if lines else []


def _list(role: str, guesses: list[Guess]) -> list[str]:
    if not guesses:
        return []
    lines = [f"  {role}:"]
    for guess in guesses:
        why = _comment(guess.why, "    ")
        lines += [*why, f"    - {_yaml(guess.column)}"]
    return lines


def _reason(guess: Guess) -> list[str]:
    return _comment(f"{guess.column}: {guess.why}")


def _comment(text: str, indent: str = "  ") -> list[str]:
    text = " ".join(text.split())
    return textwrap.wrap(text, WIDTH, initial_indent=f"{indent}# ", subsequent_indent=f"{indent}#   ")


def _yaml(text: str) -> str:
    return json.dumps(str(text), ensure_ascii=False)
