"""New sequences are read a part at a time, as the model's own were, and refused in one line."""

import gzip

import pytest

from tentips.errors import StudyError
from tentips.predict import new_files
from tentips.predict.new_sequences import check

SHEET = {
    "modality": "sequence",
    "facts": {"alphabet": "dna", "length": 6, "shortest": 4, "longest": 6, "both_strands": False, "aligned": False},
}


def test_parts_hold_all_records_cut_to_the_models_length(tmp_path):
    path = tmp_path / "new.fasta.gz"
    path.write_bytes(gzip.compress(b">a label=case\nacg\nt-a\n>b\nACGTACGTN\n>c more\nNNNN*\n"))
    found = new_files.check(path, SHEET)
    assert found.rows == 3 and found.notices == ["new.fasta.gz: what follows the id in 2 header lines is not looked at"]
    parts = list(found.parts(2))
    assert [list(part.ids) for part in parts] == [["a", "b"], ["c"]]
    assert [part.measured["sequence"].tolist() for part in parts] == [["ACGTA", "ACGTAC"], ["NNNN"]]
    assert parts[0].described.to_numpy().tolist() == [[5, 0], [9, 1]]
    assert parts[1].described.to_numpy().tolist() == [[4, 4]]


@pytest.mark.parametrize(
    ("name", "text", "line"),
    [
        ("new.csv", "id,sequence\na,ACGT\n", r"new.csv is no FASTA file by its name, but the model takes sequences"),
        ("new.fa", "", "new.fa holds no sequence"),
        ("new.fa", "id,label\na,case\n", "new.fa, line 1: 'id,label' is no FASTA"),
        ("new.fa", ">a\nACGT\n>b\n>c\nA\n", r"1 of 3 records have no letters \(b\)"),
        ("new.fa", ">a x\nACGT\n>b\nAC\n>a y\nA\n", "new.fa: id a is there more than once; ids must differ"),
        ("new.fa", ">a\nACGT\n> \nAC\n", "line 3: '>' without a name"),
        ("new.fa", ">a\nMKVE\n", "'a' has 'E' at place 4, which is no letter of DNA"),
        ("new.fa.gz", "no archive", "new.fa.gz cannot be read as FASTA"),
    ],
)
def test_what_is_no_sequence_of_the_model_is_refused_in_one_line(tmp_path, name, text, line):
    (tmp_path / name).write_text(text)
    with pytest.raises(StudyError, match=line) as error:
        list(check(tmp_path / name, SHEET).parts())
    assert "\n" not in str(error.value)


def test_no_file_is_told(tmp_path):
    with pytest.raises(StudyError, match="there is no file"):
        check(tmp_path / "nothing.fa", SHEET)
