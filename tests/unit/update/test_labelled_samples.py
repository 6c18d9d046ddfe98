"""New labelled samples: what is refused in a line, and what is left out with a notice."""

import numpy as np
import pandas as pd
import pytest
from small import rows

from tentips.errors import StudyError
from tentips.models.model_sheet import sheet_of
from tentips.models.sheet_options import SheetOptions
from tentips.update.labelled_samples import joined, read

OPTIONS = SheetOptions("sex", "id", (), {"impute": "median", "transform": "none"}, {})
NEW = pd.DataFrame(
    {
        "id": ["n1", "n2", "n3", "n4"],
        "a": [0.1, 0.2, 0.3, 0.4],
        "b": [1.0, 2.0, 3.0, 4.0],
        "sex": ["class 0", "class 1", "class 0", None],
    }
).assign(nest=["x", "x", "y", "z"])


@pytest.fixture
def known():
    measured = pd.DataFrame(np.random.default_rng(0).normal(size=(12, 2)), columns=["a", "b"])
    return rows(measured, np.arange(12) % 2)


def asked(known, tmp_path, frame, group=("nest",)):
    frame.to_csv(tmp_path / "new.csv", index=False)
    sheet = sheet_of("logistic", "baseline", known, known.features, OPTIONS, None)
    developed = pd.DataFrame({"sample": known.ids, "group": [f"k{each}" for each in known.groups]})
    return read(tmp_path / "new.csv", sheet, list(group), known, (developed, developed.iloc[:0]))


def test_rows_labels_and_groups_are_read_and_joined_to_those_of_the_study(known, tmp_path):
    new = asked(known, tmp_path, NEW)
    assert list(new.rows.ids) == ["n1", "n2", "n3"] and list(new.rows.labels) == ["class 0", "class 1", "class 0"]
    assert "1 of 4 new samples have no label: left out" in new.notices
    # A new sample of a known unit is of its group.
    units = np.array(["y", *[f"k{number}" for number in range(11)]], dtype=object)
    both, added = joined(known, units, new, np.array([True, False, True]))
    assert list(both.ids[added]) == ["n1", "n3"] and both.groups[added[1]] == both.groups[0] != both.groups[added[0]]
    assert list(both.labels[added]) == ["class 0", "class 0"] and both.features["b"].iloc[-1] == 3.0


def test_a_sample_of_the_study_under_another_name_is_left_out(known, tmp_path):
    copy = NEW.assign(a=[known.features["a"].iloc[1], *NEW["a"][1:]], b=[known.features["b"].iloc[1], *NEW["b"][1:]])
    copy.loc[0, "sex"] = "class 1"  # the label of that sample, too
    assert list(asked(known, tmp_path, copy).rows.ids) == ["n2", "n3"]


@pytest.mark.parametrize(
    ("frame", "group", "line"),
    [
        (NEW.drop(columns="sex"), ("nest",), "new.csv misses sex: update needs the label"),
        (NEW.drop(columns="nest"), ("nest",), "new.csv misses nest: update needs the label"),
        (NEW.assign(sex="q"), ("nest",), "class q is none that the model knows (class 0, class 1)"),
        (NEW.assign(sex=None), ("nest",), "no new labelled sample is left"),
        (NEW.assign(nest=["x", None, "y", "z"]), ("nest",), "'nest' is empty for sample n2"),
        (NEW, ("nest", "sex"), "data.group is nest, sex"),
    ],
)
def test_what_cannot_be_used_is_refused_in_one_line(known, tmp_path, frame, group, line):
    with pytest.raises(StudyError) as error:
        asked(known, tmp_path, frame, group)
    assert line in str(error.value) and "\n" not in str(error.value)
