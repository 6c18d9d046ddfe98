"""How alike two sequences are: their identity, and which pairs of many are alike enough to be relatives.

Identity is that of a global alignment: 1 less the edits (letters exchanged, put in or taken out; Levenshtein 1966) over the
length of the longer one. Two sequences that share a part only, a domain, are not seen as relatives: `local_alignment` finds those.
"""

from collections.abc import Iterator
from typing import Protocol

import numpy as np
import pandas as pd

from tentips.data.modality import Comparison
from tentips.data.sequence_features import reverse_complement
from tentips.errors import StudyError

# Homologous proteins: most pairs above 40 % share fold and function (Rost 1999, doi:10.1093/protein/12.2.85), short ones only
# above the curve below. Nucleotides: what MMseqs2 and CD-HIT-EST take for redundant (Fu et al. 2012, doi:10.1093/bioinformatics/bts565).
IDENTITY = {"protein": 0.4, "dna": 0.8, "rna": 0.8}
OTHER_ALPHABET = 0.8
COVERAGE = 0.8  # of the longer one
BLOCK = 4_000_000  # pairs that are compared at a time
ROUNDING = 1e-6  # of identities, which are float32
SPEED = 3e8  # steps of a comparison in a second; 2e8 to 2e9 were measured with 60 to 5,000 letters
MOST_WORK = 10 * 60 * SPEED  # that all pairs may take; where test is held against training, a fifth of it
MOST_ROWS = 5000  # sequences that are looked up among all others; of more, a random part
PAIRS = ["position", "near_position", "distance"]


def least_by_chance(lengths: np.ndarray) -> np.ndarray:
    """Return the identity that proteins of this length must pass for a common fold (Rost 1999, equation 2 with n = 0)."""
    lengths = np.clip(np.asarray(lengths, dtype=float), 1, 450)  # beyond 450 it stays at 19.5 %
    return np.clip(4.8 * lengths ** (-0.32 * (1 + np.exp(-lengths / 1000))), 0, 1)


class Finder(Protocol):
    """What finds relatives among `sequences`: by global alignment (`Relatives`) or by local alignment (`local_alignment.LocalRelatives`).

    `strands` are the letters where the other strand counts as the same sequence, else empty; `near` says in words what relatives are.
    """

    sequences: np.ndarray
    strands: str
    near: str

    def most(self, among: int) -> int:
        """How many sequences can be looked up among so many."""

    def told(self) -> list[str]:
        """What a person should know of the search, a line each."""

    def pairs(self) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """Yield, block by block, the positions of all pairs of relatives; StudyError where they cannot be found."""

    def between(self, asked: np.ndarray, among: np.ndarray) -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray]]:
        """Yield, block by block, the positions of pairs (one of `asked`, one of `among`) that are relatives, and their identity."""


