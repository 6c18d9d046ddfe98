"""Planted labels: what stays as it is, and how strongly they go with the planted direction."""

import dataclasses

import numpy as np
import pandas as pd
import pytest
from small import resolved, rows

from tentips.data.planted_labels import (
    LEAST_UNITS,
    Planter,
    Structure,
    batch_numbers,
    cohens_d,
    comparable_r2,
    hand_out,
    mixed,
    planter_of,
    structure_of,
)


def planter(n=400, features=8, task="classification", groups=None, truth=None, batches=None, seed=0, shift=0.0):
    random = np.random.default_rng(seed)
    truth = np.arange(n) % 2 if truth is None else truth
    matrix = random.normal(size=(n, features))
    if batches is not None:
        matrix += shift * batches[:, None]
    table = rows(matrix, truth, task, groups=groups)
    return Planter(structure_of(table, batches), matrix.astype("float32"), task, seed)


def test_groups_with_one_label_are_units_and_others_are_not():
    groups = np.array([5, 5, 2, 2, 9, 7, 7])
    table = rows(np.zeros((7, 1)), np.array([1, 1, 0, 1, 0, 0, 0]), groups=groups)
    found = structure_of(table)
    assert found.unit.tolist() == [0, 0, 1, 2, 3, 4, 4]
    assert found.label.tolist() == [1, 0, 1, 0, 0]


def test_small_batches_are_taken_together():
    sizes = [LEAST_UNITS, LEAST_UNITS - 1, 2, LEAST_UNITS + 5]
    batches = np.repeat(np.arange(4), sizes)
    table = rows(np.zeros((len(batches), 1)), np.arange(len(batches)) % 2)
    found = structure_of(table, batches).row_batch
    assert len(set(found[batches == 0]) | set(found[batches == 3])) == 2
    assert len(set(found[(batches == 1) | (batches == 2)])) == 1


def test_batches_are_combinations_of_columns_and_quintiles_of_numbers():
    sheet = pd.DataFrame({"plate": ["a", "a", "b", None] * 25, "day": np.arange(100.0)})
    assert len(np.unique(batch_numbers(sheet, ["plate"]))) == 3
    assert len(np.unique(batch_numbers(sheet, ["plate", "day", "plate"]))) == 15
    assert batch_numbers(sheet, []) is None


def test_labels_are_handed_out_in_order_within_batches():
    structure = Structure(np.arange(6), np.array([0, 0, 0, 1, 1, 1]), np.array([1, 0, 0, 1, 1, 0]), 2)
    latent = np.array([0.1, 0.9, 0.5, -3.0, -1.0, -2.0])[:, None]
    assert hand_out(structure, latent).tolist() == [0, 1, 0, 0, 1, 1]


def test_several_classes_keep_their_shares_and_each_follows_its_own_axis():
    real = np.array([0, 0, 1, 1, 2, 2])
    structure = Structure(np.arange(6), np.zeros(6, dtype=int), real, 3)
    latent = np.array([[9, 9], [8, 0], [0, 7], [1, 6], [2, 1], [0, 0]], dtype=float)
    assert hand_out(structure, latent).tolist() == [1, 1, 2, 2, 0, 0]


@pytest.mark.parametrize("strength", [0.0, 0.6, 1.0])
def test_mixed_values_correlate_as_asked(strength):
    random = np.random.default_rng(0)
    scores, noise = random.normal(size=(2, 100_000))
    found = mixed(scores, noise, strength)
    assert np.corrcoef(scores, found)[0, 1] == pytest.approx(strength, abs=0.01)
    assert found.std() == pytest.approx(1, abs=0.01)


def test_shares_within_batches_and_groups_stay_whatever_the_effect():
    groups = np.repeat(np.arange(150), 2)
    batches = np.repeat(np.random.default_rng(1).integers(0, 3, 150), 2)
    truth = (np.repeat(np.random.default_rng(2).random(150), 2) < np.array([0.2, 0.5, 0.9])[batches]).astype(int)
    found = planter(300, groups=groups, truth=truth, batches=batches)
    labels, scores = found.plant(3, [0.5, 0.7], times=2)
    assert labels.shape == (2, 2, 300) and scores.shape == (300, 1)
    for each in labels.reshape(-1, 300):
        assert (each[::2] == each[1::2]).all()
        assert [each[batches == number].sum() for number in range(3)] == [
            truth[batches == number].sum() for number in range(3)
        ]
    assert (labels[0] != labels[1]).any(), "the second time has noise of its own"
    assert abs(pd.Series(scores[:, 0]).groupby(batches).mean()).max() < 1e-6, "the signal is none of the batches'"


@pytest.mark.parametrize(
    ("task", "truth", "effects"),
    [
        ("classification", np.arange(400) % 2, [0.55, 0.7, 0.9]),
        ("classification", np.arange(400) % 3, [0.6, 0.8]),
        ("classification", (np.arange(400) % 10 == 0).astype(int), [0.6, 0.8]),
        ("regression", np.exp(np.random.default_rng(5).normal(size=400)), [0.1, 0.4]),
    ],
)
def test_the_wanted_effect_is_attained_on_average(task, truth, effects):
    found = planter(task=task, truth=truth)
    attained = []
    for repetition in range(150):
        (labels,), scores = found.plant(repetition, effects)
        attained.append([found.attained(each, scores) for each in labels])
    assert np.mean(attained, axis=0) == pytest.approx(effects, abs=0.012)


