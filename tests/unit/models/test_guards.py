"""Guards of new samples: distances that find shifted samples, and quantiles that keep their promise."""

import json

import numpy as np
import pytest

from tentips.models import guards


def test_usual_samples_lie_near_one_and_shifted_ones_far():
    random = np.random.default_rng(0)
    train, new = random.normal(size=(500, 10)), random.normal(size=(500, 10))
    fitted = json.loads(json.dumps(guards.fit_distance(train)))
    usual = guards.distance(fitted, new)
    assert np.median(usual) == pytest.approx(1, abs=0.1)
    assert guards.distance(fitted, new + 3).min() > np.quantile(usual, 0.95)
    assert np.isnan(guards.distance(fitted, np.full((1, 10), np.nan))).all()


def test_it_is_the_mahalanobis_distance_where_all_components_are_kept():
    random = np.random.default_rng(1)
    train = random.normal(size=(300, 3)) @ random.normal(size=(3, 3))
    inverse = np.linalg.inv(np.cov(train.T))
    centred = train - train.mean(axis=0)
    expected = np.sqrt(np.einsum("ij,jk,ik->i", centred, inverse, centred) / 3)
    assert guards.distance(guards.fit_distance(train), train) == pytest.approx(expected)


def test_more_features_than_samples_and_constant_features_are_no_obstacle():
    random = np.random.default_rng(2)
    train = random.normal(size=(40, 300))
    train[:, 5] = 1.0
    fitted = guards.fit_distance(train)
    new = random.normal(size=(40, 300))
    new[:, 5] = 1.0
    assert np.isfinite(guards.distance(fitted, new)).all()
    assert guards.distance(fitted, new + 2).min() > guards.distance(fitted, new).mean()
    assert np.isfinite(guards.distance(guards.fit_distance(np.ones((10, 2))), np.ones((2, 2)))).all()


def test_the_quantile_is_the_split_conformal_one_where_rows_are_units():
    scores = np.arange(1, 100) / 100
    # ceil(100 * 0.9) = 90th smallest of 99.
    assert guards.conformal_quantile(scores, np.arange(99), 0.9) == pytest.approx(0.9)
    assert guards.conformal_quantile(scores[:5], np.arange(5), 0.9) is None


def test_every_unit_weighs_alike():
    scores = np.concatenate([np.full(100, 0.9), np.linspace(0, 0.1, 99)])
    units = np.concatenate([np.zeros(100), np.arange(1, 100)])
    assert guards.conformal_quantile(scores, units, 0.5) < 0.1


def test_sets_hold_the_classes_that_are_likely_enough():
    predicted = np.array([[0.7, 0.2, 0.1], [0.4, 0.35, 0.25]])
    assert guards.prediction_sets(predicted, 0.65).tolist() == [[True, False, False], [True, True, False]]
    assert guards.prediction_intervals(np.array([1.0]), 0.5).tolist() == [[0.5, 1.5]]
