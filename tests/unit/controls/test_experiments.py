"""Experiments whose outcome is known: shuffles under no signal, curves of a planted law, batches of known content."""

import dataclasses

import numpy as np
import pandas as pd
import pytest
from small import recipe, resolved, rows

from tentips.controls import control_tables, power_law, trainings
from tentips.controls.experiments import (
    SHARES,
    Experiment,
    label_shuffles,
    learning_curve,
    left_out,
    planted_signal,
    random_folds,
    shuffled,
)
from tentips.controls.power_law import Exponential, PowerLaw, extrapolate, fit, fitted_form
from tentips.data.other_labels import OtherLabels
from tentips.data.planted_labels import Planter, structure_of
from tentips.data.preparation import preparation
from tentips.data.split import folds
from tentips.models.baseline_search import search
from tentips.models.folds import prepare_folds
from tentips.models.journal import Journal
from tentips.models.trials import Trial, best_of, corrected_score

OPTIONS = resolved()["evaluation"] | {"bootstrap": 200}


def grouped(groups, truth, features=2, seed=0, n_folds=3, task="classification"):
    """Rows of noise whose folds keep groups whole."""
    random, truth = np.random.default_rng(seed), np.asarray(truth)
    table = rows(random.normal(size=(len(truth), features)), truth, task, groups=np.asarray(groups))
    return dataclasses.replace(table, fold=folds(table.strata, table.groups, n_folds, seed))


# Shuffles


def test_without_groups_labels_are_permuted():
    truth, random = np.arange(40) % 4, np.random.default_rng(0)
    drawn = np.stack([truth[shuffled(truth, np.arange(40), random)] for _ in range(200)])
    assert (np.sort(drawn, axis=1) == np.sort(truth)).all()
    assert (drawn == truth).mean() == pytest.approx(0.25, abs=0.03), "shuffled labels agree with the old by chance"
    assert (drawn[:, 0] == 0).mean() == pytest.approx(0.25, abs=0.12)


def test_groups_with_one_label_exchange_it_whole():
    groups = np.array([7, 3, 3, 7, 9, 9, 9, 1, 1, 1, 5, 5])
    label = {7: 0, 3: 1, 9: 2, 1: 3, 5: 4}
    truth, random, firsts = np.array([label[each] for each in groups]), np.random.default_rng(1), set()
    for _ in range(100):
        drawn = truth[shuffled(truth, groups, random)]
        by_group = {name: set(drawn[groups == name].tolist()) for name in label}
        assert all(len(found) == 1 for found in by_group.values())
        assert sorted(min(found) for found in by_group.values()) == [0, 1, 2, 3, 4]
        firsts.add(min(by_group[7]))
    assert firsts == {0, 1, 2, 3, 4}
    assert truth.tolist() == [label[each] for each in groups], "the labels given are left as they were"


def test_groups_with_several_labels_exchange_them_among_their_size_and_groups_with_one_among_themselves():
    groups = np.repeat(np.arange(9), [2, 2, 2, 2, 3, 3, 3, 3, 3])
    truth = np.array([0, 0, 0, 1, 1, 0, 0, 1, *[0, 0, 1], *[1, 1, 1], *[0, 0, 0], *[0, 0, 0], *[1, 1, 0]])
    constant, mixed = [0, 5, 6, 7], {2: [1, 2, 3], 3: [4, 8]}
    random, seen, within = np.random.default_rng(2), set(), set()
    for _ in range(200):
        drawn = truth[shuffled(truth, groups, random)]
        assert sorted(drawn[groups == group][0] for group in constant) == [0, 0, 0, 1]
        assert all(len(set(drawn[groups == group])) == 1 for group in constant)
        for members in mixed.values():
            counts = [sorted(labels[groups == group].sum() for group in members) for labels in (truth, drawn)]
            assert counts[0] == counts[1]
        seen.add(int(drawn[groups == 0].sum()))
        within.add(tuple(drawn[groups == 4].tolist()))
    assert seen == {0, 2}, "groups with one label exchange it across sizes"
    assert within == {(0, 0, 1), (0, 1, 0), (1, 0, 0), (0, 1, 1), (1, 0, 1), (1, 1, 0)}, (
        "and others are shuffled within too"
    )


def test_matched_pairs_stay_pairs():
    truth = np.tile([0, 1], 20)
    drawn = [truth[shuffled(truth, np.repeat(np.arange(20), 2), np.random.default_rng(seed))] for seed in range(40)]
    assert all((labels.reshape(20, 2).sum(axis=1) == 1).all() for labels in drawn)
    assert np.mean([labels[0] for labels in drawn]) == pytest.approx(0.5, abs=0.25)


