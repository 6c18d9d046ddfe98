"""A first look: missing values, classes and single features, against numbers found by hand."""

import numpy as np
import pandas as pd
import pytest

from tentips.data.rows import Rows
from tentips.explore.exploration import balance, missing_values, single_features


def rows(features: dict, truth: list, classes: list[str]) -> Rows:
    count, zero = len(truth), np.zeros(len(truth), dtype=int)
    task = "classification" if classes else "regression"
    return Rows(
        np.arange(count).astype(str),
        pd.DataFrame(features),
        np.array(truth),
        zero,
        np.arange(count),
        zero,
        classes,
        task,
    )


def test_missing_values_are_counted_for_each_feature():
    found = missing_values(pd.DataFrame({"a": [1.0, np.nan, 3.0, 4.0], "b": [1.0, 2.0, 3.0, 4.0]})).set_index("feature")
    assert found.loc["a"].to_list() == [1, 0.25, 4]
    assert found.loc["b"].to_list() == [0, 0.0, 4]


def test_classes_are_counted_in_samples_and_in_independent_groups():
    samples = pd.DataFrame({"sample": list("pqrs"), "label": list("aaab"), "group": [1, 1, 2, 2]})
    assert balance(samples, "classification").to_numpy().tolist() == [["a", 3, 2], ["b", 1, 1]]


def test_a_label_of_numbers_is_counted_by_its_quartiles():
    samples = pd.DataFrame({"sample": list("abcdefgh"), "label": [8, 7, 6, 5, 4, 3, 2, 1], "group": [1] * 8})
    assert balance(samples, "regression")["samples"].to_list() == [2, 2, 2, 2]


def test_single_features_are_ordered_by_the_area_under_their_curve_either_way_round():
    features = {
        "constant": [1.0, 1.0, 1.0, 1.0],
        "mixed": [1.0, 3.0, 2.0, 4.0],
        "falling": [4.0, 3.0, 2.0, 1.0],
        "gap": [np.nan, 2.0, 1.0, 3.0],
    }
    found = single_features(rows(features, [0, 0, 1, 1], ["no", "yes"]))
    assert found["feature"].to_list() == ["falling", "mixed", "constant", "gap"]
    # One of the three present values of `gap` is of the first class; it is above one and below the other of the second.
    assert found["value"].to_list() == pytest.approx([1.0, 0.75, 0.5, 0.5])
    assert set(found["measure"]) == {"ROC AUC"}


def test_single_features_of_a_label_of_numbers_are_ordered_by_rank_correlation():
    found = single_features(rows({"falling": [4.0, 2.0, 3.0, 1.0], "flat": [1.0] * 4}, [1.0, 2.0, 3.0, 40.0], []))
    # Squared differences of ranks of (1, 3, 2, 4) and (1, 2, 3, 4): 2; 1 - 6 * 2 / (4 * 15) = 0.8.
    assert found["value"].to_list() == pytest.approx([0.8, 0.0])
