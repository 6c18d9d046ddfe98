"""What models see of sequences: counts of k-mers and composition, or one plane for each letter. Nothing is learned."""

import itertools
from dataclasses import dataclass

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, TransformerMixin

from tentips.data.alphabets import ambiguous, letters_of

SEQUENCE = "sequence"  # the column that holds the letters
MOST_KMERS = 400  # of one length: 4 letters of DNA (256), 2 of a protein (400)
MOST_POSITIONS = 200  # of sequences of one length, whose letters simpler models see place by place
AT_ONCE = 4_000_000  # letters that are counted at a time
NO_LETTER = "-"


@dataclass(frozen=True)
class View:
    """How sequences are seen: their alphabet, the `length` they are padded or cut to, and the shortest and longest, both cut.

    With `both_strands` a k-mer and its reverse complement are counted as one.
    """

    alphabet: str
    length: int
    shortest: int
    longest: int
    both_strands: bool = False

    @property
    def letters(self) -> str:
        """The alphabet's letters in the order of a one-hot code."""
        return letters_of(self.alphabet)

    @property
    def kmers(self) -> list[int]:
        """The lengths of counted k-mers, from 2: as long as there are no more than `MOST_KMERS` of a length."""
        return [k for k in range(2, self.longest + 1) if len(self.letters) ** k <= MOST_KMERS]

    @property
    def positions(self) -> bool:
        """Whether places mean the same in all sequences, which then are seen place by place, too."""
        return self.shortest == self.longest == self.length <= MOST_POSITIONS and not self.both_strands

    @property
    def kinds(self) -> list[str]:
        """What kinds of features simpler models see, in words."""
        longest = max(self.kmers, default=1)
        found = ["its length"] * (self.shortest < self.longest) + ["the share of each letter"]
        if self.kmers:
            found.append(f"how often each word of {'2' if longest == 2 else f'2 to {longest}'} letters occurs")
        both = " on either strand" * self.both_strands
        return [*found[:-1], found[-1] + both] + ["the letter at each place"] * self.positions


def codes(sequences: pd.Series, letters: str) -> tuple[np.ndarray, np.ndarray]:
    """Return all sequences one after the other, -1 after each, as numbers of letters (-1: none of them), and each place's row."""
    known = np.full(256, -1, dtype=np.int64)
    known[np.frombuffer(letters.encode("latin-1"), np.uint8)] = np.arange(len(letters))
    text = "\n".join([*sequences, ""]).encode("latin-1", "replace")
    lengths = sequences.str.len().to_numpy() + 1
    return known[np.frombuffer(text, np.uint8)], np.repeat(np.arange(len(sequences)), lengths)


def counted_kmers(sequences: pd.Series, letters: str, k: int) -> np.ndarray:
    """Return how often each k-mer occurs in each sequence, (rows, letters ** k) in alphabetical order; none across unknown letters."""
    kinds, parts = len(letters) ** k, []
    whole = np.cumsum(sequences.str.len().to_numpy() + 1) // AT_ONCE
    for _, part in sequences.groupby(whole):
        found, row = codes(part, letters)
        places = max(len(found) - k + 1, 0)
        number, valid = np.zeros(places, dtype=np.int64), np.ones(places, dtype=bool)
        for offset in range(k):
            shifted = found[offset : offset + places]
            number, valid = number * len(letters) + shifted, valid & (shifted >= 0)
        flat = row[:places][valid] * kinds + number[valid]
        parts.append(np.bincount(flat, minlength=len(part) * kinds).reshape(len(part), kinds))
    return np.concatenate(parts) if parts else np.zeros((0, kinds), dtype=np.int64)


