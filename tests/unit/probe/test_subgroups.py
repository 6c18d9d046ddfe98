"""Subgroups: a flipped effect is found, equal subgroups raise few alarms, and small ones are not judged."""

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import roc_auc_score

from tentips.probe.subgroups import subgroups

OPTIONS = {"confidence": 0.95, "bootstrap": 300}


def study(n=300, seed=0, flipped=False):
    random = np.random.default_rng(seed)
    truth = random.permutation(np.arange(n) % 2)
    named = pd.DataFrame({"site": random.choice(list("abc"), n), "sex": random.choice(["f", "m"], n)})
    scores = 1.5 * (2 * truth - 1) + random.normal(size=n) * 1.5
    if flipped:
        scores = np.where(named["site"] == "c", -scores, scores)
    p = 1 / (1 + np.exp(-scores))
    return truth, np.stack([1 - p, p], axis=1), np.arange(n), named


def test_a_site_with_a_flipped_effect_is_found_and_named():
    truth, predicted, units, named = study(flipped=True)
    table = subgroups(truth, predicted, units, named, "roc_auc", 2, OPTIONS)
    worst = table.sort_values("difference").iloc[0]
    site = table[(table["column"] == "site") & (table["level"] == "c")].iloc[0]
    assert "c" in worst["level"]
    assert site["adjusted_high"] < -0.5 and site["p_adjusted"] < 1e-4
    inside = (named["site"] == "c").to_numpy()
    assert site["value"] == pytest.approx(roc_auc_score(truth[inside], predicted[inside, 1]))
    assert site["rest"] == pytest.approx(roc_auc_score(truth[~inside], predicted[~inside, 1]))


def test_equal_subgroups_raise_an_alarm_in_at_most_one_study_in_twenty():
    alarms = sum(
        bool((subgroups(*study(seed=seed), "roc_auc", 2, OPTIONS)["p_adjusted"] < 0.05).any()) for seed in range(60)
    )
    assert alarms <= 6  # P(more than 6 of 60 at 5 %) is 3 %


def test_small_subgroups_have_a_reason_and_no_figure():
    truth, predicted, units, named = study(100)
    named = named.assign(rare=np.where(np.arange(100) == 0, "one", "others"))
    table = subgroups(truth, predicted, units, named, "roc_auc", 2, OPTIONS)
    one = table[table["level"] == "one"].iloc[0]
    assert one["n"] == 1 and "fewer than 20 samples" in one["reason"] and np.isnan(one["p_adjusted"])


def test_no_column_and_a_column_with_one_level_give_no_subgroup():
    truth, predicted, units, named = study(60)
    assert len(subgroups(truth, predicted, units, named[[]], "roc_auc", 2, OPTIONS)) == 0
    assert len(subgroups(truth, predicted, units, named.assign(site="a")[["site"]], "roc_auc", 2, OPTIONS)) == 0


def test_a_pair_that_says_nothing_new_is_left_out():
    truth, predicted, units, named = study()
    named = named[["site"]].assign(city=named["site"].map(str.upper))
    table = subgroups(truth, predicted, units, named, "roc_auc", 2, OPTIONS)
    assert not table["column"].str.contains(" x ").any()


def test_calibration_of_a_subgroup_is_beside_it():
    truth, predicted, units, named = study()
    table = subgroups(truth, predicted, units, named, "roc_auc", 2, OPTIONS)
    row = table[(table["column"] == "sex") & (table["level"] == "f")].iloc[0]
    inside = (named["sex"] == "f").to_numpy()
    assert row["predicted"] == pytest.approx(predicted[inside, 1].mean())
    assert row["observed"] == pytest.approx(truth[inside].mean())
