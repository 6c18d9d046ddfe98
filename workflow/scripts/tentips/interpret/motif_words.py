"""What sequences say where it matters: words whose letters raise or lower a prediction, and logos of their surroundings."""

import numpy as np
import pandas as pd
from scipy import stats

from tentips.statistics.comparison import holm

FEWEST = 5  # independent units that hold a word, and a letter at a place of a logo
MOST_WORDS = 4096  # words of one length
SURROUNDINGS = 4  # letters of a logo before and after its word
SHARED = 3  # letters in a row that make two words parts of one motif
LISTED = 20  # words of each class
WORDS = ["model", "class", "word", "n", "units", "effect", "low", "high", "p_adjusted", "effect_shuffled", "rank"]
LOGOS = ["model", "class", "around", "place", "letter", "height", "n", "of"]


def word_length(letters: int) -> int:
    """Return the length of words of an alphabet of that many letters: as long as there are no more than `MOST_WORDS`, 3 to 5."""
    return max((k for k in range(3, 6) if letters**k <= MOST_WORDS), default=3)


def words_table(
    sequences: list[str], effects: np.ndarray, shuffled: np.ndarray, units: np.ndarray, confidence: float
) -> pd.DataFrame:
    """Return the words whose letters matter most, one row each: (`WORDS` without model and class).

    `effects` and `shuffled` are (sequences, places) of one output, of the model and of one trained on shuffled labels. The effect of a
    word is the sum over its letters, the mean over where it occurs and over units, with Student's interval over `units`. Words are
    ranked by the end of the interval that is nearer to zero; `p_adjusted` is Holm's over all words that `FEWEST` units hold.
    """
    k = word_length(len({letter for sequence in sequences for letter in sequence}))
    occurring = pd.DataFrame(_occurrences(sequences, effects, shuffled, k), columns=["row", "word", "own", "other"])
    occurring["unit"] = np.asarray(units)[occurring["row"].to_numpy(dtype=int)]
    by_unit = occurring.groupby(["word", "unit"])[["own", "other"]].mean().groupby("word")
    table = by_unit["own"].agg(units="count", effect="mean", spread="std")
    table["effect_shuffled"] = by_unit["other"].mean()
    table["n"] = occurring.groupby("word")["row"].nunique()
    table = table[table["units"] >= FEWEST].reset_index()
    error = table["spread"] / np.sqrt(table["units"])
    half = error * stats.t.ppf((1 + confidence) / 2, table["units"] - 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        t = np.nan_to_num(np.abs(table["effect"]) / error, nan=0.0, posinf=np.inf)
    table = table.assign(low=table["effect"] - half, high=table["effect"] + half)
    table["p_adjusted"] = holm(pd.Series(2 * stats.t.sf(t, table["units"] - 1), dtype=float)) if len(table) else []
    sure = np.maximum(table["low"], -table["high"])
    table = table.iloc[np.argsort(-sure.to_numpy(), kind="stable")[:LISTED]].reset_index(drop=True)
    return table.assign(rank=np.arange(1, len(table) + 1))


def leading_words(table: pd.DataFrame, most: int) -> list[str]:
    """Return the first words of `words_table` whose interval leaves zero out; of words that share three letters in a row only the first."""
    chosen: list[str] = []
    for word in table["word"][(table["low"] > 0) | (table["high"] < 0)]:
        parts = [word[start : start + SHARED] for start in range(len(word) - SHARED + 1)]
        if len(chosen) < most and not any(part in other for part in parts for other in chosen):
            chosen.append(word)
    return chosen


def logo_around(word: str, sequences: list[str], effects: np.ndarray, units: np.ndarray) -> pd.DataFrame:
    """Return the letters around a word wherever it occurs with the mean effect of each: (`LOGOS` without model and class).

    `place` counts from the first letter of the word, which is 0. `height` is the sum of the effects of a letter divided by all
    occurrences (`of`), as in logos of attributions (Shrikumar et al. 2017). A letter of fewer than `FEWEST` units at a place is left out.
    """
    found = [
        (row, start)
        for row, sequence in enumerate(sequences)
        for start in range(len(sequence) - len(word) + 1)
        if sequence.startswith(word, start)
    ]
    places = range(-SURROUNDINGS, len(word) + SURROUNDINGS)
    seen = [(row, start + place, place) for row, start in found for place in places]
    return _logo(word, seen, len(found), sequences, effects, units)


def logo_of_places(sequences: list[str], effects: np.ndarray, units: np.ndarray) -> pd.DataFrame:
    """Return the same over all sequences, place by place from 1: where places mean the same in all."""
    seen = [(row, place, place + 1) for row, sequence in enumerate(sequences) for place in range(len(sequence))]
    return _logo("", seen, len(sequences), sequences, effects, units)


def _occurrences(sequences, effects, shuffled, k):
    for row, sequence in enumerate(sequences):
        if len(sequence) < k:
            continue
        own, other = (
            np.lib.stride_tricks.sliding_window_view(each[row], k).sum(axis=1) for each in (effects, shuffled)
        )
        for start in range(len(sequence) - k + 1):
            if np.isfinite(own[start]):
                yield row, sequence[start : start + k], own[start], other[start]


def _logo(around: str, seen: list[tuple], total: int, sequences, effects, units) -> pd.DataFrame:
    records = [
        (place, sequences[row][at], effects[row, at], units[row])
        for row, at, place in seen
        if 0 <= at < len(sequences[row]) and np.isfinite(effects[row, at])
    ]
    table = pd.DataFrame(records, columns=["place", "letter", "effect", "unit"])
    kept = table.groupby(["place", "letter"]).agg(
        height=("effect", "sum"), n=("effect", "size"), units=("unit", "nunique")
    )
    kept = kept[kept["units"] >= FEWEST].reset_index()
    return kept.assign(around=around, of=total, height=kept["height"] / max(total, 1))
