import numpy as np
import pandas as pd
import pytest
from small import resolved, split_of

from tentips.data.split import assert_disjoint, folds, hold_out, stopping_rows, strata_of
from tentips.errors import StudyError


def sheet(n=120, groups=None, labels=("a", "b"), **columns):
    label = np.resize(np.array(labels, dtype=object), n)
    group = np.arange(n) if groups is None else groups
    frame = pd.DataFrame({"sample": [f"s{i}" for i in range(n)], "label": label, "group": [f"g{g}" for g in group]})
    return frame.assign(**columns)


def whole(groups, part):
    return (pd.Series(part).groupby(np.asarray(groups)).nunique() == 1).all()


def repeated(config, repeats):
    config["split"]["repeats"] = repeats
    return config


def random_groups(seed, n=150, most=40):
    random = np.random.default_rng(seed)
    groups = random.integers(0, most, n)
    return groups, random.integers(0, 3, n)


@pytest.mark.parametrize("seed", range(10))
def test_hold_out_never_divides_a_group_and_comes_near_the_fraction(seed):
    groups, strata = random_groups(seed)
    chosen = hold_out(strata, groups, 0.25, seed)
    assert whole(groups, chosen)
    assert chosen.mean() == pytest.approx(0.25, abs=0.03)


@pytest.mark.parametrize("fraction", [0.1, 0.25, 0.5])
def test_hold_out_takes_each_stratum_in_proportion(fraction):
    strata = np.repeat([0, 1, 2], [120, 60, 20])
    chosen = hold_out(strata, np.arange(200), fraction, 1)
    assert chosen.sum() == 200 * fraction
    for number, size in enumerate([120, 60, 20]):
        assert chosen[strata == number].sum() == pytest.approx(size * fraction, abs=3)


def test_hold_out_with_pure_groups_keeps_both_classes_in_both_parts():
    groups = np.repeat(np.arange(16), 5)
    strata = (groups >= 12).astype(int)
    chosen = hold_out(strata, groups, 0.25, 0)
    assert chosen[strata == 0].sum() == 15
    assert chosen[strata == 1].sum() == 5


def test_hold_out_follows_its_seed():
    groups, strata = random_groups(0)
    assert (hold_out(strata, groups, 0.3, 5) == hold_out(strata, groups, 0.3, 5)).all()
    assert (hold_out(strata, groups, 0.3, 5) != hold_out(strata, groups, 0.3, 6)).any()


def test_hold_out_of_one_group_is_refused():
    with pytest.raises(StudyError, match="belong to one group"):
        hold_out(np.array([0, 1, 0]), np.array([7, 7, 7]), 0.3, 0)


def test_hold_out_takes_one_of_two_groups_even_where_the_fraction_is_tiny():
    groups = np.repeat([0, 1], [30, 70])
    chosen = hold_out(np.zeros(100, dtype=int), groups, 0.01, 0)
    assert chosen.tolist() == (groups == 0).tolist()


def test_stopping_rows_keep_groups_whole():
    groups, strata = random_groups(3)
    stop = stopping_rows(strata, groups, 0.15, 2)
    assert whole(groups, stop)
    assert stop.mean() == pytest.approx(0.15, abs=0.03)


@pytest.mark.parametrize("seed", range(10))
def test_folds_keep_groups_whole_and_none_is_empty(seed):
    groups, strata = random_groups(seed)
    fold = folds(strata, groups, 5, seed)
    assert whole(groups, fold)
    assert sorted(set(fold)) == [0, 1, 2, 3, 4]


@pytest.mark.parametrize("seed", range(10))
def test_no_fold_is_empty_with_as_many_unequal_groups_as_folds(seed):
    random = np.random.default_rng(seed)
    groups = np.repeat(np.arange(5), random.integers(1, 40, 5))
    fold = folds(random.integers(0, 2, len(groups)), groups, 5, seed)
    assert whole(groups, fold)
    assert sorted(set(fold)) == [0, 1, 2, 3, 4]


def test_folds_without_groups_hold_each_stratum_in_proportion():
    strata = np.repeat([0, 1], [100, 25])
    fold = folds(strata, np.arange(125), 5, 1)
    assert np.bincount(fold).tolist() == [25] * 5
    assert np.bincount(fold[strata == 1]).tolist() == [5] * 5


def test_fewer_groups_than_folds_are_refused():
    with pytest.raises(StudyError, match=r"split.folds is 5, but the development part has only 3 groups"):
        folds(np.array([0, 1] * 6), np.repeat([0, 1, 2], 4), 5, 0)


def test_strata_are_classes_or_quartiles():
    assert strata_of(pd.Series(["b", "a", "c", "a"]), "classification").tolist() == [1, 0, 2, 0]
    values = pd.Series([5.0, 1, 8, 2, 7, 3, 6, 4])
    assert strata_of(values, "regression").tolist() == [2, 0, 3, 0, 3, 1, 2, 1]
    assert np.bincount(strata_of(pd.Series(np.zeros(40)), "regression")).tolist() == [10] * 4


