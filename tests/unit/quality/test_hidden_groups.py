"""Groups that nobody declared: ids and columns that suggest them, and whether features agree."""

import numpy as np
import pandas as pd
import pytest
from sklearn.neighbors import NearestNeighbors
from small import resolved, rows

from tentips.quality.candidate_groups import candidates
from tentips.quality.hidden_groups import hidden_groups, permuted
from tentips.quality.nearness import nearness, normal_scores
from tentips.simulate.simulation import study

ROLES = {
    "id": ["id"],
    "label": ["label"],
    "group": [],
    "batch": [],
    "site": [],
    "time": [],
    "covariates": [],
    "split": [],
}
OPTIONS = resolved()["preprocess"]


def sheet(ids, **columns):
    n = len(ids)
    table = pd.DataFrame({"sample": ids, "label": np.resize(["a", "b", "b"], n), "group": ids})
    return table.assign(**columns)


def partitions(found):
    return [each.codes.tolist() for each in found]


def numbers(names):
    return pd.factorize(np.array(names))[0].tolist()


@pytest.mark.parametrize(
    "pattern", ["{p}_{r}", "S{p:02d}_R{r}", "phon_R01_S{p:02d}_{r}", "P{p}.rep{r}", "{p}-{r}", "{p:03d}{letter}"]
)
def test_ids_of_replicates_are_told(pattern):
    pairs = [(person, repeat) for person in range(10, 22) for repeat in range(1, 4)]
    ids = [pattern.format(p=person, r=repeat, letter="abc"[repeat - 1]) for person, repeat in pairs]
    found = [each for each in candidates(sheet(ids), ROLES, []) if each.numbered]
    assert numbers([person for person, _ in pairs]) in partitions(found)


@pytest.mark.parametrize("pattern", ["S{n:03d}", "cell_{n:04d}", "{n}", "ID{n}"])
def test_a_counter_suggests_nothing(pattern):
    assert candidates(sheet([pattern.format(n=number) for number in range(1, 300)]), ROLES, []) == []


def test_ids_that_repeat_a_declared_column_are_no_news():
    cohorts = np.repeat([f"C{number}" for number in range(8)], 12)
    ids = [f"{cohort}_{number}" for number, cohort in enumerate(cohorts)]
    assert numbers(cohorts) in partitions(candidates(sheet(ids), ROLES, []))
    assert candidates(sheet(ids, cohort=cohorts), ROLES | {"site": ["cohort"]}, []) == []


def test_labels_in_ids_are_no_groups():
    labels = np.repeat(["EWS", "RMS", "NB", "BL"], 15)
    ids = [f"{label}.{'TC'[n % 2]}{n}" for n, label in enumerate(labels)]
    assert candidates(sheet(ids).assign(label=labels), ROLES, []) == []


def test_only_groupings_beyond_the_declared_group_are_news():
    ids = [f"P{patient}_S{specimen}_{repeat}" for patient in range(8) for specimen in range(3) for repeat in range(2)]
    patients, specimens = (["_".join(name.split("_")[:parts]) for name in ids] for parts in (1, 2))
    found = partitions(candidates(sheet(ids, group=specimens), ROLES, []))
    assert numbers(patients) in found and numbers(specimens) not in found
    assert numbers(patients) not in partitions(candidates(sheet(ids, group=patients), ROLES, []))


def test_columns_that_repeat_like_a_subject_are_told_and_descriptions_are_not():
    ids = [f"S{number:03d}" for number in range(120)]
    table = sheet(
        ids, subject=np.arange(120) // 4, sex=np.resize(["f", "m"], 120), tissue=np.resize(list("uvwxy"), 120)
    )
    found = candidates(table, ROLES | {"covariates": ["tissue"]}, ["subject", "sex"])
    assert [each.column for each in found] == ["subject"]
    assert candidates(table.assign(subject=ids), ROLES, ["subject"]) == [], "nothing recurs"


def test_nearness_is_the_share_of_other_rows_that_are_further():
    matrix = np.random.default_rng(0).normal(size=(60, 3))
    near = nearness(matrix)
    values, vectors = np.linalg.eigh(matrix.T @ matrix)
    whitened = matrix @ vectors / values**0.25
    order = NearestNeighbors(n_neighbors=60).fit(whitened).kneighbors(whitened)[1]
    for row in (0, 17, 59):
        np.testing.assert_allclose(near[row, order[row, 1:]], np.linspace(1, 0, 59))
    wide = np.random.default_rng(1).normal(size=(30, 200))
    turned = wide @ np.linalg.qr(np.random.default_rng(2).normal(size=(200, 200)))[0]
    np.testing.assert_allclose(nearness(wide), nearness(turned), atol=1e-9)


def test_permutations_keep_to_their_stratum():
    strata = np.random.default_rng(0).integers(4, size=50)
    order = permuted(strata, np.random.default_rng(1))
    assert sorted(order) == list(range(50)) and (strata[order] == strata).all() and (order != np.arange(50)).any()


