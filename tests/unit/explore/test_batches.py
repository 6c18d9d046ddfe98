"""Batches told, mixed and corrected for where it is known what is true."""

import dataclasses

import numpy as np
import pandas as pd
import pytest
from small import resolved, rows

from tentips.data.sampling import part_of
from tentips.data.times import as_numbers
from tentips.explore import batches, correction
from tentips.explore.batches import differing, epsilon_squared, mixed, predictions
from tentips.explore.correction import NOT_RECOMMENDED, RECOMMENDED, REFUSED, UNKNOWN, advice, corrections
from tentips.explore.factors import Factor, factors
from tentips.explore.factors import batches as declared
from tentips.statistics.association import correlation_ratio

ROLES = {"id": ["id"], "label": ["outcome"], "group": [], "batch": ["batch"], "site": [], "time": [], "covariates": []}


def study(n=240, shift=0.0, tied=0.0, signal=1.0, seed=0, groups=None):
    """Rows and sheet: batches move the features, and with probability `tied` the label decides the batch."""
    random = np.random.default_rng(seed)
    groups = np.arange(n) if groups is None else groups
    truth = random.integers(0, 2, groups.max() + 1)[groups]
    own = random.random(groups.max() + 1)[groups] < tied
    batch = np.where(own, truth, random.integers(0, 3, groups.max() + 1)[groups])
    features = random.normal(size=(n, 12)) + signal * truth[:, None] * (np.arange(12) < 2)
    features += shift * random.normal(size=(3, 12))[batch]
    names = np.array(["a", "b", "c"], dtype=object)[batch]
    sheet = pd.DataFrame({"label": [f"class {t}" for t in truth], "group": groups.astype(str), "batch": names})
    return rows(features, truth, groups=groups), sheet


OPTIONS = resolved()["preprocess"]


def test_a_batch_is_told_until_it_is_corrected(monkeypatch):
    monkeypatch.setattr(batches, "TREES", 30)
    table, sheet = study(shift=2.0)
    found = predictions(table, declared(sheet, ROLES), OPTIONS, 0.95, 0, 1).iloc[0]
    assert found["low"] > 0.9 > found["chance"] == pytest.approx(1 / 3)
    assert found["corrected_low"] < 1 / 3 + 0.05 and found["corrected"] < 0.45
    clean, sheet = study(shift=0.0)
    found = predictions(clean, declared(sheet, ROLES), OPTIONS, 0.95, 0, 1).iloc[0]
    assert found["low"] < 1 / 3 < found["high"]


def test_mixing_before_and_after():
    table, sheet = study(shift=2.0)
    found = mixed(table, declared(sheet, ROLES), OPTIONS, 0).set_index("correction")
    assert found.loc["none", "kbet"] < 0.1 and found.loc["none", "kbet_p"] == pytest.approx(0.005)
    assert found.loc["combat", "kbet"] > 0.85
    assert found.loc["none", "ilisi"] < 1.3 < 2.2 < found.loc["combat", "ilisi"]


def test_one_row_of_each_group_is_looked_at():
    table, sheet = study(groups=np.repeat(np.arange(40), 6))
    found = mixed(table, declared(sheet, ROLES), OPTIONS, 0)
    assert found["n"].tolist() == [40, 40]
    assert found["note"].str.contains("40 of 240 rows: one row of each group in each batch").all()


def test_too_few_are_not_looked_at():
    table, sheet = study(n=15)
    found = mixed(table, declared(sheet, ROLES), OPTIONS, 0)
    assert found["kbet"].isna().all() and found["note"].str.contains("15 independent samples, fewer than 20").all()


def test_epsilon_squared_is_the_square_of_the_corrected_ratio():
    random = np.random.default_rng(0)
    codes = random.integers(0, 4, 90)
    values = random.normal(size=(90, 3)) + np.outer(codes, [0, 0.5, 2])
    expected = [correlation_ratio(codes, column) ** 2 for column in values.T]
    assert epsilon_squared(values, codes) == pytest.approx(expected)
    holes = values.copy()
    holes[:20, 1] = np.nan
    assert epsilon_squared(holes, codes)[1] == pytest.approx(correlation_ratio(codes[20:], values[20:, 1]) ** 2)
    assert epsilon_squared(np.ones((90, 1)), codes).tolist() == [0]


