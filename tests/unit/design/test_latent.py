"""Simulated predictions against closed forms: what a strength scores, and how errors go together."""

import numpy as np
import pytest
from scipy import stats

from tentips.design import latent
from tentips.statistics.scores import score

LABELS = np.arange(200) % 2


@pytest.mark.parametrize("strength", [0.3, 1.0, 2.0])
def test_the_area_of_two_classes_is_that_of_the_binormal_model(strength):
    score_of = latent.scored("roc_auc", LABELS, np.array([0.5, 0.5]), 0)
    assert score_of(strength) == pytest.approx(stats.norm.cdf(strength), abs=0.006)


@pytest.mark.parametrize("explained", [0.1, 0.5, 0.9])
def test_r2_is_the_strength_of_numbers(explained):
    truth = np.random.default_rng(0).gamma(2, 3, 500)
    assert latent.scored("r2", truth, None, 0)(explained) == pytest.approx(explained, abs=0.02)


@pytest.mark.parametrize("metric", ["roc_auc", "balanced_accuracy", "neg_log_loss", "neg_brier_score"])
def test_the_strength_of_a_score_gives_that_score(metric):
    shares = np.array([0.6, 0.3, 0.1])
    truth = np.repeat([0, 1, 2], [60, 30, 10])
    score_of = latent.scored(metric, truth, shares, 1)
    wanted = score_of(1.3)
    assert latent.strength_of(score_of, wanted, metric, "classification") == pytest.approx(1.3, abs=0.01)


def test_a_faultless_score_has_the_strongest_model_and_one_below_chance_the_weakest():
    score_of = latent.scored("roc_auc", LABELS, np.array([0.5, 0.5]), 0)
    assert latent.strength_of(score_of, 1.0, "roc_auc", "classification") == latent.STRONGEST["classification"]
    assert latent.strength_of(score_of, 0.4, "roc_auc", "classification") == 0.0


def test_probabilities_are_calibrated():
    random, truth = np.random.default_rng(0), np.repeat([0, 1], [300_000, 100_000])
    found = latent.predicted(truth, random.normal(size=(400_000, 2)), 0.8, np.array([0.75, 0.25]))[:, 1]
    sure = (found > 0.5) & (found < 0.6)
    assert truth[sure].mean() == pytest.approx(found[sure].mean(), abs=0.02)
    assert found.mean() == pytest.approx(0.25, abs=0.01)


def test_errors_of_two_models_and_of_a_group_go_together_as_wanted():
    groups = np.arange(40_000) // 2
    a, b = latent.noise_of_two(np.random.default_rng(0), groups, 1, 0.3, 0.8)
    assert np.corrcoef(a[:, 0], b[:, 0])[0, 1] == pytest.approx(0.8, abs=0.02)
    for each in (a, b):
        assert each.std() == pytest.approx(1, abs=0.02)
        assert np.corrcoef(each[::2, 0], each[1::2, 0])[0, 1] == pytest.approx(0.3, abs=0.02)


def test_a_model_that_knows_nothing_scores_chance():
    random = np.random.default_rng(0)
    found = latent.predicted(LABELS, random.normal(size=(200, 2)), 0.0, np.array([0.5, 0.5]))
    assert score("roc_auc", LABELS, found) == 0.5
