"""Identities and clusters, held against an alignment by hand and against all pairs."""

import itertools

import numpy as np
import pandas as pd
import pytest
from scipy.sparse.csgraph import connected_components

from tentips.data import identity
from tentips.data.identity import Relatives, SequenceComparison, clusters, least_by_chance
from tentips.errors import StudyError


def edits(one, other):
    """Levenshtein's distance by its definition."""
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        before, row = row, [i]
        for j, b in enumerate(other, 1):
            row.append(min(before[j] + 1, row[-1] + 1, before[j - 1] + (a != b)))
    return row[-1]


@pytest.fixture
def some():
    random = np.random.default_rng(3)
    made = ["".join(random.choice(list("ACGT"), random.integers(10, 16))) for _ in range(30)]
    return pd.Series(made + [each[:5] + "A" + each[6:] for each in made[:8]] + [made[9][:8]])


def pairs_of(relatives):
    everything = np.arange(len(relatives.sequences))
    found = [zip(*block, strict=True) for block in relatives.between(everything, everything)]
    return {(int(i), int(j)): value for i, j, value in itertools.chain(*found) if i < j}


def test_relatives_are_the_pairs_of_that_identity_and_coverage(some, monkeypatch):
    monkeypatch.setattr(identity, "BLOCK", 200)
    found, wanted = pairs_of(Relatives(some, 0.6, 0.8)), {}
    for i, j in itertools.combinations(range(len(some)), 2):
        shorter, longer = sorted((len(some[i]), len(some[j])))
        value = 1 - edits(some[i], some[j]) / longer
        if value >= 0.6 and shorter >= 0.8 * longer:
            wanted[i, j] = pytest.approx(value, abs=1e-6)
    assert found == wanted and len(wanted) >= 8


def test_short_proteins_must_be_more_alike_than_chance_allows():
    # Rost 1999: 29 % at 100 letters, 19.5 % at 450 and more.
    assert least_by_chance(np.array([100, 1000])) == pytest.approx([0.29, 0.195], abs=0.0005)
    assert least_by_chance(np.array([5]))[0] == 1
    pair = pd.Series(["MKVLAAGIVG", "MKVLAAWWWW"])
    assert pairs_of(Relatives(pair, 0.4, 0.8)) and not pairs_of(Relatives(pair, 0.4, 0.8, by_length=True))


def test_the_other_strand_counts_as_the_same_sequence():
    pair = pd.Series(["AACCGTTTAC", "GTAAACGGTT"])
    assert pairs_of(Relatives(pair, 0.9, 0.8, strands="ACGT")) == {(0, 1): 1.0}
    assert not pairs_of(Relatives(pair, 0.9, 0.8))
    assert len(set(SequenceComparison(Relatives(pair, 0.9, 0.8, strands="ACGT")).keys)) == 1


def test_clusters_hold_all_that_is_linked_and_leave_no_relative_outside(some):
    relatives = Relatives(some, 0.6, 0.8)
    numbers = clusters(relatives)
    graph = np.zeros((len(some), len(some)))
    graph[tuple(zip(*pairs_of(relatives), strict=True))] = 1
    assert all(numbers[i] == numbers[j] for i, j in pairs_of(relatives))
    assert numbers.max() + 1 == connected_components(graph, directed=False)[0]
    chain = pd.Series(["AAAAAAAAAA", "AAAAAAAACC", "AAAAAACCCC", "GGGGGGGGGG"])
    assert clusters(Relatives(chain, 0.8, 0.8)).tolist() == [0, 0, 0, 1]


def test_too_many_sequences_are_refused_with_what_to_do(some, monkeypatch):
    monkeypatch.setattr(identity, "MOST_WORK", 100)
    with pytest.raises(StudyError, match=r"all pairs of 39 sequences .* set split.alignment to local"):
        clusters(Relatives(some, 0.6, 0.8))
    looked_at = SequenceComparison(Relatives(some, 0.6, 0.8)).near_within(np.arange(39), 0)[1]
    assert looked_at == 1, "a part is drawn"


def test_a_test_sample_is_paired_with_its_nearest_relative():
    comparison = SequenceComparison(
        Relatives(pd.Series(["AAAAAAAAAA", "AAAAAAAACC", "AAAAAAAAAC", "GGGGGGGGGG"]), 0.8, 0.8)
    )
    pairs, compared = comparison.near_between(np.array([0, 3]), np.array([1, 2]), 0)
    assert compared == 2 and pairs.to_numpy().tolist() == [[0, 2, pytest.approx(0.1)]]
    within, _ = comparison.near_within(np.arange(4), 0)
    assert within["position"].tolist() == [1, 2] and within["near_position"].tolist()[0] == 0
    assert "identity of 80%" in comparison.near
