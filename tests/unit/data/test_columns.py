"""Columns as files hold them: names keep their spelling, measurements are numbers, and what is neither is refused by name."""

import numpy as np
import pandas as pd
import pytest
from small import resolved

from tentips.data.columns import Values
from tentips.data.readers import read_features, read_samples
from tentips.data.reading import read_sheet
from tentips.errors import StudyError


def file(tmp_path, columns, name="t.tsv"):
    frame = pd.DataFrame(columns, dtype=object)
    frame.to_csv(tmp_path / name, sep="," if name.endswith("csv") else "\t", index=False)
    return tmp_path / name


def values(**data):
    return Values.declared(resolved(data=data)["data"])


def sheet(path, split=None, **data):
    config = resolved(data=data, split=split or {})
    return read_sheet(path, config["data"], config["split"])


IDS = ["007", "08", "9", "10"]


@pytest.mark.parametrize("role", ["group", "batch", "site", "label"])
def test_names_keep_their_spelling(tmp_path, role):
    path = file(tmp_path, {"id": IDS, "label": ["a", "b", "a", "b"], "who": ["1.1", "1.10", "250.00", "1E5"]})
    data = {"label": "who"} if role == "label" else {role: "who"}
    assert sheet(path, **data)["who"].tolist() == ["1.1", "1.10", "250.00", "1E5"]
    assert sheet(path)["id"].tolist() == IDS


def test_names_that_a_spreadsheet_made_decimals_of_are_whole(tmp_path):
    path = file(
        tmp_path,
        {
            "id": ["7157.0", "672.0", "1.0", "2.0"],
            "label": ["1.0", "0.0", None, "1.0"],
            "plate": ["1.0", "1.1", "2.0", "2.0"],
        },
    )
    found = sheet(path, batch="plate")
    assert found["id"].tolist() == ["7157", "672", "1", "2"]
    assert found["label"].tolist()[:2] == ["1", "0"] and pd.isna(found["label"][2])
    assert found["plate"].tolist() == ["1.0", "1.1", "2.0", "2.0"]


def test_features_named_by_numbers_or_na_keep_their_names(tmp_path):
    path = file(tmp_path, {"gene": ["7157", "NA", "007"], "s1": [1.5, 2, 3], "s2": [1, 2, 3.5]}, "t.csv")
    assert list(read_features(path, "id", "samples_in_columns")) == ["id", "7157", "NA", "007"]
    assert list(read_features(file(tmp_path, {"id": IDS, "NA": [1, 2, 3, 4]}), "id")) == ["id", "NA"]
    path = file(tmp_path, {"gene": ["7157", None], "s1": [1.5, 2]}, "t.csv")
    with pytest.raises(StudyError, match=r"t.csv: the feature in line 3 has no name"):
        read_features(path, "id", "samples_in_columns")


def test_a_covariate_is_a_number_or_a_name_but_no_mixture(tmp_path):
    ages = [str(number) for number in range(20, 44)]
    table = {
        "id": [f"s{number}" for number in range(24)],
        "label": ["a", "b"] * 12,
        "age": ages,
        "stage": ["1", "2", "3", "4a"] * 6,
    }
    with pytest.raises(
        StudyError, match=r"t.tsv: column 'stage' holds numbers, but also '4a' \(sample s3\); .* data.categories"
    ):
        sheet(file(tmp_path, table), covariates=["age", "stage"])
    found = sheet(file(tmp_path, table), covariates=["age", "stage"], categories="stage")
    assert found["stage"].tolist() == table["stage"] and found["age"].tolist() == list(range(20, 44))
    table["age"][5] = "n.d."
    with pytest.raises(StudyError, match=r"column 'age' holds numbers, but also 'n.d.' \(sample s5\)"):
        sheet(file(tmp_path, table), covariates="age", ignored="stage")
    found = sheet(file(tmp_path, table), covariates="age", ignored="stage", missing=["n.d."])
    assert np.isnan(found["age"][5]) and found["age"][6] == 26 and found.attrs["missing"] == {"age": {"n.d.": 1}}


