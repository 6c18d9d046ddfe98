"""Copies are told as copies, and not as a hidden group whatever column they share."""

import numpy as np
import pandas as pd
from small import resolved, rows

from tentips.quality.hidden_groups import hidden_groups
from tentips.quality.quality_tables import quality_tables, without_few_copies

ROLES = {
    role: [] for role in ("id", "label", "group", "batch", "site", "time", "covariates", "split", "test", "features")
}


def with_copies(n, copies, noise=0.0, seed=0):
    """Samples, of which some are there again under another name, with a column of numbers that copies have in common."""
    random = np.random.default_rng(seed)
    features = random.normal(size=(n, 8))
    again = features[:copies] + noise * random.normal(size=(copies, 8))
    ages = np.round(random.uniform(20, 80, n), 1)
    truth = random.integers(0, 2, n)
    known = rows(np.vstack([features, again]), np.concatenate([truth, truth[:copies]]), seed=seed)
    sheet = pd.DataFrame({"sample": known.ids, "label": known.labels, "group": known.ids})
    return known, sheet.assign(dose=np.concatenate([ages, ages[:copies]]))


def judged(known, sheet):
    return quality_tables(known, known.features, sheet, ROLES, ["dose"], resolved()["preprocess"], 0.95, 0)


def test_copies_that_share_a_column_of_numbers_are_no_hidden_group():
    known, sheet = with_copies(200, 20)
    seen = hidden_groups(known, sheet, ROLES, ["dose"], resolved()["preprocess"])
    assert (seen["nearer"] - seen["expected"]).max() > 0.1 and seen["p_adjusted"].min() < 0.01  # the false alarm
    tables = judged(known, sheet)
    assert tables["duplicates"]["identical"].iloc[0] == 20
    found = tables["hidden_groups"]
    assert not ((found["nearer"] - found["expected"] >= 0.1) & (found["p_adjusted"] < 0.01)).any()
    sets = tables["neighbourhoods"]
    assert (sets["overlap"] - sets["expected"]).max() < 0.25


def test_many_copies_may_be_replicates_and_stay():
    known, sheet = with_copies(100, 90, noise=0.001)
    ids = sheet["sample"]
    assert without_few_copies(ids, pd.DataFrame({"sample": ids[:10]})).sum() == 180
    assert without_few_copies(ids, pd.DataFrame({"sample": ids[:90]})).all()
    found = judged(known, sheet)["hidden_groups"]
    assert ((found["nearer"] - found["expected"] >= 0.1) & (found["p_adjusted"] < 0.01)).any()
