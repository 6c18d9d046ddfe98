"""Other labels of the samples: what they are read as, and that they stay with their rows."""

import numpy as np
import pandas as pd
import pytest
from small import resolved, rows

from tentips.data.other_labels import OtherLabels, joined, tidied
from tentips.data.rows import joined_rows
from tentips.data.tidy import tidy
from tentips.errors import StudyError
from tentips.study.config import role_columns

TABLE = pd.DataFrame({"stage": ["II", None, "I", "III", "II"], "dose": [1.0, 3.0, np.nan, 5.0, 7.0]})


def test_classes_are_numbered_in_sorted_order_numbers_stay_and_gaps_are_gaps():
    found = OtherLabels(TABLE)
    assert found.sizes == (3, 1)
    np.testing.assert_array_equal(found.targets, [[1, 1], [np.nan, 3], [0, np.nan], [2, 5], [1, 7]])


def test_numbers_are_standardised_by_the_rows_that_are_learned_from_and_classes_are_not():
    found = OtherLabels(TABLE).standardised(np.array([0, 1, 2]))
    np.testing.assert_array_equal(found[:, 1], [-1, 1, np.nan, 3, 5])
    np.testing.assert_array_equal(found[:, 0], OtherLabels(TABLE).targets[:, 0])


def test_a_label_without_any_value_among_these_rows_has_a_head_that_learns_nothing():
    found = OtherLabels(TABLE).part(np.array([2, 2]))
    assert found.sizes == (2, 1) and np.isnan(found.standardised(np.array([0]))[:, 1]).all()


def test_labels_of_other_rows_move_together():
    own = rows(np.zeros((5, 1)), np.array([0, 1, 0, 1, 1]))
    own = own.__class__(**{**vars(own), "others": OtherLabels(TABLE)})
    moved = own.labels_of(np.array([4, 0, 0, 2, 3]))
    assert moved.truth.tolist() == [1, 0, 0, 0, 1] and moved.fold is own.fold
    assert moved.others.table["stage"].tolist() == ["II", "II", "II", "I", "III"]
    assert moved.others.table["dose"].tolist()[:3] == [7.0, 1.0, 1.0]
    assert own.part(np.array([3])).others.table["stage"].tolist() == ["III"]
    assert own.relabelled(np.array([0, 0, 1, 1, 1])).others is None, "nothing true stays beside made-up labels"


def test_rows_that_are_added_bring_their_other_labels_or_none():
    own = rows(np.zeros((5, 1)), np.array([0, 1, 0, 1, 1]))
    with_others = own.__class__(**{**vars(own), "others": OtherLabels(TABLE)})
    names = own.groups, own.groups + 5
    both = joined_rows(with_others, own, names).others
    assert both.sizes == (3, 1) and np.isnan(both.targets[5:]).all()
    assert joined_rows(with_others, with_others, names).others.targets[5:8, 1].tolist()[:2] == [1, 3]
    assert joined(None, OtherLabels(TABLE), 5) is None


def study(*values, **data):
    features = pd.DataFrame({"id": [f"s{n}" for n in range(40)], "x": np.arange(40.0), "other": np.arange(40.0)})
    sheet = pd.DataFrame({"id": features["id"], "label": np.resize(["f", "m"], 40).astype(object)})
    sheet["other"] = np.resize(np.array(values, dtype=object if isinstance(values[0], str) else float), 40)
    config = resolved(data={"other_labels": "other", **data}, models={"networks": ["mlp", "multitask"]})
    return tidy(features, sheet, config["data"], config["split"], config["preprocess"], role_columns(config))


def test_they_are_no_features_and_stand_in_the_sheet_as_what_they_are_learned_as():
    found = study(1, 2, 3)
    assert list(found.features.columns) == ["sample", "x"] and found.samples["other"].tolist()[:3] == [1.0, 2.0, 3.0]
    assert study(0, 1).samples["other"].tolist()[:2] == ["0", "1"], "two values are classes"
    assert study("a", "b", "c", covariates="other").samples["other"].tolist()[:3] == ["a", "b", "c"]
    assert found.roles[-1]["roles"] == ["other_labels"]


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ([None, None], "'age' has no value in any sample that has a label"),
        ([4.0, None, 4.0], "'age' is 4 in all samples that have it; nothing can be learned from it"),
        ([1.0, 2.0, np.inf], "'age' holds infinite values"),
        (["a", "b", "c", "d", "d"], "'age' has 4 different values .a, b, c and 1 more. in 5 samples; it names samples"),
    ],
)
def test_what_cannot_be_learned_is_refused(values, told):
    with pytest.raises(StudyError, match=f"^sheet.tsv: the other label {told}"):
        tidied(pd.Series(values), "age", "sheet.tsv")