def test_random_split_covers_every_sample_once_per_repeat():
    table = split_of(sheet(), repeated(resolved(), 2), "random")
    assert list(table.columns) == ["sample", "repeat", "role", "fold"]
    for _, part in table.groupby("repeat"):
        assert part["sample"].tolist() == [f"s{i}" for i in range(120)]
        assert (part["role"] == "test").sum() == 30
        assert ((part["fold"] == -1) == (part["role"] == "test")).all()
        assert part.loc[part["role"] == "train", "fold"].value_counts().to_dict() == dict.fromkeys(range(5), 18)


def test_split_is_the_same_for_the_same_seed_only():
    config = resolved(split={"seed": 3})
    table = split_of(sheet(), config, "random")
    assert table.equals(split_of(sheet(), config, "random"))
    assert not table.equals(split_of(sheet(), resolved(split={"seed": 4}), "random"))


def test_repeats_have_different_test_parts():
    table = split_of(sheet(), repeated(resolved(), 4), "random")
    tests = {tuple(part.loc[part["role"] == "test", "sample"]) for _, part in table.groupby("repeat")}
    assert len(tests) == 4


@pytest.mark.parametrize("strategy", ["random", "group"])
def test_groups_are_whole_in_test_part_and_folds(strategy):
    groups = random_groups(2, 200, 50)[0]
    table = split_of(sheet(200, groups), resolved(data={"group": "nest"}), strategy)
    assert whole(groups, table["role"])
    assert whole(groups, table["fold"])
    assert (table["role"] == "test").mean() == pytest.approx(0.25, abs=0.03)


def test_site_split_holds_whole_sites_out():
    site = np.resize(["Biscoe", "Dream", "Torgersen", "Anvers", "Lund", "Oslo", "Rome", "Bonn"], 160)
    config = resolved(data={"site": "island"}, split={"strategy": "site", "folds": 3})
    table = split_of(sheet(160, labels=["a"] * 8 + ["b"] * 8, island=site), config, "site")
    assert whole(site, table["role"])
    assert whole(site, table["fold"])
    assert (table["role"] == "test").sum() == 40


def test_sites_that_share_a_group_are_held_out_together():
    site = np.repeat(["one", "two", "three", "four"], 30)
    groups = np.arange(120)
    groups[[0, 30]] = 999
    config = resolved(data={"site": "island", "group": "nest"}, split={"strategy": "site", "folds": 2})
    table = split_of(sheet(120, groups, island=site), repeated(config, 3), "site")
    for _, part in table.groupby("repeat"):
        assert part["role"].to_numpy()[0] == part["role"].to_numpy()[30]
        assert whole(site, part["role"])
        assert whole(groups, part["fold"])


def test_more_repeats_than_groups_allow_are_refused_and_as_many_as_they_allow_differ():
    """Six groups of one size, a third held out: 15 different test parts."""
    groups = np.repeat(np.arange(6), 10)
    config = resolved(data={"group": "nest"}, split={"folds": 2, "test_fraction": 0.33})
    table = split_of(sheet(60, groups), repeated(config, 12), "group")
    parts = {tuple(part["role"]) for _, part in table.groupby("repeat")}
    assert len(parts) == 12
    with pytest.raises(StudyError, match=r"6 groups .* allow only 15 different test parts of that size; lower"):
        split_of(sheet(60, groups), repeated(config, 16), "group")


@pytest.mark.parametrize("sites", [["one"], ["one", "two"]])
def test_fewer_than_three_sites_are_refused(sites):
    config = resolved(data={"site": "island"}, split={"strategy": "site"})
    with pytest.raises(StudyError, match=rf"'island' has {len(sites)} site\(s\).*at least 3"):
        split_of(sheet(island=np.resize(sites, 120)), config, "site")


def test_time_split_tests_on_the_latest_rows_and_folds_are_consecutive():
    times = np.random.default_rng(0).permutation(120).astype(float)
    config = resolved(data={"time": "day"}, split={"strategy": "time", "folds": 3})
    table = split_of(sheet(day=times), config, "time")
    test = (table["role"] == "test").to_numpy()
    assert test.sum() == 30
    assert set(times[test]) == set(range(90, 120))
    for fold in range(3):
        assert set(times[table["fold"] == fold]) == set(range(30 * fold, 30 * fold + 30))


def test_time_split_reads_iso_dates_and_keeps_groups_whole():
    groups = np.repeat(np.arange(40), 3)
    days = pd.Timestamp("2024-02-20") + pd.to_timedelta(groups * 7 % 40 + np.tile([0, 1, 2], 40) * 0.25, unit="D")
    config = resolved(data={"time": "day", "group": "nest"}, split={"strategy": "time", "folds": 3})
    table = split_of(sheet(120, groups, day=days.strftime("%Y-%m-%dT%H:%M")), config, "time")
    test = (table["role"] == "test").to_numpy()
    assert whole(groups, table["role"])
    assert whole(groups, table["fold"])
    assert test.sum() == 30
    begin = pd.Series(days).groupby(groups).transform("min")
    assert begin[test].min() > begin[~test].max()


