"""Gene names that a spreadsheet program has turned into dates."""

import pytest

from tentips.data.formats.gene_dates import dates_among
from tentips.data.readers import read_features

GENES = [f"GENE{number}" for number in range(30)]


@pytest.mark.parametrize(
    "date", ["1-Sep", "2-Mar", "Sep-07", "1-DEC", "2001-09-01", "01.09.2001", "9/1/2001", "4-Oct-04"]
)
def test_a_date_among_genes_is_found(date):
    assert dates_among([*GENES, date]) == [date]


@pytest.mark.parametrize(
    "name", ["SEPT1", "MARCH2", "DEC1", "1007_s_at", "7157", "HLA-A", "MAR-1234567", "2-oxoglutarate", "1-Sepal"]
)
def test_names_that_are_no_dates_are_left_alone(name):
    assert dates_among([*GENES, name]) == []


def test_features_that_are_days_are_days():
    assert dates_among([f"2021-03-{day:02}" for day in range(1, 29)]) == []


def test_in_a_short_list_days_that_genes_are_called_by_are_found():
    assert dates_among(["1-Sep", "2-Mar", "7-Sep", "TP53", "1-Dec", "EGFR"]) == ["1-Sep", "2-Mar", "7-Sep", "1-Dec"]


def test_the_reader_names_them(tmp_path):
    (tmp_path / "t.csv").write_text("gene,s1,s2\n1-Sep,1,2\nTP53,3,4\nEGFR,5,6\n")
    told = []
    read_features(tmp_path / "t.csv", "sample", "samples_in_columns", announce=told.append)
    assert told[0].startswith(
        "t.csv: a feature is called like a date (1-Sep), as spreadsheet programs make of gene names"
    )
