"""Correlated features are found together, whatever their kind."""

import numpy as np
import pandas as pd
import pytest

from tentips.interpret import feature_groups
from tentips.interpret.feature_groups import OTHERS, association, coded, ranks, relevance


def table(n=400, seed=0):
    random = np.random.default_rng(seed)
    block = random.normal(size=n)
    species = np.where(block > 0.3, "gentoo", np.where(block > -0.5, "adelie", "chinstrap"))
    return pd.DataFrame(
        {
            "a": block + 0.1 * random.normal(size=n),
            "alone": random.normal(size=n),
            "b": np.exp(block) + 0.01 * random.normal(size=n),
            "species": species,
        }
    )


def test_copies_in_any_unit_belong_together_and_independent_features_do_not():
    groups = feature_groups.feature_groups(table(), np.arange(400) % 2, 2)
    assert sorted(map(sorted, groups.values())) == [["a", "b", "species"], ["alone"]]


def test_association_is_the_rank_correlation_of_numbers_and_the_largest_over_levels():
    frame = table()
    found = association(frame)
    assert np.isclose(found[0, 2], abs(frame["a"].corr(frame["b"], method="spearman")))
    ranks = frame["a"].rank()
    by_level = max(abs(np.corrcoef(ranks, frame["species"] == level)[0, 1]) for level in frame["species"].unique())
    assert np.isclose(found[0, 3], by_level) and np.isclose(found[3, 0], by_level)


def test_of_many_features_the_most_associated_stand_alone_and_the_rest_is_one_group(monkeypatch):
    monkeypatch.setattr(feature_groups, "MOST", 3)
    random = np.random.default_rng(1)
    truth = np.arange(300) % 2
    frame = pd.DataFrame(random.normal(size=(300, 10))).add_prefix("x")
    frame["x7"] += 2 * truth
    groups = feature_groups.feature_groups(frame, truth, 2)
    assert "x7" in groups and len(groups[OTHERS]) == 7 and "x7" not in groups[OTHERS]
    assert relevance(frame, truth, 2).argmax() == 7


def test_constant_and_single_features_make_groups_of_their_own():
    truth = np.arange(50) % 2
    frame = pd.DataFrame({"constant": np.ones(50), "x": np.arange(50.0), "empty": np.full(50, np.nan)})
    assert feature_groups.feature_groups(frame, truth, 2) == {"constant": ["constant"], "x": ["x"], "empty": ["empty"]}
    assert feature_groups.feature_groups(frame[["x"]], truth, 2) == {"x": ["x"]}


def test_a_missing_value_has_the_mean_rank():
    table = pd.DataFrame({"a": [4.0, np.nan, 1.0, 9.0], "b": [1.0, 2.0, 3.0, 4.0], "empty": [np.nan] * 4})
    codes, owner = coded(table)
    spread = np.sqrt(0.5)  # of the ranks 2, 2 (the mean), 1, 3
    assert codes[:, 0] == pytest.approx(np.array([0, 0, -1, 1]) / spread) and owner.tolist() == [0, 1, 2]
    assert (codes[:, 2] == 0).all()


def mixed(n=120):
    """Numbers without ties, with ties, with gaps, constant and empty, integers, booleans, and text with gaps."""
    random = np.random.default_rng(5)
    frame = pd.DataFrame(random.normal(size=(n, 12))).add_prefix("x")
    frame.iloc[:, 3:6] = frame.iloc[:, 3:6].round(0)
    frame.iloc[:, 5:8] = frame.iloc[:, 5:8].where(random.random((n, 3)) < 0.8)
    frame["constant"], frame["empty"], frame["count"] = 2.0, np.nan, random.poisson(1.0, n)
    frame.insert(2, "flag", random.random(n) < 0.3)
    frame.insert(7, "text", pd.Series(random.choice(["a", "b", "c", None], n), dtype=object))
    return frame


def test_ranks_are_those_of_pandas():
    for frame in (mixed().drop(columns=["text", "flag"]), mixed()[["x0", "x1"]], mixed()[["x0", "empty"]].iloc[:1]):
        np.testing.assert_array_equal(ranks(frame.to_numpy(dtype=float)), frame.rank().to_numpy())


@pytest.mark.parametrize("at_once", [1, 4, 1000])
@pytest.mark.parametrize("classes", [0, 2, 3])
def test_relevance_is_the_largest_correlation_that_pandas_finds_column_by_column(monkeypatch, at_once, classes):
    monkeypatch.setattr(feature_groups, "AT_ONCE", at_once)
    frame, random = mixed(), np.random.default_rng(6)
    truth = random.integers(0, classes, len(frame)) if classes else random.normal(size=len(frame))
    targets = [pd.Series(truth == each, dtype=float) for each in range(classes)] or [pd.Series(truth).rank()]
    expected = []
    for name, values in frame.items():
        if name in ("flag", "text"):
            columns = [(values == level).astype(float) for level in values.dropna().unique()]
        else:
            place = values.rank()
            columns = [place.fillna(place.mean())]
        found = [column.corr(target) if column.std() > 0 else 0 for column in columns for target in targets]
        expected.append(np.abs(found).max())
    assert relevance(frame, truth, classes) == pytest.approx(expected, abs=1e-12)
    assert max(expected) > 0.1
