"""Final models are loaded and predict the test rows as the evaluation did."""

import numpy as np
import pandas as pd
import pytest
import yaml

from tentips.artifacts import read_json
from tentips.data.row_options import RowOptions
from tentips.data.rows import read_rows
from tentips.errors import StudyError
from tentips.models.final_models import load


@pytest.fixture(scope="module")
def results(study):
    return study / "results"


@pytest.fixture(scope="module")
def rows(results):
    config = yaml.safe_load((results / "config.yaml").read_text(encoding="utf-8"))
    files = (results / f"split/test/1/{name}.parquet" for name in ("features", "samples"))
    return read_rows(*files, results / "split/split.parquet", 1, "test", RowOptions.of(config), ["female", "male"])


@pytest.mark.parametrize(
    ("model", "seed", "name", "kind"),
    [
        ("dummy", None, "dummy", "trivial"),
        ("svm", None, "svm", "baseline"),
        ("mlp", 2, "mlp", "network"),
        ("mlp", None, "mlp_ensemble", "ensemble"),
        ("mlp_ensemble", None, "mlp_ensemble", "ensemble"),
        ("stacked", None, "stacked", "ensemble"),
    ],
)
def test_a_loaded_model_predicts_as_in_the_evaluation(results, rows, model, seed, name, kind):
    final = load(model, 1, seed, folder=str(results))
    assert (final.model, final.kind, final.task) == (name, kind, "classification")
    table = pd.read_parquet(results / "evaluation/predictions.parquet")
    table = table[(table["model"] == name) & (table["seed"] == (seed or 0))].set_index("sample").loc[rows.ids]
    expected = table[[f"score_{each}" for each in final.classes]].to_numpy()
    assert np.allclose(final.predict(rows.inputs), expected, atol=1e-9)
    assert np.array_equal(final.predict_prepared(final.prepare(rows.inputs)), final.predict(rows.inputs))


def test_each_row_is_predicted_by_itself_and_by_name(results, rows):
    final = load("svm", 1, folder=str(results))
    few, whole = rows.inputs.iloc[[5, 3]], final.predict(rows.inputs)
    assert np.allclose(final.predict(few[few.columns[::-1]]), whole[[5, 3]], atol=1e-12)


def test_what_the_study_does_not_have_is_one_clear_line(results):
    folder = str(results)
    with pytest.raises(StudyError, match=r"there is no final model 'xgboost': .*there are dummy, gradient_boosting"):
        load("xgboost", 1, folder=folder)
    with pytest.raises(StudyError, match="holds no repeat 2; it holds 1"):
        load("svm", 2, folder=folder)
    with pytest.raises(StudyError, match="mlp has no seed 7: mlp was trained with the seeds 1 to 2"):
        load("mlp", 1, seed=7, folder=folder)
    assert read_json(f"{folder}/network/mlp/best.json")["repeats"]["1"]["seeds"] == 2
