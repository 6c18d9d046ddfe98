"""ROC and precision-recall curves against scikit-learn, ties included, and what their bands hold."""

import numpy as np
import pytest
from sklearn.metrics import precision_recall_curve, roc_auc_score, roc_curve

from tentips.statistics import curves


def drawn(n: int, seed: int, ties: bool) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(seed)
    member = random.random(n) < 0.4
    ranking = random.normal(size=n) + member
    return member, np.round(ranking, 0 if ties else 12)


@pytest.mark.parametrize("ties", [False, True])
def test_roc_is_that_of_scikit_learn(ties):
    member, ranking = drawn(150, 1, ties)
    x, y, _ = roc_curve(member, ranking, drop_intermediate=False)
    # Where the curve climbs, the highest point counts.
    above = [np.isclose(x, at, atol=1e-9) for at in curves.GRID]
    wanted = [y[on].max() if on.any() else np.interp(at, x, y) for at, on in zip(curves.GRID, above, strict=True)]
    found = curves.roc(member, ranking, np.ones((1, len(member))))[0]
    np.testing.assert_allclose(found, wanted, atol=1e-9)
    assert np.trapezoid(found, curves.GRID) == pytest.approx(roc_auc_score(member, ranking), abs=0.01)


@pytest.mark.parametrize("ties", [False, True])
def test_precision_is_that_of_the_first_threshold_that_reaches_the_recall(ties):
    member, ranking = drawn(150, 2, ties)
    precision, recall, _ = precision_recall_curve(member, ranking)
    precision, recall = (
        precision[:-1][::-1],
        recall[:-1][::-1],
    )  # from the highest threshold on; without the made-up end
    wanted = [precision[np.flatnonzero((recall >= at - 1e-9) & (recall > 0))[0]] for at in curves.GRID]
    found = curves.precision_recall(member, ranking, np.ones((1, len(member))))[0]
    np.testing.assert_allclose(found, wanted)


def test_weights_are_copies_of_rows():
    member, ranking = drawn(60, 3, True)
    counts = np.random.default_rng(0).integers(0, 3, 60)
    for curve in (curves.roc, curves.precision_recall):
        weighted = curve(member, ranking, counts[None, :].astype(float))[0]
        copied = curve(np.repeat(member, counts), np.repeat(ranking, counts), np.ones((1, counts.sum())))[0]
        np.testing.assert_allclose(weighted, copied)


def test_the_band_of_random_scores_holds_the_diagonal_and_whole_groups_widen_it():
    random = np.random.default_rng(4)
    groups = np.repeat(np.arange(40), 5)
    member = np.repeat(random.random(40) < 0.5, 5)
    ranking = np.repeat(random.normal(size=40), 5)
    inner = (curves.GRID > 0.1) & (curves.GRID < 0.9)
    own, low, high = curves.with_band(curves.roc, member, ranking, groups, 0.95)
    assert ((low <= curves.GRID) & (high >= curves.GRID))[inner].mean() > 0.9
    assert (low <= own + 1e-9).all()
    assert (own <= high + 1e-9).all()
    _, apart_low, apart_high = curves.with_band(curves.roc, member, ranking, np.arange(200), 0.95)
    assert (high - low)[inner].mean() > 1.5 * (apart_high - apart_low)[inner].mean()


def test_a_class_that_few_resamples_hold_has_a_curve_without_a_band():
    member = np.array([True] + [False] * 9)
    groups = np.array([0] + [1] * 9)
    own, low, high = curves.with_band(curves.roc, member, np.arange(10.0), groups, 0.95)
    assert np.isfinite(own).all() and own[0] == 0 and own[-1] == 1
    assert np.isnan(low).all() == np.isnan(high).all()
    undefined = curves.roc(member, np.arange(10.0), np.array([[0.0] + [1.0] * 9]))
    assert np.isnan(undefined).all()
