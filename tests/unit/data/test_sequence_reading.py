"""Sequences are read from FASTA, told about and refused in one line; new ones are read in the same way."""

import pandas as pd
import pytest
from fasta import read

from tentips.data.sequence_reading import read_as_trained
from tentips.errors import StudyError


def test_what_is_changed_in_reading_is_told(tmp_path):
    frame, told = read(tmp_path, {"a": "acgtn-acgt", "b": "ACGTACGTACGTAA", "c": "GG.TT*"}, length=8)
    assert frame["sequence"].tolist() == ["ACGTNACG", "ACGTACGT", "GGTT"]
    assert frame.attrs == {
        "alphabet": "dna",
        "length": 8,
        "shortest": 4,
        "longest": 8,
        "both_strands": False,
        "aligned": False,
        "identity": 0.8,
        "alignment": "global",
        "coverage": 0.8,
        "letters": 20,
    }
    for part in (
        "3 sequences of DNA (detected), 27 letters",
        "lower-case letters in 1 sequences",
        "2 gaps in 2 sequences are left out",
        "a stop (*) at the end of 1 sequences",
        "1 letters (3.70%) are ambiguous",
        "2 sequences are longer than data.length (8) and are cut at their end; 7 letters (25.9%) are lost",
        "padded at their end to 8 letters; 17% of all places are empty",
    ):
        assert part in told, part


def test_gaps_of_an_alignment_keep_their_places(tmp_path):
    frame, told = read(tmp_path, {"a": "AC.GT", "b": "ACGGT"})
    assert frame["sequence"].tolist() == ["AC-GT", "ACGGT"] and "gaps keep their places" in told
    assert frame.attrs["aligned"]
    new = read_as_trained(pd.Series(["a.cg-"]), pd.Series(["x"]), frame.attrs, "new.fa")
    assert new.tolist() == ["A-CG-"]


def test_new_sequences_are_read_as_the_studys_own_were(tmp_path):
    frame, _ = read(tmp_path, {"a": "acgtn-acgt", "b": "ACGTACGTACGTAA", "c": "GG.TT*"}, length=8)
    written = pd.Series(["acgtn-acgt", "ACGTACGTACGTAA", "GG.TT*"])
    new = read_as_trained(written, pd.Series(list("abc")), frame.attrs, "new.fa")
    assert new.str[:8].tolist() == frame["sequence"].tolist() and new[1] == "ACGTACGTACGTAA"
    for letters, line in (
        ("--*", "new.fa: sample x has no letters"),
        ("ACGU", "'x' has 'U' at place 4, which is no letter of DNA"),
    ):
        with pytest.raises(StudyError, match=line):
            read_as_trained(pd.Series([letters]), pd.Series(["x"]), frame.attrs, "new.fa")


@pytest.mark.parametrize(
    ("records", "data", "told"),
    [
        ({"a": "ACGT", "b": "--."}, {}, "1 of 2 records have no letters but gaps (b)"),
        ({"a": "ACGT", "b": "AC7T"}, {}, "holds '7'"),
        (
            {"a": "ACGT", "b": "ACET"},
            {"alphabet": "dna"},
            "'b' has 'E' at place 3, which is no letter of DNA (1 of 2 records",
        ),
        ({"a": "MKV", "b": "MLL"}, {"both_strands": True}, "holds protein, which has no other strand"),
    ],
)
def test_what_is_no_sequence_is_refused_in_one_line(records, data, told, tmp_path):
    with pytest.raises(StudyError) as error:
        read(tmp_path, records, **data)
    assert told in str(error.value) and "\n" not in str(error.value)
