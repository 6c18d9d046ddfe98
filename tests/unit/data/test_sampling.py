import numpy as np
import pytest

from tentips.data.sampling import in_proportion


def test_rows_of_each_code_are_drawn_in_proportion_and_a_few_of_a_rare_one():
    codes = np.random.default_rng(0).permutation(np.repeat([0, 1, 7], [700, 295, 5]))
    kept = in_proportion(codes, 100, least=3, seed=1)
    assert {code: int((codes[kept] == code).sum()) for code in (0, 1, 7)} == {0: 70, 1: 30, 7: 3}
    assert (np.diff(kept) > 0).all() and (kept == in_proportion(codes, 100, 3, seed=1)).all()
    assert (kept != in_proportion(codes, 100, 3, seed=2)).any()
    # At random, not the first ones: the mean place of 100 among 1,000 rows.
    assert kept.mean() == pytest.approx(500, abs=90)


def test_no_more_of_a_code_than_there_are():
    assert in_proportion(np.array([0, 0, 0, 1]), 2, least=3, seed=0).tolist() == [0, 1, 2, 3]
