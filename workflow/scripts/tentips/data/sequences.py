"""Sequences of DNA, RNA, protein or letters of a study's own: one column of text, in upper case and of known letters."""

import itertools
from typing import ClassVar

import numpy as np
import pandas as pd
from sklearn.pipeline import Pipeline

from tentips.data.alphabets import in_words, letters_of
from tentips.data.identity import Finder, Relatives, SequenceComparison, clusters
from tentips.data.local_alignment import LocalRelatives
from tentips.data.modality import Comparison, Modality, Perturbations
from tentips.data.preparation import preparation
from tentips.data.sequence_features import NO_LETTER, SEQUENCE, KmerTable, LetterPlanes, View, kmer_table
from tentips.errors import StudyError
from tentips.jobs.job import announce

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
    units: ClassVar[dict[str, str]] = {"length": "letters", "ambiguous_letters": "letters"}
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

    def described(self, measured: pd.DataFrame) -> pd.DataFrame:
        """The length, and how many letters are ambiguous; gaps that keep their places are no letters."""
        letters = measured[SEQUENCE].astype(object)
        own = letters_of(self.facts["alphabet"])
        counts = [
            letters.str.translate(str.maketrans("", "", left_out)).str.len()
            for left_out in (NO_LETTER, own + NO_LETTER)
        ]
        return pd.DataFrame({"length": counts[0], "ambiguous_letters": counts[1]}).astype(float)

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
        found = self.relatives(inputs)
        numbers = clusters(found)
        for line in found.told():
            announce(line)
        return numbers

    def comparison(self, inputs: pd.DataFrame) -> Comparison:
        """Compare sequences by identity."""
        return SequenceComparison(self.relatives(inputs))

    def relatives(self, inputs: pd.DataFrame) -> Finder:
        """Return what finds relatives among the sequences, by the alignment, identity and coverage of the study."""
        facts, alphabet, letters = self.facts, self.facts["alphabet"], inputs[SEQUENCE]
        least = facts["identity"], facts["coverage"]
        if facts["alignment"] == "local":
            return LocalRelatives(letters, *least, alphabet, facts["letters"], facts["both_strands"])
        strands = letters_of(alphabet) if facts["both_strands"] else ""
        return Relatives(letters, *least, alphabet == "protein", strands)

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
