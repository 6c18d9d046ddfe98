import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.feature_selection import f_classif, f_regression
from small import resolved

from tentips.data.preparation import (
    CentredLogRatio,
    categorical_columns,
    numbers_and_text,
    origins,
    preparation,
    with_batch,
)


def prepared(train, new, truth=None, task="classification", **options):
    truth = np.arange(len(train)) % 2 if truth is None else truth
    train, new = numbers_and_text(train), numbers_and_text(new)
    pipeline = preparation(train, resolved(preprocess=options)["preprocess"], task).fit(train, truth)
    return np.asarray(pipeline.transform(new)), pipeline


def test_statistics_come_from_the_rows_it_was_fitted_on():
    train = pd.DataFrame({"x": [1.0, 2, 3, 6, np.nan], "y": [10.0, 10, 20, 20, 30]})
    new = pd.DataFrame({"x": [np.nan, 100.0], "y": [0.0, 1000.0]})
    found, _ = prepared(train, new)
    filled = np.array([1, 2, 3, 6, 2.5])
    x = (np.array([2.5, 100]) - filled.mean()) / filled.std()
    y = (new["y"] - train["y"].mean()) / train["y"].std(ddof=0)
    assert found == pytest.approx(np.column_stack([x, y]))


def test_one_new_row_is_transformed_as_among_many():
    random = np.random.default_rng(0)
    train = pd.DataFrame(random.normal(size=(30, 3)), columns=list("abc"))
    new = pd.DataFrame(random.normal(size=(5, 3)), columns=list("abc"))
    many, pipeline = prepared(train, new)
    assert np.asarray(pipeline.transform(new.iloc[[2]])) == pytest.approx(many[[2]])


@pytest.mark.parametrize("strategy, filled", [("mean", 4.0), ("median", 2.0)])
def test_missing_numbers_become_the_declared_statistic(strategy, filled):
    found, _ = prepared(pd.DataFrame({"x": [1.0, 2, 9]}), pd.DataFrame({"x": [np.nan]}), impute=strategy, scale="none")
    assert found.tolist() == [[filled]]


def test_missing_numbers_stay_where_nothing_is_imputed():
    found, _ = prepared(pd.DataFrame({"x": [1.0, 2, 9]}), pd.DataFrame({"x": [np.nan]}), impute="none", scale="none")
    assert np.isnan(found).all()


def test_robust_scale_uses_median_and_quartiles():
    found, _ = prepared(pd.DataFrame({"x": [0.0, 1, 2, 3, 100]}), pd.DataFrame({"x": [4.0]}), scale="robust")
    assert found.tolist() == [[1.0]]


def test_log1p_comes_before_scaling():
    values = np.expm1(np.array([0.0, 1, 2, 3]))
    found, _ = prepared(pd.DataFrame({"x": values}), pd.DataFrame({"x": [np.expm1(5.0)]}), transform="log1p")
    assert found == pytest.approx(np.array([[(5 - 1.5) / np.std([0, 1, 2, 3])]]))


def test_column_without_a_value_in_the_fitted_rows_becomes_zero():
    train = pd.DataFrame({"x": [1.0, 2, 3], "empty": [np.nan] * 3})
    for strategy in ("median", "mean"):
        found, _ = prepared(train, pd.DataFrame({"x": [2.0], "empty": [np.nan]}), impute=strategy)
        assert found.tolist() == [[0.0, 0.0]]


def test_constant_column_gives_finite_values():
    found, _ = prepared(pd.DataFrame({"x": [5.0] * 4}), pd.DataFrame({"x": [5.0, 6.0]}))
    assert found.tolist() == [[0.0], [1.0]]


def test_unseen_category_gives_zeros_and_a_missing_one_is_its_own():
    train = pd.DataFrame({"colour": ["red", "blue", None, "red"]})
    new = pd.DataFrame({"colour": ["red", "green", np.nan, "blue"]})
    found, pipeline = prepared(train, new)
    names = list(pipeline.get_feature_names_out())
    assert names == ["colour_(missing)", "colour_blue", "colour_red"]
    assert found.tolist() == [[0, 0, 1], [0, 0, 0], [1, 0, 0], [0, 1, 0]]


def test_booleans_are_categories():
    train = pd.DataFrame({"ringed": [True, False, True, False], "x": [1.0, 2, 3, 4]})
    assert categorical_columns(train) == ["ringed"]
    found, pipeline = prepared(train, train)
    assert list(pipeline.get_feature_names_out()) == ["x", "ringed_False", "ringed_True"]
    assert found[:, 1:].tolist() == [[0, 1], [1, 0], [0, 1], [1, 0]]