class Relatives:
    """Finds relatives among `sequences`: pairs of at least this `identity` whose shorter one is `coverage` of the longer.

    With `by_length`, for proteins, the identity must also pass that of chance (`least_by_chance`). With `strands`, letters of
    DNA or RNA, the other strand counts as the same sequence.
    """

    def __init__(
        self, sequences: pd.Series, identity: float, coverage: float, by_length: bool = False, strands: str = ""
    ):
        self.sequences = sequences.to_numpy(dtype=object)
        self.lengths = sequences.str.len().to_numpy()
        self.identity, self.coverage, self.by_length, self.strands = identity, coverage, by_length, strands

    @property
    def near(self) -> str:
        """What relatives are, in words."""
        chance = ", more of short ones" * self.by_length
        return f"alike (an identity of {self.identity:.0%} or more{chance})"

    @property
    def cost(self) -> float:
        """What one comparison takes on average, in steps of the bit-parallel algorithm: letters of one times words of 64 of the other."""
        return float(self.lengths.mean() * np.ceil(self.lengths / 64).mean() * (2 if self.strands else 1))

    def most(self, among: int) -> int:
        """How many sequences can be looked up among so many."""
        return min(MOST_ROWS, max(1, int(MOST_WORK / 5 / (self.cost * max(among, 1)))))

    def told(self) -> list[str]:
        """Nothing is to be said of the search: all pairs are compared."""
        return []

    def pairs(self) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """Yield, block by block, the positions of all pairs of relatives; StudyError where comparing all would take too long."""
        n = len(self.sequences)
        work = n * n / 2 * self.cost
        if work > MOST_WORK:
            raise StudyError(
                f"split.strategy is homology, but comparing all pairs of {n:,} sequences of {self.lengths.mean():,.0f} letters would take "
                f"about {work / SPEED / 60:,.0f} minutes; set split.alignment to local, which does not compare all pairs (docs/sequences.md), or "
                "declare a column of clusters as data.group (split.strategy group)."
            )
        order = np.argsort(-self.lengths, kind="stable")
        shorter = -self.lengths[order]
        step = max(1, int(np.sqrt(BLOCK)))
        for begin in range(0, n, step):
            own = order[begin : begin + step]
            # The longest come first: of those that follow, only so many are long enough.
            last = np.searchsorted(shorter, -self.coverage * self.lengths[own[-1]], side="right")
            for first, second, _ in self.between(own, order[begin:last]):
                yield first, second

    def between(self, asked: np.ndarray, among: np.ndarray) -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray]]:
        """Yield, block by block, the positions of pairs (one of `asked`, one of `among`) that are relatives, and their identity."""
        if not len(among):
            return
        step = max(1, BLOCK // len(among))
        for begin in range(0, len(asked), step):
            own = asked[begin : begin + step]
            alike = self._identities(own, among)
            i, j = np.nonzero(alike)
            first, second, value = own[i], among[j], alike[i, j]
            one, other = self.lengths[first], self.lengths[second]
            kept = np.minimum(one, other) >= self.coverage * np.maximum(one, other)
            if self.by_length:
                kept &= value >= least_by_chance(np.minimum(one, other)) - ROUNDING
            yield first[kept], second[kept], value[kept]

    def _identities(self, own: np.ndarray, among: np.ndarray) -> np.ndarray:
        from rapidfuzz.distance import Levenshtein
        from rapidfuzz.process import cdist

        options = {
            "scorer": Levenshtein.normalized_similarity,
            "score_cutoff": self.identity - ROUNDING,
            "dtype": np.float32,
        }
        alike = cdist(self.sequences[own], self.sequences[among], **options)
        if self.strands:
            turned = [reverse_complement(sequence, self.strands) for sequence in self.sequences[own]]
            alike = np.maximum(alike, cdist(turned, self.sequences[among], **options))
        return alike


class SequenceComparison(Comparison):
    """Samples of one sequence are identical; all but identical are relatives. `distance` is 1 less their identity."""

    remedy = "Set split.strategy to homology, which keeps relatives together"
    relatives = True

    def __init__(self, found: Finder):
        self.among, self.rows, self.near = found, np.arange(len(found.sequences)), found.near

    @property
    def keys(self) -> np.ndarray:
        """The sequence itself, of two strands the first by alphabet."""
        if not self.among.strands:
            return self.among.sequences
        strands = self.among.strands
        return np.array([min(each, reverse_complement(each, strands)) for each in self.among.sequences], dtype=object)

    def near_between(self, asked: np.ndarray, among: np.ndarray, seed: int) -> tuple[pd.DataFrame, int]:
        """Return each of `asked` that has a relative in `among`, with the nearest."""
        asked = _drawn(asked, among, self.among, seed)
        found = [self._nearest(*pairs) for pairs in self.among.between(asked, among)]
        return pd.concat([pd.DataFrame(columns=PAIRS), *found], ignore_index=True), len(asked)

    def near_within(self, kept: np.ndarray, seed: int) -> tuple[pd.DataFrame, int]:
        """Return each of `kept` that has a relative before it, with the nearest of these."""
        asked, found = _drawn(kept, kept, self.among, seed), []
        for first, second, identity in self.among.between(asked, kept):
            before = second < first
            found.append(self._nearest(first[before], second[before], identity[before]))
        return pd.concat([pd.DataFrame(columns=PAIRS), *found], ignore_index=True), len(asked)

    def _nearest(self, first: np.ndarray, second: np.ndarray, identity: np.ndarray) -> pd.DataFrame:
        pairs = pd.DataFrame({"position": first, "near_position": second, "distance": 1 - identity.astype(float)})
        return pairs.sort_values("distance", kind="stable").drop_duplicates("position").sort_values("position")


def clusters(relatives: Finder) -> np.ndarray:
    """Number the clusters: sequences linked by relatives, directly or through others, are in one (single linkage). Shape (rows,).

    Raises StudyError where they cannot be found.
    """
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    n = len(relatives.sequences)
    ends = [(np.zeros(0, int), np.zeros(0, int)), *relatives.pairs()]
    one, other = (np.concatenate(each) for each in zip(*ends, strict=True))
    graph = coo_array((np.ones(len(one), dtype=np.int8), (one, other)), shape=(n, n))
    return connected_components(graph, directed=False)[1]


def _drawn(asked: np.ndarray, among: np.ndarray, relatives: Finder, seed: int) -> np.ndarray:
    most = relatives.most(len(among))
    if len(asked) <= most:
        return asked
    return np.sort(np.random.default_rng(seed).choice(asked, most, replace=False))
