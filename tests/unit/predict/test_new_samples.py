"""What is unusual of a new sample is named, and no id is there twice."""

import numpy as np
import pandas as pd
import pytest

from tentips.errors import StudyError
from tentips.predict.new_samples import Ids, findings, in_parts, modality_of, refuse_twice
from tentips.predict.predictions_table import summary

SHEET = {
    "features": [
        {"name": "age", "type": "number", "low": 20.0, "high": 90.0},
        {"name": "sex", "type": "category", "categories": ["f", "m"]},
        {"name": "smoker", "type": "category", "categories": ["False", "True"]},
    ]
}


def test_what_is_unusual_is_named_row_by_row():
    new = pd.DataFrame(
        {"age": [50.0, 150.0, np.nan], "sex": ["f", "x", None], "smoker": ["True", "False", "perhaps"]}, dtype=object
    ).astype({"age": float})
    found = findings(new, SHEET)
    assert found["missing"].tolist() == [0, 0, 2]
    assert found["outside_range"].tolist() == ["", "age", ""]
    assert found["unknown_category"].tolist() == ["", "sex", "smoker"]
    assert summary({"rows": 3, "missing": 0, "outside_range": 1, "unknown_category": 0}) == [
        "1 of 3 samples have a value outside the range of the training samples"
    ]


def test_a_sheet_that_names_no_modality_is_of_a_table():
    assert modality_of({}).name == "tabular"
    assert modality_of({"modality": "image", "facts": {"height": 2}}).facts == {"height": 2}


def test_ids_that_are_there_twice_are_found_over_all_parts():
    parts = [pd.Series(part, dtype=object) for part in in_parts(["a", "b", "c", "a", "d", "c", "e"], 3)]
    assert [len(part) for part in parts] == [3, 3, 1]
    ids = Ids()
    for part in parts:
        ids.add(part)
    assert ids.twice(iter(parts)) == ["a", "c"]
    assert Ids().twice(iter([])) == []
    with pytest.raises(StudyError, match=r"new.csv: id a, c is there more than once"):
        refuse_twice("new.csv", ["a", "c"])
