"""Text that is meant as numbers: read as the study declares it, or refused by name; names are left as they are."""

import re
from dataclasses import dataclass

import numpy as np
import pandas as pd

from tentips.errors import listed
from tentips.wording import series

MANY_NUMBERS = 10  # different numbers from which a column that also holds text is taken for a measurement
SIGN, EXPONENT, BLANK = r"[+-]?", r"(?:[eE][+-]?\d+)?", "[ \u00a0\u2009\u202f]"
MINUS = str.maketrans("\u2212\u2013", "--")  # the signs that print as minus
INFINITE = re.compile(r"[+-]?inf(inity)?", re.IGNORECASE)
LIMIT = re.compile(r"[<>\u2264\u2265~]=?\s*[\d.,]+")
PERCENT = re.compile(rf"{SIGN}(?:\d+[.,]?\d*|[.,]\d+){BLANK}?%")
THOUSANDS = re.compile(
    rf"{SIGN}\d{{1,3}}(?:,\d{{3}})+(?:\.\d+)?|"
    rf"{SIGN}\d{{1,3}}(?:\.\d{{3}})+,\d+|"
    rf"{SIGN}\d{{1,3}}(?:\.\d{{3}}){{2,}}|"
    rf"{SIGN}\d{{1,3}}(?:(?:['\u2019]|{BLANK})\d{{3}})+(?:[.,]\d+)?"
)
COMMA = re.compile(rf"{SIGN}(?:\d+,\d*|,\d+){EXPONENT}")
POINT = re.compile(rf"{SIGN}(?:\d+\.?\d*|\.\d+){EXPONENT}")


@dataclass(frozen=True)
class Notation:
    """How tables write numbers: `data.decimal`, `data.thousands`, `data.percent` (10% is read as 0.1)."""

    decimal: str = "."
    thousands: str | None = None
    percent: bool = False


@dataclass(frozen=True)
class Read:
    """What came of a column of text: its numbers, or why it can be neither numbers nor names; neither where it is names."""

    numbers: pd.Series | None = None
    refused: str = ""


def parsed(texts: pd.Series, notation: Notation) -> pd.Series:
    """Return the finite number that each text is in this notation, else NaN; blanks at the ends do not matter."""
    text = texts.str.strip().str.translate(MINUS)
    percent = text.str.endswith("%") if notation.percent else np.zeros(len(text), bool)
    if notation.percent:
        text = text.str.removesuffix("%").str.rstrip()
    if notation.thousands:
        between = {" ": BLANK, "'": "['\u2019]"}.get(notation.thousands, re.escape(notation.thousands))
        grouped = text.str.fullmatch(
            rf"{SIGN}\d{{1,3}}(?:{between}\d{{3}})+(?:{re.escape(notation.decimal)}\d*)?{EXPONENT}"
        )
        text = text.where(~grouped, text.str.replace(between, "", regex=True))
    if notation.decimal == ",":
        text = text.where(~text.str.contains(".", regex=False)).str.replace(",", ".", regex=False)
    numbers = pd.to_numeric(text.where(text.str.fullmatch(POINT.pattern).fillna(False)), errors="coerce").astype(float)
    return numbers.where(~np.asarray(percent, bool), numbers / 100)