def test_the_features_that_differ_are_named():
    table, sheet = study(shift=0.0)
    features = table.features.assign(x7=table.features["x7"] + 3.0 * (sheet["batch"] == "b"))
    ranked, values = differing(features, declared(sheet, ROLES), 0)
    assert ranked.iloc[0]["feature"] == "x7" and ranked.iloc[0]["epsilon_squared"] > 0.5
    assert list(values.columns) == ["factor", "feature", "level", "value"]
    assert values["feature"].nunique() == 6 and len(values) == 6 * 240


def corrected(table, sheet, roles=ROLES):
    preprocess, threshold = resolved()["preprocess"], resolved()["checks"]["association"]
    return corrections(table, sheet, declared(sheet, roles), preprocess, "roc_auc", 0.95, threshold, 1).iloc[0]


def test_correction_is_recommended_where_a_batch_hides_the_signal():
    found = corrected(*study(shift=6.0, signal=1.2))
    assert found["low"] > 0 and found["advice"] == RECOMMENDED
    assert found["with"] > found["without"] + 0.02 and found["folds_unseen"] == 0


def test_correction_is_not_recommended_where_there_is_no_batch_effect():
    found = corrected(*study())
    assert found["low"] < 0 < found["high"] and abs(found["difference"]) < 0.03
    assert found["advice"] == NOT_RECOMMENDED


def test_correction_is_refused_where_label_and_batch_go_together():
    found = corrected(*study(shift=6.0, signal=1.2, tied=0.6))
    assert found["association"] > 0.4 and found["association_p"] < 0.01
    assert found["advice"] == REFUSED


def test_folds_of_unseen_batches_are_counted():
    table, sheet = study()
    number = sheet["batch"].map({"a": 0, "b": 1, "c": 2}).to_numpy()
    found = corrected(dataclasses.replace(table, fold=number), sheet)
    assert found["folds_unseen"] == found["folds"] == 3


def test_of_many_rows_whole_groups_are_looked_at(monkeypatch):
    monkeypatch.setattr(correction, "MOST_ROWS", 100)
    table, sheet = study(groups=np.repeat(np.arange(120), 2))
    found = corrected(dataclasses.replace(table, fold=table.groups % 3), sheet)
    assert found["n"] == 100 and found["note"] == "100 of 240 rows, drawn by whole groups"


def test_advice():
    assert advice(True, 0.2, 0.1) == REFUSED
    assert advice(False, 0.2, 0.1) == RECOMMENDED
    assert advice(False, 0.1, -0.1) == advice(False, -0.2, -0.3) == NOT_RECOMMENDED
    assert advice(False, 0.1, float("nan")) == UNKNOWN
    assert advice(False, 0.0, float("nan")) == NOT_RECOMMENDED  # nothing that could be corrected


def test_factors_are_categories():
    sheet = pd.DataFrame(
        {
            "label": np.arange(60.0),
            "group": np.repeat([str(number) for number in range(30)], 2),
            "run": [1.0, 2.0, np.nan] * 20,
            "plate": ["x", "y"] * 30,
            "when": pd.date_range("2020-01-01", periods=60).strftime("%Y-%m-%d"),
            "same": "one",
        }
    )
    roles = {**ROLES, "batch": ["run", "plate"], "group": ["patient"], "time": ["when"], "covariates": ["same", "run"]}
    found = {each.name: each for each in factors(sheet, roles, ("label", "batch", "time", "covariates", "group"))}
    assert list(found) == ["outcome", "run", "plate", "when", "patient"]
    assert len(found["outcome"].levels) == len(found["when"].levels) == 5 and "5 parts" in found["when"].note
    assert found["run"].codes[:3].tolist() == [0, 1, -1]
    both = declared(sheet, roles)[0]
    assert both == Factor(both.name, "batch", both.codes, both.levels) and both.name == "run / plate"
    assert both.levels == ["1 / x", "1 / y", "2 / x", "2 / y"] and (both.codes[2::3] == -1).all()
    assert as_numbers(sheet["when"]).tolist() == list(range(60))


def test_a_part_holds_whole_groups():
    groups = np.random.default_rng(0).integers(0, 50, 1000)
    kept = part_of(groups, 300, 1)
    assert 250 < len(kept) <= 300 and (np.diff(kept) > 0).all()
    assert not set(groups[kept]) & set(np.delete(groups, kept))
    assert part_of(groups, 1000, 1).tolist() == list(range(1000))
    assert len(part_of(np.zeros(500, dtype=int), 100, 1)) == 100
