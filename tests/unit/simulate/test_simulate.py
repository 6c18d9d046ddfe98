import hashlib
import subprocess
import sys
from math import erf, sqrt

import numpy as np
import pandas as pd
import pytest
import yaml
from conftest import ROOT
from small import split_of

from tentips.data.datasets import check_columns, read_registry, sources_of
from tentips.data.readers import read_features, read_samples
from tentips.data.tidy import tidy
from tentips.errors import StudyError
from tentips.simulate import __main__ as command
from tentips.simulate.simulation import study
from tentips.simulate.writing import write
from tentips.statistics.association import correlation_ratio, cramers_v
from tentips.study.config import role_columns, split_strategy
from tentips.study.resolution import resolve

LARGE = {"samples": 40_000, "features": 12, "informative": 4}
EVERYTHING = {
    "samples": 120,
    "features": 12,
    "groups": 40,
    "batches": 3,
    "sites": 2,
    "days": 30,
    "covariate_strength": 0.0,
    "covariate_features": 1,
    "interaction": 1.0,
    "leak": 1.0,
}


def phi(x):
    return 0.5 * (1 + erf(x / sqrt(2)))


def auc(score, case):
    ranks = pd.Series(np.asarray(score)).rank().to_numpy()
    case = np.asarray(case, dtype=bool)
    return (ranks[case].mean() - (case.sum() + 1) / 2) / (~case).sum()


def best_score(simulated):
    return simulated.features[list(simulated.truth["weights"])] @ np.array(list(simulated.truth["weights"].values()))


def is_case(simulated):
    return (simulated.samples["label"] == "case").to_numpy()


def label_r(simulated, column):
    return np.corrcoef(simulated.samples["label"], column)[0, 1]


def codes(column):
    return pd.factorize(column, sort=True)[0]


def intra_class_correlation(values, group):
    """One-way ANOVA estimate for groups of equal size."""
    means = pd.Series(values).groupby(group).mean()
    size = len(values) / len(means)
    between = size * means.var()
    within = np.square(values - means[group].to_numpy()).sum() / (len(values) - len(means))
    return (between - within) / (between + (size - 1) * within)


# What the label does to the features


@pytest.mark.parametrize(("signal", "correlation"), [(0.0, 0.5), (0.7, 0.0), (1.5, 0.6), (3.0, 0.6)])
def test_auc_of_the_best_direction_is_phi_of_d_over_root_two(signal, correlation):
    simulated = study(**LARGE, signal=signal, correlation=correlation, imbalance=0.3)
    assert simulated.truth["auc"] == pytest.approx(phi(signal / sqrt(2)))
    if signal:
        assert auc(best_score(simulated), is_case(simulated)) == pytest.approx(phi(signal / sqrt(2)), abs=0.01)
    else:
        assert simulated.truth["informative"] == [] and simulated.truth["weights"] == {}


def test_no_other_linear_direction_does_better_and_uninformative_features_have_no_effect():
    simulated = study(**LARGE, signal=1.5, correlation=0.6)
    x, case = simulated.features.drop(columns="sample"), is_case(simulated)
    difference = x[case].mean() - x[~case].mean()
    pooled = (x[case].cov() + x[~case].cov()) / 2
    assert sqrt(difference @ np.linalg.solve(pooled, difference)) == pytest.approx(1.5, abs=0.03)
    informative = simulated.truth["informative"]
    assert len(informative) == 4
    assert difference.drop(informative).abs().max() < 0.04
    assert difference[informative].abs().std() < 0.02 and difference[informative].abs().min() > 0.2


def test_several_classes_are_all_equally_far_apart():
    simulated = study(**LARGE, classes=3, signal=1.2, correlation=0.4, imbalance=0.2)
    x, label = simulated.features.drop(columns="sample"), simulated.samples["label"]
    assert label.value_counts(normalize=True).to_dict() == {"type_1": 0.4, "type_2": 0.4, "type_3": 0.2}
    means = x.groupby(label).mean()
    inverse = np.linalg.inv((x - means.loc[label].to_numpy()).cov())
    for a, b in ((0, 1), (0, 2), (1, 2)):
        difference = (means.iloc[a] - means.iloc[b]).to_numpy()
        assert sqrt(difference @ inverse @ difference) == pytest.approx(1.2, abs=0.05)


