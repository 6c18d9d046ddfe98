"""iLISI and kBET against a published implementation, and where the truth is known."""

import numpy as np
import pytest

from tentips.data.sampling import one_of_each
from tentips.statistics import mixing
from tentips.statistics.mixing import acceptance, inverse_simpson, kernel, nearest


def reference():
    random = np.random.default_rng(7)
    points, batch = random.normal(size=(120, 5)), np.arange(120) % 3
    points[batch == 1, 0] += 1.5
    return points, batch


def test_as_in_scib_metrics():
    """Figures of scib-metrics 0.5.10: lisi_knn with perplexity 20 on 60 neighbours, kbet on the 14 nearest.

    It was given the neighbours of sklearn's NearestNeighbors(61), once with each sample first among its own and once not.
    """
    points, batch = reference()
    distances, neighbours = nearest(points, 60)
    index = inverse_simpson(kernel(distances, 20), batch[neighbours])
    assert index[:4] == pytest.approx([2.0416963, 2.7637894, 2.4160552, 2.0908813], abs=2e-4)
    assert np.median(index) == pytest.approx(2.2243202, abs=2e-4)
    assert index.mean() == pytest.approx(2.2751734, abs=2e-4)
    with_itself = np.column_stack([np.arange(120), neighbours])
    assert acceptance(batch[with_itself[:, :15]], batch) == pytest.approx(0.675)
    assert acceptance(batch[neighbours[:, :15]], batch) == pytest.approx(0.6916666667)


def test_kernels_have_the_wanted_perplexity():
    distances = np.sort(np.random.default_rng(0).gamma(2, size=(50, 90)), axis=1)
    weights = kernel(distances, 30)
    assert weights.sum(axis=1) == pytest.approx(np.ones(50))
    assert np.exp(-(weights * np.log(weights)).sum(axis=1)) == pytest.approx(np.full(50, 30), rel=1e-3)


def test_index_by_hand():
    weights = np.full((2, 4), 0.25)
    assert inverse_simpson(weights, np.array([[0, 0, 0, 0], [0, 1, 2, 3]])) == pytest.approx([1, 4])


def many(shift, n=600, seed=1, sizes=(0.5, 0.3, 0.2)):
    random = np.random.default_rng(seed)
    batch = random.choice(3, n, p=sizes)
    points = random.normal(size=(n, 8))
    points[:, 0] += shift * batch
    return mixing.mixing(points, batch, seed=0)


def test_without_a_batch_effect_batches_mix_as_by_chance():
    found = [many(0, seed=seed) for seed in range(8)]
    assert np.mean([each["kbet"] for each in found]) == pytest.approx(0.95, abs=0.03)
    for each in found:
        assert each["ilisi"] == pytest.approx(each["ilisi_most"], rel=0.12)
        assert each["ilisi"] == pytest.approx(each["ilisi_shuffled"], rel=0.06)


def test_p_values_hold_their_level(monkeypatch):
    monkeypatch.setattr(mixing, "SHUFFLES", 39)
    found = [many(0, n=150, seed=seed) for seed in range(100, 140)]
    for name in ("kbet_p", "ilisi_p"):
        p = np.array([each[name] for each in found])
        assert (p <= 0.05).mean() <= 0.125  # the 95 % limit of 40 draws
        assert p.max() > 0.7


def test_a_large_shift_keeps_batches_apart():
    found = many(20)
    assert found["ilisi"] == pytest.approx(1, abs=0.01)
    assert found["kbet"] == 0
    assert found["kbet_p"] == found["ilisi_p"] == pytest.approx(1 / 200)


def test_more_shift_less_mixing():
    found = [many(shift) for shift in (0, 1, 2, 4)]
    for name in ("ilisi", "kbet"):
        values = [each[name] for each in found]
        assert values == sorted(values, reverse=True)


def test_replicates_would_look_like_a_batch_effect_so_that_one_of_each_group_is_drawn():
    random = np.random.default_rng(3)
    groups = np.repeat(np.arange(150), 6)
    batch = random.integers(0, 3, 150)[groups]
    points = random.normal(size=(150, 8))[groups] + 0.1 * random.normal(size=(900, 8))
    assert mixing.mixing(points, batch, 0)["kbet"] < 0.6
    kept = one_of_each(groups, batch, 0)
    assert len(kept) == 150 == len(np.unique(groups[kept]))
    found = mixing.mixing(points[kept], batch[kept], 0)
    assert found["kbet"] > 0.88 and found["kbet_p"] > 0.01


def test_one_of_each_group_in_each_batch():
    groups, batch = np.array([0, 0, 0, 1, 1, 2]), np.array([0, 0, 1, 1, 1, 0])
    kept = one_of_each(groups, batch, 1)
    assert sorted(zip(groups[kept], batch[kept], strict=True)) == [(0, 0), (0, 1), (1, 1), (2, 0)]
