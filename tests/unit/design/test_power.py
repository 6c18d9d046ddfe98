"""The power of a study: its parts against reference implementations, its null, and whole studies simulated by hand."""

import dataclasses

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import Ridge
from sklearn.metrics import r2_score, roc_auc_score
from small import rows

from tentips.data.planted_labels import Planter, structure_of
from tentips.data.split import folds
from tentips.design import design_summary, power
from tentips.design.batch_confounding import null_is_found
from tentips.design.influence import value_and_spread
from tentips.models.folds import Fold, prepare_folds
from tentips.statistics.intervals import resample_weights, resampled, score_interval

OPTIONS = {"transform": "none", "impute": "median", "scale": "standard", "select": None}


def setting(n=160, features=6, group=1, task="classification", truth=None, batches=None, shift=0.0, seed=0):
    random = np.random.default_rng(seed)
    matrix = random.normal(size=(n, features))
    if batches is not None:
        matrix += shift * batches[:, None]
    truth = np.arange(n) // group % 2 if truth is None else truth
    table = rows(matrix, truth, task, groups=np.arange(n) // group)
    table = dataclasses.replace(table, fold=folds(table.strata, table.groups, 4, seed))
    return table, Planter(structure_of(table, batches), matrix.astype("float32"), task, seed)


def runs(tested=50, repetitions=60, metric="roc_auc", **arguments):
    table, planter = setting(**arguments)
    return power.repeated(table, prepare_folds(table, OPTIONS), planter, tested, metric, 0.95, repetitions)


# The closed form of the bootstrap's variance


@pytest.mark.parametrize("kind", ["two", "three", "value"])
@pytest.mark.parametrize("grouped", [False, True])
def test_spread_agrees_with_the_bootstrap_of_groups(kind, grouped):
    random = np.random.default_rng(1)
    n = 240
    groups = np.arange(n) // 4 if grouped else np.arange(n)
    common = random.normal(size=n)[groups]
    if kind == "value":
        truth = common + random.normal(size=n)
        predicted, name = truth + 0.8 * random.normal(size=n) + 0.8 * common, "r2"
        expected = r2_score(truth, predicted)
    else:
        classes = 2 if kind == "two" else 3
        truth = groups % classes if grouped else random.integers(0, classes, n)
        predicted = np.eye(classes)[truth] + random.normal(size=(n, classes)) + np.eye(classes)[0] * common[:, None]
        name = "roc_auc"
        expected = np.mean([roc_auc_score(truth == c, predicted[:, c]) for c in ([1] if classes == 2 else range(3))])
    value, spread = value_and_spread(name, truth, predicted, groups)
    draws = resampled(name, truth, [predicted], resample_weights(groups, 4000, 0))
    assert value == pytest.approx(expected)
    assert np.sqrt(spread) == pytest.approx(draws.std(), rel=0.08)


def test_found_by_the_closed_form_is_found_by_the_studys_interval():
    random, agree = np.random.default_rng(0), 0
    for _ in range(200):
        truth, groups = np.arange(60) % 2, np.arange(60) // 2 * 2 // 2
        predicted = truth * 0.6 + random.normal(size=60)
        both = np.column_stack([-predicted, predicted])
        _, low = power._tested("roc_auc", truth, both, groups, 2, 0.95)
        study = score_interval("roc_auc", truth, [both], groups, 0.95)
        agree += (low > 0.5) == (study.low > 0.5)
    assert agree >= 194


# The linear models


@pytest.mark.parametrize("features", [5, 60])
def test_ridge_is_scikit_learns_with_the_penalty_of_least_generalised_cross_validation(features):
    random = np.random.default_rng(0)
    matrix = random.normal(size=(40, features)).astype("float32")
    targets = (matrix[:, :1] + random.normal(size=(40, 3))).astype("float32")
    train, tune = np.arange(30), np.arange(30, 40)
    found = power.Decomposed.of(matrix, train, tune)
    predicted = found._ridge((targets[train] - targets[train].mean(axis=0)).astype(float))
    for column in range(3):
        best = np.inf
        for penalty in power.PENALTIES * np.square(found.singular).mean():
            model = Ridge(alpha=penalty).fit(matrix[train].astype(float), targets[train, column])
            centred = matrix[train].astype(float) - matrix[train].mean(axis=0)
            hat = centred @ np.linalg.solve(centred.T @ centred + penalty * np.eye(features), centred.T)
            left = np.square(targets[train, column] - model.predict(matrix[train])).sum()
            criterion = left / (1 - (1 + np.trace(hat)) / 30) ** 2
            if criterion < best - 1e-9:
                best, expected = criterion, model.predict(matrix[tune]) - targets[train, column].mean()
        assert predicted[:, column] == pytest.approx(expected, abs=2e-3)


def test_one_telling_feature_among_many_is_found_by_screening():
    random = np.random.default_rng(0)
    matrix = random.normal(size=(300, 600)).astype("float32")
    truth = (matrix[:, 7] + 0.5 * random.normal(size=300) > 0).astype("float32")[:, None]
    train, tune = np.arange(200), np.arange(200, 300)
    learner = power.Learner.of(Fold(0, train, tune, matrix), np.arange(300), 0)
    ridge, screened = learner.whole.predict(truth)
    assert roc_auc_score(truth[tune], screened) > roc_auc_score(truth[tune], ridge) + 0.03
    assert np.corrcoef(learner.predict(truth)[:, 0], screened[:, 0])[0, 1] == pytest.approx(1), "the same, less sure"


def test_labels_that_are_tested_by_are_not_learned_from():
    """Rows' predictions come from folds that did not hold them, and do not change with the labels they are tested by."""
    table, _ = setting()
    learners = [power.Learner.of(fold, table.groups, 0) for fold in prepare_folds(table, OPTIONS)]
    targets = np.random.default_rng(0).integers(0, 2, (160, 2)).astype("float32")
    before = power._out_of_fold(learners, targets, "roc_auc")
    changed = targets.copy()
    changed[table.fold == 2] = 1 - changed[table.fold == 2]
    after = power._out_of_fold(learners, changed, "roc_auc")
    assert (after[table.fold == 2] == before[table.fold == 2]).all()
    assert (after[table.fold == 1] != before[table.fold == 1]).all()


# Power


def test_labels_without_effect_are_found_no_more_often_than_the_interval_lets_them():
    """Independent rows, groups with one label, and batches that the label goes with but the features do not."""
    batches = np.arange(160) // 2 % 2
    tied = (np.random.default_rng(0).random(160) < np.array([0.25, 0.75])[batches]).astype(int)
    found = [runs(repetitions=250, **each) for each in ({}, {"group": 2}, {"truth": tied, "batches": batches})]
    null = pd.concat(found).query("effect == 0.5")["found"]
    assert null.mean() < 0.025 + 2.6 * np.sqrt(0.025 * 0.975 / len(null))


def test_batches_that_give_the_label_away_are_told_from_a_signal():
    batches = np.arange(160) % 2
    tied = (np.random.default_rng(0).random(160) < np.array([0.1, 0.9])[batches]).astype(int)
    table = power.estimated(runs(truth=tied, batches=batches, shift=3.0), "classification", 0.95)
    assert table["power"][0] > 0.5
    assert null_is_found({"null": table.iloc[0][["power", "low"]], "null_allowed": 0.025})


@pytest.mark.parametrize("metric", ["roc_auc", "balanced_accuracy", "matthews_corrcoef"])
def test_power_rises_with_the_effect_and_with_the_test_part(metric):
    small, large = (runs(tested, metric=metric, n=240).groupby("effect")["found"].mean() for tested in (30, 200))
    assert small[0.9] > 0.85 and small[0.55] < 0.35 and large[0.5] < 0.12
    assert (large - small)[[0.65, 0.7]].min() > 0.05


def test_numbers_have_power_too():
    found = runs(task="regression", truth=np.random.default_rng(3).normal(size=160), metric="r2")
    assert found.groupby("effect")["found"].mean()[[0.0, 0.6]].tolist() == pytest.approx([0, 1], abs=0.05)


def test_power_is_that_of_studies_simulated_by_hand():
    """A whole study each time: new samples, a direction, training by scikit-learn, a test part, DeLong's interval."""
    from scipy import stats

    random, hits, effect = np.random.default_rng(7), [], 0.7
    d = np.sqrt(2) * stats.norm.ppf(effect)
    for _ in range(300):
        weights = np.zeros(6)
        weights[random.permutation(6)[:5]] = random.normal(size=5)
        weights *= d / np.linalg.norm(weights)
        labels = [np.arange(n) % 2 for n in (120, 50)]
        train, test = (random.normal(size=(len(y), 6)) + np.outer(y - 0.5, weights) for y in labels)
        model = Ridge(alpha=5.0).fit(train, labels[0])
        scores = model.predict(test)
        both = np.column_stack([-scores, scores])
        hits.append(score_interval("roc_auc", labels[1], [both], np.arange(50), 0.95).low > 0.5)
    told = np.mean([runs(repetitions=100, seed=seed).groupby("effect")["found"].mean()[effect] for seed in range(3)])
    assert told == pytest.approx(np.mean(hits), abs=0.11)


def test_the_smallest_effect_is_interpolated_and_has_an_interval():
    effects, shares = [0.5, 0.6, 0.7, 0.8], [0.0, 0.5, 0.7, 0.9]
    table = pd.DataFrame(
        [(r, e, r < 100 * share) for e, share in zip(effects, shares, strict=True) for r in range(100)],
        columns=["repetition", "effect", "found"],
    )
    smallest, low, high = power.smallest_effect(table, 0.95)
    assert smallest == pytest.approx(0.75)
    assert 0.69 < low < 0.73 and 0.77 < high <= 0.8
    never = table.assign(found=table["found"] & (table["effect"] < 0.8))
    assert power.smallest_effect(never, 0.95)[0] == np.inf


def test_power_has_exact_binomial_intervals():
    table = pd.DataFrame(
        {"repetition": range(20), "effect": 0.7, "attained": 0.7, "score": 0.6, "found": [True] * 4 + [False] * 16}
    )
    found = power.estimated(table, "classification", 0.95).iloc[0]
    assert (found["power"], found["found"]) == (0.2, 4)
    # Clopper and Pearson's limits of 4 in 20, as R's binom.test gives them.
    assert (found["low"], found["high"]) == pytest.approx((0.0573, 0.4366), abs=1e-4)


@pytest.mark.parametrize(("metric", "expected"), [("accuracy", "roc_auc"), ("balanced_accuracy", "balanced_accuracy"), ("neg_log_loss", "roc_auc")])  # fmt: skip
def test_metrics_without_a_chance_level_are_judged_by_the_area(metric, expected):
    assert power.judged_by(metric, "classification", 2) == expected


# What is told


def described(smallest, low=0.66, high=0.72, null=(0.02, 0.005)):
    found = {"measure": "roc_auc", "metric": "roc_auc", "confidence": 0.95, "wanted": 0.8, "smallest": smallest, "low": low, "high": high, "largest": 0.9, "null": {"power": null[0], "low": null[1], "high": 0.1}, "null_allowed": 0.025}  # fmt: skip
    parts = [{"part": "development", "samples": 200, "groups": 100}, {"part": "test", "samples": 60, "groups": 30}]
    return {"power": found, "parts": parts, "group": ["patient"]}


def test_the_paragraph_says_whether_the_study_is_worth_running():
    worth = design_summary.worth
    assert worth(described(0.69), 0.8).startswith(
        "Yes, if you expect an effect of that size. With 100 independent groups"
    )
    assert "ROC AUC of 0.69 or more (95% interval 0.66 to 0.72) would be found in 80% of such studies" in worth(described(0.69), 0.8)  # fmt: skip
    assert worth(described(0.85, 0.81, None), 0.8).startswith("Only if you expect a very strong effect.")
    assert "0.81 to beyond 0.90" in worth(described(0.85, 0.81, None), 0.8)
    assert worth(described(None), 0.8).startswith("Hardly.")
    found = described(0.69, null=(0.4, 0.33))
    assert "batch" not in worth(found, 0.8) and "intervals of a test part like this one are too narrow" in worth(
        found, 0.8
    )
    found["power"]["batches"] = 3
    assert worth(found, 0.8).startswith("Not as it is. Labels without any effect were “found” in 40%")
    assert "Whatever a model finds here may be the batch" in worth(found, 0.8)


def test_the_paragraph_is_no_more_hopeful_than_the_checks_beside_it():
    found = described(0.69) | {"findings": [{"id": "label-batch", "status": "fail"}]}
    assert design_summary.worth(found, 0.8).startswith("Not as it is. The label goes with a batch or site.")
    found["findings"][0]["status"] = "warn"
    assert design_summary.worth(found, 0.8).startswith("Yes")


def test_levels_of_a_batch_with_every_class_are_counted():
    sheet = pd.DataFrame({"label": list("ababaa"), "site": ["x", "x", "y", "y", "z", "z"], "group": range(6)})
    assert design_summary._batch(sheet, "site", "classification")["complete"] == 2
    numbers = sheet.assign(label=[1.0, 1.5, 2.0, 2.0, 3.0, 4.0])
    assert design_summary._batch(numbers, "site", "regression")["complete"] == 2


def test_the_size_of_the_test_part_is_all_that_is_read_of_it():
    table, _ = setting(120, group=3)
    split = pd.DataFrame({"sample": range(150), "repeat": 1, "role": ["train"] * 120 + ["test"] * 30})
    # 40 groups of three are in the development part; the test part's groups may be smaller or larger than those.
    assert design_summary.tested_part(split, table, groups=52) == (30, 12)