@pytest.mark.parametrize("orientation", ["samples_in_rows", "samples_in_columns"])
def test_features_are_read_in_the_declared_notation(tmp_path, orientation):
    columns = {
        "id": ["a", "b", "c"],
        "x": ["0,7", "1,5", "NA"],
        "y": ["10%", "20%", "5%"],
        "z": ["1.000", "2.500", "999"],
    }
    if orientation == "samples_in_columns":
        columns = {"id": ["x", "y", "z"]} | {
            name: [columns[key][row] for key in "xyz"] for row, name in enumerate("abc")
        }
    path = file(tmp_path, columns)
    found = read_features(path, "id", orientation, values=values(decimal=",", thousands=".", percent=True))
    assert found["x"].tolist()[:2] == [0.7, 1.5] and np.isnan(found["x"][2])
    assert found["y"].tolist() == pytest.approx([0.1, 0.2, 0.05]) and found["z"].tolist() == [1000, 2500, 999]
    with pytest.raises(StudyError, match=r"t.tsv: column 'x' holds numbers with a decimal comma, '0,7' \(sample a\)"):
        read_features(path, "id", orientation)


def test_listed_categories_stay_names_however_they_look(tmp_path):
    path = file(tmp_path, {"id": ["a", "b", "c"], "cluster": ["1", "2", "10"], "dose": ["1.1", "1.10", "10%"]})
    found = read_features(path, "id", values=values(categories=["cluster", "dose"]))
    assert found["cluster"].tolist() == ["1", "2", "10"] and found["dose"].tolist() == ["1.1", "1.10", "10%"]


def test_text_among_which_a_word_means_infinite_is_a_category(tmp_path):
    path = file(tmp_path, {"id": list("abcd"), "status": ["CTRL", "INF", "INF", "CTRL"]})
    assert read_features(path, "id")["status"].tolist() == ["CTRL", "INF", "INF", "CTRL"]


def test_missing_words_are_declared_for_all_columns_or_one(tmp_path):
    path = file(
        tmp_path,
        {"id": list("abcd"), "x": ["-9", "1", "2", "NA"], "y": ["-9", "-8", "3", "NA"], "k": ["NA", "u", "u", "v"]},
    )
    found = read_features(path, "id", values=values(missing={"x": ["NA", -9], "k": []}))
    assert found["x"].isna().tolist() == [True, False, False, True] and found["y"].isna().tolist() == [
        False,
        False,
        False,
        True,
    ]
    assert found["k"].tolist() == ["NA", "u", "u", "v"]
    found = read_features(path, "id", values=values(missing=[-9, "NA"]))
    assert found["y"].isna().tolist() == [True, False, False, True]


def test_missing_words_of_the_sheet_are_counted_by_column(tmp_path):
    path = file(tmp_path, {"id": list("abcdef"), "label": ["EU", "NA", "EU", "", "NA", "AS"], "note": ["x"] * 6})
    found = sheet(path, ignored="note")
    assert found["label"].isna().tolist() == [False, True, False, True, True, False]
    assert found.attrs["missing"] == {"label": {"NA": 2, "": 1}}
    assert sheet(path, ignored="note", missing={"label": []})["label"].tolist()[:3] == ["EU", "NA", "EU"]


def test_times_are_read_where_the_sheet_is(tmp_path):
    table = {"id": list("abc"), "label": list("uvu"), "day": ["01.02.2021", "13.02.2021", "02.02.2021"]}
    with pytest.raises(
        StudyError, match=r"t.tsv: column 'day' is the time, but holds '01.02.2021' \(sample a\).*%d\.%m\.%Y"
    ):
        sheet(file(tmp_path, table), time="day")
    found = sheet(file(tmp_path, table), time="day", time_format="%d.%m.%Y")
    assert found["day"].tolist() == ["2021-02-01", "2021-02-13", "2021-02-02"]
    by_column = sheet(file(tmp_path, table | {"day": ["03", "1", "2"]}), split={"strategy": "time", "column": "day"})
    assert by_column["day"].tolist() == [3, 1, 2]


def test_one_sign_for_decimals_and_thousands_is_refused():
    with pytest.raises(StudyError, match=r"data.decimal and data.thousands are both ','"):
        values(decimal=",", thousands=",")


def test_without_roles_numbers_are_found_where_all_are(tmp_path):
    found = read_samples(file(tmp_path, {"id": list("ab"), "age": ["31", None], "plate": ["01", "1"]}), "id")
    assert found["age"][0] == 31 and found["plate"].tolist() == ["01", "1"]