def test_numeric_labels_are_shuffled_too():
    values = np.random.default_rng(0).normal(size=30)
    drawn = values[shuffled(values, np.arange(30), np.random.default_rng(1))]
    assert sorted(drawn) == sorted(values) and (drawn != values).mean() > 0.8
    repeated = values[np.arange(30) // 3]
    own = repeated[shuffled(repeated, np.arange(30) // 3, np.random.default_rng(1))].reshape(10, 3)
    assert (own == own[:, :1]).all() and sorted(own[:, 0]) == sorted(values[:10])


def test_each_label_shuffle_has_every_fold_with_one_set_of_labels():
    table = grouped(np.repeat(np.arange(20), 3), (np.arange(20) % 2).repeat(3))
    found = label_shuffles(table, 4, 0.1, seed=5)
    assert [(each.level, each.fold) for each in found] == [(k, fold) for k in (1, 2, 3, 4) for fold in range(3)]
    for each in found:
        assert each.score.tolist() == np.flatnonzero(table.fold == each.fold).tolist()
        assert each.train.tolist() == np.flatnonzero(table.fold != each.fold).tolist()
    labels = [found[position].truth for position in (0, 3, 6, 9)]
    assert all(found[position + 2].truth is found[position].truth for position in (0, 3, 6, 9))
    assert len({tuple(each) for each in (*labels, table.truth)}) == 5
    again, other = label_shuffles(table, 4, 0.1, seed=5), label_shuffles(table, 4, 0.1, seed=6)
    assert all((one.truth == two.truth).all() for one, two in zip(found, again, strict=True))
    assert any((one.truth != two.truth).any() for one, two in zip(found, other, strict=True))


def test_other_labels_move_with_the_shuffled_one_and_stay_with_the_real_one():
    table = grouped(np.arange(60), np.arange(60) % 2)
    names = pd.Series([f"{label} {number}" for number, label in enumerate(table.truth)], dtype=object)
    table = dataclasses.replace(table, others=OtherLabels(pd.DataFrame({"name": names})))
    for each in label_shuffles(table, 3, 0.1, seed=5):
        moved = each.others.table["name"]
        assert moved.str[0].astype(int).tolist() == each.truth.tolist() and sorted(moved) == sorted(names)
        assert (moved == names).mean() < 0.2
    curve = learning_curve(table, 0.1, seed=1)
    assert curve and all(each.others is table.others for each in curve)


def test_shuffles_that_take_a_class_from_a_fold_are_drawn_again():
    # 7 of 40 rows are cases: training rows of each fold need 3 of them, which a draw in about ten does not give.
    table = rows(np.zeros((40, 1)), (np.arange(40) < 7).astype(int), folds=2)
    found = label_shuffles(table, 30, 0.1, seed=0)
    assert len(found) == 60
    assert all(np.bincount(each.truth[each.train], minlength=2).min() >= 3 for each in found)
    random = np.random.default_rng(0)
    plain = [table.truth[shuffled(table.truth, table.groups, random)] for _ in range(30)]
    assert any(labels[table.fold == fold].sum() < 3 for labels in plain for fold in (0, 1))
    assert label_shuffles(dataclasses.replace(table, truth=(np.arange(40) < 4).astype(int)), 5, 0.1, seed=0) == []


# Learning curves and levels left out


def test_learning_curve_grows_by_whole_groups():
    table = grouped(np.repeat(np.arange(120), 2), (np.arange(120) % 2).repeat(2))
    found = learning_curve(table, 0.1, seed=0)
    parts = {0.125: 3, 0.25: 3, 0.5: 2, 0.75: 1, 1.0: 1}
    assert [each.level for each in found] == [
        (share, part) for share in SHARES for part in range(1, parts[share] + 1) for _ in range(3)
    ]
    for each in found:
        full = table.fold != each.fold
        assert set(each.score) == set(np.flatnonzero(~full)) and set(each.train) <= set(np.flatnonzero(full))
        inside = np.isin(table.groups, table.groups[each.train])
        assert set(np.flatnonzero(inside & full)) == set(each.train), "groups are whole"
        assert len(each.train) == pytest.approx(each.level[0] * full.sum(), abs=4)
        assert np.bincount(table.truth[each.train]).tolist() == pytest.approx([len(each.train) / 2] * 2, abs=3)
    for fold in range(3):
        sizes = [len(each.train) for each in found if each.fold == fold and each.level[1] == 1]
        assert sizes == sorted(sizes) and len(set(sizes)) == len(SHARES)
        for share in SHARES:
            own = [each.train for each in found if each.fold == fold and each.level[0] == share]
            assert len(set(np.concatenate(own))) == sum(map(len, own)), "parts of one size have no row in common"


def shares_of(table):
    return sorted({each.level[0] for each in learning_curve(table, 0.1, seed=0)})


def test_learning_curve_leaves_out_shares_with_too_few_rows_of_a_class():
    table = grouped(np.arange(120), (np.arange(120) < 15).astype(int))  # 10 cases train each fold
    assert shares_of(table) == [0.5, 0.75, 1.0]
    small = grouped(np.arange(45), np.arange(45) % 2)  # 30 rows train each fold; 20 are the floor
    assert shares_of(small) == [0.75, 1.0]
    values = grouped(np.arange(240), np.arange(240.0), task="regression")
    assert shares_of(values) == list(SHARES)


def test_groups_of_a_level_that_is_left_out_are_not_trained_on():
    # Patients 0 to 29 have two rows each; those of patient p are in batches p % 3 and, for p below 6, the next one.
    patient = np.repeat(np.arange(30), 2)
    batch = np.where((np.arange(60) % 2 == 1) & (patient < 6), (patient + 1) % 3, patient % 3)
    table = grouped(patient, (np.arange(30) // 3 % 2).repeat(2))
    sheet = pd.DataFrame({"run": [f"run {number}" for number in batch]})
    found, reasons = left_out(table, sheet, ["run"], 0.1)
    assert reasons == {} and sorted(each.level for each in found) == [("run", f"run {n}") for n in range(3)]
    for each in found:
        level = int(each.level[1][-1])
        assert each.score.tolist() == np.flatnonzero(batch == level).tolist()
        touched = {p for p in range(30) if (batch[patient == p] == level).any()}
        assert set(patient[each.train]) == set(range(30)) - touched
        assert len(touched) > 10 and (each.truth == table.truth).all()


def test_levels_and_columns_that_cannot_be_left_out_say_why():
    n = 120
    table = grouped(np.arange(n), np.arange(n) % 2)
    level = np.array(["large"] * 50 + ["second"] * 40 + ["few"] * 7 + ["other"] * 23, dtype=object)
    level[97::2] = "one class"  # every other row of the last ones
    level[98::2] = "other"
    level[100] = None
    sheet = pd.DataFrame({"batch": level, "moment": np.arange(n, dtype=float), "constant": "same", "plate": "a"})
    sheet.loc[table.truth == 1, "plate"] = "b"
    found, reasons = left_out(table, sheet, ["batch", "moment", "constant", "plate"], 0.1)
    assert sorted(each.level for each in found) == [("batch", "large"), ("batch", "second")]
    assert reasons == {
        ("batch", "one class"): "it holds one class only",
        ("batch", "other"): "it holds one class only",
        ("batch", "few"): "it has fewer than 10 samples",
        ("moment", ""): "it is a number with many values",
        ("constant", ""): "it has one level only",
        ("plate", "a"): "it holds one class only",
        ("plate", "b"): "it holds one class only",
    }
    assert all(100 in each.train for each in found), "a row without a level is never left out"
    sheet = pd.DataFrame({"site": ["most"] * 105 + ["rest"] * 15})
    found, reasons = left_out(table, sheet, ["site"], 0.1)
    assert [each.level for each in found] == [("site", "rest")]
    assert reasons == {("site", "most"): "too few samples are left to train on"}
    rare = dataclasses.replace(table, truth=(np.arange(n) % 40 == 0).astype(int))  # cases are rows 0, 40 and 80
    found, reasons = left_out(rare, pd.DataFrame({"site": np.arange(n) < 60}), ["site"], 0.1)
    assert found == [] and reasons["site", "True"] == "too few samples of a class are left to train on"


def test_only_the_largest_levels_are_left_out():
    table = grouped(np.arange(420), np.arange(420) % 2)
    level = np.repeat(np.arange(20), np.arange(11, 31)) + 100
    sheet = pd.DataFrame({"day": [f"day {number}" for number in np.append(level, np.full(10, 119))]})
    found, _ = left_out(table, sheet, ["day"], 0.1)
    assert [each.level for each in found][:2] == [("day", "day 119"), ("day", "day 118")]
    assert {each.level for each in found} == {("day", f"day {number}") for number in range(108, 120)}


# The power law


@pytest.mark.parametrize("law", [PowerLaw(0.1, 2.0, 0.5), PowerLaw(0.0, 1.0, 0.25), PowerLaw(0.2, 8.0, 1.05)])
def test_a_planted_law_is_recovered(law):
    n = np.array([25.0, 50, 100, 150, 200])
    found = fit(n, law.error(n))
    assert (found.floor, found.scale, found.exponent) == pytest.approx((law.floor, law.scale, law.exponent), abs=1e-6)
    assert law.error(100) == pytest.approx(law.floor + law.scale / 100**law.exponent)


def test_floor_and_scale_are_never_negative():
    n = np.array([10.0, 20, 40])
    worse = fit(n, np.array([0.1, 0.2, 0.3]))
    assert worse.scale == 0 and worse.floor == pytest.approx(0.2)
    steep = fit(n, np.array([1.0, 0.4, 0.0]))
    assert steep.floor == 0 and steep.scale > 0
    assert fit(n, np.full(3, 0.25)).error(80) == pytest.approx(0.25)


def curve_of(law, sizes, fold_effects=(0.0, 0.0, 0.0), noise=0.0, random=None, perfect=1.0):
    records = [
        (n / max(sizes), fold + 1, n, perfect - law.error(n) + effect + (noise and noise * random.normal()))
        for n in sizes
        for fold, effect in enumerate(fold_effects)
    ]
    return pd.DataFrame(records, columns=["share", "fold", "n_train", "score"])


def test_twice_the_data_is_told_from_the_law(monkeypatch):
    monkeypatch.setattr(power_law, "RESAMPLES", 40)
    law = PowerLaw(0.1, 2.0, 0.5)
    found = extrapolate(curve_of(law, [50, 100, 200, 300, 400], (0.02, 0.0, -0.02)), 1.0, 0.95)
    assert (found["n_train"], found["exponent"]) == pytest.approx((400, 0.5))
    assert found["at_full_size"] == pytest.approx(1 - 0.1 - 2 / 20) == pytest.approx(found["score"])
    assert found["at_twice_the_size"] == pytest.approx(0.9 - 2 / 800**0.5)
    assert found["gain"] == pytest.approx(2 / 20 - 2 / 800**0.5) and found["low"] <= found["gain"] <= found["high"]
    # the same below 0, where a faultless predictor scores 0
    same = extrapolate(curve_of(law, [50, 100, 200, 300, 400], perfect=0.0), 0.0, 0.95)
    assert same["gain"] == pytest.approx(found["gain"]) and same["at_full_size"] == pytest.approx(-0.2)


def test_what_the_score_gained_from_half_of_the_samples_is_measured():
    """Folds gain .02, .03 and .04: a mean of .03, its standard error .01 / sqrt(3), t of two degrees of freedom 4.303."""
    scores = {50: (0.6, 0.6, 0.6), 100: (0.7, 0.71, 0.72), 150: (0.71, 0.72, 0.73), 200: (0.72, 0.74, 0.76)}
    records = [(n / 200, fold, n, score) for n, values in scores.items() for fold, score in enumerate(values)]
    curve = pd.DataFrame(records, columns=["share", "fold", "n_train", "score"])
    found = extrapolate(curve, 1.0, 0.95)
    width = 4.303 * 0.01 / np.sqrt(3)
    assert [found[key] for key in ("risen", "risen_low", "risen_high")] == pytest.approx(
        [0.03, 0.03 - width, 0.03 + width], abs=1e-5
    )
    assert found["high"] >= found["risen_high"], "a curve that has not bent yet goes on as it went"
    # Parts of one size count as their mean.
    halves = pd.concat([curve.assign(score=curve["score"] - 0.01), curve.assign(score=curve["score"] + 0.01)])
    assert extrapolate(halves, 1.0, 0.95) == pytest.approx(found, nan_ok=True)


def test_no_gain_is_larger_than_what_is_left_to_a_perfect_score():
    # Two folds, of which one is flat: Student's t with one degree of freedom would let the gain be any.
    flat, steep = (
        curve_of(law, [50, 100, 200, 400], (0.0,)) for law in (PowerLaw(0.0, 0.01, 0.0), PowerLaw(0.0, 1.0, 0.7))
    )
    found = extrapolate(pd.concat([flat, steep.assign(fold=2)]), 1.0, 0.95)
    assert found["high"] == pytest.approx(1 - found["at_full_size"]) and found["low"] < found["gain"] < found["high"]


def test_a_curve_of_fewer_than_three_sizes_says_nothing():
    law = PowerLaw(0.1, 2.0, 0.5)
    found = extrapolate(curve_of(law, [100, 200]), 1.0, 0.95)
    assert len(found) == 16 and np.isnan(list(found.values())).all()
    lacking = curve_of(law, [50, 100, 200])
    lacking.loc[1, "score"] = np.nan
    assert np.isnan(extrapolate(lacking, 1.0, 0.95)["gain"]), "a size that one fold lacks is no size"
    assert np.isnan(extrapolate(lacking.iloc[:0], 1.0, 0.95)["high"])


def test_interval_of_the_gain_holds_the_truth_mostly(monkeypatch):
    # Five folds are few for a bootstrap: it covers the truth less often than 95 times in 100.
    monkeypatch.setattr(power_law, "EXPONENTS", np.linspace(0.1, 1.5, 8))
    monkeypatch.setattr(power_law, "RESAMPLES", 60)
    law, random, held, width = PowerLaw(0.1, 1.0, 0.5), np.random.default_rng(0), 0, {0.95: 0.0, 0.5: 0.0}
    truth = law.error(200) - law.error(400)
    for _ in range(12):
        curve = curve_of(law, [25, 50, 100, 150, 200], random.normal(size=5) * 0.03, 0.01, random)
        found = {confidence: extrapolate(curve, 1.0, confidence) for confidence in width}
        for confidence, told in found.items():
            width[confidence] += told["gain"] - told["low"]
        held += found[0.95]["low"] <= truth <= found[0.95]["high"]
    assert 5 <= held <= 12
    assert 0 < width[0.5] < 0.7 * width[0.95], "below the gain; above it, the interval ends at what was measured"


def certain(law, studies=30):
    """The share of studies in which a gain is certain and worth it, of a curve of five folds with noise."""
    random = np.random.default_rng(1)
    sizes = [25, 50, 100, 150, 200]
    curves = [curve_of(law, sizes, random.normal(size=5) * 0.03, 0.01, random) for _ in range(studies)]
    found = [extrapolate(curve, 1.0, 0.95) for curve in curves]
    # As the check asks: it surely rose, and a tenth of the error that is left is to be had.
    return np.mean([each["risen_low"] > 0 and each["gain"] >= 0.1 * (1 - each["at_full_size"]) for each in found])


def test_more_is_promised_of_a_curve_that_rises_and_not_of_one_that_has_levelled_off(monkeypatch):
    monkeypatch.setattr(power_law, "RESAMPLES", 60)
    assert certain(Exponential(0.1, 0.3, 0.04)) <= 0.05
    assert certain(PowerLaw(0.2, 0.0, 0.5)) <= 0.05
    assert certain(PowerLaw(0.0, 2.0, 0.5)) > 0.8


def test_the_form_that_fits_is_named_and_drawn(monkeypatch):
    monkeypatch.setattr(power_law, "RESAMPLES", 40)
    random = np.random.default_rng(0)
    for law, form in ((PowerLaw(0.1, 2.0, 0.5), "power law"), (Exponential(0.1, 0.3, 0.02), "exponential")):
        found = extrapolate(curve_of(law, [50, 100, 200, 300, 400], (0.02, 0.0, -0.02), 0.004, random), 1.0, 0.95)
        assert found["form"] == form and found["fit_p"] > 0.05
        assert fitted_form(found).error(800) == pytest.approx(law.error(800), abs=0.03)


# What is trained, and its tables


def test_predictions_are_those_of_a_pipeline_fitted_by_hand():
    from sklearn.linear_model import LogisticRegression
    from sklearn.preprocessing import StandardScaler

    own = recipe(models={"class_weight": "balanced"})
    contender = trainings.Contender("baseline", "logistic", {"C": 0.3}, own)
    table = grouped(np.arange(60), (np.arange(60) % 3 == 0).astype(int), features=4)
    other = np.random.default_rng(3).permutation(table.truth)
    experiments = [
        Experiment("a", 0, np.arange(0, 40), np.arange(40, 60), table.truth),
        Experiment("b", 0, np.arange(20, 60), np.arange(3, 11), other),
    ]
    found = list(trainings.run_baseline(contender, table, experiments))
    for each, predicted in zip(experiments, found, strict=True):
        matrix = table.features.to_numpy()
        scaler = StandardScaler().fit(matrix[each.train])
        own = each.truth[each.train]
        weight = len(own) / (2 * np.bincount(own))[own]
        model = LogisticRegression(C=0.3, max_iter=1000).fit(scaler.transform(matrix[each.train]), own, weight)
        assert predicted == pytest.approx(model.predict_proba(scaler.transform(matrix[each.score])), abs=1e-6)
    told = []
    planned = {"first": experiments[:1], "none": [], "second": experiments[1:]}
    same = trainings.run(contender, table, planned, told.append)
    assert list(same) == ["first", "none", "second"] and same["none"] == []
    for name, position in (("first", 0), ("second", 1)):
        [(each, predicted)] = same[name]
        assert each is experiments[position] and (predicted == found[position]).all()
    assert "2 of 2 trainings" in told[-1]


def test_features_are_selected_by_the_shuffled_labels_of_the_training_rows():
    from sklearn.naive_bayes import GaussianNB

    # Selected once, by the real labels or on all rows, 5 of 100 features of noise would tell the labels apart.
    contender = trainings.Contender("baseline", "naive_bayes", {}, recipe(preprocess={"select": 5}))
    options = contender.recipe.preprocess
    table = grouped(np.arange(60), np.arange(60) % 2, features=100)
    experiments = label_shuffles(table, 12, 0.1, seed=0)
    runs = list(zip(experiments, trainings.run_baseline(contender, table, experiments), strict=True))
    null = control_tables.label_shuffles(runs, "naive_bayes", 0.9, "roc_auc")["score"][1:]
    assert null.mean() == pytest.approx(0.5, abs=0.08)
    first = experiments[0]
    own = preparation(table.features, options, table.task)
    own.fit(table.features.iloc[first.train], first.truth[first.train])
    chosen, seen = (
        set(np.flatnonzero(pipeline["select"].get_support()))
        for pipeline in (
            own,
            preparation(table.features, options, table.task).fit(table.features, table.truth),
        )
    )
    assert len(chosen & seen) < 5
    matrix = own.transform(table.features)
    model = GaussianNB().fit(matrix[first.train], first.truth[first.train])
    assert runs[0][1] == pytest.approx(model.predict_proba(matrix[first.score]))


def test_networks_share_a_matrix_only_where_it_is_the_same():
    table = grouped(np.arange(60), np.arange(60) % 2)
    one, other = (label_shuffles(table, 2, 0.1, seed=0)[position] for position in (0, 3))
    curve = learning_curve(table, 0.1, seed=0)[0]
    key = trainings._view_key
    plain, selecting = (resolved(preprocess={"select": k})["preprocess"] for k in (None, 1))
    assert key(one, plain) == key(other, plain) != key(curve, plain)
    assert key(one, selecting) != key(other, selecting)
    tuned = resolved(preprocess={"transform": "tuned"})["preprocess"]
    assert key(one, tuned) != key(other, tuned)


def test_scores_are_averaged_over_folds_per_shuffle():
    truth = np.array([0, 1, 0, 1, 0, 1])
    right, wrong, parts = np.eye(2), np.eye(2)[::-1], (np.arange(0, 2), np.arange(2, 6))
    runs = [
        (Experiment(number, fold, parts[1 - fold], part, truth), (right if fits else wrong)[truth[part]])
        for number, answers in ((1, (True, False)), (2, (True, True)))
        for fold, (part, fits) in enumerate(zip(parts, answers, strict=True))
    ]
    found = control_tables.label_shuffles(runs, "svm", 0.75, "roc_auc")
    assert found["score"].tolist() == [0.75, 0.5, 1.0] and found["labels"].tolist() == ["real", "shuffled", "shuffled"]
    assert found["shuffle"].tolist() == [0, 1, 2] and (found["model"] == "svm").all()
    table = grouped(np.array([0, 0, 1, 1, 2, 2]), truth)
    parts = [(dataclasses.replace(each, level=(0.5, each.level)), predicted) for each, predicted in runs[:2]]
    curve = control_tables.learning_curve(parts, "svm", table, "accuracy")
    assert curve.to_dict("list") == {
        "model": ["svm"] * 2,
        "share": [0.5, 0.5],
        "part": [1, 1],
        "fold": [1, 2],
        "n_train": [4, 2],
        "groups": [2, 1],
        "score": [1.0, 0.0],
    }
    assert list(control_tables.learning_curve([], "svm", table, "accuracy").columns) == list(curve.columns)


def test_unknown_levels_are_held_against_the_same_rows_in_cross_validation():
    truth, groups = np.arange(60) % 2, np.arange(60)
    table = grouped(groups, truth)
    score = np.arange(20, 40)
    right = np.stack([1 - truth, truth], axis=1).astype(float)
    half = right.copy()
    half[20:30] = half[20:30, ::-1]
    each = Experiment(("site", "north: 2"), 0, np.flatnonzero(~np.isin(groups, score)), score, truth)
    found = control_tables.left_out(
        [(each, half[score])],
        {("site", "b"): "too small", ("run", ""): "one"},
        "svm",
        table,
        right,
        "accuracy",
        OPTIONS,
    )
    first = found.iloc[0]
    assert (first["factor"], first["level"], first["n"], first["groups"]) == ("site", "north: 2", 20, 20)
    assert (first["known"], first["unknown"], first["difference"]) == pytest.approx((1.0, 0.5, -0.5))
    assert first["low"] < -0.5 < first["high"] < 0 and first["reason"] == ""
    assert found[["factor", "level", "reason"]].iloc[1:].to_numpy().tolist() == [
        ["site", "b", "too small"],
        ["run", "", "one"],
    ]
    assert found["difference"].iloc[1:].isna().all()
    assert len(control_tables.left_out([], {}, "svm", table, right, "accuracy", OPTIONS)) == 0


# The score of a search that is held against shuffled labels


def test_corrected_score_by_hand():
    # Fold 1: 0.55 or 0.7 in the others, so trial 1; fold 2: 0.8 or 0.65, trial 0; fold 3: 0.7 or 0.75, trial 1.
    assert corrected_score([Trial({}, [0.9, 0.5, 0.7]), Trial({}, [0.6, 0.9, 0.7])]) == pytest.approx(
        np.mean([0.6, 0.5, 0.7])
    )
    assert corrected_score([Trial({}, [0.4, 0.7])]) == pytest.approx(0.55), "without a choice there is no optimism"
    assert corrected_score([Trial({}, [0.4, 0.5]), Trial({}, [0.8, 0.9])]) == pytest.approx(0.85)
    assert corrected_score([Trial({}, [float("nan"), 0.6, 0.8])]) == pytest.approx(0.7)


def test_corrected_score_is_without_the_optimism_of_the_best_trial():
    random = np.random.default_rng(0)
    searches = [[Trial({}, list(scores)) for scores in random.normal(0.5, 0.1, (20, 5))] for _ in range(300)]
    best = np.mean([trials[best_of(trials)].score for trials in searches])
    corrected = [corrected_score(trials) for trials in searches]
    assert best == pytest.approx(0.5 + 1.87 * 0.1 / 5**0.5, abs=0.01)
    assert np.mean(corrected) == pytest.approx(0.5, abs=3.5 * np.std(corrected) / 300**0.5)


def shuffle_test(table, seed, tmp_path, times=19):
    """The p-value of a small search of naive Bayes against shuffled labels, and the best trial's score."""
    own = recipe(tuning={"trials": 3, "seed": seed}, preprocess={"scale": "none", "impute": "none"})
    journal = Journal(tmp_path / f"{seed}.jsonl", "f")
    folds = prepare_folds(table, own.preprocess)
    trials, best = search("naive_bayes", table, folds, own, "roc_auc", journal, lambda _: None)
    experiments = label_shuffles(table, times, 0.1, seed)
    contender = trainings.Contender("baseline", "naive_bayes", trials[best].settings, own)
    predicted = trainings.run_baseline(contender, table, experiments)
    runs = list(zip(experiments, predicted, strict=True))
    scores = control_tables.label_shuffles(runs, "naive_bayes", corrected_score(trials), "roc_auc")["score"].to_numpy()
    return (1 + (scores[1:] >= scores[0]).sum()) / len(scores)


@pytest.mark.parametrize("size", [1, 4])
def test_without_signal_shuffled_labels_score_like_real_ones(size, tmp_path):
    p_values = []
    for seed in range(8):
        random, group = np.random.default_rng(seed), np.arange(48) // size
        table = grouped(group, random.permutation(np.arange(48 // size) % 2)[group], features=3, seed=seed)
        patient = random.normal(size=(48 // size, 3))[group]  # what groups share is seen where folds divide them
        table = dataclasses.replace(table, features=table.features + 2 * patient * (size > 1))
        p_values.append(shuffle_test(table, seed, tmp_path, 9))
    assert 0.25 < np.mean(p_values) < 0.8 and sum(p <= 0.1 for p in p_values) <= 3


def test_a_signal_is_told_from_shuffled_labels(tmp_path):
    table = grouped(np.arange(48), np.arange(48) % 2, features=3)
    table = dataclasses.replace(table, features=table.features.add(1.5 * table.truth, axis=0))
    assert shuffle_test(table, 0, tmp_path) == 0.05


# Planted signals


def test_planted_signals_are_every_fold_at_a_moderate_and_a_strong_effect():
    random = np.random.default_rng(0)
    table = grouped(np.arange(150), np.arange(150) % 2, features=6)
    matrix = random.normal(size=(150, 6)).astype("float32")
    planter = Planter(structure_of(table), matrix, "classification", 0)
    found = planted_signal(table, planter, 0.1)
    assert [(each.level, each.fold) for each in found] == [(effect, fold) for effect in (0.7, 0.9) for fold in range(3)]
    assert all(each.truth.sum() == 75 for each in found)
    runs = [(each, np.full((len(each.score), 2), 0.5)) for each in found]
    told = control_tables.planted_signal(runs, "mlp", "classification")
    assert told["score"].tolist() == [0.5] * 6 and told["n"].sum() == 300
    means = told.groupby("effect")["attainable"].mean()
    assert means.tolist() == pytest.approx([0.7, 0.9], abs=0.06)


def test_where_groups_allow_no_strong_signal_the_strongest_possible_is_planted_and_a_rare_class_allows_none():
    groups, truth = np.repeat(np.arange(60), 10), np.repeat(np.arange(60) % 2, 10)
    table = grouped(groups, truth, features=6)
    matrix = np.random.default_rng(0).normal(size=(600, 6)).astype("float32")
    planter = Planter(structure_of(table), matrix, "classification", 0)
    assert {each.level for each in planted_signal(table, planter, 0.1)} == {planter.effects[-1]}
    rare = grouped(np.arange(600), (np.arange(600) < 3).astype(int), features=6)
    assert planted_signal(rare, Planter(structure_of(rare), matrix, "classification", 0), 0.1) == []


@pytest.mark.parametrize("factor", [1e-12, 1e12])
def test_the_unit_of_an_error_does_not_matter_to_its_learning_curve(factor):
    """Errors of a label times 1e-9 were all fitted by the first exponent: a tolerance was in the label's unit."""
    curve = curve_of(PowerLaw(0.3, 4.0, 0.7), [50, 100, 200, 300, 400], (0.02, 0.0, -0.02), perfect=0.0)
    one = extrapolate(curve, 0.0, 0.95)
    found = extrapolate(curve.assign(score=curve["score"] * factor), 0.0, 0.95)
    assert found["form"] == one["form"] and found["exponent"] == one["exponent"]
    for key in ("gain", "low", "high", "floor"):
        assert found[key] / factor == pytest.approx(one[key], rel=1e-6, abs=1e-9)


# Folds drawn at random


def individuals(n, each, seed=0):
    """`n` individuals of `each` samples: features that tell individuals apart, and a label of each that no feature carries."""
    random, groups = np.random.default_rng(seed), np.repeat(np.arange(n), each)
    table = grouped(groups, np.repeat(random.permutation(np.arange(n) % 2), each), 8, seed)
    own = random.normal(size=(n, 8))[groups] + 0.1 * random.normal(size=(len(groups), 8))
    return dataclasses.replace(table, features=pd.DataFrame(own, columns=table.features.columns))


def divided(table):
    """The control's row for nearest neighbours, and its experiments."""
    contender = trainings.Contender(
        "baseline", "nearest_neighbours", {"n_neighbors": 3, "weights": "uniform"}, recipe()
    )
    experiments, reason = random_folds(table, 0.1, 1, 2)
    runs = trainings.run(contender, table, {"random_folds": experiments}, lambda line: None)["random_folds"]
    return control_tables.random_folds(runs, reason, "nearest_neighbours", table, "roc_auc", 0.95).iloc[0], experiments


def test_random_folds_claim_what_samples_of_one_group_on_both_sides_buy():
    found, experiments = divided(table := individuals(120, 3))
    assert abs(found["apart"] - 0.5) < 0.15 and found["random"] > 0.8
    assert found["low"] > 0.2 and found["difference"] == pytest.approx(found["random"] - found["apart"])
    assert (found["n"], found["groups"], found["folds"], found["reason"]) == (360, 120, 3, "")
    for level in ("apart", "random"):
        scored = np.concatenate([each.score for each in experiments[:6] if each.level[0] == level])
        assert sorted(scored.tolist()) == list(range(360)), level
    for each in experiments:
        shared = np.intersect1d(table.groups[each.train], table.groups[each.score])
        assert (len(shared) > 0) == (each.level[0] == "random")


def test_random_folds_claim_nothing_where_groups_mean_nothing():
    random, groups = np.random.default_rng(3), np.repeat(np.arange(40), 4)
    truth = random.integers(0, 2, 160)
    table = grouped(groups, truth, 8, 3)
    shifted = table.features + 1.2 * truth[:, None]
    found, _ = divided(dataclasses.replace(table, features=shifted))
    assert found["low"] < 0 < found["high"] and found["apart"] > 0.9


def test_without_groups_no_folds_are_drawn():
    found, experiments = divided(individuals(60, 1))
    assert not experiments and found["reason"] == "no group has two samples" and np.isnan(found["difference"])