@pytest.mark.parametrize("r2", [0.0, 0.3, 0.8])
def test_least_squares_reaches_the_given_r2_and_no_more(r2):
    simulated = study(**LARGE, task="regression", r2=r2, correlation=0.5)
    x, y = simulated.features.drop(columns="sample").to_numpy(), simulated.samples["label"].to_numpy()
    x, y = x - x.mean(axis=0), y - y.mean()
    residual = y - x @ np.linalg.lstsq(x, y, rcond=None)[0]
    assert 1 - residual.var() / y.var() == pytest.approx(r2, abs=0.015)
    assert simulated.truth["r2"] == r2
    if r2:
        assert label_r(simulated, best_score(simulated)) ** 2 == pytest.approx(r2, abs=0.015)


def test_features_have_unit_variance_and_the_given_correlation_within_blocks_alone():
    simulated = study(samples=20_000, features=10, block_size=4, correlation=0.6, signal=0, groups=10_000, icc=0.5)
    covariance = simulated.features.drop(columns="sample").cov().to_numpy()
    block = np.arange(10) // 4
    expected = np.where(block[:, None] == block, 0.6, 0.0) + 0.4 * np.eye(10)
    assert covariance == pytest.approx(expected, abs=0.05)


def test_interaction_is_invisible_to_each_feature_and_to_lines_but_its_product_shows_it():
    simulated = study(**LARGE, signal=0, interaction=1.5)
    a, b, case = simulated.features["p1"], simulated.features["p2"], is_case(simulated)
    for score in (a, b, a + b, a - b):
        assert auc(score, case) == pytest.approx(0.5, abs=0.015)
    expected = phi(1.5) ** 2 + (1 - phi(1.5)) ** 2
    assert simulated.truth["interaction_accuracy"] == pytest.approx(expected)
    assert ((a * b > 0) == case).mean() == pytest.approx(expected, abs=0.01)
    assert a.var() == pytest.approx(1, abs=0.02)


def test_counts_are_whole_numbers_whose_logarithm_is_the_normal_feature():
    normal, counts = study(**EVERYTHING), study(**EVERYTHING, scale="counts")
    table = counts.features.drop(columns="sample")
    assert (table >= 0).all(axis=None) and (table == table.round()).all(axis=None)
    common = table.gt(50)
    assert (np.log(table) - 5)[common].sub(normal.features.drop(columns="sample"))[common].abs().max(axis=None) < 0.01


# Patients, batches, sites, time, covariates


@pytest.mark.parametrize("icc", [0.0, 0.4, 0.9])
def test_intra_class_correlation(icc):
    simulated = study(samples=12_000, features=6, group_size=4, icc=icc, signal=0)
    patients = simulated.samples["patient"]
    assert patients.value_counts().eq(4).all()
    found = [intra_class_correlation(simulated.features[f"f00{number}"].to_numpy(), patients) for number in range(1, 7)]
    assert np.mean(found) == pytest.approx(icc, abs=0.03)


def test_label_is_constant_within_patients_unless_it_varies():
    constant, varying = (study(samples=400, groups=100, label_varies=varies).samples for varies in (False, True))
    assert constant.groupby("patient")["label"].nunique().max() == 1
    assert constant.groupby("patient")["label"].first().value_counts().tolist() == [50, 50]
    assert varying.groupby("patient")["label"].nunique().mean() > 1.5
    assert varying["label"].value_counts().tolist() == [200, 200]


def test_ids_are_neutral_unless_replicates_are_asked_for():
    neutral = study(samples=12, group_size=3, hide_groups=True)
    assert neutral.samples["sample"].tolist() == [f"S{number:04d}" for number in range(1, 13)]
    assert "patient" not in neutral.samples
    named = study(samples=12, group_size=3, replicate_ids=True, duplicates=0.25)
    stem = named.samples["sample"].str.extract(r"^S(\d{4})_\d+$")[0]
    assert (stem.astype(int) == named.samples["patient"].str[1:].astype(int)).all()
    assert named.samples["sample"].is_unique


@pytest.mark.parametrize("share", [0.5, 0.1])
def test_rarest_class_has_the_given_share(share):
    assert is_case(study(samples=300, imbalance=share)).mean() == pytest.approx(share)


