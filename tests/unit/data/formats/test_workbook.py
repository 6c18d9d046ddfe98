"""Excel workbooks: the first sheet or the named one, with the kinds of its cells."""

import datetime

import openpyxl
import pytest

from tentips.data.readers import read_features, read_samples
from tentips.errors import StudyError


def book(path, merge=None, **sheets):
    made = openpyxl.Workbook()
    made.remove(made.active)
    for name, rows in sheets.items():
        sheet = made.create_sheet(name)
        for row in rows:
            sheet.append(row)
        if merge:
            sheet.merge_cells(merge)
    made.save(path)
    return path


def test_kinds_of_cells_are_kept(tmp_path):
    day = datetime.datetime(2021, 2, 3)
    path = book(
        tmp_path / "T.XLSX",
        only=[
            [],
            ["id", "x", "n", "plate", "day", "ok"],
            [7, 1.5, 2, "01", day, True],
            [8.0, None, 3, "1", day, False],
        ],
    )
    sheet = read_samples(path, "id")
    assert sheet["id"].tolist() == ["7", "8"]
    assert sheet["n"].tolist() == [2, 3] and sheet["x"][0] == 1.5 and sheet["x"].isna().tolist() == [False, True]
    assert sheet["plate"].tolist() == ["01", "1"]
    assert sheet["day"].tolist() == ["2021-02-03", "2021-02-03"]
    assert sheet["ok"].tolist() == [True, False]


def test_numbers_that_are_stored_as_text_are_numbers(tmp_path):
    found = read_features(book(tmp_path / "t.xlsx", only=[["id", "x"], ["a", "1.5"], ["b", "NA"]]), "id")
    assert found["x"].dtype.kind == "f" and found["x"][0] == 1.5


def test_the_first_sheet_is_read_and_the_others_are_told(tmp_path):
    path, told = book(tmp_path / "t.xlsx", mine=[["id", "x"], ["a", 1]], yours=[["id", "x"], ["b", 2]]), []
    assert read_features(path, "id", announce=told.append)["id"].tolist() == ["a"]
    assert told == ["t.xlsx: its first sheet, 'mine', is read; data.worksheet chooses another: yours"]
    assert read_features(path, "id", worksheet="yours")["id"].tolist() == ["b"]
    with pytest.raises(StudyError, match=r"has no sheet 'ours', which data.worksheet names; it has: mine, yours"):
        read_features(path, "id", worksheet="ours")


def test_merged_headings_over_a_second_header_are_told(tmp_path):
    rows = [["sample", "Clinic", None, "Blood", None], ["id", "age", "sex", "Na", "K"], ["a", 3, "m", 1, 2]]
    path = book(tmp_path / "t.xlsx", merge="B1:C1", only=rows)
    with pytest.raises(StudyError, match=r"t.xlsx has two header lines: 2 of 5 columns have no name in the first"):
        read_features(path, "id")


@pytest.mark.parametrize(
    ("rows", "what"),
    [
        ([["id", "x"], ["a", "#DIV/0!"]], r"column 'x' holds #DIV/0! in row 2"),
        ([[]], "sheet 'only' is empty"),
        ([["id", "x"]], "has a header but no rows"),
        ([["id", "x", "x"], ["a", 1, 2]], "column x is there more than once"),
    ],
)
def test_what_cannot_be_read_is_told(tmp_path, rows, what):
    with pytest.raises(StudyError, match=what):
        read_features(book(tmp_path / "t.xlsx", only=rows), "id")


def test_what_is_no_workbook_is_refused(tmp_path):
    (tmp_path / "t.xlsx").write_text("id,x\n")
    with pytest.raises(StudyError, match=r"t.xlsx cannot be read as a workbook: .*save it as \.xlsx, or as \.csv"):
        read_features(tmp_path / "t.xlsx", "id")