def kmer_table(sequences: pd.Series, view: View) -> pd.DataFrame:
    """Return the features of sequences: length, share of each letter, counts of k-mers, and the letter at each place.

    Length is left out where all have one, and letters at places where places do not mean the same in all (`View.positions`).
    """
    letters, columns = view.letters, {}
    if view.shortest < view.longest:
        columns["length"] = sequences.str.len().to_numpy(dtype=float)
    single = counted_kmers(sequences, letters, 1)
    total = np.maximum(single.sum(axis=1), 1)
    strands = [letters] if not view.both_strands else [letters, letters[::-1]]
    for names in zip(*strands, strict=True):
        if names == tuple(sorted(names)):
            found = sum(single[:, letters.index(each)] for each in dict.fromkeys(names))
            columns[f"share of {' or '.join(dict.fromkeys(names))}"] = found / total
    for k in view.kmers:
        counts = counted_kmers(sequences, letters, k)
        names = ["".join(each) for each in itertools.product(letters, repeat=k)]
        place = {name: number for number, name in enumerate(names)}
        for name in names:
            other = name if not view.both_strands else reverse_complement(name, letters)
            if name <= other:
                both = counts[:, place[name]] + (counts[:, place[other]] if other != name else 0)
                columns[name] = both.astype(float)
    table = pd.DataFrame(columns, index=sequences.index)
    if view.positions:
        # New sequences may have another length than all that were trained on.
        padded = [sequence[: view.length].ljust(view.length, NO_LETTER) for sequence in sequences]
        split = np.array([list(sequence) for sequence in padded], dtype=object).reshape(len(sequences), view.length)
        places = [f"position {number}" for number in range(1, view.length + 1)]
        table = pd.concat([table, pd.DataFrame(split, index=sequences.index, columns=places)], axis=1)
    return table


def reverse_complement(sequence: str, letters: str) -> str:
    """Return the other strand, read in its own direction; `letters` are ACGT or ACGU."""
    return sequence.translate(str.maketrans(letters, letters[::-1]))[::-1]


class KmerTable(TransformerMixin, BaseEstimator):
    """Sequences to the features of `kmer_table`; the arguments are those of `View`."""

    def __init__(self, alphabet: str, length: int, shortest: int, longest: int, both_strands: bool = False):
        self.alphabet, self.length, self.shortest, self.longest = alphabet, length, shortest, longest
        self.both_strands = both_strands

    def fit(self, X, y=None):
        """Learn nothing."""
        return self

    def transform(self, X):
        """Return the table of features, one row for each sequence."""
        view = View(self.alphabet, self.length, self.shortest, self.longest, self.both_strands)
        return kmer_table(X[SEQUENCE], view)

    def get_feature_names_out(self, input_features=None):
        """Return the names of the features."""
        any_letters = [letters_of(self.alphabet)[0] * self.length]
        return self.transform(pd.DataFrame({SEQUENCE: any_letters}, dtype=object)).columns.to_numpy(dtype=object)

    def __sklearn_is_fitted__(self):
        return True


class LetterPlanes(TransformerMixin, BaseEstimator):
    """Sequences to (rows, length, letters): 1 where a letter is, an equal share of each letter that an ambiguous one may be.

    Shorter sequences are followed by zeros, longer ones cut; a gap, and a letter of no meaning, is zeros.
    """

    def __init__(self, alphabet: str, length: int):
        self.alphabet, self.length = alphabet, length

    def fit(self, X, y=None):
        """Learn nothing."""
        return self

    def transform(self, X):
        """Return the planes as float32."""
        letters, meant = letters_of(self.alphabet), ambiguous(self.alphabet)
        code = np.zeros((256, len(letters)), dtype="float32")
        for number, letter in enumerate(letters):
            code[ord(letter), number] = 1
        for letter, stands_for in meant.items():
            code[ord(letter)] = [each in stands_for for each in letters]
            code[ord(letter)] /= len(stands_for)
        padded = [sequence[: self.length].ljust(self.length, NO_LETTER) for sequence in X[SEQUENCE]]
        text = np.frombuffer("".join(padded).encode("latin-1", "replace"), np.uint8)
        return code[text].reshape(len(X), self.length, len(letters))

    def __sklearn_is_fitted__(self):
        return True
