"""FASTA is read as it is written, plain or packed; what is none is refused in one line."""

import gzip

import pytest

from tentips.data.formats.fasta import is_fasta, read_records
from tentips.errors import StudyError


def test_records_are_read_plain_and_packed(tmp_path):
    text = ">a first one\nACGT\nac gt\n\n>b\nTT\n"
    (tmp_path / "x.fasta").write_text(text)
    with gzip.open(tmp_path / "x.fa.gz", "wt") as file:
        file.write(text.replace("\n", "\r\n"))
    wanted = [("a", "ACGTacgt"), ("b", "TT")]
    assert read_records(tmp_path / "x.fasta") == wanted == read_records(tmp_path / "x.fa.gz")
    assert is_fasta("X.FASTA.gz") and is_fasta("a.faa") and not is_fasta("a.csv.gz")


@pytest.mark.parametrize(
    ("text", "told"),
    {
        "page": ("<html>\n<p>", "line 1: '<html>' is no FASTA"),
        "nothing": ("", "holds no sequence"),
        "no name": (">a\nAC\n> \nGT\n", "line 3: '>' without a name"),
        "empty": (">a\nAC\n>b\n>c\nGT\n", "1 of 3 records have no letters (b)"),
        "twice": (">a\nAC\n>a\nGT\n>a\nGG\n", "id a is there more than once"),
    }.values(),
)
def test_what_is_no_fasta_is_refused_in_one_line(text, told, tmp_path):
    (tmp_path / "x.fasta").write_text(text)
    with pytest.raises(StudyError) as error:
        read_records(tmp_path / "x.fasta")
    assert told in str(error.value) and "\n" not in str(error.value)


def test_a_broken_archive_is_refused_in_one_line(tmp_path):
    (tmp_path / "x.fasta.gz").write_bytes(gzip.compress(b">a\nACGT\n" * 50)[:30])
    with pytest.raises(StudyError, match=r"x\.fasta\.gz cannot be read as FASTA"):
        read_records(tmp_path / "x.fasta.gz")
