"""Twins across the split: planted ones are found, and none is seen where there is none."""

import numpy as np
import pandas as pd
import pytest

from tentips.data import near_rows
from tentips.data.modality import modality
from tentips.quality import duplicates
from tentips.simulate.simulation import study


def shared_samples(measured, *arguments, **options):
    return duplicates.shared_samples(modality("tabular").comparison(measured), *arguments, **options)


def repeated_samples(*arguments, **options):
    return duplicates.repeated_samples(modality("tabular"), *arguments, **options)


def parts(n, share=0.25, seed=0):
    ids = np.array([f"s{number}" for number in range(n)], dtype=object)
    return ids, np.random.default_rng(seed).permutation(np.arange(n) < share * n)


def noise(n=200, p=10, seed=0):
    return pd.DataFrame(np.random.default_rng(seed).normal(size=(n, p))).add_prefix("f")


def planted(simulated):
    """Features, ids, a mask, and the pairs (test, development) of copies that the mask divides."""
    ids = simulated.samples["sample"].to_numpy(dtype=object)
    test = parts(len(ids))[1]
    held = dict(zip(ids, test, strict=True))
    pairs = {
        (copy, original) if held[copy] else (original, copy)
        for copy, original in simulated.truth["copies"].items()
        if held[copy] != held[original]
    }
    return simulated.features.drop(columns="sample"), ids, test, pairs


@pytest.mark.parametrize("more", [{}, {"missing": 0.1}, {"features": 150}, {"scale": "counts"}])
def test_exact_copies_across_the_split_are_found_and_no_others(more):
    features, ids, test, pairs = planted(study(samples=300, duplicates=0.1, **more))
    summary, found = shared_samples(features, ids, test)
    assert set(zip(found["test_sample"], found["development_sample"], strict=True)) == pairs and len(pairs) > 5
    assert summary == {
        "test_samples": test.sum(),
        "compared": test.sum(),
        "identical": len(pairs),
        "near_identical": 0,
        "note": "",
        "near": "all but identical",
        "remedy": "Take the copies out, or declare what they share as data.group",
        "relatives": False,
    }
    assert (found["distance"] == 0).all() and found["identical"].all()


@pytest.mark.parametrize("features", [10, 150])
def test_near_copies_across_the_split_are_found_and_no_others(features):
    simulated = study(samples=300, features=features, duplicates=0.1, duplicate_noise=0.01)
    measured, ids, test, pairs = planted(simulated)
    summary, found = shared_samples(measured, ids, test)
    assert set(zip(found["test_sample"], found["development_sample"], strict=True)) == pairs
    assert (summary["identical"], summary["near_identical"]) == (0, len(pairs))
    assert found["distance"].between(0, 0.05, inclusive="neither").all() and not found["identical"].any()
    measured = study(samples=300, features=features, duplicates=0.1, duplicate_noise=0.9).features.iloc[:, 1:]
    assert shared_samples(measured, ids, test)[0]["near_identical"] == 0, "others of the same kind are no twins"


def test_twins_within_one_part_are_no_matter():
    features, (ids, test) = noise(), parts(200)
    own, held = np.flatnonzero(~test), np.flatnonzero(test)
    features.iloc[own[:10]] = features.iloc[own[10:20]].to_numpy()
    features.iloc[held[:10]] = features.iloc[held[10:20]].to_numpy() + 1e-4
    summary, found = shared_samples(features, ids, test)
    assert (summary["identical"], summary["near_identical"], len(found)) == (0, 0, 0)
    assert list(found.columns) == ["test_sample", "development_sample", "distance", "identical"]


def test_categories_and_missing_values_tell_samples_apart():
    features, (ids, test) = noise(), parts(200)
    features["colour"] = np.random.default_rng(1).choice(["red", "green", None], 200)
    features["old"] = np.arange(200) % 3 == 0
    features.iloc[5:60, 2] = np.nan
    own, held = np.flatnonzero(~test), np.flatnonzero(test)
    features.iloc[held[0]] = features.iloc[own[0]]
    features.loc[[own[0], held[0]], ["f2", "colour"]] = [np.nan, None]  # both lack the same
    features.iloc[held[1]] = features.iloc[own[1]]
    features.loc[[own[1], held[1]], "colour"] = ["red", "green"]
    features.iloc[held[2]] = features.iloc[own[2]]
    features.loc[[own[2], held[2]], "f2"] = [np.nan, 1.5]
    _, found = shared_samples(features, ids, test)
    exact = found[found["identical"].astype(bool)]
    assert exact[["test_sample", "development_sample"]].to_numpy().tolist() == [[ids[held[0]], ids[own[0]]]]
    assert ids[held[2]] not in set(found["test_sample"])


def test_a_test_sample_is_counted_once():
    features, (ids, test) = noise(), parts(200)
    own, held = np.flatnonzero(~test), np.flatnonzero(test)
    features.iloc[own[1]] = features.iloc[held[0]] = features.iloc[own[0]].to_numpy()
    summary, found = shared_samples(features, ids, test)
    assert (summary["identical"], summary["near_identical"]) == (1, 0)
    assert found["development_sample"].tolist() == [ids[own[0]]]


