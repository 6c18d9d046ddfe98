"""What models see of sequences, held against counting by hand."""

import numpy as np
import pandas as pd
import pytest

from tentips.data.sequence_features import KmerTable, LetterPlanes, View, counted_kmers, kmer_table
from tentips.models.pipeline_files import load_pipeline, save_pipeline

ODD = pd.Series(["ACGTACGT", "AANAA", "T", "GGGTTT"])


def by_hand(sequence, kmer):
    return sum(sequence[i : i + len(kmer)] == kmer for i in range(len(sequence) - len(kmer) + 1))


def test_kmers_are_counted_as_by_hand(monkeypatch):
    for at_once in (4_000_000, 7):  # all together, and a few at a time
        monkeypatch.setattr("tentips.data.sequence_features.AT_ONCE", at_once)
        table = kmer_table(ODD, View("dna", 8, 1, 8))
        for kmer in ("AA", "AC", "TT", "GTA", "CGTA", "GGTT"):
            assert table[kmer].tolist() == [by_hand(each, kmer) for each in ODD], kmer
    assert table["share of A"].tolist() == pytest.approx([0.25, 1, 0, 0])
    assert table["length"].tolist() == [8, 5, 1, 6]
    assert table.shape[1] == 1 + 4 + 16 + 64 + 256


def test_no_kmer_reaches_over_an_unknown_letter_or_into_the_next_sequence():
    assert counted_kmers(pd.Series(["AAN", "AA"]), "ACGT", 2).sum() == 2
    assert counted_kmers(pd.Series(["A", "A"]), "ACGT", 2).sum() == 0


def test_both_strands_look_alike():
    view = View("dna", 8, 5, 8, both_strands=True)
    one, other = kmer_table(pd.Series(["AACGTTGC", "ACGTG"]), view), kmer_table(pd.Series(["GCAACGTT", "CACGT"]), view)
    pd.testing.assert_frame_equal(one, other)
    assert [name for name in one if name.startswith("share")] == ["share of A or T", "share of C or G"]
    assert one.shape[1] == 1 + 2 + 10 + 32 + 136


def test_places_are_features_where_they_mean_the_same_in_all():
    table = kmer_table(pd.Series(["ACG", "T-N"]), View("dna", 3, 3, 3))
    assert table[["position 1", "position 2", "position 3"]].to_numpy().tolist() == [list("ACG"), list("T-N")]
    assert "length" not in table and "ACG" in table and "ACGT" not in table
    assert not [name for name in kmer_table(ODD, View("dna", 8, 1, 8)) if name.startswith("position")]
    assert View("protein", 9, 3, 9).kmers == [2]


def test_letters_become_planes_and_ambiguous_ones_equal_shares():
    planes = LetterPlanes("dna", 4).transform(pd.DataFrame({"sequence": ["ACGT", "RN-", "ACGTACGT"]}))
    assert planes.shape == (3, 4, 4) and planes.dtype == np.float32
    assert planes[0].tolist() == np.eye(4).tolist() == planes[2].tolist()
    assert planes[1].tolist() == [[0.5, 0, 0.5, 0], [0.25] * 4, [0] * 4, [0] * 4]
    protein = LetterPlanes("protein", 1).transform(pd.DataFrame({"sequence": ["X", "B"]}))
    assert protein.sum(axis=2).ravel() == pytest.approx([1, 1])


@pytest.mark.parametrize("transformer", [KmerTable("dna", 8, 1, 8), LetterPlanes("protein", 5)])
def test_what_models_see_can_be_saved_and_loaded(transformer, tmp_path):
    inputs = pd.DataFrame({"sequence": ["ACGT", "TTN"]})
    save_pipeline(transformer, tmp_path / "x.skops")
    again = load_pipeline(tmp_path / "x.skops").transform(inputs)
    assert np.array_equal(np.asarray(again), np.asarray(transformer.transform(inputs)))