def test_normal_scores_are_bloms():
    scores = normal_scores(np.array([[1.0, 5], [100, 5], [3, 5]]))
    np.testing.assert_allclose(scores[:, 0], [-0.8694, 0.8694, 0], atol=1e-4)
    assert scores.shape == (3, 1)


def examined(simulated, ignored=(), **roles):
    features, samples = simulated.features.drop(columns="sample"), simulated.samples
    truth = pd.factorize(samples["label"], sort=True)[0]
    table = samples.assign(group=samples[roles["group"][0]] if "group" in roles else samples["sample"])
    return hidden_groups(rows(features, truth), table, ROLES | roles, list(ignored), OPTIONS)


@pytest.mark.parametrize("icc", [0.3, 0.9])
def test_replicates_are_nearer_and_strangers_are_not(icc):
    arguments = {"samples": 160, "features": 20, "group_size": 2, "replicate_ids": True, "seed": 3}
    found = examined(study(icc=icc, **arguments)).set_index("source").loc["ids"]
    assert found["groups"] == 80 and found["rows"] == 160 and bool(found["numbered"])
    assert found["nearer"] - found["expected"] > 0.2 and found["p_adjusted"] < 0.01
    assert found["expected"] == pytest.approx(0.5, abs=0.02)
    strangers = examined(study(icc=0.0, **arguments)).set_index("source").loc["ids"]
    assert abs(strangers["nearer"] - strangers["expected"]) < 0.06 and strangers["p_adjusted"] > 0.01


def test_what_label_and_batch_explain_is_not_taken_for_replicates():
    simulated = study(samples=200, features=20, signal=4.0, batches=4, batch_shift=2.0, seed=1)
    boxes = simulated.samples["batch"] + "/" + simulated.samples["label"].astype(str)
    part = pd.Series(np.random.default_rng(0).integers(5, size=200)).astype(str)
    simulated.samples["box"] = boxes + part  # 40 boxes, each of one batch and label
    found = examined(simulated, ["box"], batch=["batch"]).set_index("source").loc["column"]
    assert abs(found["nearer"] - found["expected"]) < 0.05


def test_a_coarser_group_than_the_declared_one_is_seen_and_none_where_there_is_none():
    simulated = study(samples=240, features=20, group_size=6, icc=0.6, seed=2)
    order = simulated.samples.groupby("patient").cumcount() // 2
    simulated.samples["specimen"] = simulated.samples["patient"] + "/" + order.astype(str)
    found = examined(simulated, ["patient"], group=["specimen"])
    assert found["candidate"].tolist() == ["column patient"]
    assert found["nearer"].iloc[0] - found["expected"].iloc[0] > 0.2 and found["p_value"].iloc[0] == pytest.approx(1e-4)
    simulated.samples["box"] = (
        np.random.default_rng(0).permutation(simulated.samples["specimen"].unique())[:40].tolist() * 6
    )
    others = examined(simulated, ["box"], group=["patient"])
    assert not len(others) or abs(others["nearer"] - others["expected"]).max() < 0.1


def test_neighbouring_rows_of_an_ordered_sheet_are_alike():
    simulated = study(samples=160, features=20, group_size=4, icc=0.8, hide_groups=False, seed=5)
    shuffled = examined(simulated).set_index("source").loc["order"]
    order = simulated.samples["patient"].argsort(kind="stable").to_numpy()
    simulated.samples[:], simulated.features[:] = (
        simulated.samples.iloc[order].to_numpy(),
        simulated.features.iloc[order].to_numpy(),
    )
    ordered = examined(simulated).set_index("source").loc["order"]
    assert ordered["nearer"] > 0.9 and ordered["nearer"] - ordered["expected"] > 0.3
    assert abs(shuffled["nearer"] - shuffled["expected"]) < 0.1


@pytest.mark.parametrize(("icc", "alike"), [(0.0, False), (0.6, True)])
def test_a_number_on_which_features_depend_is_no_replicate_and_one_of_a_person_is(icc, alike):
    """Sequences of one length have much of their composition in common, and so have those that are a letter longer."""
    simulated = study(samples=400, features=20, group_size=4, icc=icc, hide_groups=False, seed=3)
    drawn = np.random.default_rng(0).random(simulated.samples["patient"].nunique()).round(2)
    length = drawn[pd.factorize(simulated.samples["patient"])[0]]
    simulated.samples["length"] = length
    numbers = simulated.features.select_dtypes("number").columns
    if not alike:
        simulated.features[numbers] += 2 * np.sin(4 * np.pi * length)[:, None]
    row = examined(simulated, ["length"]).set_index("column").loc["length"]
    assert (row["p_adjusted"] < 0.01 and row["nearer"] - row["expected"] > 0.1) == alike
    assert row["nearer"] > 0.6  # not for want of nearness
