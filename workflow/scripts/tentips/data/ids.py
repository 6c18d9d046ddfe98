"""The ids that join features and sample sheet: they must be the same in both, and no two of them may look equal."""

import pandas as pd

from tentips.data.spellings import JOIN, KEEP, alike, choice, folded, shown_pairs
from tentips.errors import StudyError, listed


def matched(features: pd.Series, sheet: pd.Series, spellings: str | dict, tables: dict) -> pd.Series:
    """Return the ids of the features as the sample sheet spells them; `tables` names both tables.

    Raises StudyError where an id is in one of the tables only, where two ids of a table look equal, and, unless
    `data.spellings` is join, where the tables spell an id differently.
    """
    chosen = choice(str(sheet.name), spellings)
    if chosen != KEEP:
        for table, ids in ((tables["features"], features), (tables["samples"], sheet)):
            if sets := alike(ids):
                raise StudyError(
                    f"{table}: ids that look equal name different samples: {shown_pairs(sets)}. Give each sample a name of its own "
                    "(a replicate needs one, and a shared data.group), or write data.spellings: keep if they are meant so."
                )
    known, measured = set(sheet), set(features)
    if known == measured:
        return features
    if chosen == JOIN:
        spelled = {folded(name): name for name in sheet}
        features = features.map(lambda name: spelled.get(folded(name), name))
        measured = set(features)
    lonely = [name for name in features if name not in known]
    absent = [name for name in sheet if name not in measured]
    if lonely or absent:
        raise StudyError(_unmatched(lonely, absent, len(features), len(sheet), tables))
    return features


def _unmatched(lonely: list[str], absent: list[str], measured: int, listed_in_sheet: int, tables: dict) -> str:
    parts = []
    if lonely:
        parts.append(_only(lonely, measured, tables["features"], tables["samples"]))
    if absent:
        parts.append(_only(absent, listed_in_sheet, tables["samples"], tables["features"]))
    statement = f"{' and '.join(parts)}; ids must agree exactly."
    if sets := alike([*lonely, *absent]):
        many = "one of them is" if len(sets) == 1 else f"{len(sets)} of them are"
        return (
            f"{statement} But for spelling {many} in both: {shown_pairs(sets)}. Correct them, or write data.spellings: join to count "
            "such spellings as one."
        )
    return f"{statement} Correct them, or take out the rows you do not want."


def _only(names: list[str], of: int, here: str, there: str) -> str:
    return f"{len(names)} of {of} samples of {here} are not in {there} ({listed(names, 3)})"