@pytest.mark.parametrize("place", ["batch", "site"])
@pytest.mark.parametrize("association", [0.0, 0.4, 1.0])
@pytest.mark.parametrize(("classes", "levels"), [(2, 2), (3, 6)])
def test_association_of_a_place_with_the_label_is_cramers_v(place, association, classes, levels):
    plural = {"batch": "batches", "site": "sites"}[place]
    wanted = {plural: levels, f"{place}_label_association": association}
    samples = study(**{**LARGE, "samples": 10_000}, classes=classes, **wanted).samples
    assert samples[place].nunique() == levels
    assert cramers_v(codes(samples["label"]), codes(samples[place])) == pytest.approx(association, abs=0.03)


def test_batch_decides_a_numeric_label_as_far_as_asked():
    wanted = {**LARGE, "task": "regression", "batches": 4}
    for association, least, most in ((0.0, 0.0, 0.03), (0.5, 0.4, 0.5), (1.0, 0.9, 1.0)):
        samples = study(**wanted, batch_label_association=association).samples
        assert least <= correlation_ratio(codes(samples["batch"]), samples["label"].to_numpy()) <= most


def test_batches_and_sites_move_a_share_of_the_features_by_the_given_spread():
    wanted = {"samples": 20_000, "features": 80, "signal": 0, "shift_share": 0.25}
    for place, plural in (("batch", "batches"), ("site", "sites")):
        simulated = study(**wanted, **{plural: 20, f"{place}_shift": 1.5})
        spread = simulated.features.drop(columns="sample").groupby(simulated.samples[place]).mean().std()
        moved = spread > 0.4
        assert moved.sum() == 20
        assert sqrt(np.square(spread[moved]).mean()) == pytest.approx(1.5, abs=0.15)
        assert spread[~moved].max() < 0.1


def test_a_patient_has_one_site_but_several_batches():
    samples = study(samples=400, groups=100, sites=4, site_label_association=0.9, batches=4).samples
    assert samples.groupby("patient")["site"].nunique().max() == 1
    assert samples.groupby("patient")["batch"].nunique().mean() > 2


def test_site_signal_holds_at_its_own_site_only():
    simulated = study(**LARGE, signal=0, sites=3, site_signal=3)
    case, site = is_case(simulated), simulated.samples["site"]
    for number in (1, 2, 3):
        here = (site == f"site_{number}").to_numpy()
        marker = simulated.features[f"s{number}"]
        assert auc(marker[here], case[here]) == pytest.approx(phi(3 / sqrt(2)), abs=0.01)
        assert auc(marker[~here], case[~here]) == pytest.approx(0.5, abs=0.015)
    total = simulated.features[["s1", "s2", "s3"]].sum(axis=1)
    assert simulated.truth["site_auc"] == pytest.approx(phi(3 / sqrt(6)))
    assert auc(total, case) == pytest.approx(simulated.truth["site_auc"], abs=0.01)


def test_drift_moves_means_from_the_first_to_the_last_day():
    simulated = study(**LARGE, signal=0, days=101, drift=2.0, shift_share=0.5)
    day = simulated.samples["day"]
    assert (day.min(), day.max()) == (1, 101)
    slopes = [np.polyfit((day - 1) / 100, simulated.features[f"f{j:03d}"], 1)[0] for j in range(1, 13)]
    assert np.sort(np.abs(slopes)) == pytest.approx([0] * 6 + [2] * 6, abs=0.1)


@pytest.mark.parametrize(("turn", "last"), [(0.5, 0.0), (1.0, -1.0)])
def test_rule_drift_weakens_and_then_reverses_the_effect_of_the_label(turn, last):
    simulated = study(**LARGE, signal=1.5, days=11, rule_drift=turn)
    score, case, day = best_score(simulated), is_case(simulated), simulated.samples["day"]
    for when, effect in ((1, 1.0), (11, last)):
        rows = (day == when).to_numpy()
        assert auc(score[rows], case[rows]) == pytest.approx(phi(1.5 * effect / sqrt(2)), abs=0.03)


def test_covariate_carries_the_label_and_its_features_carry_the_covariate_alone():
    simulated = study(**LARGE, signal=0, covariate_strength=1.5, covariate_features=2, covariate_correlation=0.7)
    age, case = simulated.samples["age"], is_case(simulated)
    assert auc(age, case) == pytest.approx(phi(1.5 / sqrt(2)), abs=0.01)
    for name in ("c1", "c2"):
        feature = simulated.features[name]
        assert np.corrcoef(feature, age)[0, 1] == pytest.approx(0.7, abs=0.01)
        residual = feature - np.polyval(np.polyfit(age, feature, 1), age)
        assert auc(residual, case) == pytest.approx(0.5, abs=0.015)