def read(values: pd.Series, notation: Notation, ids: pd.Series) -> Read:
    """Read a column of text as numbers, or refuse it, or leave it as names.

    It is a measurement where most values are numbers, or more than `MANY_NUMBERS` different ones are. Then every value must be
    one; values in a notation that is not declared are refused even where there is nothing else, for as names they would
    lose their order.
    """
    counts = values.dropna().map(str).value_counts(sort=False)
    texts = pd.Series(counts.index, dtype=object)
    if not len(texts):
        return Read()
    numbers = parsed(texts, notation)
    finite = numbers.notna().to_numpy()
    if finite.any():
        infinite = texts.map(lambda text: bool(INFINITE.fullmatch(text.strip()))).to_numpy()
        numbers = numbers.where(~infinite, np.where(texts.str.strip().str.startswith("-"), -np.inf, np.inf))
    if numbers.notna().all():
        return Read(values.map(str, na_action="ignore").map(dict(zip(texts, numbers, strict=True))).astype(float))
    strange = {text: kind for text in texts[numbers.isna()] if (kind := _kind(text, notation))}
    if not finite.any():
        # A limit by itself is a category: below or above 50.
        strange = {text: kind for text, kind in strange.items() if kind is not LIMIT}
    likely = finite | texts.isin(strange).to_numpy()
    rows = counts.to_numpy()
    measured = rows[~likely].sum() < 0.5 * rows.sum() or likely.sum() > MANY_NUMBERS
    if not likely.any() or not measured:
        return Read()
    unread = set(texts[numbers.isna()])
    place = values.dropna().map(str)
    return Read(refused=_told(place[place.isin(unread)], strange, ids, notation))


def _kind(text: str, notation: Notation) -> re.Pattern | None:
    text = text.strip().translate(MINUS)
    for kind in (LIMIT, PERCENT, THOUSANDS, COMMA, POINT):
        if kind.fullmatch(text):
            return kind
    return None


def _told(unread: pd.Series, strange: dict, ids: pd.Series, notation: Notation) -> str:
    """The rest of the line that begins with table and column: what was found where, and what to do."""
    parts, advice = [], []
    kinds = {kind: [text for text, each in strange.items() if each is kind] for kind in dict.fromkeys(strange.values())}
    where = {text: ids[row] for row, text in reversed(list(unread.items()))}
    shown = lambda texts: listed([f"'{text}' (sample {where[text]})" for text in texts], 3)  # noqa: E731
    if both := [text for kind in (THOUSANDS, COMMA) for text in kinds.get(kind, [])]:
        parts.append(f"numbers with {_commas(both)}, {shown(both)}")
        advice.append(_advice(both))
    if PERCENT in kinds:
        parts.append(f"percentages, {shown(kinds[PERCENT])}")
        advice.append("data.percent: true reads 10% as 0.1" if not notation.percent else "write all of them alike")
    if POINT in kinds:
        parts.append(
            f"numbers with a decimal point although data.decimal is '{notation.decimal}', {shown(kinds[POINT])}"
        )
        advice.append("write them alike")
    others = [text for text in dict.fromkeys(unread) if text not in strange or strange[text] is LIMIT]
    if others:
        parts.append(f"{'' if parts else 'numbers, but also '}{'text, ' if parts else ''}{shown(others)}")
        advice.append("correct the text, leave missing values empty, or name their word in data.missing")
    return f"holds {series(parts)}; {'; '.join(advice)}. If they are names, list the column under data.categories."


def _commas(texts: list[str]) -> str:
    if all(THOUSANDS.fullmatch(text.strip().translate(MINUS)) for text in texts):
        return (
            "signs between thousands"
            if any(_sure(text) for text in texts)
            else "a comma (decimal, or between thousands?)"
        )
    return "a decimal comma"


def _advice(texts: list[str]) -> str:
    if any(not THOUSANDS.fullmatch(text.strip().translate(MINUS)) for text in texts):
        return 'write data.decimal: "," to read them'
    text = next((text for text in texts if _sure(text)), None)
    if text is None:
        return 'write data.thousands: "," or data.decimal: ",", whichever it is'
    between = re.search(r"\d{1,3}(\D)\d{3}", text)[1]
    between = " " if between in " \u00a0\u2009\u202f" else "'" if between in "'\u2019" else between
    comma = ' and data.decimal: ","' if between == "." or (between != "," and "," in text) else ""
    return f'write data.thousands: "{between}"{comma} to read them'


def _sure(text: str) -> bool:
    """Whether the sign is between thousands for certain: it is there twice, or is no comma, or a decimal point follows."""
    return bool(re.search(r",\d{3}(,\d{3}|\.\d)|\.\d{3}(\.\d{3}|,\d)|\d['\u2019 \u00a0\u2009\u202f]\d{3}", text))