@pytest.mark.parametrize("n", [150, 2000])
@pytest.mark.parametrize("p", [3, 10, 60, 200])
def test_no_false_alarm_on_continuous_data(n, p):
    for seed in range(2):
        simulated = study(samples=n, features=p, informative=2, correlation=0.9, seed=seed)
        summary, _ = shared_samples(simulated.features.drop(columns="sample"), *parts(n))
        assert (summary["identical"], summary["near_identical"]) == (0, 0)


def test_discrete_data_are_said_not_to_be_comparable():
    random, (ids, test) = np.random.default_rng(0), parts(200)
    answers = pd.DataFrame(random.integers(0, 20, (200, 30))).add_prefix("q").assign(age=random.normal(size=200))
    answers["weight"] = random.normal(size=200)
    taller = answers.assign(height=random.normal(size=200))
    for frame in (answers, taller):
        frame.iloc[np.flatnonzero(test)[0]] = frame.iloc[np.flatnonzero(~test)[0]]
    summary, found = shared_samples(answers, ids, test)
    assert (summary["compared"], summary["identical"], summary["near_identical"], len(found)) == (0, 0, 0, 0)
    assert "fewer than 3 features take more than 20 values" in summary["note"] and summary["test_samples"] == 50
    assert shared_samples(taller, ids, test)[0]["identical"] == 1
    assert shared_samples(answers.assign(level=np.arange(200) % 20), ids, test)[0]["compared"] == 0


def test_of_many_test_samples_a_part_is_compared_and_said(monkeypatch):
    monkeypatch.setattr(near_rows, "MOST_ROWS", 40)
    features, (ids, test) = noise(400, 5), parts(400, 0.5)
    own, held = np.flatnonzero(~test), np.flatnonzero(test)
    features.iloc[held] = features.iloc[own].to_numpy() + 1e-5  # every test sample has a near twin
    features.iloc[held[:3]] = features.iloc[own[:3]].to_numpy()  # and three an exact one
    summary, found = shared_samples(features, ids, test)
    assert (summary["compared"], summary["identical"]) == (40, 3)
    assert 37 <= summary["near_identical"] + summary["identical"] <= 43 and "40 of 200 test samples" in summary["note"]
    match = dict(zip(ids[held], ids[own], strict=True))
    assert all(match[a] == b for a, b in zip(found["test_sample"], found["development_sample"], strict=True))
    again = shared_samples(features, ids, test)[1]
    pd.testing.assert_frame_equal(found, again)
    assert set(shared_samples(features, ids, test, seed=1)[1]["test_sample"]) != set(found["test_sample"])


def test_where_all_development_samples_have_twins_only_exact_ones_are_told():
    features, (ids, test) = noise(200, 5), parts(200)
    own, held = np.flatnonzero(~test), np.flatnonzero(test)
    features.iloc[own[:75]] = features.iloc[own[75:]].to_numpy()
    features.iloc[held[0]] = features.iloc[own[0]].to_numpy()
    summary, _ = shared_samples(features, ids, test)
    assert (summary["identical"], summary["near_identical"]) == (1, 0)


def own_pairs(simulated):
    return {frozenset(pair) for pair in simulated.truth["copies"].items()}


@pytest.mark.parametrize("noise", [0.0, 0.005])
@pytest.mark.parametrize("features", [10, 150])
def test_copies_within_one_part_are_found_and_no_others(features, noise):
    simulated = study(samples=300, features=features, duplicates=0.1, duplicate_noise=noise)
    measured, ids = simulated.features.drop(columns="sample"), simulated.features["sample"].to_numpy(dtype=object)
    summary, found = repeated_samples(measured, ids)
    assert {frozenset(pair) for pair in zip(found["sample"], found["twin"], strict=True)} == own_pairs(simulated)
    assert len(found) == 30 and summary | {"samples": 330, "compared": 330, "note": ""} == summary
    assert found["identical"].all() if noise == 0 else not found["identical"].any()


def test_triplets_and_four_copies_are_found():
    features, (ids, _) = noise(), parts(200)
    rng = np.random.default_rng(9)
    for number in (1, 2, 3):
        features.iloc[number] = features.iloc[0].to_numpy() + 1e-4 * rng.normal(size=10)
    found = repeated_samples(features, ids)[1]
    assert set(found["sample"]) | set(found["twin"]) == {"s0", "s1", "s2", "s3"}


@pytest.mark.parametrize("n", [60, 2000])
@pytest.mark.parametrize("p", [3, 10, 60])
def test_no_false_twins_within_continuous_data(n, p):
    for seed in range(3):
        simulated = study(samples=n, features=p, informative=2, correlation=0.9, seed=seed)
        assert not len(repeated_samples(simulated.features.drop(columns="sample"), parts(n)[0])[1])


def test_discrete_data_within_one_part_are_said_not_to_be_comparable():
    answers = pd.DataFrame(np.random.default_rng(0).integers(0, 4, (200, 30))).add_prefix("q")
    summary, found = repeated_samples(answers, parts(200)[0])
    assert summary["compared"] == 0 and not len(found) and "fewer than 3 features" in summary["note"]
