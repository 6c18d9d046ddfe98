"""Conformal sets keep what they promise, over many simulated studies, and agree with MAPIE."""

import numpy as np
import pandas as pd
import pytest

from tentips.models.guards import conformal_quantile, nonconformity, prediction_sets
from tentips.probe.conformal import abstention, calibrate, coverage, share_interval

OPTIONS = {"confidence": 0.95, "bootstrap": 200}


def draw(random, n, size=1):
    """Labels and honest but noisy probabilities of `n` units of `size` rows each that share label and noise."""
    truth = np.repeat(random.integers(2, size=n), size)
    score = np.repeat(random.normal(size=n), size) + 0.3 * random.normal(size=n * size) + 1.2 * (2 * truth - 1)
    p = 1 / (1 + np.exp(-score))
    return truth, np.stack([1 - p, p], axis=1), np.repeat(np.arange(n), size)


@pytest.mark.parametrize("size", [1, 4])
def test_the_truth_is_in_the_set_as_often_as_promised_over_200_studies(size):
    found = {0.8: [], 0.9: [], 0.95: []}
    for seed in range(200):
        random = np.random.default_rng(seed)
        truth, predicted, units = draw(random, 80, size)
        new, of_new, _ = draw(random, 200, size)
        for level, hits in found.items():
            held = prediction_sets(of_new, conformal_quantile(nonconformity(truth, predicted), units, level))
            hits.append(held[np.arange(len(new)), new].mean())
    for level, hits in found.items():
        # At least what is promised, at most 1 / (n + 1) more; four standard errors of the simulation beside it.
        error = 4 * np.std(hits) / np.sqrt(len(hits))
        assert level - error <= np.mean(hits) <= level + 1 / 81 + error


def test_intervals_keep_it_too():
    hits = []
    for seed in range(200):
        random = np.random.default_rng(seed)
        guard = calibrate(random.normal(size=60), np.zeros(60), np.arange(60), [])
        new = random.normal(size=200)
        hits.append((np.abs(new) <= guard["quantiles"]["0.9"]).mean())
    assert 0.885 <= np.mean(hits) <= 0.93


def test_coverage_is_tabled_by_class_and_subgroup():
    random = np.random.default_rng(0)
    truth, predicted, units = draw(random, 300)
    guard = calibrate(truth, predicted, units, ["no", "yes"])
    new, of_new, own = draw(random, 100)
    named = pd.DataFrame({"sex": np.where(np.arange(100) % 2, "f", "m")})
    table = coverage(guard, new, of_new, own, named, OPTIONS)
    assert set(zip(table["column"], table["level_name"], strict=True)) == {
        ("all", "all samples"),
        ("class", "no"),
        ("class", "yes"),
        ("sex", "f"),
        ("sex", "m"),
    }
    row = table[(table["column"] == "all") & (table["level"] == 0.9)].iloc[0]
    held = prediction_sets(of_new, guard["quantiles"]["0.9"])
    assert row["coverage"] == pytest.approx(held[np.arange(100), new].mean())
    assert row["decided"] == pytest.approx((held.sum(axis=1) == 1).mean())
    assert row["low"] < row["coverage"] < row["high"] <= 1


def test_too_few_units_promise_nothing():
    truth, predicted, units = draw(np.random.default_rng(0), 15)
    guard = calibrate(truth, predicted, units, ["no", "yes"])
    assert guard["quantiles"]["0.95"] is None and guard["quantiles"]["0.9"] is not None


def test_a_model_that_diverged_promises_nothing_and_has_no_coverage():
    truth, predicted, units = draw(np.random.default_rng(0), 100)
    predicted[7] = np.nan
    guard = calibrate(truth, predicted, units, ["no", "yes"])
    assert set(guard["quantiles"].values()) == {None}
    assert len(coverage(guard, truth, predicted, units, pd.DataFrame(index=range(100)), OPTIONS)) == 0
    assert len(abstention(truth, predicted, units, OPTIONS)) == 0


def test_the_surest_are_decided_first():
    truth = np.array([1, 1, 0, 1])
    predicted = np.array([[0.1, 0.9], [0.05, 0.95], [0.4, 0.6], [0.45, 0.55]])
    table = abstention(truth, predicted, np.arange(4), OPTIONS)
    assert table["value"].iloc[0] == 1.0 and table["value"].iloc[-1] == 0.75
    assert table["threshold"].iloc[-1] == pytest.approx(0.55) and table["right"].iloc[-1] == 3
    assert len(abstention(truth.astype(float), truth.astype(float), np.arange(4), OPTIONS)) == 0


def test_the_interval_of_a_share_is_wilsons_and_wider_where_units_repeat():
    hit = np.array([True] * 80 + [False] * 20)
    assert share_interval(hit, np.arange(100), {"confidence": 0.95, "bootstrap": 4000}) == pytest.approx(
        (0.711, 0.867), abs=0.012
    )
    low, high = share_interval(np.repeat(hit, 5), np.repeat(np.arange(100), 5), OPTIONS)
    assert high - low > 0.13


def test_mapie_gives_the_same_sets():
    from mapie.classification import SplitConformalClassifier
    from sklearn.linear_model import LogisticRegression

    random = np.random.default_rng(0)
    x, y = random.normal(size=(500, 3)), random.integers(3, size=500)
    x[np.arange(500), y] += 1.5
    model = LogisticRegression().fit(x[:200], y[:200])
    oracle = SplitConformalClassifier(model, confidence_level=0.9, conformity_score="lac", prefit=True)
    oracle.conformalize(x[200:400], y[200:400])
    expected = oracle.predict_set(x[400:])[1][:, :, 0]
    quantile = conformal_quantile(nonconformity(y[200:400], model.predict_proba(x[200:400])), np.arange(200), 0.9)
    assert (prediction_sets(model.predict_proba(x[400:]), quantile) == expected).all()