# What was recorded


def test_label_noise_flips_the_given_share_and_bounds_what_can_be_reached():
    clean, noisy = study(**LARGE, imbalance=0.3), study(**LARGE, imbalance=0.3, label_noise=0.2)
    differ = clean.samples["label"] != noisy.samples["label"]
    assert differ.mean() == pytest.approx(0.2)
    assert set(noisy.truth["wrong_labels"]) == set(clean.samples["sample"][differ])
    assert clean.truth["auc_recorded"] == clean.truth["auc"] == noisy.truth["auc"]
    assert noisy.truth["auc_recorded"] < noisy.truth["auc"] - 0.1
    assert auc(best_score(noisy), is_case(noisy)) == pytest.approx(noisy.truth["auc_recorded"], abs=0.01)


def test_a_second_label_shows_the_direction_of_the_label_as_far_as_is_asked():
    for share in (1.0, 0.5, 0.0):
        found = study(**LARGE, label_noise=0.3, second_label=share)
        second = found.samples["second"]
        assert np.corrcoef(second, best_score(found))[0, 1] == pytest.approx(sqrt(share), abs=0.01)
        assert second.var() == pytest.approx(1, abs=0.02)
    plain, more = study(samples=50, label_noise=0.3), study(samples=50, label_noise=0.3, second_label=0.5)
    assert plain.features.equals(more.features) and plain.samples.equals(more.samples.drop(columns="second"))


def test_label_noise_of_several_classes_numbers_and_patients():
    three = {"samples": 300, "classes": 3}
    before, after = (study(**three, label_noise=share).samples["label"] for share in (0, 0.1))
    assert (before != after).mean() == pytest.approx(0.1)
    patients = study(samples=400, groups=100, label_noise=0.1)
    assert patients.samples.groupby("patient")["label"].nunique().max() == 1
    assert len(patients.truth["wrong_labels"]) == 40
    number = study(**LARGE, task="regression", r2=0.6, label_noise=0.3)
    assert number.truth["r2_recorded"] == pytest.approx(0.6 * 0.49)
    assert label_r(number, best_score(number)) ** 2 == pytest.approx(0.6 * 0.49, abs=0.015)


def test_copies_are_exact_or_near_under_new_ids_and_patients():
    exact = study(samples=200, groups=50, missing=0.1, batches=3, duplicates=0.2)
    assert len(exact.samples) == len(exact.features) == 240 and len(exact.truth["copies"]) == 40
    features, samples = exact.features.set_index("sample"), exact.samples.set_index("sample")
    copies, originals = list(exact.truth["copies"]), list(exact.truth["copies"].values())
    pd.testing.assert_frame_equal(
        features.loc[copies].reset_index(drop=True), features.loc[originals].reset_index(drop=True)
    )
    assert samples.loc[copies, ["label", "batch"]].to_numpy().tolist() == (
        samples.loc[originals, ["label", "batch"]].to_numpy().tolist()
    )
    assert len(set(originals)) == 40 and not set(copies) & set(originals)
    assert samples.loc[copies, "patient"].is_unique
    assert not set(samples.loc[copies, "patient"]) & set(samples["patient"].iloc[:200])

    near = study(samples=200, groups=50, missing=0.1, batches=3, duplicates=0.2, duplicate_noise=0.05)
    assert near.truth["copies"] == exact.truth["copies"]
    difference = near.features.set_index("sample").loc[copies] - features.loc[copies]
    assert np.nanstd(difference.to_numpy()) == pytest.approx(0.05, rel=0.1)


@pytest.mark.parametrize("imbalance", [0.5, 0.2])
def test_missing_share_and_its_dependence_on_the_label(imbalance):
    for strength in (0.0, 1.0):
        simulated = study(**LARGE, imbalance=imbalance, missing=0.1, missing_with_label=strength)
        empty, case = simulated.features.isna().to_numpy()[:, 1:], is_case(simulated)
        assert empty.mean() == pytest.approx(0.1, abs=0.005)
        assert empty[case].mean() - empty[~case].mean() == pytest.approx(0.2 * strength, abs=0.01)


@pytest.mark.parametrize(("noise", "expected"), [(0.0, 1.0), (0.5, phi(2 / sqrt(2)))])
def test_leak_gives_the_recorded_label_away(noise, expected):
    simulated = study(**LARGE, signal=0, leak=noise, label_noise=0.1)
    assert auc(simulated.features["q1"], is_case(simulated)) == pytest.approx(expected, abs=0.01)


