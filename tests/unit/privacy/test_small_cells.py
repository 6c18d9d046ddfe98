"""Small cells are counted by units, not by rows, and never named."""

import pandas as pd

from tentips.privacy.small_cells import cells, rare_values


def test_a_value_of_many_rows_of_few_people_is_a_small_cell():
    values = pd.Series(["a"] * 6 + ["b"] * 6 + [None])
    people = pd.Series([1, 1, 1, 2, 2, 2, 3, 4, 5, 6, 7, 8, 9])
    assert rare_values(values, people, 5) == ["a"]
    assert rare_values(values, people, 7) == ["a", "b"]
    assert rare_values(values, people, 1) == []


def test_cells_list_categories_of_sheet_and_features_without_naming_a_value():
    n = 40
    samples = pd.DataFrame(
        {
            "sample": [f"s{i}" for i in range(n)],
            "label": ["ill"] * 20 + ["well"] * 20,
            "group": [f"p{i // 2}" for i in range(n)],
            "age": range(n),
            "origin": ["Oslo"] * 37 + ["Utsira"] * 3,
        }
    )
    features = pd.DataFrame({"sample": samples["sample"], "x": range(n), "blood": ["A"] * 39 + ["AB-"]})
    roles = {"batch": [], "site": ["origin"], "covariates": ["age"]}
    found = cells(features.drop(columns="sample"), samples, roles, 5).set_index("column")
    assert list(found.index) == ["label", "origin", "blood"]
    assert found.loc["origin", ["values", "small", "units"]].tolist() == [2, 1, 2]
    assert found.loc["blood", "small"] == 1 and found.loc["label", "small"] == 0
    assert "Utsira" not in found.to_csv() and "AB-" not in found.to_csv()
