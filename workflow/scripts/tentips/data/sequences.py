"""Sequences of DNA, RNA, protein or letters of a study's own: one column of text, in upper case and of known letters."""

import itertools
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.pipeline import Pipeline

from tentips.data import columns
from tentips.data.alphabets import GAPS, ambiguous, count_letters, detect, in_words, letters_of
from tentips.data.formats.fasta import read_records
from tentips.data.identity import IDENTITY, OTHER_ALPHABET, Relatives, SequenceComparison, clusters
from tentips.data.modality import Comparison, Modality, Perturbations
from tentips.data.preparation import preparation
from tentips.data.sequence_features import NO_LETTER, SEQUENCE, KmerTable, LetterPlanes, View, kmer_table
from tentips.errors import StudyError, listed

MOST_NUMBERS = 500_000_000  # of all one-hot codes together: 2 GB
WINDOWS = 20  # runs of places, at most, whose importance is asked for
PLACES = (
    200  # at most, that are changed one after the other; of longer sequences several letters in a row are one place
)
EXCHANGES = 3  # other letters that each place is given


class Sequences(Modality):
    """Sequences: simpler models see k-mers and composition, networks that know order one plane for each letter."""

    name = "sequence"
    axes = 2
    noun = "sequences"
    perturbation = "in-silico mutagenesis"
    perturbed = "exchanged for other letters"
    most_perturbed = 20_000
    disorder = "the letters of each sequence shuffled"
    order = "order"
    without_order = "composition does as well. Prefer models of counts, and do not speak of motifs that it has found"

    def __init__(self, facts: dict | None = None):
        self.facts = facts or {}

    def found(self, facts: dict) -> "Sequences":
        """Return the modality of sequences of this alphabet and length."""
        return Sequences(facts)

    @property
    def view(self) -> View:
        """How models see the sequences."""
        return View(**{key: self.facts[key] for key in ("alphabet", "length", "shortest", "longest", "both_strands")})

    def choose(self, features: pd.DataFrame, data: dict, roles: dict) -> tuple[pd.DataFrame, list[dict]]:
        """Take the letters."""
        return features[[data["id"], SEQUENCE]], []

    def check(self, features: pd.DataFrame, ids: pd.Series, preprocess: dict) -> None:
        """Refuse sequences that are all the same, and so many letters that they do not fit into memory."""
        if features[SEQUENCE].nunique() < 2:
            raise StudyError("all samples have one and the same sequence; there is nothing to learn from.")
        numbers = len(features) * self.view.length * len(self.view.letters)
        if numbers > MOST_NUMBERS:
            raise StudyError(
                f"{len(features):,} sequences padded to {self.view.length:,} letters are {numbers:.1e} numbers, too many to be held in "
                f"memory; set data.length to {MOST_NUMBERS // (len(features) * len(self.view.letters)):,} or less (longer ones are cut)."
            )

    def inputs(self, measured: pd.DataFrame) -> pd.DataFrame:
        """The letters as text."""
        return measured[[SEQUENCE]].astype(object)

    def table(self, inputs: pd.DataFrame) -> pd.DataFrame:
        """Length, composition, counts of k-mers, and letters at places that mean the same in all."""
        return kmer_table(inputs[SEQUENCE], self.view)

    def preparation(self, inputs: pd.DataFrame, options: dict, task: str, axes: int | None = 1):
        """Prepare the table as any other, or give the planes of letters, from which nothing is learned."""
        view = self.view
        if axes != 1:
            return LetterPlanes(view.alphabet, view.length)
        table = KmerTable(view.alphabet, view.length, view.shortest, view.longest, view.both_strands)
        prepare = preparation(self.table(inputs.iloc[:2]), options, task)
        return Pipeline([("table", table), *prepare.steps])

    def clusters(self, inputs: pd.DataFrame) -> np.ndarray:
        """Number the clusters of relatives (`identity.clusters`)."""
        return clusters(self.relatives(inputs))

    def comparison(self, inputs: pd.DataFrame) -> Comparison:
        """Compare sequences by identity."""
        return SequenceComparison(self.relatives(inputs))

    def relatives(self, inputs: pd.DataFrame) -> Relatives:
        """Return what finds relatives among the sequences, by the identity and coverage of the study."""
        facts, alphabet = self.facts, self.facts["alphabet"]
        strands = letters_of(alphabet) if facts["both_strands"] else ""
        return Relatives(inputs[SEQUENCE], facts["identity"], facts["coverage"], alphabet == "protein", strands)

    def parts(self, inputs: pd.DataFrame) -> list[str]:
        """Runs of places, at most `WINDOWS`, by their first and last one."""
        return list(self._windows())

    def exchanged(self, inputs: pd.DataFrame, parts: list[str], order: np.ndarray) -> pd.DataFrame:
        """Give each sequence the letters that the sequence which `order` names has at these places, as far as both have any."""
        windows, own = self._windows(), inputs[SEQUENCE].to_numpy(dtype=object)
        changed = [list(sequence) for sequence in own]
        for part in parts:
            first, last = windows[part]
            for letters, other in zip(changed, own[order], strict=True):
                end = min(last, len(letters), len(other))
                letters[first:end] = other[first:end]
        return inputs.assign(**{SEQUENCE: ["".join(letters) for letters in changed]})

    @property
    def aligned(self) -> bool:
        """Whether positions mean the same in all."""
        return self.view.positions

    def perturb(self, inputs: pd.DataFrame, random: np.random.Generator) -> Perturbations:
        """Exchange each letter for each other one, or for `EXCHANGES` of them; gaps stay (in-silico mutagenesis)."""
        [own], alphabet = inputs[SEQUENCE], self.view.letters
        width, changed, place = self._run, [], []
        for number, first in enumerate(range(0, len(own), width)):
            run = own[first : first + width]
            if not run.strip(NO_LETTER):
                continue
            others = [random.permutation([each for each in alphabet if each != letter]) for letter in run]
            for turn in range(min(EXCHANGES, len(alphabet) - 1)):
                letters = [old if old == NO_LETTER else new[turn] for old, new in zip(run, others, strict=True)]
                changed.append(own[:first] + "".join(letters) + own[first + width :])
                place.append(number)
        copies = inputs.iloc[[0] * len(changed)].reset_index(drop=True)
        return Perturbations(
            copies.assign(**{SEQUENCE: pd.Series(changed, dtype=object)}), np.array(place, dtype=int), (self._places,)
        )

    def at_places(self, maps: np.ndarray) -> np.ndarray:
        """Add up the positions of each place."""
        return np.add.reduceat(maps, np.arange(0, self.view.length, self._run), axis=1)

    def letters(self, inputs: pd.DataFrame) -> pd.Series | None:
        """The sequences, where each letter is a place of its own."""
        return inputs[SEQUENCE] if self._run == 1 else None

    @property
    def _run(self) -> int:
        """How many letters are one place."""
        return -(-self.view.length // PLACES)

    @property
    def _places(self) -> int:
        return -(-self.view.length // self._run)

    def _windows(self) -> dict[str, tuple[int, int]]:
        edges = np.unique(np.linspace(0, self.view.length, min(WINDOWS, self.view.length) + 1).round().astype(int))
        pairs = [(int(first), int(last)) for first, last in itertools.pairwise(edges)]
        return {
            f"position {first + 1}" if last == first + 1 else f"positions {first + 1} to {last}": (first, last)
            for first, last in pairs
        }

    def disordered(self, inputs: pd.DataFrame, random: np.random.Generator) -> pd.DataFrame:
        """Shuffle the letters within each sequence: composition and length stay, order is gone."""
        shuffled = ["".join(random.permutation(list(sequence))) for sequence in inputs[SEQUENCE]]
        return inputs.assign(**{SEQUENCE: shuffled})

    def summary(self, inputs: pd.DataFrame) -> dict:
        """Return the number of features that simpler models see, and what the sequences are."""
        view = self.view
        lengths = f"{view.shortest:,}" if view.shortest == view.longest else f"{view.shortest:,} to {view.longest:,}"
        features = self.table(inputs.iloc[:2]).shape[1]
        return {
            "features": features,
            "inputs": f"sequences of {in_words(view.alphabet)} ({lengths} letters; {features:,} features of them for simpler models)",
            "seen": f"simpler models take {features:,} features of each sequence ({', '.join(view.kinds)}); networks that know order "
            f"take one plane for each of the {len(view.letters)} letters, {view.length:,} places long",
            "sequences": {**self.facts, "kmers": [1, *view.kmers], "positions": view.positions},
        }


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
        "identity": split["identity"] or IDENTITY.get(alphabet, OTHER_ALPHABET),
        "coverage": split["coverage"],
    }
    return frame


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
