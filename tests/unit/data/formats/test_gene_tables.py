"""GCT and series matrices of GEO: samples in columns, with what is known of them above."""

import gzip

import pytest

from tentips.data.readers import read_features, read_samples
from tentips.errors import StudyError

GCT_2 = "#1.2\n2\t3\nName\tDescription\ts1\ts2\ts3\nA\tna\t1\t2\t3\nB\tgene b\t4\t5.5\t\n"
GCT_3 = "#1.3\n2\t2\t1\t2\nid\tDesc\ts1\ts2\nage\tna\t31\t42\nplate\tna\t01\t1\nA\tx\t1\t2\nB\ty\t3\t4\n"
SERIES = (
    '!Series_title\t"A study"\n'
    '!Sample_title\t"one"\t"two"\n'
    '!Sample_geo_accession\t"GSM1"\t"GSM2"\n'
    '!Sample_organism_ch1\t"Homo sapiens"\t"Homo sapiens"\n'
    '!Sample_characteristics_ch1\t"state: case"\t"age: 40"\n'
    '!Sample_characteristics_ch1\t"age: 30"\t"state: control"\n'
    "!series_matrix_table_begin\n"
    '"ID_REF"\t"GSM1"\t"GSM2"\n"1007_s_at"\t1.5\tnull\n"117_at"\t3\t4\n'
    "!series_matrix_table_end\n"
)


def test_gct_gives_one_row_per_sample(tmp_path):
    (tmp_path / "t.GCT").write_text(GCT_2)
    found = read_features(tmp_path / "t.GCT", "sample")
    assert found["sample"].tolist() == ["s1", "s2", "s3"]
    assert found["A"].tolist() == [1, 2, 3] and found["B"].isna().tolist() == [False, False, True]
    with pytest.raises(StudyError, match=r"says nothing about its samples \(GCT 1.2\)"):
        read_samples(tmp_path / "t.GCT", "sample")


def test_gct_1_3_gives_its_sheet(tmp_path):
    (tmp_path / "t.gct.gz").write_bytes(gzip.compress(GCT_3.encode()))
    assert read_features(tmp_path / "t.gct.gz", "s").to_dict("list") == {"s": ["s1", "s2"], "A": [1, 2], "B": [3, 4]}
    sheet = read_samples(tmp_path / "t.gct.gz", "s")
    assert sheet.to_dict("list") == {"s": ["s1", "s2"], "age": [31, 42], "plate": ["01", "1"]}


@pytest.mark.parametrize(
    ("text", "what"),
    [
        (GCT_2.replace("2\t3\n", "3\t3\n", 1), "holds 2 features of 3 samples, but its second line says 3 of 3"),
        (GCT_2.replace("5.5", "n.d."), r"feature 'B' holds 'n.d.' \(sample s2\)"),
        (GCT_2.replace("\nB\t", "\nA\t"), "feature A is there more than once"),
        ("id\tx\na\t1\n", "is not GCT 1.2 or 1.3"),
    ],
)
def test_gct_that_is_wrong_is_told(tmp_path, text, what):
    (tmp_path / "t.gct").write_text(text)
    with pytest.raises(StudyError, match=what):
        read_features(tmp_path / "t.gct", "sample")


def test_series_matrix_gives_measurements_and_sheet(tmp_path):
    path = tmp_path / "GSE1_series_matrix.txt.gz"
    path.write_bytes(gzip.compress(SERIES.encode()))
    found = read_features(path, "sample")
    assert found["sample"].tolist() == ["GSM1", "GSM2"]
    assert found["1007_s_at"].tolist()[0] == 1.5 and found["1007_s_at"].isna()[1]
    assert found["117_at"].tolist() == [3, 4]
    sheet = read_samples(path, "sample")
    # The characteristics of a sample stand in any order; what is the same for all samples tells nothing.
    assert sheet.to_dict("list") == {
        "sample": ["GSM1", "GSM2"],
        "title": ["one", "two"],
        "state": ["case", "control"],
        "age": [30, 40],
    }


@pytest.mark.parametrize(
    ("text", "what"),
    [
        (SERIES.replace("!series_matrix_table_end\n", ""), "it was cut off"),
        (SERIES.replace("!series_matrix_table_begin\n", ""), "no series matrix, or it was cut off"),
        ("\n".join(line for line in SERIES.splitlines() if "_at" not in line) + "\n", "holds no measurements"),
    ],
)
def test_series_matrix_that_is_wrong_is_told(tmp_path, text, what):
    (tmp_path / "GSE1_series_matrix.txt").write_text(text)
    with pytest.raises(StudyError, match=what):
        read_features(tmp_path / "GSE1_series_matrix.txt", "sample")
