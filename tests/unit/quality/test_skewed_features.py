"""Skewed amounts, counts and parts of a whole are told from measurements that no logarithm would help."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from tentips.quality.skewed_features import skewed_features


def seen(matrix):
    return skewed_features(pd.DataFrame(matrix)).iloc[0]


def test_counts_and_amounts_are_skewed_and_other_numbers_are_not():
    random = np.random.default_rng(0)
    amounts = np.exp(3 + 1.5 * random.normal(size=(200, 8)))
    found = seen(amounts)
    assert (found["skewed"], found["whole_numbers"], found["parts"]) == (8, 0, False)
    assert found["skewness"] == pytest.approx(np.median(stats.skew(amounts)))
    assert seen(amounts.round())["whole_numbers"] == 8
    for clean in (random.normal(size=(200, 8)), random.uniform(size=(200, 8)), random.integers(2, size=(200, 8))):
        assert seen(clean)["skewed"] == 0
    assert seen(random.normal(size=(200, 8)))["amounts"] == 0


def test_parts_of_a_whole_have_one_total():
    random = np.random.default_rng(1)
    parts = random.dirichlet(np.ones(6), size=100)
    assert seen(100 * parts)["parts"] and seen(parts)["parts"]
    assert not seen(parts[:, :5])["parts"], "one part is not there"
    assert not seen(parts[:, :5] / parts[:, :5].sum(axis=1, keepdims=True) - 0.1)["parts"]


def test_text_has_no_scale():
    assert not len(skewed_features(pd.DataFrame({"sequence": ["ACGT", "AC"]})))
