"""A shallow tree's leaves in words."""

import numpy as np
import pandas as pd

from tentips.models.shallow_tree import ShallowTree


def test_rules_name_features_levels_and_thresholds_and_cover_everybody():
    random = np.random.default_rng(0)
    frame = pd.DataFrame({"age": random.uniform(0, 80, 400), "sex": np.where(random.random(400) < 0.5, "f", "m")})
    target = ((frame["age"] > 40) & (frame["sex"] == "m")).to_numpy(dtype=float)
    frame.loc[3, "age"] = np.nan
    tree = ShallowTree.fit(frame, target, 2, 10)
    words, leaves = tree.rules(), tree.leaves(frame)
    assert set(leaves) == set(words)
    leaf = max(words, key=lambda each: target[leaves == each].mean())
    assert words[leaf].startswith("sex is") or words[leaf].startswith("age above")
    assert "age above 40" in words[leaf] or "age above 39" in words[leaf]
    assert target[leaves == leaf].mean() > 0.98


def test_two_ends_of_one_feature_are_one_condition():
    frame = pd.DataFrame({"x": np.arange(300.0)})
    target = ((frame["x"] > 100) & (frame["x"] <= 200)).to_numpy(dtype=float)
    words = ShallowTree.fit(frame, target, 2, 10).rules()
    assert "x above 100.5, at most 200.5" in words.values()


def test_the_tree_sees_numbers_with_their_medians_and_then_each_level():
    frame = pd.DataFrame(
        {"kind": ["b", "a", "b", "c"], "x": [1.0, np.nan, 3.0, 8.0], "flag": [True, False, True, True], "empty": np.nan}
    )
    tree = ShallowTree.fit(frame, np.arange(4.0), 1, 1)
    new = pd.DataFrame({"kind": ["a", "z"], "x": [np.nan, 5.0], "flag": [False, True], "empty": [2.0, np.nan]})
    assert [*tree.columns] == [("x", None), ("empty", None), *(("kind", level) for level in "abc"), ("flag", "False"), ("flag", "True")]  # fmt: skip
    assert tree.matrix(new).tolist() == [[3, 2, 1, 0, 0, 1, 0], [5, 0, 0, 0, 0, 0, 1]]
    assert ShallowTree.fit(frame[["kind"]], np.arange(4.0), 1, 1).matrix(new).tolist() == [[1, 0, 0], [0, 0, 0]]
