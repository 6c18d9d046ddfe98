"""Read sequences from FASTA as a study takes them, and new ones as its model was given them."""

from collections.abc import Callable
from pathlib import Path

import pandas as pd

from tentips.data import columns
from tentips.data.alphabets import GAPS, ambiguous, count_letters, detect, in_words, letters_of
from tentips.data.formats.fasta import read_records
from tentips.data.identity import COVERAGE, IDENTITY, OTHER_ALPHABET
from tentips.data.local_alignment import COVERAGE as LOCAL_COVERAGE
from tentips.data.sequence_features import NO_LETTER, SEQUENCE
from tentips.errors import StudyError, listed


def read_sequences(path: str, data: dict, split: dict, announce: Callable[[str], None]) -> pd.DataFrame:
    """Read FASTA into a frame of `data.id` and `sequence`; `attrs` holds the facts. `data` and `split` are these sections, resolved.

    Raises StudyError in one line where letters are of no alphabet or a record is empty; `announce` is called with what was changed.
    """
    name, records = Path(path).name, read_records(path)
    ids = columns.as_names(pd.Series([each for each, _ in records], dtype=object)).astype(str)
    written = pd.Series([letters for _, letters in records], dtype=object)
    sequences = _settled(written.str.upper(), ids, name, announce)
    counts = count_letters(sequences)
    alphabet = data["alphabet"] or detect(counts, name)
    _check_letters(sequences, ids, alphabet, name)
    if data["both_strands"] and alphabet not in ("dna", "rna"):
        raise StudyError(
            f"data.both_strands is true, but {name} holds {in_words(alphabet)}, which has no other strand."
        )
    low = int((written != written.str.upper()).sum())
    if low:
        announce(f"{name}: lower-case letters in {low:,} sequences are read as upper-case ones")
    known = sum(counts[letter] for letter in letters_of(alphabet))
    total = sum(counts.values())
    detected = "declared" if data["alphabet"] else "detected"
    announce(f"{name}: {len(ids):,} sequences of {in_words(alphabet)} ({detected}), {total:,} letters")
    if known < total:
        announce(
            f"{name}: {total - known:,} letters ({(total - known) / total:.2%}) are ambiguous; each counts as an equal share of what it may be"
        )
    sequences, length = _cut(sequences, data["length"], name, announce)
    lengths = sequences.str.len()
    frame = pd.DataFrame({data["id"]: ids, SEQUENCE: sequences})
    frame.attrs = {
        "alphabet": alphabet,
        "length": length,
        "shortest": int(lengths.min()),
        "longest": int(lengths.max()),
        "both_strands": data["both_strands"],
        "aligned": bool(sequences.str.contains(NO_LETTER, regex=False).any()),
        "identity": split["identity"] or IDENTITY.get(alphabet, OTHER_ALPHABET),
        "alignment": split["alignment"],
        "coverage": split["coverage"] or (LOCAL_COVERAGE if split["alignment"] == "local" else COVERAGE),
        "letters": int(lengths.sum()),
    }
    return frame


def read_as_trained(written: pd.Series, ids: pd.Series, facts: dict, name: str) -> pd.Series:
    """Return new sequences as the study's own were read, not yet cut: upper case, without stops, gaps only where those had any.

    `facts` are those of the study's sequences. Raises StudyError in one line where one has no letters, or letters of another alphabet.
    """
    sequences = written.str.upper().str.removesuffix("*")
    if facts.get("aligned"):
        sequences = sequences.str.replace(".", NO_LETTER)
    else:
        sequences = sequences.str.replace(f"[{GAPS}]", "", regex=True)
    empty = sequences.str.strip(GAPS) == ""
    if empty.any():
        raise StudyError(f"{name}: sample {listed(ids[empty], 3)} has no letters; take it out.")
    _check_letters(sequences, ids, facts["alphabet"], name)
    return sequences


def _settled(sequences: pd.Series, ids: pd.Series, name: str, announce: Callable[[str], None]) -> pd.Series:
    """Take out gaps, unless all are of one length, as in an alignment; and a stop at the end."""
    stopped = sequences.str.endswith("*")
    if stopped.any():
        announce(f"{name}: a stop (*) at the end of {int(stopped.sum()):,} sequences is left out")
        sequences = sequences.str.removesuffix("*")
    gaps = sequences.str.count(f"[{GAPS}]")
    empty = gaps == sequences.str.len()
    if empty.any():
        raise StudyError(
            f"{name}: {int(empty.sum())} of {len(ids)} records have no letters but gaps ({listed(ids[empty], 3)}); take them out."
        )
    if not gaps.any():
        return sequences
    total = int(gaps.sum())
    if sequences.str.len().nunique() == 1:
        announce(
            f"{name}: all sequences have one length with their gaps ({total:,}), as in an alignment; gaps keep their places"
        )
        return sequences.str.replace(".", NO_LETTER)
    announce(f"{name}: {total:,} gaps in {int((gaps > 0).sum()):,} sequences are left out")
    return sequences.str.replace(f"[{GAPS}]", "", regex=True)


def _check_letters(sequences: pd.Series, ids: pd.Series, alphabet: str, name: str) -> None:
    allowed = "".join(sorted({*letters_of(alphabet), *ambiguous(alphabet), NO_LETTER}))
    strange = sequences.str.translate(dict.fromkeys(map(ord, allowed)))
    wrong = strange[strange != ""]
    if len(wrong):
        first = wrong.index[0]
        letter = wrong[first][0]
        place = sequences[first].index(letter) + 1
        raise StudyError(
            f"{name}: '{ids[first]}' has '{letter}' at place {place:,}, which is no letter of {in_words(alphabet)} "
            f"({len(wrong):,} of {len(ids):,} records have such letters); correct them, or declare data.alphabet."
        )


def _cut(
    sequences: pd.Series, wanted: int | str | None, name: str, announce: Callable[[str], None]
) -> tuple[pd.Series, int]:
    lengths = sequences.str.len()
    length = int(lengths.max()) if wanted in (None, "longest") else int(wanted)
    longer = lengths > length
    if longer.any():
        lost = int((lengths[longer] - length).sum())
        announce(
            f"{name}: {int(longer.sum()):,} sequences are longer than data.length ({length:,}) and are cut at their end; "
            f"{lost:,} letters ({lost / lengths.sum():.1%}) are lost"
        )
        sequences = sequences.str[:length]
    padded = length * len(lengths) - int(lengths.clip(upper=length).sum())
    if padded:
        announce(
            f"{name}: networks see sequences padded at their end to {length:,} letters; {padded / (length * len(lengths)):.0%} of all places are empty"
        )
    return sequences, length
