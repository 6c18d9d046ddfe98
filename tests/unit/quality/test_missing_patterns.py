"""Missing values: what their pattern tells, and the map of where they are."""

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import Ridge
from small import rows

from tentips.quality.missing_patterns import _Ridge, indicators, missing_map, predicted_from_missing
from tentips.simulate.simulation import study

ROLES = {role: [] for role in ("group", "batch", "site", "time", "covariates")}


def examined(roles=ROLES, change=None, **arguments):
    simulated = study(**{"samples": 200, "features": 10, "missing": 0.1, "seed": 4, **arguments})
    measured, samples = simulated.features.drop(columns="sample"), simulated.samples
    if change:
        change(measured, samples)
    truth = pd.factorize(samples["label"], sort=True)[0]
    return predicted_from_missing(rows(measured, truth), measured, samples, roles, 0.95, 0).set_index("target")


def test_values_that_go_missing_with_the_label_tell_it():
    row = examined(missing_with_label=1.0).loc["label"]
    assert row["low"] > 0.6 and row["value"] > 0.7 and row["p_value"] == 0.005


def test_values_that_go_missing_at_random_tell_nothing():
    row = examined().loc["label"]
    assert row["low"] < 0.5 and row["p_value"] > 0.05


@pytest.mark.parametrize("share", [0.005, 0.1])
def test_p_values_are_uniform_where_nothing_is_told(share):
    """Also with few missing values, where most rows have no pattern and only the folds could order them."""
    p = np.array([examined(samples=150, missing=share, seed=seed).loc["label", "p_value"] for seed in range(40)])
    assert (p < 0.05).sum() <= 6  # 2 are expected; more than 6 in one of 300 such sets
    assert 0.35 < p.mean() < 0.7


def test_a_batch_that_lacks_a_feature_is_told():
    def lacking(measured, samples):
        measured.loc[samples["batch"] == "batch_2", "f003"] = np.nan

    table = examined(ROLES | {"batch": ["batch"]}, lacking, batches=3)
    assert table.loc["batch", "low"] > 0.5 and table.loc["batch", "p_adjusted"] == pytest.approx(0.01)
    assert table.loc["label", "low"] < 0.5


def test_complete_data_have_no_pattern():
    assert not len(examined(missing=0.0))


def test_equal_patterns_count_once():
    frame = pd.DataFrame({"a": [1, np.nan, 3, 4.0], "b": [5, np.nan, 7, 8.0], "c": [1, 2, np.nan, 4.0], "d": 1.0})
    matrix = indicators(frame)
    assert matrix.shape == (4, 3)  # a and b, c, and how many
    np.testing.assert_allclose(matrix.mean(axis=0), 0, atol=1e-12)
    np.testing.assert_allclose(matrix.std(axis=0), 1)


def test_ridge_is_scikit_learns():
    random = np.random.default_rng(0)
    matrix, truth, fold = random.normal(size=(60, 4)), random.integers(3, size=60), np.arange(60) % 3
    matrix -= matrix.mean(axis=0)
    ours = _Ridge(matrix, fold).predicted(truth)
    train = fold != 1
    wanted = np.eye(3)[truth[train]]
    theirs = Ridge(alpha=0.1 * train.sum(), fit_intercept=False).fit(matrix[train], wanted - wanted.mean(axis=0))
    np.testing.assert_allclose(ours[fold == 1], theirs.predict(matrix[fold == 1]), atol=1e-8)


def test_the_map_holds_shares_of_blocks_and_no_single_sample():
    simulated = study(samples=400, features=8, missing=0.1, missing_with_label=1.0, batches=2, seed=1)
    measured = simulated.features.drop(columns="sample")
    table = missing_map(measured, simulated.samples, ROLES | {"batch": ["batch"]}, "classification")
    blocks = table.drop_duplicates("block")
    assert (table["samples"] >= 5).all() and blocks["samples"].sum() == 400
    assert "sample" not in table and len(blocks) <= 64
    mean = np.average(table["share"], weights=table["samples"])
    assert mean == pytest.approx(measured.isna().to_numpy().mean())
    by_label = table.groupby("label")["share"].mean()
    assert by_label["case"] > 3 * by_label["control"]
