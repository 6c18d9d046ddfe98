import dataclasses
from collections import Counter

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from small import recipe, resolved, rows
from threadpoolctl import threadpool_limits

from tentips.data import tuned_transform
from tentips.data.preparation import chosen_transform, origins, preparation
from tentips.models.baseline_search import predict, refit
from tentips.models.folds import prepare_folds
from tentips.models.pipeline_files import load_pipeline, save_pipeline
from tentips.models.trials import transforms_of

TUNED = resolved(preprocess={"transform": "tuned"})["preprocess"]


@pytest.fixture(autouse=True)
def one_thread():
    with threadpool_limits(1):
        yield


def planted(kind, seed=0, n=300, task="classification"):
    """Features (n, 12) and a label that depends on the first five, on the scale that `kind` names."""
    random = np.random.default_rng(seed)
    normal = random.normal(size=(n, 12))
    matrix = {
        "linear": lambda: np.clip(4 + 2 * normal, 0, None),
        "logarithmic": lambda: np.exp(1 + 1.5 * normal),
        # Each sample has a total of its own, of which the label knows nothing.
        "composition": lambda: np.round(np.exp(3 + normal) * np.exp(4 + 3 * random.normal(size=(n, 1)))),
    }[kind]()
    value = normal[:, :5].sum(axis=1) - (2.5 * normal[:, 5:7].sum(axis=1) if kind == "composition" else 0)
    value = value + random.normal(size=n)
    truth = value if task == "regression" else (value > np.median(value)).astype(int)
    return pd.DataFrame(matrix).add_prefix("x"), truth


def fitted(features, truth, task="classification", **options):
    return preparation(features, {**TUNED, **options}, task).fit(features, truth)


@pytest.mark.parametrize("task", ["classification", "regression"])
@pytest.mark.parametrize(("kind", "expected"), [("linear", "none"), ("logarithmic", "log1p"), ("composition", "clr")])
def test_the_scale_on_which_the_label_was_planted_is_chosen(kind, expected, task):
    prepare = fitted(*planted(kind, task=task), task)
    step = prepare[0].named_transformers_["numbers"]["transform"]
    assert chosen_transform(prepare) == expected
    assert max(step.scores_, key=step.scores_.get) == expected or expected == "none"
    assert set(step.scores_) == {"none", "log1p", "clr"}


def test_without_a_signal_values_are_left_as_they_are():
    found = Counter()
    for seed in range(20):
        features, truth = planted("logarithmic" if seed % 2 else "composition", seed, n=120)
        found[chosen_transform(fitted(features, np.random.default_rng(seed).permutation(truth)))] += 1
    assert found["none"] >= 17


def test_several_classes_and_classes_of_few_rows_are_compared():
    features, value = planted("logarithmic", task="regression")
    truth = np.digitize(value, np.quantile(value, [1 / 3, 2 / 3])) + 1
    truth[0] = 0
    assert chosen_transform(fitted(features, truth)) == "log1p"


@pytest.mark.parametrize("transform", ["none", "log1p", "clr"])
def test_what_is_chosen_prepares_as_the_step_alone(transform):
    kind = {"none": "linear", "log1p": "logarithmic", "clr": "composition"}[transform]
    features, truth = planted(kind)
    features.iloc[3, 0] = np.nan
    features["kind"] = np.resize(["p", "q"], len(features))
    tuned = fitted(features, truth)
    plain = preparation(features, {**TUNED, "transform": transform}, "classification").fit(features, truth)
    assert chosen_transform(tuned) == transform and chosen_transform(plain) is None
    assert (np.asarray(tuned.transform(features)) == np.asarray(plain.transform(features))).all()
    assert list(tuned.get_feature_names_out()) == list(plain.get_feature_names_out())
    alone = origins(tuned)
    assert alone is None if transform == "clr" else alone.tolist() == [*features.columns[:12], "kind", "kind"]


def test_missing_values_that_are_not_imputed_stay_missing():
    features, truth = planted("logarithmic")
    features = features.mask(np.random.default_rng(1).random(features.shape) < 0.1)
    prepare = fitted(features, truth, impute="none", scale="none")
    assert chosen_transform(prepare) == "log1p"
    assert np.array_equal(np.asarray(prepare.transform(features)), np.log1p(features.to_numpy()), equal_nan=True)


def test_what_the_values_do_not_allow_is_no_candidate():
    features, truth = planted("logarithmic")
    one = fitted(features[["x0"]], truth)[0].named_transformers_["numbers"]["transform"]
    assert set(one.scores_) == {"none", "log1p"}
    features.iloc[5, 2] = -0.5
    assert chosen_transform(fitted(features, truth)) == "none"


