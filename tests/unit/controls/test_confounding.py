"""Predicting the label without features: what decides it is seen, what does not is at chance."""

import dataclasses

import numpy as np
import pandas as pd
import pytest
from small import resolved, rows

from tentips.controls import confounding
from tentips.controls.confounding import confounders

OPTIONS = resolved()["evaluation"] | {"bootstrap": 200}
NONE = {"covariates": [], "batch": [], "site": [], "time": []}
CASE = np.arange(120) % 2


@pytest.fixture(autouse=True)
def few_trees(monkeypatch):
    monkeypatch.setattr(confounding, "TREES", 15)


def table(truth=CASE, task="classification", groups=None):
    return rows(np.zeros((len(truth), 1)), truth, task, groups=groups)


def told(sheet, features_auc=None, metric="roc_auc", truth=CASE, task="classification", **roles):
    """The table for a sheet; the features' predictions are right in a share of rows, or at chance."""
    random = np.random.default_rng(9)
    own = table(truth, task)
    if task == "classification":
        strength = 0.0 if features_auc is None else features_auc
        case = 1 / (1 + np.exp(-(strength * (truth - 0.5) * 2 + random.normal(size=len(truth)))))
        oof = np.stack([1 - case, case], axis=1)
    else:
        oof = (features_auc or 0) * truth + random.normal(size=len(truth)) * 0.1
    return confounders(own, pd.DataFrame(sheet), NONE | roles, {"svm": oof}, metric, OPTIONS)


def test_a_covariate_that_decides_the_label_is_seen():
    random = np.random.default_rng(0)
    found = told({"age": 50 + 20 * CASE + random.normal(size=120)}, covariates=["age"]).iloc[0]
    assert (found["source"], found["columns"], found["metric"], found["n"]) == ("covariates", "age", "roc_auc", 120)
    assert found["value"] > 0.99 and found["low"] > 0.9 and found["chance"] == 0.5
    assert found["added_low"] < 0 and found["added"] == pytest.approx(found["together"] - found["value"])


def test_an_independent_covariate_is_at_chance_and_the_features_have_the_advantage():
    age = np.random.default_rng(1).normal(size=120)
    found = told({"age": age}, features_auc=3.0, covariates=["age"]).iloc[0]
    assert found["low"] < 0.5 < found["high"] + 0.05 and found["value"] == pytest.approx(0.5, abs=0.15)
    assert found["model_value"] > 0.95 and found["model"] == "svm"
    assert found["added"] > 0.3 and 0.2 < found["added_low"] < found["added"] < found["added_high"]
    assert found["within"] > 0.9 and found["within_low"] > 0.8 and found["strata"] == 5


def test_batch_numbers_are_categories():
    # Odd batches hold cases, even ones controls: as a number from 1 to 24 the batch says nothing to a linear model.
    batch = np.repeat(np.arange(24), 5) + 1
    sheet, truth = {"run": batch}, batch % 2
    features = confounding._as_features(pd.DataFrame(sheet), NONE | {"batch": ["run"]})
    assert features["run"].tolist()[:6] == ["1"] * 5 + ["2"]
    found = told(sheet, truth=truth, batch=["run"]).iloc[0]
    assert found["source"] == "batch, site and time" and found["value"] > 0.95
    assert found["predictor"] in ("logistic regression", "random forest")


def test_few_valued_covariates_are_categories_and_many_valued_ones_numbers():
    sheet = pd.DataFrame({"stage": CASE + 1.0, "age": np.arange(120.0), "sex": ["f", None] * 60})
    found = confounding._as_features(sheet, NONE | {"covariates": ["stage", "age", "sex"]})
    assert found["stage"].tolist()[:2] == ["1.0", "2.0"] and found["age"].tolist() == list(range(120))
    assert found["sex"].tolist()[:2] == ["f", "(missing)"]


def test_dates_are_moments():
    dates = pd.Series(pd.date_range("2024-02-20", periods=120).strftime("%Y-%m-%d"))
    roles = NONE | {"time": ["day"]}
    found = confounding._as_features(pd.DataFrame({"day": dates}), roles)["day"]
    assert np.diff(found) == pytest.approx(np.full(119, found[1] - found[0])) and found[1] > found[0]
    numbers = confounding._as_features(pd.DataFrame({"day": np.arange(3)}), roles)["day"]
    assert numbers.tolist() == [0, 1, 2], "few days are numbers too"
    late = (np.arange(120) >= 60).astype(int)
    found = told({"day": dates}, truth=late, time=["day"]).iloc[0]
    assert found["columns"] == "day" and found["value"] > 0.95
    assert told({"day": dates}, time=["day"]).iloc[0]["value"] < 0.7


