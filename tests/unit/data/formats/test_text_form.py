"""How a text table is written is told from its beginning: packing, encoding, separator, comments, header."""

import bz2
import gzip
import lzma
import zipfile

import pytest

from tentips.data.formats.text_form import ending, form_of, packing, rows
from tentips.errors import StudyError

TABLE = "id,größe,x\na,1.5,red\nb,2.5,blue\n"
READ = [["id", "größe", "x"], ["a", "1.5", "red"], ["b", "2.5", "blue"]]


def written(tmp_path, name, text, encoding="utf-8"):
    path = tmp_path / name
    data = text if isinstance(text, bytes) else text.encode(encoding)
    pack = {".gz": gzip.compress, ".bz2": bz2.compress, ".xz": lzma.compress}.get(path.suffix, bytes)
    if path.suffix == ".zip":
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr(path.stem if "." in path.stem else f"{path.stem}.csv", data)
            archive.writestr("__MACOSX/._t.csv", b"\0\1")
    else:
        path.write_bytes(pack(data))
    return path


def test_endings_are_told_in_any_case_and_without_the_packing():
    assert [ending(name) for name in ("A.CSV", "a.b.Tsv.GZ", "x.h5ad", "t.zip", "t.txt.bz2")] == [
        ".csv",
        ".tsv",
        ".h5ad",
        "",
        ".txt",
    ]
    assert [packing(name) for name in ("A.CSV", "t.TSV.GZ", "t.zip")] == ["", "gzip", "zip"]


@pytest.mark.parametrize("name", ["t.csv", "T.CSV", "t.csv.gz", "t.csv.bz2", "t.csv.xz", "t.csv.zip", "t.zip"])
def test_every_packing_gives_the_same_rows(tmp_path, name):
    assert list(rows(written(tmp_path, name, TABLE))) == READ


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_encodings_are_told_by_their_mark(tmp_path, encoding):
    path = written(tmp_path, "t.csv", TABLE, encoding)
    assert list(rows(path)) == READ
    assert [note for note in form_of(path).notes if "UTF-16" in note] == ["it is written in UTF-16"] * (
        encoding == "utf-16"
    )


@pytest.mark.parametrize(
    ("name", "text", "separator"),
    [
        ("t.csv", "id;a;b\nx;0,5;1\ny;1,5;2\n", ";"),
        ("t.csv", "id;conc, mM;b\nx;0,5;1\ny;1,5;2\n", ";"),
        ("t.csv", "id\ta\nx\t1\n", "\t"),
        ("t.tsv", "id,a\nx,1\n", ","),
        ("t.csv", 'id,"a;b"\nx,1\n', ","),
        ("t.csv", "id,a|b|c\nx,1\n", ","),
        ("t.csv", "id\nx\ny\n", ","),
        ("t.csv", "id,a\nx,1,2\n", ","),
        ("t.txt", "id|a|b\nx|1|2\n", "|"),
    ],
)
def test_separator_is_that_of_the_ending_unless_another_one_makes_a_table(tmp_path, name, text, separator):
    assert form_of(written(tmp_path, name, text)).separator == separator


@pytest.mark.parametrize(
    ("text", "header"),
    [
        ("# Constructed from biom file\n#OTU ID\ts1\ts2\nA\t1\t2\n", "#OTU ID"),
        ("# made on Monday\n# by me\nid\ts1\nA\t1\n", "id"),
        ("\n# a\n\nid\ts1\nA\t1\n", "id"),
        ("#SampleID\tx\n#q2:types\tnumeric\nA\t1\n", "#SampleID"),
        ("#id\tx\nA\t1\n", "#id"),
        ("id\tx\n#A\t1\n", "id"),
        ("# a\tb\nid\tkind\nA\tred\n", "id"),
        ("#a\tb\nid\tx\nA\t1\n", "id"),
        ("#id\tkind\nA\tred\n", "#id"),
        ("# id\tx\nA\t1.5e-3\n", "# id"),
    ],
)
def test_comments_before_the_header_are_left_out_but_not_a_header_that_begins_alike(tmp_path, text, header):
    found = list(rows(written(tmp_path, "t.tsv", text)))
    assert found[0][0] == header
    assert len(found) == 2 and found[1][0].endswith("A")


def test_what_is_left_out_is_told(tmp_path):
    (note,) = form_of(written(tmp_path, "t.csv", "# made on Monday\nid,x\na,1\n")).notes
    assert note == "1 line before its header left out ('# made on Monday')"


@pytest.mark.parametrize(
    ("text", "what"),
    [
        (b"PK\x03\x04\x14\0\0\0", "is a zip archive or a workbook by its content"),
        (b"PAR1....", "is parquet by its content"),
        (
            TABLE.encode("utf-16-le"),
            r"line 1 holds a NUL byte, which no text has \(a damaged file, or UTF-16 without its mark\?\)",
        ),
    ],
)
def test_what_is_no_text_is_refused(tmp_path, text, what):
    path = written(tmp_path, "t.csv", text)
    with pytest.raises(StudyError, match=f"t.csv {what}" if "is " in what[:3] else what):
        form_of(path)
    assert list(rows(path)) == []


def test_a_zip_archive_with_two_tables_is_refused_by_their_names(tmp_path):
    with zipfile.ZipFile(tmp_path / "t.zip", "w") as archive:
        archive.writestr("a.csv", TABLE)
        archive.writestr("b.csv", TABLE)
    with pytest.raises(StudyError, match=r"t.zip holds 2 files \(a.csv, b.csv\); a zip archive must hold one table"):
        form_of(tmp_path / "t.zip")


def test_a_header_of_many_columns_is_read_whole(tmp_path):
    names = [f"gene {number}" for number in range(60_000)]
    path = written(tmp_path, "t.csv", ",".join(names) + "\n" + ",".join("1" * 60_000) + "\n")
    assert next(rows(path)) == names
