"""Delimited text as a frame, and headers that are no headers."""

import bz2
import zipfile

import pandas as pd
import pytest

from tentips.data.readers import read_features, read_samples
from tentips.errors import StudyError

FRAME = pd.DataFrame({"id": ["a", "b", "ç"], "x": [1.5, None, 3.0], "kind": ["red", "blue", "red"]})


@pytest.mark.parametrize("name", ["T.CSV", "t.Csv.Gz", "t.csv.bz2", "t.csv.xz", "t.csv.zip", "t.TAB"])
def test_packed_tables_and_other_endings_round_trip(tmp_path, name):
    path = tmp_path / name
    kind = {"gz": "gzip", "bz2": "bz2", "xz": "xz", "zip": "zip"}.get(name.rsplit(".")[-1].lower())
    FRAME.to_csv(path, index=False, sep="\t" if "TAB" in name else ",", compression=kind)
    pd.testing.assert_frame_equal(read_features(path, "id"), FRAME, check_dtype=False)
    pd.testing.assert_frame_equal(read_samples(path, "id"), FRAME, check_dtype=False)


def test_utf_16_with_semicolons_and_a_comment_is_read_and_told(tmp_path):
    text = "# export\n" + FRAME.to_csv(index=False, sep=";")
    (tmp_path / "t.csv").write_text(text, encoding="utf-16")
    told = []
    pd.testing.assert_frame_equal(
        read_features(tmp_path / "t.csv", "id", announce=told.append), FRAME, check_dtype=False
    )
    assert told == [
        "t.csv: its columns are separated by semicolons",
        "t.csv: it is written in UTF-16",
        "t.csv: 1 line before its header left out ('# export')",
    ]


def test_a_table_of_biom_with_its_comment_and_lineage(tmp_path):
    text = "# Constructed from biom file\n#OTU ID\ts1\ts2\ttaxonomy\nA\t1\t2\tk__Bacteria\nB\t3\t4\tk__Archaea\n"
    (tmp_path / "t.tsv").write_text(text)
    told = []
    found = read_features(tmp_path / "t.tsv", "sample", "samples_in_columns", announce=told.append)
    assert found.to_dict("list") == {"sample": ["s1", "s2"], "A": [1, 2], "B": [3, 4]}
    assert told[-1] == "t.tsv: its last column, taxonomy, names the features' lineage and is left out"


def test_an_id_column_that_begins_with_a_comment_sign_is_found(tmp_path):
    (tmp_path / "t.tsv").write_text("#SampleID\tplate\n#q2:types\tcategorical\n007\t01\n")
    found = read_samples(tmp_path / "t.tsv", "SampleID")
    assert found.to_dict("list") == {"SampleID": ["007"], "plate": ["01"]}


def test_a_feature_called_na_is_a_feature(tmp_path):
    (tmp_path / "t.csv").write_text("id,NA,K\na,1,2\nb,NA,4\n")
    found = read_features(tmp_path / "t.csv", "id")
    assert list(found.columns) == ["id", "NA", "K"]
    assert found["NA"].isna().tolist() == [False, True]


def test_two_header_lines_are_told(tmp_path):
    (tmp_path / "t.csv").write_text("sample,Clinic,,Blood,,\nid,age,sex,Na,K,Cl\na,1,m,2,3,4\n")
    with pytest.raises(
        StudyError, match=r"has two header lines: 3 of 6 columns have no name in the first \(sample, Clinic, Blood\)"
    ):
        read_features(tmp_path / "t.csv", "id")


def test_unnamed_columns_above_numbers_are_no_second_header(tmp_path):
    (tmp_path / "t.csv").write_text("id,x,,\na,1,2,3\n")
    with pytest.raises(StudyError, match=r"column 3, 4 has no name"):
        read_features(tmp_path / "t.csv", "id")


@pytest.mark.parametrize("name", ["t.csv.bz2", "t.zip", "t.csv.xz", "t.csv.gz"])
def test_broken_packed_files_are_told_in_one_line(tmp_path, name):
    whole = bz2.compress(FRAME.to_csv(index=False).encode())
    (tmp_path / name).write_bytes(whole[: len(whole) // 2] if "bz2" in name else b"no such thing")
    with pytest.raises(StudyError, match=f"^{name} is a broken or cut-off"):
        read_features(tmp_path / name, "id")


def test_a_zip_archive_is_read_beside_what_a_mac_adds(tmp_path):
    with zipfile.ZipFile(tmp_path / "t.zip", "w") as archive:
        archive.writestr("folder/t.tsv", "id\tx\na\t1\n")
        archive.writestr("__MACOSX/folder/._t.tsv", b"\0")
    assert read_features(tmp_path / "t.zip", "id").to_dict("list") == {"id": ["a"], "x": [1]}