# One seed, independent streams


def test_same_arguments_same_data_and_another_seed_other_data():
    first, again, other = study(**EVERYTHING), study(**EVERYTHING), study(**EVERYTHING, seed=1)
    pd.testing.assert_frame_equal(first.features, again.features)
    pd.testing.assert_frame_equal(first.samples, again.samples)
    assert first.truth == again.truth
    x, y = (simulated.features.drop(columns="sample").to_numpy() for simulated in (first, other))
    assert np.abs(np.corrcoef(x.T, y.T)[: x.shape[1], x.shape[1] :]).mean() < 0.12
    assert (first.samples["batch"] != other.samples["batch"]).mean() > 0.5


@pytest.mark.parametrize(
    ("pitfall", "changed_features", "changed_samples"),
    [
        ({"leak": None}, {"q1"}, set()),
        ({"leak": 0.1}, {"q1"}, set()),
        ({"interaction": 0}, {"p1", "p2"}, set()),
        ({"site_signal": 2.0}, {"s1", "s2"}, set()),
        ({"covariate_strength": 2.0}, {"c1"}, {"age"}),
        ({"covariate_features": 0}, {"c1"}, set()),
        ({"batch_label_association": 0.9}, set(), {"batch"}),
        ({"site_label_association": 0.9}, set(), {"site"}),
        ({"label_noise": 0.2}, {"q1"}, {"label"}),
        ({"hide_groups": True}, set(), {"patient"}),
        ({"duplicates": 0.1}, set(), set()),
        ({"batches": 0}, set(), {"batch"}),
        ({"sites": 0}, set(), {"site"}),
        ({"days": 0}, set(), {"day"}),
    ],
)
def test_a_twin_differs_in_its_pitfall_alone(pitfall, changed_features, changed_samples):
    clean, planted = study(**EVERYTHING), study(**{**EVERYTHING, **pitfall})
    for before, after, expected in (
        (clean.features, planted.features, changed_features),
        (clean.samples, planted.samples, changed_samples),
    ):
        names = [*before.columns, *after.columns.difference(before.columns)]
        kept = [name for name in names if name in before and name in after]
        after = after.iloc[: len(before)]
        changed = {name for name in kept if not before[name].equals(after[name])} | (set(names) - set(kept))
        assert changed == expected


@pytest.mark.parametrize("pitfall", [{"batch_shift": 2.0}, {"site_shift": 2.0}, {"drift": 2.0}])
def test_a_shift_leaves_the_other_features_and_the_sheet_as_they_were(pitfall):
    clean, planted = study(**EVERYTHING), study(**EVERYTHING, **pitfall)
    pd.testing.assert_frame_equal(clean.samples, planted.samples)
    changed = (clean.features != planted.features).any()
    assert changed.sum() == 6 and not changed[["sample", "p1", "p2", "c1", "q1"]].any()


def test_missing_values_leave_the_other_values_as_they_were():
    clean, planted = study(**EVERYTHING).features, study(**EVERYTHING, missing=0.3).features
    assert planted.where(planted.notna(), clean).equals(clean)


def test_without_signal_and_pitfalls_nothing_hangs_together_with_the_label():
    wanted = {**LARGE, "batches": 4, "sites": 4, "days": 100, "covariate_strength": 0.0, "covariate_features": 2}
    simulated = study(**wanted, signal=0, missing=0.1)
    case, samples = is_case(simulated), simulated.samples
    for name in simulated.features.columns.drop("sample"):
        present = simulated.features[name].notna().to_numpy()
        assert auc(simulated.features[name][present], case[present]) == pytest.approx(0.5, abs=0.017)
    for name in ("day", "age"):
        assert auc(samples[name], case) == pytest.approx(0.5, abs=0.017)
    for name in ("batch", "site"):
        assert cramers_v(case.astype(int), codes(samples[name])) < 0.03


# Errors, files and the command line


