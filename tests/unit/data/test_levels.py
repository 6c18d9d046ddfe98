"""Levels of columns of the sample sheet."""

import numpy as np
import pandas as pd

from tentips.data.levels import levels


def test_numbers_become_thirds_categories_stay_and_missing_ones_stay_missing():
    sheet = pd.DataFrame({"age": [*range(89), np.nan], "site": ["a", "b", None] * 30, "batch": [1, 2, 3] * 30})
    found = levels(sheet, ["age", "site", "batch", "site"])
    assert found["age"].value_counts().to_dict() == {"low third": 30, "middle third": 29, "high third": 30}
    assert found["age"].isna().sum() == 1 and found["site"].isna().sum() == 30
    assert set(found["batch"]) == {"1", "2", "3"} and list(found) == ["age", "site", "batch"]