def test_two_classes_attain_what_scikit_learn_measures():
    from sklearn.metrics import roc_auc_score

    found = planter()
    ((labels,),), scores = found.plant(0, [0.8])
    assert found.attained(labels, scores) == pytest.approx(roc_auc_score(labels, scores[:, 0]))


def test_no_effect_is_a_permutation_that_no_direction_predicts():
    found = planter()
    values = []
    for repetition in range(300):
        ((labels,),), scores = found.plant(repetition, [0.5])
        values.append(found.attained(labels, scores))
        assert labels.sum() == 200
    assert np.mean(values) == pytest.approx(0.5, abs=0.005)


def test_strong_effects_are_not_promised_where_groups_do_not_allow_them():
    # Ten independent rows with one label: a single one tells little of their mean.
    groups = np.repeat(np.arange(60), 10)
    found = planter(600, groups=groups, truth=np.repeat(np.arange(60) % 2, 10))
    assert found.effects == [0.55, 0.6, 0.65]
    assert planter(600).effects == [0.55, 0.6, 0.65, 0.7, 0.8, 0.9]


def test_effects_in_other_units_by_published_values():
    # Ruscio 2008, Psychological Methods 13:19, table 1: d = 0.8 is an AUC of 0.714; d = 1.19 one of 0.80.
    assert cohens_d(0.714) == pytest.approx(0.8, abs=0.005)
    assert cohens_d(0.5) == 0
    assert comparable_r2(0.8) == pytest.approx(0.26, abs=0.005)  # Cohen's large f2 of 0.35


def test_labels_do_not_decide_which_features_carry_the_signal():
    table = rows(np.random.default_rng(0).normal(size=(60, 5)), np.arange(60) % 2)
    sheet = pd.DataFrame({"sample": table.ids})
    found = planter_of(table, sheet, [], resolved(preprocess={"select": 2})["preprocess"], 1)
    other = planter_of(dataclasses.replace(table, truth=1 - table.truth), sheet, [], resolved()["preprocess"], 1)
    assert found.matrix.shape == (60, 5)
    assert (found.plant(0, [0.7])[1] == other.plant(0, [0.7])[1]).all()


# Labels that vary within groups


def alike(values, groups):
    """Intraclass correlation of equally large groups, by its definition: the covariance of two members over the variance."""
    table = (values - values.mean()).reshape(groups.max() + 1, -1)
    k = table.shape[1]
    products = (np.square(table.sum(axis=1)) - np.square(table).sum(axis=1)).mean() / (k * (k - 1))
    return products / np.square(table).mean()


@pytest.mark.parametrize("wanted", [0.0, 0.5, 0.9])
def test_planted_numbers_are_as_alike_within_groups_as_the_real_ones(wanted):
    random, groups = np.random.default_rng(1), np.repeat(np.arange(200), 10)
    real = np.sqrt(wanted) * random.normal(size=200)[groups] + np.sqrt(1 - wanted) * random.normal(size=2000)
    made = planter(2000, task="regression", groups=groups, truth=real)
    seen = alike(real, groups)
    assert made.structure.shared == pytest.approx(seen, abs=0.01) and seen == pytest.approx(wanted, abs=0.1)
    drawn = [alike(made.plant(number, [0.0])[0][0, 0], groups) for number in range(5)]
    assert np.mean(drawn) == pytest.approx(seen, abs=0.06)


def test_many_samples_of_few_people_are_not_as_many_people():
    """Labels without an effect go with features by chance more where 30 people have 20 samples each than where 600 have one."""
    random, groups = np.random.default_rng(2), np.repeat(np.arange(30), 20)
    matrix = (random.normal(size=(30, 8))[groups] + 0.1 * random.normal(size=(600, 8))).astype("float32")
    people = np.sqrt(0.9) * random.normal(size=30)[groups] + np.sqrt(0.1) * random.normal(size=600)
    chance = []
    for real in (random.normal(size=600), people):
        made = Planter(structure_of(rows(matrix, real, "regression", groups=groups)), matrix, "regression", 0)
        chance.append(
            np.mean([made.attained(labels[0, 0], z) for labels, z in (made.plant(n, [0.0]) for n in range(40))])
        )
    assert chance[0] < 0.01 and chance[1] > 0.015


def test_classes_that_vary_within_groups_are_alike_too():
    random, groups = np.random.default_rng(3), np.repeat(np.arange(200), 10)
    truth = (random.random(2000) < random.choice([0.1, 0.9], 200)[groups]).astype(int)
    shared = structure_of(rows(np.zeros((2000, 1)), truth, groups=groups)).shared
    assert shared == pytest.approx(0.64, abs=0.06)  # variance of the chance, .16, over that of the label, .25
