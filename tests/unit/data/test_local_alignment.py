"""Relatives by local alignment: planted domains, thresholds from both sides, strands, and what MMseqs2 cannot find."""

import numpy as np
import pandas as pd
import pytest

from tentips.data.identity import Relatives, SequenceComparison, clusters
from tentips.data.local_alignment import LocalRelatives
from tentips.data.sequence_features import reverse_complement
from tentips.errors import StudyError

AMINO_ACIDS, NUCLEOTIDES = "ACDEFGHIKLMNPQRSTVWY", "ACGT"


def drawn(random, letters, length):
    return "".join(random.choice(list(letters), length))


def changed(random, sequence, identity, letters):
    """A copy with that share of letters kept, and as many exchanged at even distances."""
    copy, n = list(sequence), round(len(sequence) * (1 - identity))
    for place in np.linspace(0, len(copy) - 1, n).round().astype(int):
        copy[place] = random.choice([each for each in letters if each != copy[place]])
    return "".join(copy)


def local(sequences, identity, coverage=0.3, alphabet="protein", both_strands=False):
    sequences = pd.Series(sequences)
    return LocalRelatives(sequences, identity, coverage, alphabet, int(sequences.str.len().sum()), both_strands)


@pytest.fixture(scope="module")
def proteins():
    """20 proteins of 300 letters; 0 and 1 share a domain of 120 letters at other places, 55 % of it alike, and so do 1 and 2 another one."""
    random = np.random.default_rng(1)
    made = [drawn(random, AMINO_ACIDS, 300) for _ in range(20)]
    domains = [drawn(random, AMINO_ACIDS, 120) for _ in range(2)]
    made[0] = domains[0] + made[0][120:]
    made[1] = made[1][:50] + changed(random, domains[0], 0.55, AMINO_ACIDS) + made[1][170:180] + domains[1]
    made[2] = changed(random, domains[1], 0.7, AMINO_ACIDS) + made[2][120:]
    return made


@pytest.fixture(scope="module")
def found(proteins):
    return local(proteins, 0.4)


def test_proteins_that_share_a_domain_are_relatives_whatever_they_have_beside_it(proteins, found):
    assert len(set(clusters(Relatives(pd.Series(proteins), 0.4, 0.8, by_length=True)))) == 20
    numbers = clusters(found)
    assert len(set(numbers)) == 18 and len(set(numbers[:3])) == 1, "relatives of relatives are one group"
    first, second, identity = found.hits
    assert list(zip(first, second, strict=True)) == [(0, 1), (1, 0), (1, 2), (2, 1)]
    assert identity == pytest.approx([0.55, 0.55, 0.7, 0.7], abs=0.03)
    assert not found.blind.any() and len(found.told()) == 1
    assert found.told()[0].startswith("relatives by local alignment (MMseqs2): of 20 copies changed as far as")


@pytest.mark.parametrize(
    ("identity", "coverage", "pairs"),
    [(0.4, 0.3, [(0, 1), (1, 2)]), (0.62, 0.3, [(1, 2)]), (0.8, 0.3, []), (0.4, 0.45, [])],
)
def test_identity_and_coverage_are_thresholds(proteins, found, identity, coverage, pairs):
    # A domain of 120 letters is 40 % of 300; the first two are alike in 55 %, the others in 70 %.
    other = local(proteins, identity, coverage)
    other._found = found._found[found._found["query"] < 20]
    first, second, _ = other._relatives
    assert [pair for pair in zip(first, second, strict=True) if pair[0] < pair[1]] == pairs


def test_a_short_alignment_of_proteins_must_be_more_alike_than_chance(proteins, found):
    other = local(proteins, 0.4)
    hit = {"query": [0, 0], "target": [5, 6], "fident": [0.45, 0.45], "alnlen": [30, 100], "qcov": 0.1, "tcov": 0.4}
    other._found = pd.concat([found._found, pd.DataFrame(hit | {"bits": 60.0})], ignore_index=True)
    first, second, _ = other._relatives
    pairs = set(zip(first, second, strict=True))
    assert {(0, 6), (6, 0)} <= pairs and (0, 5) not in pairs, (
        "Rost's curve is at 54 % of 30 letters, and at 29 % of 100"
    )
    other = local(proteins, 0.4)
    other._found = pd.concat([found._found, pd.DataFrame(hit | {"bits": 25.0})], ignore_index=True)
    assert 6 not in other._relatives[1], "300 letters among 6,000 have such a score more often by chance"


def test_no_test_sequence_has_a_relative_in_training_when_clusters_are_kept_whole(found):
    numbers, comparison = clusters(found), SequenceComparison(found)
    held = numbers == numbers[0]
    pairs, compared = comparison.near_between(np.flatnonzero(held), np.flatnonzero(~held), 0)
    assert pairs.empty and compared == 3
    cut = np.arange(20) == 1
    pairs, _ = comparison.near_between(np.flatnonzero(cut), np.flatnonzero(~cut), 0)
    assert pairs[["position", "near_position"]].to_numpy().tolist() == [[1, 2]], "the nearest of two"
    assert pairs["distance"][0] == pytest.approx(0.3, abs=0.03) and "a local alignment" in comparison.near


def test_nucleotides_are_found_on_the_strands_that_count():
    random = np.random.default_rng(2)
    made = [drawn(random, NUCLEOTIDES, 60) for _ in range(30)]
    made[1] = changed(random, made[0], 0.9, NUCLEOTIDES)
    made[2] = changed(random, made[0], 0.7, NUCLEOTIDES)
    made[4] = reverse_complement(made[3], NUCLEOTIDES)
    assert list(zip(*local(made, 0.8, 0.8, "dna").hits[:2], strict=True)) == [(0, 1), (1, 0)]
    both = local(made, 0.8, 0.8, "dna", both_strands=True)
    assert list(zip(*both.hits[:2], strict=True)) == [(0, 1), (1, 0), (3, 4), (4, 3)]
    rna = [each.replace("T", "U") for each in made]
    assert [each.tolist() for each in local(rna, 0.8, 0.8, "rna").hits[:2]] == [[0, 1], [1, 0]]


def test_what_does_not_find_itself_is_compared_by_global_alignment_and_said(monkeypatch):
    random = np.random.default_rng(3)
    made = [drawn(random, AMINO_ACIDS, 80) for _ in range(20)] + ["MKVLA", "MKVLA", "GASTV"]
    found = local(made, 0.4)
    assert np.flatnonzero(found.blind).tolist() == [20, 21, 22]
    assert list(zip(*found.hits[:2], strict=True)) == [(20, 21), (21, 20)]
    assert found.told()[1].startswith("3 of 23 sequences are so short or so repetitive that MMseqs2 does not find even")
    del found.hits
    monkeypatch.setattr("tentips.data.local_alignment.MOST_WORK", 10)
    with pytest.raises(StudyError, match=r"but 3 of 23 sequences are so short or so repetitive .* declare what is"):
        clusters(found)


def test_a_search_that_would_overlook_relatives_is_refused():
    random = np.random.default_rng(4)
    made = [drawn(random, NUCLEOTIDES, 60) for _ in range(40)]
    refusal = r"of 40 copies whose identity .* is 50% MMseqs2 finds only 0 again, .* split.alignment to global"
    with pytest.raises(StudyError, match=refusal):
        clusters(local(made, 0.5, 0.8, "dna"))
