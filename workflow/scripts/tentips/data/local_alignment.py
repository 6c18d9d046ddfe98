"""Relatives by local alignment: sequences that share a part, such as a domain, whatever they have beside it.

MMseqs2 finds them by short words that both have, without comparing all pairs. What it cannot find is not passed over in
silence: sequences that do not find even themselves are compared by global alignment, and where most copies that were changed as far as
relatives may differ are not found again, the search is refused.
"""

from collections.abc import Iterator
from functools import cached_property

import numpy as np
import pandas as pd

from tentips.data import mmseqs
from tentips.data.alphabets import letters_of
from tentips.data.identity import COVERAGE as GLOBAL_COVERAGE
from tentips.data.identity import MOST_WORK, ROUNDING, Relatives, least_by_chance
from tentips.data.sequence_features import NO_LETTER
from tentips.errors import StudyError

COVERAGE = 0.3  # of the shorter sequence: a domain has about 100 letters, a protein about 350
BY_CHANCE = 1e-3  # alignments as good that a sequence has by chance, at most, among all sequences of the study
PLANTED = 200  # copies that are searched for to see what is found
PAIR = ["query", "target", "fident"]
LEAST_FOUND = 0.5  # of the copies, below which nothing is said of relatives


class LocalRelatives:
    """Finds relatives among `sequences`: pairs whose best local alignment has this `identity` over `coverage` of the shorter one.

    It must be better than chance (`BY_CHANCE`, among `letters`, those of all sequences of the study) and in proteins of an identity above
    that of chance for its length (`least_by_chance`). `alphabet` is dna, rna or protein; with `both_strands` the other strand counts, too.
    """

    def __init__(
        self,
        sequences: pd.Series,
        identity: float,
        coverage: float,
        alphabet: str,
        letters: int,
        both_strands: bool = False,
    ):
        self.sequences = sequences.to_numpy(dtype=object)
        self.identity, self.coverage, self.alphabet, self.letters = identity, coverage, alphabet, letters
        self.by_length, self.strands = alphabet == "protein", letters_of(alphabet) if both_strands else ""
        self.others = Relatives(sequences, identity, max(coverage, GLOBAL_COVERAGE), self.by_length, self.strands)

    @property
    def near(self) -> str:
        """What relatives are, in words."""
        chance = ", more of short ones" * self.by_length
        return (
            f"alike (a local alignment with an identity of {self.identity:.0%} or more over at least {self.coverage:.0%} of the shorter "
            f"one{chance})"
        )

    @cached_property
    def hits(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """All pairs of relatives, both ways round, sorted: position, position, identity."""
        blind = np.flatnonzero(self.blind)
        self._check_cost(len(blind))
        return self._both_ways([self._relatives, *self.others.between(blind, np.arange(len(self.sequences)))])

    @cached_property
    def blind(self) -> np.ndarray:
        """Which sequences do not find even themselves: too short, or too repetitive; a mask."""
        own = self._found[self._found["query"] == self._found["target"]]
        seen = self._alike(own, self._lengths)["query"].to_numpy()
        return ~np.isin(np.arange(len(self.sequences)), seen)

    def told(self) -> list[str]:
        """Say what was searched with, how much of what was planted was found, and what MMseqs2 does not see."""
        found, planted = self._recovered
        lines = [
            f"relatives by local alignment (MMseqs2): of {planted} copies changed as far as relatives may differ, {found} were found again"
        ] * bool(planted)
        if self.blind.any():
            lines.append(
                f"{self.blind.sum():,} of {len(self.sequences):,} sequences are so short or so repetitive that MMseqs2 does not find even "
                "themselves; they were compared by global alignment"
            )
        return lines

    def most(self, among: int) -> int:
        """How many sequences can be looked up: all, for all are searched at once."""
        return len(self.sequences)

    def between(self, asked: np.ndarray, among: np.ndarray) -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray]]:
        """Yield the positions of pairs (one of `asked`, one of `among`) that are relatives, and their identity."""
        first, second, value = self.hits
        kept = np.isin(first, asked) & np.isin(second, among)
        yield first[kept], second[kept], value[kept]

    def pairs(self) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """Yield the positions of all pairs of relatives; StudyError where most would be overlooked."""
        self._check_sensitivity()
        yield self.hits[:2]

    @cached_property
    def _letters_of_each(self) -> list[str]:
        """As MMseqs2 reads them: without gaps, U as T."""
        written = pd.Series(self.sequences).str.replace(NO_LETTER, "", regex=False)
        return (written.str.replace("U", "T") if self.alphabet == "rna" else written).tolist()

    @cached_property
    def _lengths(self) -> np.ndarray:
        return np.array([len(each) for each in self._letters_of_each])

    @cached_property
    def _planted(self) -> tuple[np.ndarray, list[str]]:
        """Sequences and copies of them whose identity with them is the least that relatives have."""
        random = np.random.default_rng(0)
        drawn = np.sort(random.permutation(len(self.sequences))[:PLANTED])
        chance = least_by_chance(self._lengths[drawn]) if self.by_length else np.zeros(len(drawn))
        least = np.maximum(self.identity, chance)
        letters, copies = list(letters_of(self.alphabet).replace("U", "T")), []
        for position, identity in zip(drawn, least, strict=True):
            copy = list(self._letters_of_each[position])
            changed = int(len(copy) * (1 - identity) + ROUNDING)
            for place in random.choice(len(copy), changed, replace=False):
                copy[place] = random.choice([each for each in letters if each != copy[place]])
            copies.append("".join(copy))
        return drawn, copies

    @cached_property
    def _found(self) -> pd.DataFrame:
        kind = "protein" if self.alphabet == "protein" else "nucleotides"
        queries = [*self._letters_of_each, *self._planted[1]]
        return mmseqs.search(queries, self._letters_of_each, kind, self.letters, bool(self.strands))

    @cached_property
    def _recovered(self) -> tuple[int, int]:
        """How many planted copies found what they are a copy of, and of how many; those of sequences that are compared otherwise are left out."""
        drawn, n = self._planted[0], len(self.sequences)
        planted = self._found[self._found["query"] >= n]
        planted = planted[drawn[planted["query"] - n] == planted["target"]]
        found = self._alike(planted, np.concatenate([self._lengths, self._lengths[drawn]]))["query"].to_numpy()
        counted = ~self.blind[drawn]
        return int((np.isin(np.arange(len(drawn)) + n, found) & counted).sum()), int(counted.sum())

    @cached_property
    def _relatives(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Those that MMseqs2 finds."""
        found = self._alike(self._found[self._found["query"] < len(self.sequences)], self._lengths)
        return self._both_ways([tuple(found[column].to_numpy() for column in PAIR)])

    def _both_ways(self, blocks: list[tuple]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        turned = [(second, first, value) for first, second, value in blocks]
        pairs = pd.concat([pd.DataFrame(dict(zip(PAIR, each, strict=True))) for each in (*blocks, *turned)])
        pairs = pairs[pairs["query"] != pairs["target"]].groupby(PAIR[:2], as_index=False)["fident"].max()
        return tuple(pairs[column].to_numpy() for column in PAIR)

    def _alike(self, found: pd.DataFrame, lengths: np.ndarray) -> pd.DataFrame:
        shorter = np.minimum(lengths[found["query"]], self._lengths[found["target"]])
        sure = found["bits"] >= np.log2(shorter * self.letters / BY_CHANCE)
        kept = sure & (found["fident"] >= self.identity - ROUNDING)
        kept &= found[["qcov", "tcov"]].max(axis=1) >= self.coverage
        if self.by_length:
            kept &= found["fident"] >= least_by_chance(found["alnlen"]) - ROUNDING
        return found[kept]

    def _check_sensitivity(self) -> None:
        found, planted = self._recovered
        if found < LEAST_FOUND * planted:
            raise StudyError(
                f"split.alignment is local, but of {planted} copies whose identity with a sequence of this study is {self.identity:.0%} MMseqs2 "
                f"finds only {found} again, so that it would overlook relatives; raise split.identity, or set split.alignment to global."
            )

    def _check_cost(self, blind: int) -> None:
        if blind * len(self.sequences) * self.others.cost > MOST_WORK:
            raise StudyError(
                f"split.alignment is local, but {blind:,} of {len(self.sequences):,} sequences are so short or so repetitive that MMseqs2 does not "
                "find even themselves, too many to compare them otherwise; take them out, or declare what is related as data.group."
            )
