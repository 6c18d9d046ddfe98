import numpy as np
import pandas as pd
import pytest
from scipy.stats import spearmanr

from tentips.explore.drift import drift


def table(values, time, groups=None, scores=None):
    features = pd.DataFrame(values).add_prefix("x")
    groups = np.arange(len(time)) if groups is None else groups
    scores = np.asarray(values)[:, :3] if scores is None else scores
    return drift(scores, features, np.asarray(time), groups, 0)


def test_correlations_are_spearmans():
    random = np.random.default_rng(0)
    values, time = random.normal(size=(80, 5)), random.integers(0, 20, 80)
    values[:, 2] += 0.1 * time
    found = table(values, time).query("kind == 'feature'").set_index("name")["correlation"]
    for number in range(5):
        assert found[f"x{number}"] == pytest.approx(spearmanr(values[:, number], time).statistic)


def test_drift_is_found_and_named():
    random = np.random.default_rng(1)
    values, time = random.normal(size=(150, 200)), np.arange(150)
    values[:, 17] += 0.02 * time
    found = table(values, time).query("kind == 'feature'")
    assert found.iloc[0]["name"] == "x17" and found.iloc[0]["p_value"] == pytest.approx(0.001)
    assert found.iloc[1:]["p_value"].min() > 0.05


def alarms(make, studies=60):
    """How often any feature of a study without drift is called one."""
    random = np.random.default_rng(2)
    return np.mean([table(*make(random)).query("kind == 'feature'")["p_value"].min() <= 0.05 for _ in range(studies)])


def test_many_features_raise_as_many_false_alarms_as_one():
    assert alarms(lambda random: (random.normal(size=(60, 100)), np.arange(60))) <= 0.13  # 95 % limit of 60 draws


def test_replicates_do_not_count_as_independent():
    def replicates(random):
        groups = np.repeat(np.arange(20), 5)
        return (
            random.normal(size=(20, 10))[groups] + 0.1 * random.normal(size=(100, 10)),
            random.permutation(20)[groups],
            groups,
        )

    assert alarms(replicates) <= 0.13
    naive = alarms(lambda random: replicates(random)[:2])
    assert naive > 0.4


def test_within_groups_where_groups_have_several_times():
    random = np.random.default_rng(3)
    groups, time = np.repeat(np.arange(30), 4), np.tile(np.arange(4), 30)
    values = random.normal(size=(30, 2))[groups] * 5 + 0.3 * random.normal(size=(120, 2))
    values[:, 1] += 2.0 * time
    found = table(values, time, groups).query("kind == 'feature'").set_index("name")
    assert found["permuted"].unique().tolist() == ["rows within groups"]
    assert found.loc["x1", "p_value"] == pytest.approx(0.001) and found.loc["x0", "p_value"] > 0.1


def test_constant_features_do_not_drift():
    found = (
        table(np.column_stack([np.ones(30), np.arange(30.0)]), np.arange(30))
        .query("kind == 'feature'")
        .set_index("name")
    )
    assert found.loc["x0", "correlation"] == 0 and found.loc["x1", "correlation"] == pytest.approx(1)