def test_both_sources_have_a_row_and_columns_without_variety_none():
    sheet = {"age": np.arange(120.0), "sex": ["f", "m"] * 60, "run": np.arange(120) % 3, "place": "here", "day": CASE}
    found = told(sheet, covariates=["age", "sex"], batch=["run", "day"], site=["place"], time=["day"])
    assert found["columns"].tolist() == ["age, sex", "run, day"]
    assert found["source"].tolist() == ["covariates", "batch, site and time"]
    assert len(told(sheet, site=["place"])) == 0


def test_nothing_declared_is_an_empty_table_with_its_columns():
    found = told({"age": np.arange(120.0)})
    assert len(found) == 0
    assert list(found.columns) == list(told({"sex": CASE}, covariates=["sex"]).columns)
    assert list(found.columns)[-4:] == ["within", "within_low", "within_high", "n"]


def test_the_score_within_strata_leaves_nothing_that_is_impossible():
    found = told({"age": np.random.default_rng(1).normal(size=80)}, 0.8, truth=CASE[:80], covariates=["age"]).iloc[0]
    assert found["within"] == pytest.approx(0.959, abs=0.001) and found["within_high"] == 1.0


def test_numeric_labels_and_metrics_without_a_chance_level():
    truth = np.random.default_rng(0).normal(size=120)
    found = told({"age": truth + 5}, metric="r2", truth=truth, task="regression", covariates=["age"]).iloc[0]
    assert found["value"] > 0.9 and found["predictor"] == "ridge regression" and found["chance"] == 0
    assert found["model_value"] < 0.1 and found["added_low"] < 0 and found["together"] > 0.9
    found = told({"sex": CASE}, metric="neg_log_loss", covariates=["sex"]).iloc[0]
    assert found["value"] > -0.2 and pd.isna(found["chance"])


def test_groups_are_held_apart():
    # The sheet names the patient: within folds of whole patients that tells nothing of others.
    patient = np.repeat(np.arange(30), 4)
    truth = (np.arange(30) // 3 % 2)[patient]  # half of each fold's patients
    own = dataclasses.replace(table(truth, groups=patient), fold=patient % 3)
    oof = np.stack([1 - truth, truth], axis=1) * 0.8 + 0.1
    sheet = pd.DataFrame({"plate": [f"plate {number}" for number in patient]})
    found = confounders(own, sheet, NONE | {"batch": ["plate"]}, {"svm": oof}, "roc_auc", OPTIONS).iloc[0]
    assert found["value"] == pytest.approx(0.5, abs=0.15) and found["added_low"] > 0.2


def two_causes(seed, independent):
    """Age and one measured feature, each going with the label; or a feature that carries age alone."""
    random = np.random.default_rng(seed)
    case = np.arange(160) % 2
    age = 0.85 * (case - 0.5) + random.normal(size=160)
    feature = 0.85 * (case - 0.5) + random.normal(size=160) if independent else age + 0.3 * random.normal(size=160)
    probability = 1 / (1 + np.exp(-feature))
    oof = np.stack([1 - probability, probability], axis=1)
    own = dataclasses.replace(table(case), fold=random.permutation(160) % 3)
    return confounders(
        own, pd.DataFrame({"age": age}), NONE | {"covariates": ["age"]}, {"svm": oof}, "roc_auc", OPTIONS
    )


def test_features_independent_of_age_add_to_it_though_they_are_no_better_alone():
    """Alone .73 and .73, together .80: features against age alone would say that they add nothing."""
    found = pd.concat([two_causes(seed, True) for seed in range(12)])
    assert abs(found["model_value"].mean() - found["value"].mean()) < 0.05
    assert found["together"].mean() > found["value"].mean() + 0.04
    assert (found["added_low"] > 0).sum() >= 8


def test_features_that_carry_age_alone_add_nothing():
    found = pd.concat([two_causes(seed, False) for seed in range(12)])
    assert (found["low"] > 0.5).all()
    assert (found["added_low"] > 0).sum() <= 1
