"""What may not grow beyond the memory of the machine."""

import pandas as pd
import pytest
from scipy import io, sparse

from tentips.data.formats import memory_limits
from tentips.data.readers import read_features
from tentips.errors import StudyError


def test_memory_is_that_of_the_machine_or_of_its_control_group(tmp_path, monkeypatch):
    machine = memory_limits.memory()
    assert 1e8 < machine < 1e14
    group = tmp_path / "memory.max"
    monkeypatch.setattr(memory_limits, "OF_GROUPS", (str(group),))
    group.write_text("max\n")
    assert memory_limits.memory() >= machine
    group.write_text("1000000\n")
    assert memory_limits.memory() == 1_000_000


@pytest.fixture
def small_machine(monkeypatch):
    monkeypatch.setattr("tentips.data.formats.memory_limits.memory", lambda: 1_000_000)
    monkeypatch.setattr("tentips.data.formats.watched_text.memory", lambda: 1_000_000)


@pytest.mark.parametrize("packing", ["gz", "bz2", "xz", "zip"])
def test_a_packed_table_that_unpacks_to_more_is_refused(tmp_path, small_machine, packing):
    zeros = pd.DataFrame(0, index=range(3000), columns=[f"f{i}" for i in range(200)])
    table = zeros.assign(sample=range(3000))
    path = tmp_path / f"t.csv.{packing}"
    table.to_csv(path, index=False)
    assert path.stat().st_size < 50_000
    with pytest.raises(StudyError, match=rf"t\.csv\.{packing} would unpack to more than all of memory"):
        read_features(path, "sample")


def test_a_parquet_file_and_a_workbook_that_unpack_to_more_are_refused(tmp_path, small_machine):
    table = pd.DataFrame(0, index=range(1000), columns=[f"f{i}" for i in range(150)]).assign(sample=range(1000))
    table.to_parquet(tmp_path / "t.parquet")
    with pytest.raises(StudyError, match=r"t.parquet \(1,000 rows, 151 columns\) would take 0.0 GB of memory"):
        read_features(tmp_path / "t.parquet", "sample")
    table.iloc[:500].to_excel(tmp_path / "t.xlsx", index=False)
    with pytest.raises(StudyError, match=r"t.xlsx would take 0.0 GB of memory"):
        read_features(tmp_path / "t.xlsx", "sample")


def test_a_folder_of_counts_is_refused_by_the_shape_that_its_header_claims(tmp_path):
    folder = tmp_path / "counts"
    folder.mkdir()
    io.mmwrite(folder / "matrix.mtx", sparse.coo_matrix([[1, 0], [0, 2]]))
    matrix = (folder / "matrix.mtx").read_text().replace("2 2 2", "1000000000 900000000 2")
    (folder / "matrix.mtx").write_text(matrix)
    (folder / "barcodes.tsv").write_text("c1\nc2\n")
    (folder / "features.tsv").write_text("g1\ng2\n")
    with pytest.raises(
        StudyError, match=r"matrix.mtx has 1000000000 features and 900000000 cells, but there are names"
    ):
        read_features(folder, "cell")
