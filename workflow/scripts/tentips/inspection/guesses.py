"""Which role each column of a sample sheet may have, guessed from its name and its values, each guess with its reason.

A guess is where a person begins, not what they should believe: the reason is beside it so that they can disagree.
"""

import re
from dataclasses import dataclass

import numpy as np
import pandas as pd

from tentips.data.split import TEST_WORDS, TRAIN_WORDS
from tentips.inspection.columns_found import BOOLEAN, DATES, EMPTY, TEXT, WHOLE, Column

# Words in names of columns, in the languages of the life sciences' tables.
WORDS = {
    "id": r"id|ids|sample|samples|name|accession|barcode|cell|library|run_id|gsm",
    "label": r"label|class|outcome|diagnosis|status|condition|disease|target|response|phenotype|case|y|state|survival|relapse|er|tumou?r|type|sex",
    "group": r"patient|subject|individual|donor|participant|animal|mouse|rat|nest|family|litter|person|proband|plant|pedigree|pair|bioreactor|tank|smear|image",
    "batch": r"batch|plate|run|lane|chip|slide|flowcell|season|study|experiment|array|instrument|operator",
    "site": r"site|cent(?:er|re)|hospital|clinic|cohort|island|location|country|institution|lab",
    "covariates": r"age|sex|gender|bmi|weight|height|race|ethnicity|smok\w*|treatment|dose|species|grade|size|education|diet",
}
POSITIVE = ("case", "yes", "true", "1", "positive", "pos", "malignant", "disease", "diseased", "tumor", "tumour", "affected", "patient", "treated", "responder", "dead", "amp", "pd")  # fmt: skip
GIVES_AWAY, MOST_CLASSES, FEWEST_OF_A_CLASS = 0.99, 20, 3


@dataclass(frozen=True)
class Guess:
    """The role that a column may have, and why. Roles: those of the configuration, ignored, or feature."""

    column: str
    role: str
    why: str


def named_as(role: str, name: str) -> bool:
    """Whether a column's name holds one of the words of a role."""
    parts = [
        part
        for part in re.split(r"[^a-z0-9]+|(?<=[a-z])(?=[0-9])", re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower())
        if part
    ]
    return any(re.fullmatch(WORDS[role], part) for part in [*parts, "_".join(parts)])


def id_column(columns: list[Column]) -> Column | None:
    """Return the column that names each row once; of several the one whose name says so, else text before numbers."""
    naming = [column for column in columns if column.unique and column.kind in (TEXT, WHOLE)]
    return max(naming, key=lambda column: (named_as("id", column.name), column.kind == TEXT), default=None)


def label_candidates(columns: list[Column], frame: pd.DataFrame, taken: set[str]) -> list[Guess]:
    """Return the columns that could be predicted, the likeliest first: classes, or numbers whose name says so."""
    found = []
    for column in columns:
        if column.name in taken or column.levels < 2 or column.kind == DATES or _parts(frame[column.name]):
            continue
        named = named_as("label", column.name)
        if column.levels <= MOST_CLASSES and column.levels <= 0.2 * column.present:
            rarest = int(frame[column.name].value_counts().min())
            if rarest < FEWEST_OF_A_CLASS:
                continue
            score = (
                4 * named + 2 * (column.levels == 2) + (column.kind in (TEXT, BOOLEAN)) - column.missing / column.rows
            )
            exact = 3 * (column.name.lower() in ("label", "class", "target", "outcome", "y"))
            other = -3 * any(named_as(role, column.name) for role in ("batch", "site", "group"))
            why = f"{column.levels} classes, the rarest with {rarest} samples"
            found.append((score + exact + other, Guess(column.name, "label", why + " and a name that says so" * named)))
        elif named and column.kind not in (TEXT, EMPTY):
            exact = 3 * (column.name.lower() in ("label", "class", "target", "outcome", "y"))
            found.append(
                (3 + exact, Guess(column.name, "label", f"a number ({column.values}) with a name that says so"))
            )
    return [guess for _, guess in sorted(found, key=lambda each: -each[0])]


def guessed(
    columns: list[Column], frame: pd.DataFrame, label: str | None, ids: str | None, one_table: bool
) -> list[Guess]:
    """Return one guess for each column of a table; `one_table` says that columns without a role are features."""
    labels = frame[label] if label else None
    guesses = []
    for column in columns:
        if column.name == ids:
            guess = Guess(column.name, "id", f"names each of {column.rows} rows once")
        elif column.name == label:
            guess = label_candidates([column], frame, set())
            guess = guess[0] if guess else Guess(column.name, "label", "the likeliest of the columns")
        else:
            guess = _guess(column, frame[column.name], labels, one_table)
        guesses.append(guess)
    return _settled(guesses, columns)


def positive_of(labels: pd.Series) -> str | None:
    """Return the class of interest of two, where one is called like one."""
    classes = sorted(labels.dropna().astype(str).unique())
    likely = [name for name in classes if name.strip().lower() in POSITIVE]
    return likely[0] if len(classes) == 2 and len(likely) == 1 else None


