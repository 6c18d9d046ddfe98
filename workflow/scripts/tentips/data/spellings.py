"""Names that look equal though they are spelled differently: refused with both spellings, or counted as one."""

import unicodedata
from collections.abc import Iterable

import pandas as pd

from tentips.errors import StudyError
from tentips.wording import series

REFUSE, JOIN, KEEP = "refuse", "join", "keep"
PAIRS_SHOWN = 3
# Signs that spreadsheets and word processors put in the place of those that were typed.
ALIKE = str.maketrans(dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-") | dict.fromkeys("\u2018\u2019\u02bc", "'"))  # fmt: skip


def _composed(name: str) -> str:
    return name if name.isascii() else unicodedata.normalize("NFC", name)


def _without_blanks(name: str) -> str:
    if not name.isascii():
        name = "".join(sign for sign in name if unicodedata.category(sign) != "Cf")
    return " ".join(name.split())


FOLDING = {
    "how letters are composed": _composed,
    "signs that look alike": lambda name: name if name.isascii() else name.translate(ALIKE),
    "blanks": _without_blanks,
    "upper and lower case": str.casefold,
}


def folded(name: str) -> str:
    """Return what all spellings of a name that look equal have in common.

    Letters composed (Unicode NFC), dashes and apostrophes of one kind, blanks at the ends taken off and others made one
    space, signs without width taken out, upper and lower case alike.
    """
    for step in FOLDING.values():
        name = step(name)
    # An upper-case letter may be composed where its lower-case one is not.
    return _composed(name)


def alike(names: Iterable) -> list[list[str]]:
    """Return the sets of different spellings that look equal, each in the order in which they first appear."""
    found: dict[str, list[str]] = {}
    for name in dict.fromkeys(map(str, names)):
        found.setdefault(folded(name), []).append(name)
    return [spellings for spellings in found.values() if len(spellings) > 1]


def choice(column: str, spellings: str | dict) -> str:
    """Return what `data.spellings` says of a column: refuse, join or keep."""
    return spellings if isinstance(spellings, str) else spellings.get(column, REFUSE)


def settled(
    values: pd.Series, column: str, table: str, spellings: str | dict, preferred: str = ""
) -> tuple[pd.Series, int]:
    """Return the values of `column` with spellings that look equal counted as one, and how many values that changed.

    Numbers, dates and true or false stay as they are. Where `data.spellings` is join, `preferred` is taken where it is
    among them, else the spelling that most rows have (of equally many, the first). Raises StudyError where it is refuse.
    """
    chosen = choice(column, spellings)
    if chosen == KEEP or pd.api.types.is_numeric_dtype(values) or pd.api.types.is_datetime64_any_dtype(values):
        return values, 0
    counts = values.dropna().map(str).value_counts(sort=False)
    sets = alike(counts.index)
    if not sets:
        return values, 0
    if chosen == REFUSE:
        raise StudyError(
            f"{table}: column '{column}' spells {'one name' if len(sets) == 1 else f'{len(sets)} names'} in ways that look "
            f"equal: {shown_pairs(sets, counts)}. Correct them, or write data.spellings: join to count them as one "
            "(keep, if they are different things)."
        )
    best = lambda name: (name == preferred, counts[name])  # noqa: E731
    one = {name: max(members, key=best) for members in sets for name in members}
    joined = values.map(lambda name: one.get(name, name), na_action="ignore")
    return joined, int((joined != values)[values.notna()].sum())


def shown_pairs(sets: list[list[str]], counts=None) -> str:
    """Write sets of spellings for an error line, how many rows have each, and in what they differ."""
    notes = []
    for members in sets:
        names = [visible(name) + (f" ({counts[name]})" if counts is not None else "") for name in members]
        notes.append(f"{series(names)}, which differ in {difference(*members[:2])}")
    return "; ".join(notes[:PAIRS_SHOWN]) + (
        f"; and {len(notes) - PAIRS_SHOWN} more" if len(notes) > PAIRS_SHOWN else ""
    )


def visible(name: str) -> str:
    """Write a name between quotes with what cannot be seen in it as an escape: blanks that are no space, loose accents."""
    hidden = lambda sign: not sign.isascii() and unicodedata.category(sign)[0] in "MZC"  # noqa: E731
    return "'" + "".join(f"\\u{ord(sign):04x}" if hidden(sign) or sign in "\t\n\r" else sign for sign in name) + "'"


def difference(first: str, second: str) -> str:
    """Say in what two spellings that look equal differ: what cannot be left out of folding them without them differing."""
    needed = []
    for what in FOLDING:
        one, other = first, second
        for step in (step for name, step in FOLDING.items() if name != what):
            one, other = step(one), step(other)
        if one != other:
            needed.append(what)
    return " and ".join(needed) or "how they are written"


def settled_columns(
    sheet: pd.DataFrame, columns: Iterable[str], table: str, spellings: str | dict, preferred: str = ""
) -> tuple[pd.DataFrame, list[dict]]:
    """Settle columns of a table; return it, and for each column in which spellings were joined how many values that changed."""
    changed = {}
    notes = []
    for column in dict.fromkeys(columns):
        values, rows = settled(sheet[column], column, table, spellings, preferred)
        if rows:
            changed[column] = values
            notes.append({"table": table, "column": column, "values": rows})
    return sheet.assign(**changed) if changed else sheet, notes
