import gzip

import numpy as np
import pandas as pd
import pytest

from tentips.data.readers import read_features, read_samples
from tentips.errors import StudyError

FRAME = pd.DataFrame(
    {
        "id": ["a 1", "b 2", "ç 3"],
        "length (mm)": [1.5, np.nan, 3.25],
        "δ15N": [1, 2, 3],
        "colour": ["red", "blue", "red"],
    }
)


def same(found, expected):
    pd.testing.assert_frame_equal(
        found.reset_index(drop=True), expected, check_dtype=False, check_index_type=False, check_column_type=False
    )


@pytest.mark.parametrize("ending", ["csv", "csv.gz", "tsv", "tsv.gz", "txt", "txt.gz"])
def test_text_tables_round_trip(tmp_path, ending):
    path = tmp_path / f"table.{ending}"
    FRAME.to_csv(path, sep="," if ending.startswith("csv") else "\t", index=False)
    found = read_features(path, "id")
    same(found, FRAME)
    assert pd.api.types.is_numeric_dtype(found["length (mm)"])
    same(read_samples(path, "id"), FRAME)


def test_parquet_round_trips(tmp_path):
    FRAME.to_parquet(tmp_path / "table.parquet")
    same(read_features(tmp_path / "table.parquet", "id"), FRAME)


@pytest.mark.parametrize("sparse", [False, True])
def test_h5ad_gives_its_matrix_and_its_sheet(tmp_path, sparse):
    import anndata
    from scipy.sparse import csr_matrix

    matrix = np.array([[1.0, 0.0], [0.5, 2.0], [0.0, 3.5]], dtype="float32")
    sheet = pd.DataFrame({"kind": ["T", "B", "T"]}, index=["cell 1", "cell 2", "zelle ü"], dtype=object)
    sheet.index, genes = sheet.index.astype(object), pd.DataFrame(index=pd.Index(["CD3", "GénB"], dtype=object))
    anndata.AnnData(csr_matrix(matrix) if sparse else matrix, obs=sheet, var=genes).write_h5ad(tmp_path / "t.h5ad")
    features = read_features(tmp_path / "t.h5ad", "cell")
    assert list(features.columns) == ["cell", "CD3", "GénB"]
    assert features["cell"].tolist() == ["cell 1", "cell 2", "zelle ü"]
    assert (features[["CD3", "GénB"]].to_numpy() == matrix).all()
    samples = read_samples(tmp_path / "t.h5ad", "cell")
    assert samples["cell"].tolist() == ["cell 1", "cell 2", "zelle ü"]
    assert samples["kind"].tolist() == ["T", "B", "T"]


def test_h5ad_takes_ids_from_a_column_of_its_sheet(tmp_path):
    import anndata

    sheet = pd.DataFrame({"cell": ["x", "y"], "n": [1, 2]}, index=pd.Index(["0", "1"], dtype=object))
    sheet["cell"], genes = sheet["cell"].astype(object), pd.DataFrame(index=pd.Index(["A", "B"], dtype=object))
    anndata.AnnData(np.eye(2, dtype="float32"), obs=sheet, var=genes).write_h5ad(tmp_path / "t.h5ad")
    assert read_features(tmp_path / "t.h5ad", "cell")["cell"].tolist() == ["x", "y"]
    same(read_samples(tmp_path / "t.h5ad", "cell"), pd.DataFrame({"cell": ["x", "y"], "n": [1, 2]}))


@pytest.mark.parametrize("name", ["broken.h5ad", "broken.parquet"])
def test_broken_binary_files_are_refused(tmp_path, name):
    (tmp_path / name).write_bytes(b"this is neither")
    with pytest.raises(StudyError, match=rf"{name} cannot be read as {name.split('.')[1]}"):
        read_features(tmp_path / name, "id")


def test_samples_in_columns_are_turned(tmp_path):
    (tmp_path / "t.tsv").write_text("gene\ts 1\ts 2\nGénA\t1\t2.5\nB\t\t4\n", encoding="utf-8")
    found = read_features(tmp_path / "t.tsv", "sample", "samples_in_columns")
    assert list(found.columns) == ["sample", "GénA", "B"]
    assert found["sample"].tolist() == ["s 1", "s 2"]
    assert found["GénA"].tolist() == [1.0, 2.5]
    assert np.isnan(found["B"][0]) and found["B"][1] == 4
    assert all(pd.api.types.is_numeric_dtype(found[column]) for column in ("GénA", "B"))


def test_samples_in_columns_keep_numbers_beside_a_row_of_text(tmp_path):
    (tmp_path / "t.tsv").write_text("gene\ts1\ts2\ts3\nA\t1\t2.5\t3\nkind\tred\tblue\tred\n", encoding="utf-8")
    found = read_features(tmp_path / "t.tsv", "sample", "samples_in_columns")
    assert found["kind"].tolist() == ["red", "blue", "red"]
    assert pd.api.types.is_numeric_dtype(found["A"])
    assert found["A"].tolist() == [1.0, 2.5, 3.0]


def test_stray_text_in_samples_in_columns_names_sample_and_value(tmp_path):
    (tmp_path / "t.tsv").write_text("gene\ts1\ts2\ts3\nA\t1\t2\t3\nB\t1\tn.d.\t3\n", encoding="utf-8")
    with pytest.raises(StudyError, match=r"t.tsv: column 'B' holds numbers, but also 'n.d.' \(sample s2\)"):
        read_features(tmp_path / "t.tsv", "sample", "samples_in_columns")


