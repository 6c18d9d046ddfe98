"""Alphabets are told from all letters together."""

import pytest

from tentips.data.alphabets import ambiguous, count_letters, detect, in_words, letters_of
from tentips.errors import StudyError


@pytest.mark.parametrize(
    ("sequences", "alphabet"),
    [
        (["ACGT-N", "TTTA"], "dna"),
        (["ACGU", "AAAA"], "rna"),
        (["GATTACA", "MKV*"], "protein"),
        (["GASVKDHY"], "protein"),
        (["ACGTR" * 3 + "ACGT" * 5], "dna"),
    ],
)
def test_an_alphabet_is_told_from_its_letters(sequences, alphabet):
    assert detect(count_letters(sequences), "x.fasta") == alphabet


@pytest.mark.parametrize(
    ("sequences", "told"), [(["ACGT", "ACGU"], r"T \(1\) and U \(1\)"), (["MKV1", "E?"], "holds '1', '\\?'")]
)
def test_letters_of_no_alphabet_are_refused(sequences, told):
    with pytest.raises(StudyError, match=told):
        detect(count_letters(sequences), "x.fasta")


def test_what_ambiguous_letters_stand_for():
    assert ambiguous("dna")["R"] == "AG" and ambiguous("rna")["Y"] == "CU" and ambiguous("protein")["B"] == "DN"
    assert ambiguous("hp") == {} and letters_of("hp") == "HP" and in_words("hp") == "the letters HP"
    assert letters_of("rna") == "ACGU" and len(letters_of("protein")) == 20
