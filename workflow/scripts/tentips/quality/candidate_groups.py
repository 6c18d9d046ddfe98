"""Groups that nobody declared, as ids and columns of the sample sheet suggest them; whether they are true is another matter."""

import re
from dataclasses import dataclass

import numpy as np
import pandas as pd

from tentips.statistics.association import is_number

FEWEST_GROUPS = 5  # with fewer values it describes a condition or a batch, not a patient
FEWEST_REPEATED = 10  # rows that share their value with another one
MOST_ROWS_PER_VALUE = 20  # of a declared covariate: with more it is a description
MOSTLY_SHARED = (
    0.5  # share of samples that share their value with another one, from which a column may be declared as a group
)
DEPTH = 3  # parts that are taken off an id, one after another
RECURRING = 0.8  # share of repeated rows whose ending other groups have too: a replicate's number, not a counter
SEPARATORS = r"_\-.:/ |#"
ENDINGS = {
    "last part": re.compile(rf"[{SEPARATORS}]+[^{SEPARATORS}]+$"),
    "last number": re.compile(rf"[{SEPARATORS}]*\d+$"),
    "last letters": re.compile(r"(?<=\d)[A-Za-z]+$"),
    "first part": re.compile(rf"^[^{SEPARATORS}]+[{SEPARATORS}]+"),
}


@dataclass(frozen=True)
class Candidate:
    """A grouping of the rows that may be one of replicates: `codes` numbers the group of each row.

    `where` says where it was found; `column` names the column of the sheet, if it is one; `numbered` says that endings of
    ids count within groups; `smooth` holds the ranks of a numeric or dated column, whose neighbouring values are alike too.
    """

    where: str
    codes: np.ndarray
    column: str | None = None
    numbered: bool = False
    smooth: np.ndarray | None = None

    @property
    def declarable(self) -> bool:
        """Whether it can be what replicates share: most samples share their value, and it is no measured number or date.

        The values of a measurement that is nearly unique recur within one person more than between persons: who shares one is alike,
        but a value is no person.
        """
        return self.smooth is None and bool((np.bincount(self.codes)[self.codes] > 1).mean() >= MOSTLY_SHARED)


def candidates(samples: pd.DataFrame, roles: dict[str, list[str]], ignored: list[str]) -> list[Candidate]:
    """Return the groupings that ids, ignored columns and covariates suggest and that no declared column already tells.

    `samples` is a tidy sample sheet. No news is what is decided by a declared column (a cohort's name in the id), and what
    does not go beyond the declared group.
    """
    known = [pd.factorize(samples["label"].astype(str))[0]]
    known += [pd.factorize(samples[column])[0] for role in ("batch", "site", "time") for column in roles[role]]
    declared = pd.factorize(samples["group"])[0]
    found, seen = [], set()
    for candidate in (*_of_ids(samples, roles), *_of_columns(samples, roles, ignored)):
        partition = candidate.codes.tobytes()
        counts = np.bincount(candidate.codes)
        repeated = counts[counts > 1].sum()
        if partition in seen or len(counts) < FEWEST_GROUPS or repeated < FEWEST_REPEATED:
            continue
        seen.add(partition)
        told_already = any(_decides(column, candidate.codes) for column in known)
        if not told_already and not _decides(candidate.codes, declared):
            found.append(candidate)
    return found


def _decides(a: np.ndarray, b: np.ndarray) -> bool:
    """Whether all rows with one value of `a` have one value of `b`."""
    return len(np.unique(np.stack([a, b]), axis=1).T) == len(np.unique(a))


def _of_ids(samples: pd.DataFrame, roles: dict[str, list[str]]) -> list[Candidate]:
    ids = samples["sample"].astype(str)
    for column in ("label", *roles["batch"], *roles["site"], *roles["covariates"]):
        ids = _without(ids, samples[column])
    found, level = [], {(): ids}
    for _ in range(DEPTH):
        shorter = {}
        for endings, names in level.items():
            for ending, pattern in ENDINGS.items():
                if not endings or ("first part" in endings) == (ending == "first part"):
                    left = names.str.replace(pattern, "", regex=True)
                    if (left != names).mean() > 0.5 and left.nunique() >= FEWEST_GROUPS:
                        shorter[(*endings, ending)] = left
        for endings, left in shorter.items():
            codes = pd.factorize(left)[0]
            statement = "ids without their " + " and then their ".join(endings)
            numbered = "first part" not in endings and _numbered(ids, left, codes)
            found.append(Candidate(statement, codes, numbered=numbered))
        level = shorter
    return found


def _without(ids: pd.Series, values: pd.Series) -> pd.Series:
    """Take the text of a declared column out of the ids where every id holds its own."""
    texts = values.astype(str)
    held = all(text.lower() in name.lower() for name, text in zip(ids, texts, strict=True))
    if not held:
        return ids
    cut = [re.sub(re.escape(text), "", name, count=1, flags=re.I) for name, text in zip(ids, texts, strict=True)]
    return pd.Series(cut, index=ids.index).str.strip("_-.:/ |#")


def _numbered(ids: pd.Series, left: pd.Series, codes: np.ndarray) -> bool:
    """Whether the endings of ids count within small groups: nearly every one occurs in other groups too."""
    endings = np.array([name.removeprefix(kept) for name, kept in zip(ids, left, strict=True)], dtype=object)
    repeated = np.bincount(codes)[codes] > 1
    table = pd.DataFrame({"ending": endings, "group": codes})[repeated]
    holding = table.groupby("ending")["group"].nunique()
    small = table["group"].value_counts().median() <= MOST_ROWS_PER_VALUE
    return bool(small and repeated.mean() >= 0.5 and table["ending"].map(holding).ge(2).mean() >= RECURRING)


def _of_columns(samples: pd.DataFrame, roles: dict[str, list[str]], ignored: list[str]) -> list[Candidate]:
    found = []
    for column in (*ignored, *roles["covariates"]):
        if column not in samples or column in ("sample", "label", "group"):
            continue
        values = samples[column]
        missing = values.isna().to_numpy()
        codes = pd.factorize(values)[0]
        codes[missing] = codes.max() + 1 + np.arange(missing.sum())  # nobody knows whose they are
        if column in roles["covariates"] and (~missing).sum() > MOST_ROWS_PER_VALUE * max(values.nunique(), 1):
            continue
        found.append(Candidate(f"column {column}", pd.factorize(codes)[0], column, smooth=_ranks(values)))
    return found


def _ranks(values: pd.Series) -> np.ndarray | None:
    """Ranks from 0 to 1 of numbers that are not whole, or many, and of dates; None for names."""
    if not is_number(values):
        dated = pd.api.types.is_datetime64_any_dtype(values)
        text = values.dropna().astype(str)
        if not dated and not (len(text) and text.str.fullmatch(r"\d{4}-\d\d?-\d\d?.*|\d\d?/\d\d?/\d{4}").all()):
            return None
        values = pd.to_datetime(values, format="mixed", errors="coerce", utc=True)
    return values.rank(pct=True).fillna(0.5).to_numpy()