def _guess(column: Column, values: pd.Series, labels: pd.Series | None, one_table: bool) -> Guess:
    name, rest = column.name, "feature" if one_table else "ignored"
    useless = _useless(column, values)
    if useless:
        return Guess(name, "ignored", useless)
    if _parts(values) and not column.missing:
        return Guess(name, "split", "holds train and test")
    role, why = _role(column)
    leak = gives_away(values, labels) if labels is not None else ""
    if leak and role in ("group", "batch", "site"):
        # All samples of a patient have the patient's class: that is why they must stay together.
        why = f"{why}; {leak}"
    elif leak:
        return Guess(name, "ignored", f"LIKELY A LEAK: {leak}; keep it out unless it is known before the label is")
    if role and role not in ("covariates", "batch") and column.missing:
        statement = f"may be the {role} ({why}), but is empty in {column.missing} rows, which must be filled in first"
        return Guess(name, "ignored", statement)
    if role == "covariates" and one_table:
        return Guess(name, "feature", f"{why}; if it only describes the sample, make it a covariate")
    if role:
        return Guess(name, role, why)
    if column.kind == DATES or (one_table and column.kind == TEXT and column.levels > 0.5 * column.present):
        return Guess(
            name,
            "ignored",
            "dates in a form of their own" if column.kind == DATES else "text that nearly names each row",
        )
    return Guess(name, rest, "no other role" if one_table else "nothing speaks for a role")


def _parts(values: pd.Series) -> bool:
    """Whether a column says which part of a split a sample belongs to."""
    words = set(values.dropna().astype(str).str.strip().str.lower())
    return len(words) == 2 and bool(words & set(TRAIN_WORDS)) and words <= {*TRAIN_WORDS, *TEST_WORDS}


def _useless(column: Column, values: pd.Series) -> str:
    if column.kind == EMPTY:
        return "holds nothing"
    if column.levels == 1:
        return f"is the same in every row ({column.values})"
    if column.unique and column.kind == WHOLE and (np.diff(values.to_numpy(dtype=float)) == 1).all():
        return "numbers the rows, which may tell their order"
    if column.unique and column.kind == TEXT:
        return "names each row, as an id does"
    return ""


def _role(column: Column) -> tuple[str, str]:
    """The role that name and values speak for, and why; nothing where none does."""
    each = column.present / max(column.levels, 1)
    repeats = f"{column.levels} values, each in {each:.1f} rows on average"
    several = column.levels < column.present
    if column.kind == DATES and column.iso:
        return "time", f"dates ({column.values})"
    if column.kind not in (TEXT, WHOLE, BOOLEAN):
        return ("covariates", "a name that describes the sample") if named_as("covariates", column.name) else ("", "")
    if named_as("group", column.name) and several and column.levels > 2:
        return "group", f"{repeats}, and a name that says that these are not independent"
    if named_as("site", column.name) and column.levels <= 0.2 * column.present:
        return "site", f"{repeats}, and a name of places"
    if named_as("batch", column.name) and column.levels <= 0.5 * column.present:
        return "batch", f"{repeats}, and a name of technical batches"
    if named_as("covariates", column.name):
        return "covariates", "a name that describes the sample"
    if column.kind == TEXT and 1.2 <= each <= 20 and column.levels >= 10 and column.repeated >= 0.5 * column.present:
        return "group", f"{repeats}: rows that share one may not be independent"
    return "", ""


def gives_away(values: pd.Series, labels: pd.Series) -> str:
    """Return how a column all but tells the label, in words; empty where it does not. Columns with many values need numbers."""
    known = labels.notna() & values.notna()
    numbers = pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values)
    if numbers and pd.api.types.is_numeric_dtype(labels) and labels.nunique() > MOST_CLASSES and values.nunique() > 2:
        rank = abs(values[known].rank().corr(labels[known].rank()))
        return f"it goes with the label (rank correlation {rank:.3f})" if rank >= GIVES_AWAY else ""
    table = pd.DataFrame({"value": values[known], "label": labels[known].astype(str)})
    if len(table) < 10 or table["label"].nunique() > MOST_CLASSES:
        return ""
    levels = table["value"].nunique()
    if levels <= max(2, 0.2 * len(table)):
        statement = table.groupby("value")["label"].agg(lambda held: held.value_counts().iloc[0]).sum() / len(table)
        base = table["label"].value_counts(normalize=True).iloc[0]
        return f"each value goes with one class ({statement:.0%} of rows)" if statement >= GIVES_AWAY > base else ""
    if numbers and table["label"].nunique() == 2:
        first = table["label"] == table["label"].iloc[0]
        ranks = table["value"].rank()
        area = (ranks[first].sum() - first.sum() * (first.sum() + 1) / 2) / (first.sum() * (~first).sum())
        return (
            f"alone it tells the classes apart (area under the ROC curve {max(area, 1 - area):.3f})"
            if max(area, 1 - area) >= GIVES_AWAY
            else ""
        )
    return ""


def _settled(guesses: list[Guess], columns: list[Column]) -> list[Guess]:
    """One site, one time and one split: the first of each; what a group's name alone spoke for stays beside it."""
    seen, settled = set(), []
    for guess in guesses:
        if guess.role in ("site", "time", "split") and guess.role in seen:
            guess = Guess(guess.column, "ignored", f"may be the {guess.role} too ({guess.why})")
        seen.add(guess.role)
        settled.append(guess)
    return settled
