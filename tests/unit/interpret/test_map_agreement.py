"""Maps that agree, maps that agree by chance, and maps that say nothing."""

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter
from scipy.stats import spearmanr

from tentips.interpret.map_agreement import map_agreement


def smooth(random, samples, shape=(8, 8)):
    return np.stack([gaussian_filter(random.normal(size=shape), 1.5, mode="wrap") for _ in range(samples)])


def test_the_correlation_is_spearmans_mean_over_samples():
    random = np.random.default_rng(0)
    a, b = smooth(random, 6), smooth(random, 6)
    found = map_agreement("m", ("a", "b"), a, b)
    expected = np.mean([spearmanr(x.ravel(), y.ravel()).statistic for x, y in zip(a, b, strict=True)])
    assert found["correlation"] == pytest.approx(expected) and found["n"] == 6
    same = map_agreement("m", ("a", "b"), a, np.exp(a))
    assert same["correlation"] == pytest.approx(1) and same["p_value"] == 0.001 and same["chance_high"] < 0.6


@pytest.mark.parametrize("shape", [(8, 8), (30,)])
def test_smooth_maps_without_anything_in_common_agree_no_more_often_than_promised(shape):
    random = np.random.default_rng(1)
    p_values = [
        map_agreement("m", ("a", "b"), smooth(random, 10, shape), smooth(random, 10, shape), seed)["p_value"]
        for seed in range(200)
    ]
    # 5 % of 200 is 10; 18 or more come by chance once in a hundred times.
    assert sum(p <= 0.05 for p in p_values) < 18 and sum(p <= 0.5 for p in p_values) > 70


def test_maps_that_are_the_same_everywhere_are_left_out():
    random = np.random.default_rng(2)
    a = smooth(random, 4)
    a[0] = 3.0
    assert map_agreement("m", ("a", "b"), a, a)["n"] == 3
    nothing = map_agreement("m", ("a", "b"), np.full((4, 8), np.nan), np.ones((4, 8)))
    assert nothing["n"] == 0 and "fewer than 3 samples" in nothing["reason"] and "correlation" not in nothing