def test_time_split_refuses_what_is_no_date():
    day = np.resize(np.array(["2024-01-01", "spring"], dtype=object), 120)
    config = resolved(data={"time": "day"}, split={"strategy": "time"})
    with pytest.raises(StudyError, match=r"'day' is the time, but holds spring; .*an ISO date"):
        split_of(sheet(day=day), config, "time")


@pytest.mark.parametrize("task", ["classification", "regression"])
def test_time_split_with_one_group_of_most_rows_refuses_an_empty_fold(task):
    sizes = [10, 10, 60, 10, 10, 30]
    groups = np.repeat(np.arange(6), sizes)
    labels = np.random.default_rng(0).normal(size=130) if task == "regression" else ("a", "b")
    config = resolved(data={"time": "day", "group": "nest", "task": task}, split={"strategy": "time", "folds": 5})
    samples = sheet(130, groups, day=np.arange(130.0)).assign(label=np.resize(np.asarray(labels), 130))
    with pytest.raises(StudyError, match=r"fold \d of 5 is empty"):
        split_of(samples, config, "time")


def test_given_split_is_taken_as_it_stands():
    words = np.resize(np.array(["train", " Train", "TEST ", "development"], dtype=object), 120)
    table = split_of(sheet(part=words), resolved(split={"strategy": "given", "column": "part"}), "given")
    assert ((table["role"] == "test") == (words == "TEST ")).all()


def test_given_split_with_another_word_is_refused():
    words = np.resize(np.array(["train", "test", "validation"], dtype=object), 120)
    config = resolved(split={"strategy": "given", "column": "part"})
    with pytest.raises(StudyError, match=r"split.column 'part' holds validation; it must hold train or test"):
        split_of(sheet(part=words), config, "given")


@pytest.mark.parametrize("word", ["train", "test"])
def test_given_split_with_one_word_only_is_refused(word):
    config = resolved(split={"strategy": "given", "column": "part"})
    with pytest.raises(StudyError, match=rf"'part' holds {word} only; both are needed"):
        split_of(sheet(part=word), config, "given")


def test_given_split_that_cuts_groups_is_refused():
    samples = sheet(120, np.repeat(np.arange(60), 2), part=np.resize(np.array(["train", "train", "test"]), 120))
    config = resolved(data={"group": "nest"}, split={"strategy": "given", "column": "part"})
    told = r"'part' puts samples of one group into training and test: 40 of 60 groups are cut"
    with pytest.raises(StudyError, match=told):
        split_of(samples, config, "given")


def test_fewer_groups_than_folds_are_refused_in_a_whole_split():
    with pytest.raises(StudyError, match=r"split.folds is 5, but the development part has only \d groups"):
        split_of(sheet(120, np.repeat(np.arange(5), 24)), resolved(data={"group": "nest"}), "group")


def test_class_that_one_group_holds_is_missing_from_a_fold():
    groups = np.repeat(np.arange(30), 4)
    samples = sheet(120, groups)
    samples.loc[groups == 4, "label"] = "rare"
    config = resolved(data={"group": "nest"}, split={"strategy": "given", "column": "part"})
    samples["part"] = np.where(groups >= 25, "test", "train")
    with pytest.raises(StudyError, match=r"fold \d of 5 leaves fewer than 3 training samples of class rare"):
        split_of(samples, config, "given")


def test_regression_split_balances_quartiles():
    values = np.random.default_rng(1).normal(size=120)
    table = split_of(sheet(labels=[0]).assign(label=values), resolved(data={"task": "regression"}), "random")
    quartile = pd.qcut(values, 4, labels=False)
    for part in [(table["role"] == "test"), *((table["fold"] == fold) for fold in range(5))]:
        counts = np.bincount(quartile[part.to_numpy()], minlength=4)
        assert counts.max() - counts.min() <= 4


def test_shared_ids_are_refused_by_name():
    assert_disjoint(fit=["a", "b"], stop=["c"], tune=np.array(["d"]))
    with pytest.raises(StudyError, match="1 ids are in fit and in tune alike"):
        assert_disjoint(fit=["a", "b"], stop=["c"], tune=["d", "b"])


def test_copies_are_left_out_of_the_test_part_unless_the_split_itself_is_at_fault():
    from tentips.data.split import without_copies

    ids, test = np.arange(20), np.arange(20) >= 8
    labels, pairs = pd.Series(["a", "b"] * 10), pd.DataFrame({"test_sample": [9, 12]})
    copied = without_copies(labels, test, ids, {"relatives": False}, pairs, "classification")
    assert np.flatnonzero(copied).tolist() == [9, 12]
    assert not without_copies(labels, test, ids, {"relatives": True}, pairs, "classification").any()
    many = pd.DataFrame({"test_sample": [9, 12, 13, 14]})
    assert not without_copies(labels, test, ids, {"relatives": False}, many, "classification").any()
    rare = labels.where(np.arange(20) != 9, "c")
    assert not without_copies(rare, test, ids, {"relatives": False}, pairs, "classification").any()
    assert without_copies(rare, test, ids, {"relatives": False}, pairs, "regression").sum() == 2