@pytest.mark.parametrize(
    ("arguments", "found"),
    [
        ({"imbalance": 0.6}, "at most 1/2"),
        ({"informative": 60}, "informative must be from 1 to features"),
        ({"classes": 4, "informative": 3}, "informative must be from 4"),
        ({"icc": 0.5}, "icc needs groups"),
        ({"icc": 1.5, "groups": 10}, "icc must lie between 0 and 1"),
        ({"batch_shift": 1.0}, "needs batches"),
        ({"drift": 1.0}, "need days"),
        ({"leak": -1.0}, "leak must be 0 or more"),
        ({"groups": 10, "group_size": 3}, "not both"),
        ({"groups": 10, "label_varies": True, "sites": 2, "site_label_association": 0.5}, "a patient has one site"),
        ({"missing": 0.6, "missing_with_label": 1.0}, "more missing values"),
    ],
)
def test_arguments_that_contradict_one_another_are_refused(arguments, found):
    with pytest.raises(StudyError, match=found):
        study(**arguments)


def read_and_split(folder, monkeypatch):
    """What the rules data and split do with a written study."""
    monkeypatch.chdir(folder)
    config = resolve(yaml.safe_load((folder / "config/config.yaml").read_text()))
    sources = sources_of(config["data"], read_registry())
    roles = role_columns(config)
    check_columns(config["data"], sources, roles)
    for source in sources.values():
        assert hashlib.sha256((folder / source.path).read_bytes()).hexdigest() == source.sha256
        assert (source.licence, bool(source.version), bool(source.citation)) == ("CC0-1.0", True, True)
    features, sheet = read_features(sources["features"].path, "sample"), read_samples(sources["samples"].path, "sample")
    data = tidy(features, sheet, config["data"], config["split"], config["preprocess"], roles)
    return features, sheet, roles, split_of(data.samples, config, split_strategy(config))


def test_a_written_study_is_read_back_as_it_was_with_all_roles(tmp_path, monkeypatch):
    simulated = study(**EVERYTHING, missing=0.1)
    write(simulated, tmp_path, {"split": {"folds": 3}, "study": {"title": "Twin"}})
    features, sheet, roles, split = read_and_split(tmp_path, monkeypatch)
    pd.testing.assert_frame_equal(features, simulated.features, check_dtype=False)
    pd.testing.assert_frame_equal(sheet, simulated.samples, check_dtype=False)
    found = {role: roles[role] for role in ("group", "batch", "site", "time", "covariates")}
    expected = {"group": ["patient"], "batch": ["batch"], "site": ["site"], "time": ["day"], "covariates": ["age"]}
    assert found == expected
    assert set(split["fold"]) == {-1, 0, 1, 2}
    config = yaml.safe_load((tmp_path / "config/config.yaml").read_text())
    assert config["study"]["title"] == "Twin" and config["study"]["question"] and config["data"]["positive"] == "case"


def test_a_written_regression_study_declares_only_what_it_has(tmp_path, monkeypatch):
    simulated = study(samples=100, task="regression", scale="counts")
    write(simulated, tmp_path, {"preprocess": {"transform": "log1p"}})
    features, sheet, roles, split = read_and_split(tmp_path, monkeypatch)
    pd.testing.assert_frame_equal(features, simulated.features, check_dtype=False)
    assert sheet["label"].tolist() == simulated.samples["label"].tolist()
    assert not any(roles[role] for role in ("group", "batch", "site", "time", "covariates"))
    assert (split["role"] == "test").sum() == 25


def test_command_writes_what_the_library_simulates_and_refuses_in_one_line(tmp_path, capsys):
    command.main([str(tmp_path), "--samples", "30", "--features", "8", "--leak", "0.5", "--tables-only"])
    assert sorted(path.name for path in tmp_path.iterdir()) == ["features.csv", "samples.csv"]
    written = pd.read_csv(tmp_path / "features.csv")
    pd.testing.assert_frame_equal(written, study(samples=30, features=8, leak=0.5).features, check_dtype=False)
    with pytest.raises(SystemExit):
        command.main([str(tmp_path), "--icc", "0.5"])
    assert "icc needs groups or group_size" in capsys.readouterr().err


@pytest.mark.parametrize("how", [["workflow/scripts/tentips/simulate"], ["-m", "tentips.simulate"]])
def test_command_runs_as_a_folder_and_as_a_module(tmp_path, how):
    arguments = [sys.executable, *how, str(tmp_path), "--samples", "30", "--hide-groups", "--group-size", "3"]
    environment = {"PYTHONPATH": str(ROOT / "workflow/scripts")} if "-m" in how else {}
    done = subprocess.run(arguments, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "patient" not in (tmp_path / "resources/simulated/samples.csv").read_text().splitlines()[0]
    assert (tmp_path / "config/config.yaml").is_file()
