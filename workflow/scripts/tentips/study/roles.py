"""The roles of the sample sheet's columns: every one is declared under data, or listed there as ignored."""

import json
import re
from collections.abc import Iterable
from fnmatch import fnmatchcase

from tentips.errors import StudyError, listed
from tentips.study.config import key_of

PLAIN = re.compile(r"[^\W\d][\w./-]*( [\w./-]+)*")  # a name that YAML takes as text without quotes
WORDS = ("true", "false", "yes", "no", "on", "off", "null", "none", "y", "n")


def is_pattern(name: str) -> bool:
    """Whether an entry of data.ignored names many columns: * for any letters, ? for one."""
    return "*" in name or "?" in name


def with_patterns(data: dict, columns: Iterable[str], roles: dict[str, list[str]]) -> dict:
    """Return the resolved section `data` with every pattern of data.ignored exchanged for the columns that it names.

    These are the `columns` that have no role and are no declared feature.
    """
    columns = list(columns)
    taken = {name for names in roles.values() for name in names} | {
        name for name in data["feature_columns"] if data["feature_columns"] != "all"
    }
    ignored = {}
    for entry in data["ignored"]:
        by_name = entry in columns or not is_pattern(entry)
        ignored |= dict.fromkeys([entry] if by_name else [name for name in _meant(entry, columns) if name not in taken])
    return data | {"ignored": list(ignored)}


def _meant(pattern: str, columns: list[str]) -> list[str]:
    return [name for name in columns if fnmatchcase(name, pattern.replace("[", "[[]"))]


def as_yaml(names: Iterable[str]) -> str:
    """Write a list of names as YAML does, in one line: [age, "10", "a, b"]."""
    return f"[{', '.join(_quoted(name) for name in names)}]"


def _quoted(name: str) -> str:
    plain = PLAIN.fullmatch(name) and name.casefold() not in WORDS
    return name if plain else json.dumps(name, ensure_ascii=False)


def check_known(columns: Iterable[str], sheet: str, roles: dict[str, list[str]], ignored: list[str]) -> None:
    """Raise StudyError where a declared column does not exist; `sheet` names the table that has `columns`."""
    columns = list(columns)
    declared = [name for role, names in roles.items() for name in names if role != "id"]
    if len(declared) > 1 and not set(declared) & set(columns):
        raise StudyError(
            f"none of the columns that are declared ({listed(declared)}) is in {sheet}, which has: {listed(columns, 12)}. Are these still "
            "the roles of another table, such as the example's? snakemake inspect proposes a configuration for yours."
        )
    for role, names in (*roles.items(), ("ignored", ignored)):
        for name in names:
            if role == "ignored" and (name == "*" or (is_pattern(name) and _meant(name, columns))):
                continue
            if name not in columns:
                key = key_of(role)
                raise StudyError(f"{key} is '{name}', but {sheet} has no such column; it has: {listed(columns, 12)}.")


def check_declared(columns: Iterable[str], sheet: str, roles: dict[str, list[str]], ignored: list[str]) -> None:
    """Raise StudyError where a column of a separate sample sheet has no role and is not listed as ignored."""
    undeclared = [name for name in columns if not roles_of(name, roles, ignored)]
    if undeclared:
        what = "a column" if len(undeclared) == 1 else f"{len(undeclared)} columns"
        raise StudyError(
            f"{sheet} has {what} without a role; give each a role under data, or list it there: "
            f'ignored: {as_yaml(undeclared)} (or ignored: "*" for every column without a role).'
        )


def roles_of(column: str, roles: dict[str, list[str]], ignored: list[str]) -> list[str]:
    """Return the roles of a column; batch and time, for instance, may coincide."""
    return [role for role, names in (*roles.items(), ("ignored", ignored)) if column in names]


def role_table(sheet, roles: dict[str, list[str]], ignored: list[str]) -> list[dict]:
    """Describe each column of a sample sheet that has a role: its roles, its different values, and how many are missing."""
    return [
        {
            "column": column,
            "roles": held,
            "values": int(sheet[column].nunique()),
            "missing": int(sheet[column].isna().sum()),
        }
        for column in sheet
        if (held := roles_of(column, roles, ignored))
    ]
