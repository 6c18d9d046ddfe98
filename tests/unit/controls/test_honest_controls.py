"""Controls and twins where data are unkind: uneven groups, failed folds, sparse counts, odd names."""

import numpy as np
import pandas as pd
import pytest
from small import resolved, rows
from test_experiments import curve_of

from tentips.controls import confounding, control_tables
from tentips.controls.experiments import left_out, shuffled
from tentips.controls.power_law import PowerLaw, extrapolate
from tentips.data.modality import modality
from tentips.models.trials import Trial, best_of, corrected_score
from tentips.quality.duplicates import shared_samples


def test_one_mislabelled_row_does_not_undo_the_shuffle():
    group = np.repeat(np.arange(30), np.arange(3, 33))  # no two patients have the same number of rows
    truth = np.random.default_rng(0).permutation(np.arange(30) % 2)[group]
    truth[0] = 1 - truth[0]
    drawn = [truth[shuffled(truth, group, np.random.default_rng(seed))] for seed in range(40)]
    assert np.mean([(labels == truth).mean() for labels in drawn]) < 0.7


def test_a_fold_without_both_classes_does_not_take_the_learning_curve():
    curve = curve_of(PowerLaw(0.1, 2.0, 0.5), [50, 100, 200, 400])
    curve.loc[curve["fold"] == 1, "score"] = np.nan
    assert np.isfinite(extrapolate(curve, 1.0, 0.95)["gain"])


def test_corrected_score_of_a_search_with_a_failed_fold():
    trials = [Trial({}, [0.6, 0.6, 0.6]), Trial({}, [0.9, 0.9, float("-inf")])]
    assert best_of(trials) == 0
    assert corrected_score(trials) == pytest.approx(0.6)


def test_columns_may_hold_a_colon():
    truth = np.arange(60) % 2
    table = rows(np.zeros((60, 1)), truth)
    found, reasons = left_out(
        table, pd.DataFrame({"run: old": np.arange(60) // 30, "n: x": "one"}), ["run: old", "n: x"], 0.1
    )
    right = np.stack([1 - truth, truth], 1).astype(float)
    out = control_tables.left_out(
        [(each, right[each.score]) for each in found],
        reasons,
        "svm",
        table,
        right,
        "accuracy",
        resolved()["evaluation"] | {"bootstrap": 200},
    )
    assert set(out["factor"]) == {"run: old", "n: x"}


@pytest.mark.parametrize("what", ["sparse counts", "missing", "dense"])
def test_no_twin_by_chance(what):
    r = np.random.default_rng(0)
    if what == "sparse counts":
        x = pd.DataFrame(r.poisson(r.gamma(0.3, 4 / 0.3, size=(1000, 5)))).add_prefix("gene")
    elif what == "missing":
        x = pd.DataFrame(r.normal(size=(600, 5))).where(r.random((600, 5)) < 0.5).add_prefix("f")
    else:  # three samples in ten are of a kind that varies twenty times less
        x = pd.DataFrame(r.normal(size=(600, 10)) * np.where(r.random(600) < 0.3, 0.05, 1)[:, None]).add_prefix("f")
    summary, _ = shared_samples(
        modality("tabular").comparison(x), np.arange(len(x)).astype(str).astype(object), r.random(len(x)) < 0.25
    )
    assert (summary["identical"], summary["near_identical"]) == (0, 0)


def test_dates_are_days():
    frame = pd.DataFrame({"day": ["2024-01-01", "2024-01-11"]})
    found = confounding._as_features(frame, {"covariates": [], "batch": [], "site": [], "time": ["day"]})["day"]
    assert found.diff().iloc[1] == pytest.approx(10)
