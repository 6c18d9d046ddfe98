import numpy as np
import pandas as pd
import pytest
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import FunctionTransformer
from small import recipe, rows
from threadpoolctl import threadpool_limits

from tentips.errors import StudyError
from tentips.models import baselines
from tentips.models.baseline_search import predict, refit
from tentips.models.pipeline_files import load_pipeline, save_pipeline


class Foreign(TransformerMixin, BaseEstimator):
    def fit(self, X, y=None):
        return self

    def transform(self, X):
        return X


def doubled(X):
    return 2 * X


@pytest.fixture(autouse=True)
def one_thread():
    with threadpool_limits(1):
        yield


@pytest.mark.parametrize("task", ["classification", "regression"])
@pytest.mark.parametrize("name", baselines.BASELINES)
def test_saved_model_predicts_the_same(tmp_path, monkeypatch, name, task):
    monkeypatch.setattr(baselines, "TREES", 5)
    random = np.random.default_rng(0)
    features = pd.DataFrame(random.gamma(2.0, size=(40, 3)), columns=["a", "b", "ü"])
    features["kind"] = np.resize(["x", "y", None], 40)
    truth = np.arange(40) % 2 if task == "classification" else features["a"].to_numpy() + random.normal(size=40)
    table = rows(features, truth, task)
    transform = "clr" if name in ("logistic", "svm") else "log1p"
    pipeline = refit(name, table, {}, recipe(data={"task": task}, preprocess={"transform": transform, "select": 3}))
    save_pipeline(pipeline, tmp_path / "model.skops")
    loaded = load_pipeline(tmp_path / "model.skops")
    expected = predict(pipeline, table.features, table.classes)
    assert (predict(loaded, table.features, table.classes) == expected).all()
    assert name == "dummy" or expected.std(axis=0).min() > 0


@pytest.mark.parametrize(
    "step, named",
    [(FunctionTransformer(doubled), "doubled"), (Foreign(), "Foreign"), (FunctionTransformer(print), "print")],
)
def test_foreign_types_are_refused(tmp_path, step, named):
    save_pipeline(Pipeline([("step", step)]), tmp_path / "model.skops")
    with pytest.raises(StudyError, match=rf"model.skops holds types that no model of this study has \(.*{named}"):
        load_pipeline(tmp_path / "model.skops")


def test_functions_of_trusted_packages_that_run_code_are_refused(tmp_path):
    import numpy.testing

    step = FunctionTransformer(numpy.testing.runstring, kw_args={"dict": {}})
    save_pipeline(Pipeline([("step", step)]), tmp_path / "model.skops")
    with pytest.raises(StudyError, match="runstring"):
        load_pipeline(tmp_path / "model.skops")


@pytest.mark.parametrize("kept", [0, 100, -50])
def test_a_damaged_pipeline_is_called_damaged_with_what_to_delete(tmp_path, kept):
    path = tmp_path / "model_1.skops"
    save_pipeline(Pipeline([("scale", FunctionTransformer(np.log1p))]), path)
    path.write_bytes(path.read_bytes()[:kept])
    with pytest.raises(StudyError, match=r"model_1.skops is damaged, or .*Delete it and run the same command again"):
        load_pipeline(path)
