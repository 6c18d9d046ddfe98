import numpy as np
import pytest
from small import resolved, rows

from tentips.data.preparation import preparation
from tentips.models.networks.views import Views


def folds(options, n=120, missing=0.0, text=False, task="classification"):
    """The prepared matrices of three folds of a small study."""
    import pandas as pd

    random = np.random.default_rng(1)
    table = pd.DataFrame(np.exp(random.normal(size=(n, 6))) * [1, 10, 100, 1, 1, 1]).add_prefix("x")
    table = table.mask(random.random(table.shape) < missing)
    if text:
        table["t"] = random.choice(["a", "b"], n)
    study = rows(table, random.integers(0, 2, n))
    prepared = []
    for _, train, _ in study.folds:
        pipeline = preparation(study.features, options, task).fit(study.features.iloc[train], study.truth[train])
        prepared.append(np.asarray(pipeline.transform(study.features), dtype="float32"))
    return prepared


@pytest.mark.parametrize("scale", ["standard", "robust", "none"])
@pytest.mark.parametrize("impute", ["median", "mean"])
@pytest.mark.parametrize("transform", ["none", "log1p"])
def test_what_differs_by_a_scale_and_a_shift_needs_one_base(scale, impute, transform):
    options = resolved(preprocess={"scale": scale, "impute": impute, "transform": transform})["preprocess"]
    matrices = folds(options, missing=0.1, text=True)
    views = Views(iter(matrices))
    assert len(views) == 3 and len(views.bases) == 1
    for number, matrix in enumerate(matrices):
        np.testing.assert_allclose(views.matrix(number), matrix, atol=1e-4, rtol=1e-4)
    # the folds do differ, or nothing was shown
    assert np.abs(matrices[0] - matrices[1]).max() > 1e-3


def test_a_view_that_no_scale_explains_keeps_its_own_matrix():
    options = resolved(preprocess={"transform": "clr", "impute": "median"})["preprocess"]
    matrices = folds(options, missing=0.2)
    views = Views(matrices)
    assert len(views.bases) == 3
    for number, matrix in enumerate(matrices):
        np.testing.assert_array_equal(views.matrix(number), matrix)


def test_programs_read_the_same_numbers_as_matrix_gives():
    random = np.random.default_rng(2)
    base = random.normal(size=(30, 4)).astype("float32")
    other = random.normal(size=(30, 4)).astype("float32")
    filled = (base * 2 + 1).astype("float32")
    base[3:9, 2], filled[3:9, 2] = 0.25, -0.5
    views = Views([base, filled, other, base * 3])
    arrays = views.arrays()
    assert len(views.bases) == 2
    for view in range(4):
        rows_of = slice(views.first_row(view), views.first_row(view) + 30)
        x = arrays["base"][rows_of] * arrays["scale"][view] + arrays["shift"][view]
        x = np.where(arrays["missing"][rows_of], arrays["fill"][view], x)
        np.testing.assert_allclose(x, views.matrix(view), atol=1e-5)
        np.testing.assert_allclose(x, [base, filled, other, base * 3][view], atol=1e-5)
    assert arrays["missing"].sum() == 6


def test_a_single_view_needs_no_arithmetic():
    assert set(Views([np.ones((3, 2))]).arrays()) == {"base"}
