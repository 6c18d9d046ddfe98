import numpy as np
import pandas as pd
import pytest
from small import resolved

from tentips.data.preparation import clipped, numbers_and_text, origins, preparation, unclipped
from tentips.data.smooth_clip import SmoothClip
from tentips.models.pipeline_files import load_pipeline, save_pipeline


def test_numbers_are_scaled_by_their_quartiles_and_bent():
    fitted = SmoothClip().fit([[0.0], [1.0], [2.0], [3.0], [100.0]])
    found = fitted.transform([[2.0], [4.0], [-4.0], [1e9], [np.nan]])[:, 0]
    # the median is 2, the quartiles are 1 and 3
    assert found[:4] == pytest.approx([0, 1 / np.sqrt(1 + 1 / 9), -3 / np.sqrt(2), 3])
    assert np.isnan(found[4])


def test_where_both_quartiles_are_one_value_half_the_range_divides():
    found = SmoothClip().fit_transform(np.array([0.0, 0, 0, 0, 0, 0, 0, 2, 8])[:, None])[:, 0]
    assert found == pytest.approx([0, 0, 0, 0, 0, 0, 0, 0.5 / np.sqrt(1 + 1 / 36), 2 / np.sqrt(1 + 4 / 9)])


def test_columns_of_two_values_and_constant_ones_stay_as_they_are():
    matrix = np.column_stack([np.arange(8) % 2, np.full(8, 7.0), np.where(np.arange(8) < 7, -0.4, 2.6)])
    assert SmoothClip().fit(matrix).transform(matrix + 5).tolist() == (matrix + 5).tolist()


def test_all_is_learned_from_the_rows_that_it_is_fitted_on():
    matrix = np.random.default_rng(0).standard_cauchy((50, 3))
    fitted = SmoothClip().fit(matrix[:40])
    first, median, third = np.quantile(matrix[:40], [0.25, 0.5, 0.75], axis=0)
    scaled = (matrix - median) / (third - first)
    assert fitted.transform(matrix) == pytest.approx(scaled / np.sqrt(1 + scaled**2 / 9))
    assert fitted.transform(matrix[45:46]) == pytest.approx(fitted.transform(matrix)[45:46])
    bent = fitted.transform(matrix)
    assert np.abs(bent).max() < 3 < np.abs(scaled).max()
    assert (np.argsort(bent, axis=0) == np.argsort(matrix, axis=0)).all(), "order is kept"


def test_a_clipped_preparation_knows_its_features_and_what_came_before(tmp_path):
    random = np.random.default_rng(1)
    frame = pd.DataFrame({"x": random.normal(size=40), "y": random.standard_cauchy(40), "z": random.normal(size=40)})
    frame["kind"] = np.resize(["a", "b", "c"], 40)
    inputs, truth = numbers_and_text(frame), np.arange(40) % 2
    options = resolved(preprocess={"select": 5})["preprocess"]
    plain = preparation(inputs, options, "classification").fit(inputs[:30], truth[:30])
    bent = clipped(preparation(inputs, options, "classification")).fit(inputs[:30], truth[:30])
    assert origins(bent).tolist() == origins(plain).tolist() and len(set(origins(bent))) < len(origins(bent))
    assert bent.get_feature_names_out().tolist() == plain.get_feature_names_out().tolist()
    assert unclipped(bent).transform(inputs) == pytest.approx(plain.transform(inputs))
    assert unclipped(plain) is plain
    before = plain.transform(inputs)
    assert bent.transform(inputs) == pytest.approx(SmoothClip().fit(before[:30]).transform(before))
    save_pipeline(bent, tmp_path / "prepare.skops")
    assert (load_pipeline(tmp_path / "prepare.skops").transform(inputs) == bent.transform(inputs)).all()
