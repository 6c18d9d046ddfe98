import numpy as np
import pytest

from tentips.explore.components import principal_components
from tentips.explore.outliers import cutoff, outliers

FENCE = 3.0


def found(values):
    scores, shares, residual = principal_components(values, 0)
    return outliers(scores, shares, residual, FENCE)


@pytest.mark.parametrize("draw", ["normal", "laplace", "two clusters", "lognormal"])
def test_no_alarm_in_data_of_any_usual_shape(draw):
    random = np.random.default_rng(0)
    flagged = 0
    for _ in range(10):
        values = {
            "normal": random.normal(size=(300, 80)),
            "laplace": random.laplace(size=(300, 80)),
            "two clusters": random.normal(size=(300, 80)) + 4 * random.integers(0, 2, 300)[:, None],
            "lognormal": np.exp(random.normal(0, 0.7, size=(300, 80))),
        }[draw]
        flagged += found(values)["outlier"].sum()
    assert flagged <= 9  # 0.3 % of 3,000, in data whose logarithm is normal; hardly any elsewhere


def test_planted_outliers_are_found_and_nothing_else():
    random = np.random.default_rng(1)
    values = random.normal(size=(300, 80)) @ np.diag(np.linspace(3, 0.5, 80))
    values[7] *= 12  # far out in every direction
    values[8, 60:] += 40  # far from the plane of the leading components, at first
    table = found(values)
    assert np.flatnonzero(table["outlier"]).tolist() == [7, 8]


def test_a_sample_off_the_plane_is_found_by_what_components_leave():
    random = np.random.default_rng(2)
    scores = random.normal(size=(200, 3))
    residual = np.abs(random.normal(1, 0.1, 200))
    residual[5] = 9
    table = outliers(scores, np.array([0.5, 0.3, 0.1]), residual, FENCE)
    assert np.flatnonzero(table["outlier"]).tolist() == [5]
    assert table["inside"][5] < table["inside_cutoff"][5]


def test_cutoff_by_hand_and_where_there_are_no_distances():
    distances = np.exp(np.array([0.0, 1, 2, 3, 4]))
    assert cutoff(distances, 3) == pytest.approx(np.exp(3 + 3 * 2))
    assert cutoff(np.zeros(50), 3) == np.inf


def test_what_rounding_leaves_over_is_no_distance():
    table = found(np.random.default_rng(0).normal(size=(100, 4)))
    assert (table["outside"] == 0).all() and not table["outlier"].any()