def test_repeated_feature_in_samples_in_columns_is_refused(tmp_path):
    (tmp_path / "t.tsv").write_text("gene\ts1\ts2\nA\t1\t2\nA\t1\t3\n", encoding="utf-8")
    with pytest.raises(StudyError, match="feature A is there more than once"):
        read_features(tmp_path / "t.tsv", "sample", "samples_in_columns")


def test_repeated_feature_in_a_header_is_refused(tmp_path):
    (tmp_path / "t.csv").write_text("id,x,x\na,1,2\nb,3,4\n", encoding="utf-8")
    with pytest.raises(StudyError, match=r"\bx\b.*more than once"):
        read_features(tmp_path / "t.csv", "id")


def test_stray_text_among_numbers_names_sample_and_value(tmp_path):
    (tmp_path / "t.csv").write_text("id,x\na 1,1.5\nb 2,<0.1\nc 3,2\nd 4,3\n", encoding="utf-8")
    with pytest.raises(StudyError, match=r"t.csv: column 'x' holds numbers, but also '<0.1' \(sample b 2\)"):
        read_features(tmp_path / "t.csv", "id")
    assert read_samples(tmp_path / "t.csv", "id")["x"].tolist() == ["1.5", "<0.1", "2", "3"]


def test_ids_are_text_even_where_they_look_like_numbers(tmp_path):
    (tmp_path / "t.csv").write_text("id,x\n007,1\n08,2\n", encoding="utf-8")
    assert read_features(tmp_path / "t.csv", "id")["id"].tolist() == ["007", "08"]


def test_byte_order_mark_is_no_part_of_the_first_name(tmp_path):
    (tmp_path / "t.csv").write_text("id,x\na,1\nb,2\n", encoding="utf-8-sig")
    assert list(read_features(tmp_path / "t.csv", "id").columns) == ["id", "x"]


@pytest.mark.parametrize("keep", [0.3, 0.7, 0.99])
def test_cut_off_gzip_is_refused(tmp_path, keep):
    random = np.random.default_rng(0)
    text = "id,x\n" + "".join(f"s{i},{random.random()}\n" for i in range(3000))
    packed = gzip.compress(text.encode())
    (tmp_path / "t.csv.gz").write_bytes(packed[: int(keep * len(packed))])
    with pytest.raises(StudyError, match=r"t.csv.gz is a broken or cut-off gzip file"):
        read_features(tmp_path / "t.csv.gz", "id")


def test_plain_text_called_gz_is_refused(tmp_path):
    (tmp_path / "t.csv.gz").write_text("id,x\na,1\n")
    with pytest.raises(StudyError, match=r"t.csv.gz is a broken or cut-off gzip file"):
        read_features(tmp_path / "t.csv.gz", "id")


def test_empty_file_and_header_without_rows_are_refused(tmp_path):
    (tmp_path / "none.csv").write_text("")
    with pytest.raises(StudyError, match=r"none.csv is empty"):
        read_features(tmp_path / "none.csv", "id")
    (tmp_path / "head.csv").write_text("id,x\n")
    with pytest.raises(StudyError, match=r"head.csv has a header but no rows"):
        read_features(tmp_path / "head.csv", "id")


def test_parquet_without_rows_is_refused(tmp_path):
    FRAME.iloc[:0].to_parquet(tmp_path / "none.parquet")
    with pytest.raises(StudyError, match=r"none.parquet has .*no rows"):
        read_features(tmp_path / "none.parquet", "id")


def test_file_that_is_not_utf8_is_refused(tmp_path):
    (tmp_path / "t.csv").write_bytes("id,größe\na,1\n".encode("latin-1"))
    with pytest.raises(StudyError, match=r"t.csv is not UTF-8 text"):
        read_features(tmp_path / "t.csv", "id")


def test_irregular_table_is_refused(tmp_path):
    (tmp_path / "t.csv").write_text("id,x\na,1\nb,2,3,4\n")
    with pytest.raises(StudyError, match=r"t.csv is not a regular table"):
        read_features(tmp_path / "t.csv", "id")


def test_row_with_more_entries_than_the_header_is_refused(tmp_path):
    (tmp_path / "t.csv").write_text("id,x\na,1,5\nb,2,6\n")
    with pytest.raises(StudyError):
        read_features(tmp_path / "t.csv", "id")


def test_missing_id_column_is_told_with_those_there_are(tmp_path):
    (tmp_path / "t.csv").write_text("name,x\na,1\n")
    with pytest.raises(StudyError, match=r"t.csv has no column 'id', which data.id names; it has: name, x"):
        read_features(tmp_path / "t.csv", "id")
    (tmp_path / "blank.txt").write_text("id x\na 1\n")
    with pytest.raises(StudyError, match=r"is it separated by blanks\?"):
        read_features(tmp_path / "blank.txt", "id")


def test_empty_and_repeated_ids_are_refused(tmp_path):
    (tmp_path / "t.csv").write_text("id,x\na,1\n,2\n")
    with pytest.raises(StudyError, match=r"'id' is empty in line 3"):
        read_features(tmp_path / "t.csv", "id")
    (tmp_path / "t.csv").write_text("id,x\na,1\nb,2\na,3\n")
    for read in (read_features, read_samples):
        with pytest.raises(StudyError, match=r"t.csv: id a is there more than once"):
            read(tmp_path / "t.csv", "id")
