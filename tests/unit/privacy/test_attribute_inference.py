"""A planted leak of a sensitive covariate is found where it is, and nothing where members are like others."""

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit
from small import rows

from tentips.privacy.attribute_inference import attribute_inference
from tentips.privacy.membership_audit import Target

N = 600
MEMBER = np.arange(N) < N // 2


def people(seed=0, groups=None):
    random = np.random.default_rng(seed)
    own = rows(random.normal(size=(N, 3)), random.integers(0, 2, N), groups=groups)
    carrier = random.random(N) < expit(0.8 * (2 * own.truth - 1))  # the label itself tells something of it
    return own, carrier, random


def target(logits):
    risk = expit(logits)
    return Target("mlp", "network", [np.column_stack([1 - risk, risk])], np.empty(0))


def inferred(own, carrier, logits, member=MEMBER, smallest=5):
    covariates = pd.DataFrame({"carrier": np.where(carrier, "yes", "no")})
    found = attribute_inference([target(logits)], own, covariates, member, smallest, 0.95, 0)
    return found.set_index(["part", "known"])


def test_a_model_that_stores_the_covariate_of_members_gives_it_away():
    own, carrier, random = people()
    logits = 2 * own.truth - 1 + random.normal(size=N) + 1.5 * (carrier - 0.5) * MEMBER
    found = inferred(own, carrier, logits)
    assert found.loc[("difference", "gain"), "low"] > 0.02
    assert found.loc[("difference", "gain"), "p_adjusted"] < 0.001
    assert found["p_adjusted"].notna().sum() == 1
    assert found.loc[("members", "gain"), "low"] > 0.02
    assert found.loc[("others", "gain"), "low"] < 0 < found.loc[("others", "gain"), "high"] + 0.01
    # From the label alone: 0.69 of carriers have the label 1, 0.31 of the others.
    assert found.loc[("members", "label"), "roc_auc"] == pytest.approx(0.69, abs=0.06)
    assert found.loc[("others", "label"), "roc_auc"] == pytest.approx(0.69, abs=0.06)


def test_what_the_output_tells_of_everybody_is_no_leak_of_members():
    own, carrier, random = people(1)
    logits = 2 * own.truth - 1 + random.normal(size=N) + 1.5 * (carrier - 0.5)
    found = inferred(own, carrier, logits)
    assert found.loc[("members", "gain"), "low"] > 0.02 and found.loc[("others", "gain"), "low"] > 0.02
    assert found.loc[("difference", "gain"), "low"] < 0 < found.loc[("difference", "gain"), "high"]


def test_where_members_are_like_others_the_interval_mostly_holds_nothing():
    held, seen = 0, []
    for seed in range(30):
        own, carrier, random = people(seed + 10)
        logits = 2 * own.truth - 1 + random.normal(size=N) + 0.7 * (carrier - 0.5)
        member = random.permutation(MEMBER)
        row = inferred(own, carrier, logits, member).loc[("difference", "gain")]
        seen.append(row["p_adjusted"])
        held += row["low"] <= 0 <= row["high"]
    assert held >= 26  # 28.5 of 30 are expected at 95 %
    assert sum(p < 0.05 for p in seen) <= 4 and 0.3 < np.mean(seen) < 0.7


def test_differences_are_adjusted_for_all_models():
    own, carrier, random = people()
    logits = 2 * own.truth - 1 + random.normal(size=N) + 0.5 * (carrier - 0.5) * MEMBER
    covariates = pd.DataFrame({"carrier": np.where(carrier, "yes", "no")})
    one, several = (
        attribute_inference([target(logits)] * number, own, covariates, MEMBER, 5, 0.95, 0)["p_adjusted"].dropna()
        for number in (1, 4)
    )
    assert several.to_numpy() == pytest.approx(np.minimum(4 * one.iloc[0], 1))


def test_units_are_counted_and_rare_levels_are_left_out():
    own, carrier, random = people(2, groups=np.arange(N) // 2)
    text = pd.DataFrame({"origin": np.where(np.arange(N) < 8, "Utsira", np.where(carrier, "Oslo", "Bergen"))})
    found = attribute_inference([target(random.normal(size=N))], own, text, MEMBER, 5, 0.95, 0)
    assert (found["levels"] == 2).all() and "Utsira" not in found.to_csv()
    assert found.set_index(["part", "known"]).loc[("members", "label"), "units"] == 150 - 4


def test_a_covariate_of_numbers_is_asked_for_as_above_its_median():
    own, _, random = people(3)
    age = 50 + 20 * own.truth + random.normal(size=N)
    found = attribute_inference([target(random.normal(size=N))], own, pd.DataFrame({"age": age}), MEMBER, 5, 0.95, 0)
    assert found.set_index(["part", "known"]).loc[("members", "label"), "roc_auc"] > 0.95


def test_without_a_covariate_or_a_target_the_table_is_empty():
    own, carrier, _ = people(4)
    assert not len(attribute_inference([], own, pd.DataFrame({"a": carrier}), MEMBER, 5, 0.95, 0))
    same = pd.DataFrame({"a": ["x"] * N})
    assert not len(attribute_inference([target(np.zeros(N))], own, same, MEMBER, 5, 0.95, 0))