@pytest.mark.parametrize("few", [np.zeros(40, dtype=int), np.r_[np.zeros(36), np.ones(4)].astype(int)])
def test_rows_that_are_too_few_leave_values_as_they_are(few):
    features, _ = planted("logarithmic", n=40)
    step = fitted(features, few)[0].named_transformers_["numbers"]["transform"]
    assert (step.chosen_, step.scores_) == ("none", {})


def test_only_training_rows_and_their_labels_choose():
    features, truth = planted("logarithmic")
    table = rows(features, truth)
    first = prepare_folds(table, TUNED)[0]
    changed, other = features.copy(), truth.copy()
    changed.iloc[first.tune] = 1.0
    other[first.tune] = 1 - other[first.tune]
    again = prepare_folds(dataclasses.replace(table, features=changed, truth=other), TUNED)[0]
    assert first.transform == again.transform == "log1p"
    assert (again.matrix[first.train] == first.matrix[first.train]).all()
    shuffled = table.relabelled(np.random.default_rng(0).permutation(truth))
    assert [fold.transform for fold in prepare_folds(shuffled, TUNED)] == ["none"] * 3


def test_many_rows_and_columns_are_drawn(monkeypatch):
    monkeypatch.setattr(tuned_transform, "MOST_ROWS", 200)
    monkeypatch.setattr(tuned_transform, "MOST_COLUMNS", 12)
    features, truth = planted("logarithmic", n=400)
    # A hundred columns that vary little in logarithms, however large they are.
    flat = 1e6 * (2 + np.random.default_rng(1).random((400, 100)))
    features = pd.concat([pd.DataFrame(flat).add_prefix("flat"), features], axis=1)
    seen = []
    monkeypatch.setattr(tuned_transform, "_scores", lambda matrix, truth, classes: seen.append(matrix) or np.zeros(9))
    fitted(features, truth)
    assert [each.shape for each in seen] == [(200, 12)] * 3
    assert seen[0].max() < 1e6


def test_the_simplest_within_one_standard_error_is_taken():
    folds = np.array([-0.1, 0.0, 0.1] * 3)
    # Standard error of a difference with these values: sqrt(0.0075 / 9) = 0.0289; of a score: sqrt(0.0075 * (1 / 9 + 1 / 2)) = 0.0677.
    better = {"none": np.zeros(9) + 1, "log1p": 1.03 + folds, "clr": 1.03 + folds}
    assert tuned_transform.simplest(better, 0.0) == "log1p"
    assert tuned_transform.simplest({"none": np.zeros(9) + 1, "log1p": 1.028 + folds}, 0.0) == "none"
    assert tuned_transform.simplest({"none": folds, "log1p": 2 + folds, "clr": 2.1 + folds}, 0.0) == "clr"
    assert tuned_transform.simplest({"none": -np.ones(9), "log1p": 0.067 + folds}, 0.0) == "none"
    assert tuned_transform.simplest({"none": -np.ones(9), "log1p": 0.068 + folds}, 0.0) == "log1p"


def test_a_saved_model_has_its_choice_and_predicts_the_same(tmp_path):
    table = rows(*planted("logarithmic"))
    pipeline = refit("logistic", table, {}, recipe(preprocess={"transform": "tuned"}))
    save_pipeline(pipeline, tmp_path / "model.skops")
    loaded = load_pipeline(tmp_path / "model.skops")
    assert chosen_transform(loaded) == "log1p"
    expected = predict(pipeline, table.features, table.classes)
    assert (predict(loaded, table.features, table.classes) == expected).all()
    assert expected.std(axis=0).min() > 0.1


def test_a_clone_has_chosen_nothing():
    prepare = fitted(*planted("logarithmic"))
    again = clone(prepare)
    assert not hasattr(again[0], "transformers_")
    assert chosen_transform(again.fit(*planted("linear"))) == "none"


def test_the_choice_of_each_fold_and_of_the_final_model_is_told():
    table = rows(*planted("logarithmic"))
    folds = prepare_folds(table, TUNED)
    folds[1] = dataclasses.replace(folds[1], transform="clr")
    pipeline = refit("naive_bayes", table, {}, recipe(preprocess={"transform": "tuned"}))
    assert transforms_of(folds, pipeline) == {"folds": ["log1p", "clr", "log1p"], "final": "log1p"}
    assert transforms_of(folds, refit("naive_bayes", table, {}, recipe())) is None
