"""Replicates found by nearest neighbours alone, with neutral ids and shuffled rows, and no alarm on clean data of many shapes."""

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import GroupKFold, KFold, cross_val_predict
from sklearn.neighbors import KNeighborsClassifier

from tentips.checks.quality_checks import CLEAR_SETS, SETS
from tentips.quality.nearness import normal_scores
from tentips.quality.neighbourhoods import neighbourhoods, overlaps


def excess(matrix, label=None, seed=0):
    scores = normal_scores(matrix)
    for each in np.unique(label) if label is not None else ():
        scores[label == each] -= scores[label == each].mean(axis=0)
    table = neighbourhoods(scores - scores.mean(axis=0), seed)
    return (table["overlap"] - table["expected"]).max(), table


def replicates(individuals, times, strength, constant, features=40, seed=0):
    """Strong individual effects; the label depends a little on the features, by individual or by sample."""
    random = np.random.default_rng(seed)
    own = strength * random.normal(size=(individuals, features))
    who = np.repeat(np.arange(individuals), times)
    risk = own[:, 0] / strength + 1.5 * random.normal(size=individuals)
    chance = 1 / (1 + np.exp(-20 * risk[who])) if not constant else (risk > np.median(risk))[who].astype(float)
    label = (random.random(len(who)) < chance).astype(int)
    order = random.permutation(len(who))
    return (own[who] + random.normal(size=(len(who), features)))[order], label[order], who[order]


@pytest.mark.parametrize("constant", [True, False])
@pytest.mark.parametrize(("individuals", "times"), [(24, 15), (40, 4), (30, 40)])
def test_replicates_that_a_random_split_rewards_are_found(individuals, times, constant):
    matrix, label, who = replicates(individuals, times, 2.0, constant)
    near = KNeighborsClassifier(3)
    folds = KFold(5, shuffle=True, random_state=0).split(matrix), GroupKFold(5).split(matrix, groups=who)
    random, honest = (
        roc_auc_score(label, cross_val_predict(near, matrix, label, cv=list(cv), method="predict_proba")[:, 1])
        for cv in folds
    )
    assert random > 0.94 and honest < 0.75
    found, table = excess(matrix, label)
    assert found > CLEAR_SETS
    best = table.loc[(table["overlap"] - table["expected"]).idxmax(), "size"]
    assert times / 2 <= best <= times * 1.5, "the size of the sets is that of the replicates"


def clean(kind, n, random):
    shape = (n, 20)
    if kind == "factors":
        return random.normal(size=(n, 3)) @ random.normal(size=(3, 20)) + 0.3 * random.normal(size=shape)
    if kind == "curve":
        turn = 6 * random.random((n, 1))
        return np.sin(turn * 2 * random.random(20) + 6 * random.random(20)) + 0.1 * random.normal(size=shape)
    if kind == "subtypes":
        return 3 * random.normal(size=(5, 20))[random.integers(5, size=n)] + random.normal(size=shape)
    if kind == "counts":
        return random.poisson(np.exp(random.normal(size=(n, 1)) + 1.5 * random.normal(size=20))).astype(float)
    if kind == "binary":
        return (random.random(shape) < random.random(20)).astype(float)
    if kind == "wide":
        return random.normal(size=(n, 500)) + random.normal(size=(n, 5)) @ random.normal(size=(5, 500))
    return random.standard_t(2, size=shape) if kind == "heavy" else random.normal(size=shape)


@pytest.mark.parametrize("n", [60, 240])
@pytest.mark.parametrize("kind", ["normal", "factors", "curve", "subtypes", "counts", "binary", "wide", "heavy"])
def test_clean_data_of_many_shapes_raise_no_alarm(kind, n):
    random = np.random.default_rng(7)
    worst = max(excess(clean(kind, n, random), seed=number)[0] for number in range(5))
    assert worst < SETS


def test_sets_that_fall_apart_overlap_wholly():
    corners = np.repeat(10.0 * np.eye(20), 4, axis=0) + 0.01 * np.random.default_rng(0).normal(size=(80, 20))
    found = overlaps(corners, [2, 4])
    assert found[1] == 1.0 and found[0] < 1.0


def test_too_few_samples_are_not_judged():
    assert not len(neighbourhoods(np.random.default_rng(0).normal(size=(59, 5))))
