"""The roles of the sample sheet's columns: every one is declared under data, or listed there as ignored."""

from collections.abc import Iterable

from tentips.errors import StudyError, listed

SHOWN = 40  # columns that an error names, so that most lists can be copied into the config as they stand


def check_known(columns: Iterable[str], sheet: str, roles: dict[str, list[str]], ignored: list[str]) -> None:
    """Raise StudyError where a declared column does not exist; `sheet` names the table that has `columns`."""
    columns = list(columns)
    for role, names in (*roles.items(), ("ignored", ignored)):
        for name in names:
            if name not in columns:
                key = "split.column" if role == "split" else f"data.{role}"
                raise StudyError(f"{key} is '{name}', but {sheet} has no such column; it has: {listed(columns, 12)}.")


def check_declared(columns: Iterable[str], sheet: str, roles: dict[str, list[str]], ignored: list[str]) -> None:
    """Raise StudyError where a column of a separate sample sheet has no role and is not listed as ignored."""
    undeclared = [name for name in columns if not roles_of(name, roles, ignored)]
    if undeclared:
        what = "a column" if len(undeclared) == 1 else f"{len(undeclared)} columns"
        raise StudyError(
            f"{sheet} has {what} without a role: {listed(undeclared, SHOWN)}; give each a role under data, or list it under data.ignored."
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