def test_numbers_and_text_leaves_its_input_alone():
    frame = pd.DataFrame({"n": [1, 2], "t": ["a", None]})
    found = numbers_and_text(frame)
    assert found["n"].dtype == "float64"
    assert found["t"].tolist() == ["a", "(missing)"]
    assert frame["n"].dtype == "int64" and frame["t"].isna().tolist() == [False, True]


def test_centred_log_ratio_rows_sum_to_zero_and_keep_log_ratios():
    counts = np.random.default_rng(0).poisson(20, size=(6, 5)).astype(float)
    found = CentredLogRatio().fit_transform(counts)
    assert found.sum(axis=1) == pytest.approx(np.zeros(6), abs=1e-12)
    assert found[:, 0] - found[:, 3] == pytest.approx(np.log((counts[:, 0] + 1) / (counts[:, 3] + 1)))


def test_centred_log_ratio_by_hand_in_the_whole_preparation():
    # log(x + 1) is 0, 1 and 2 less their mean
    train = pd.DataFrame(np.tile(np.expm1([0.0, 1.0, 2.0]), (3, 1)), columns=list("abc"))
    found, _ = prepared(train, train, transform="clr", scale="none")
    assert found == pytest.approx(np.tile([-1.0, 0.0, 1.0], (3, 1)))


@pytest.mark.parametrize("task", ["classification", "regression"])
def test_select_keeps_the_features_with_the_highest_f(task):
    random = np.random.default_rng(4)
    truth = np.arange(60) % 2 if task == "classification" else random.normal(size=60)
    train = pd.DataFrame(random.normal(size=(60, 6)) + np.outer(truth, [0, 2, 0, 0.9, 0, 0]), columns=list("abcdef"))
    found, pipeline = prepared(train, train, truth, task, select=2)
    f = (f_classif if task == "classification" else f_regression)(train.to_numpy(), truth)[0]
    assert set(pipeline.get_feature_names_out()) == set(train.columns[np.argsort(f)[-2:]]) == {"b", "d"}
    assert found.shape == (60, 2)


@pytest.mark.filterwarnings("ignore:k=10 is greater than")
def test_select_beyond_the_number_of_features_keeps_all():
    train = pd.DataFrame(np.random.default_rng(0).normal(size=(20, 3)), columns=list("abc"))
    assert prepared(train, train, select=10)[0].shape == (20, 3)


def test_preparation_can_be_cloned():
    train = pd.DataFrame({"x": [1.0, 2, 3, 4], "t": ["a", "b", "a", "b"]})
    found, pipeline = prepared(train, train, transform="clr")
    again = clone(pipeline).fit(numbers_and_text(train), [0, 1, 0, 1])
    assert np.asarray(again.transform(numbers_and_text(train))) == pytest.approx(found)


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"impute": "none", "scale": "none"},
        {"transform": "log1p", "scale": "robust"},
        {"impute": "median", "select": 4},
    ],
)
def test_a_prepared_column_is_traced_to_the_only_feature_that_changes_it(options):
    truth, random = np.arange(60) % 2, np.random.default_rng(1)
    train = pd.DataFrame({"colour": ["red", "blue", None] * 20, "x": random.gamma(2, size=60) + 2 * truth})
    train["ringed"], train["noise"], train["colour_2"] = (
        (truth == 1) | (np.arange(60) == 0),
        random.gamma(2, size=60),
        random.gamma(2, size=60),
    )
    found, pipeline = prepared(train, train, truth, **options)
    traced = origins(pipeline)
    assert len(traced) == found.shape[1] and {"x", "ringed"} <= set(traced)
    for name in train:
        other = numbers_and_text(train.assign(**{name: np.roll(train[name].to_numpy(), 1)}))
        changed = (np.asarray(pipeline.transform(other)) != found).any(axis=0)
        assert (changed == (traced == name)).all()


def test_columns_that_depend_on_more_than_one_feature_are_not_traced():
    train = pd.DataFrame({"x": [1.0, 2, 3, 4], "y": [2.0, 1, 5, 3], "t": ["a", "b", "a", "b"]})
    assert origins(prepared(train, train, transform="clr")[1]) is None
    corrected = with_batch(train, np.array(["p", "q", "p", "q"], dtype=object))
    pipeline = preparation(
        corrected, resolved(preprocess={})["preprocess"] | {"batch_correction": "combat"}, "classification"
    )
    assert origins(pipeline.fit(corrected, [0, 1, 1, 0])) is None
    assert origins(clone(pipeline)[0]) is None
