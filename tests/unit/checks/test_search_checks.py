"""The checks of the search on small result files: every branch, and the numbers that they tell."""

import numpy as np
import pandas as pd
import pytest
import yaml
from small import resolved

from tentips.artifacts import write_json, write_parquet, write_table
from tentips.checks import search_checks
from tentips.models.baselines import BASELINES
from tentips.models.search_space import of_distributions
from tentips.results import Results

RATE = {"low": 1e-4, "high": 1e-1, "logarithmic": True, "whole": False}
SPACE = {"learning_rate": RATE, "units": {"values": [16, 32, 64, 128]}, "batch_norm": {"values": [False, True]}}
ELSEWHERE = {"learning_rate": 1e-2, "units": 32}


@pytest.fixture
def study(tmp_path):
    """A function that writes the files of a search and returns its results.

    `scores` are those of the network's trials, the untuned one first; `settings` belong to its best one and `others` to all others.
    `final` holds epochs and best epoch of each final network; `cut_off` is how many of the five folds of the best trial were at the limit.
    """

    def write(scores, baseline=(0.8, 0.8, 0.8), settings=ELSEWHERE, others=ELSEWHERE, final=((60, 48),) * 5, cut_off=0, spread=0.02, chosen="logistic", **sections):  # fmt: skip
        sections["data"] = {"features": "m", "samples": "s", "id": "id", "label": "label"}
        sections["models"] = {"baselines": ["dummy", "logistic"], "networks": ["mlp"]}
        sections.setdefault("tuning", {})
        (tmp_path / "config.yaml").write_text(yaml.safe_dump(resolved(**sections)), encoding="utf-8")
        for stage, kind, model, found, space, own in (
            ("baseline", "trivial", "dummy", [0.5], {}, {}),
            ("baseline", "baseline", "logistic", baseline, of_distributions(BASELINES["logistic"].space("classification")), {"C": 1.0}),
            ("network", "network", "mlp", scores, SPACE, settings),
        ):  # fmt: skip
            best = int(np.argmax(found))
            tuned = [found[best] - spread, found[best] + spread, found[best]]
            repeat = {"tuned": found[best], "trial": best, "trials": len(found), "trials_asked": sections["tuning"].get("trials", len(found)), "folds": 5, "settings": own, "fold_scores": {"tuned": tuned}, "cut_off": cut_off}  # fmt: skip
            about = {"model": model, "kind": kind, "space": space, "repeats": {"1": repeat}}
            write_json(about, tmp_path / stage / model / "best.json")
            rows = [{"repeat": 1, "trial": number, "score": score, **(own if number == best else {"C": 2.0} if model == "logistic" else others)} for number, score in enumerate(found)]  # fmt: skip
            write_table(pd.DataFrame(rows), tmp_path / stage / model / "trials.tsv")
        epochs = [{"repeat": 1, "seed": seed, "epoch": epoch, "chosen": epoch == best} for seed, (last, best) in enumerate(final) for epoch in range(1, last + 1)]  # fmt: skip
        write_parquet(pd.DataFrame(epochs), tmp_path / "network/mlp/histories.parquet")
        return Results(tmp_path)

    return write


LEVEL = [0.8] + [0.9] * 11


def test_a_search_that_has_levelled_off_passes_and_says_how_far_it_got(study):
    found = search_checks.search_adequacy(study(LEVEL))
    assert (found.status, found.value, found.threshold, found.evidence) == ("pass", 12, 6, "figure-search")
    assert found.finding == (
        "12 configurations were tried for each model. With a certainty of 95 %, the best of 11 random ones is among the best 24% of all "
        "that could have been drawn. Their second half raised the expected best ROC AUC by 0.000 of the MLP network and 0.000 of the "
        "logistic regression; 0.01 matters. 0 of 10 trainings of the chosen MLP network ended at the limit of 200 epochs, still improving. "
        "The logistic regression does best with its default settings; others come within one standard error."
    )


def test_too_few_trials_for_the_hyperparameters_are_warned_of(study):
    found = search_checks.search_adequacy(study(LEVEL[:5]))
    assert (found.status, found.value, found.threshold) == ("warn", 5, 6)
    assert (
        "Only 5 configurations were tried for the 3 hyperparameters of the MLP network, fewer than 2 for each."
        in found.finding
    )
    assert "the best of 4 random ones is among the best 53%" in found.finding and found.finding.endswith(
        "Raise tuning.trials, so that there are 6 or more."
    )
    assert found.limitation.startswith("Only 5 configurations were tried for 3 hyperparameters of the MLP network")
    assert search_checks.search_adequacy(study(LEVEL[:5], checks={"trials_per_hyperparameter": 1.5})).status == "pass"


def test_where_the_minutes_limited_the_search_they_are_what_to_raise(study):
    limited = {"tuning": {"trials": 12}, "compute": {"minutes": 2}}
    assert (
        "Raise compute.minutes, so that there are 6"
        in search_checks.search_adequacy(study(LEVEL[:5], **limited)).finding
    )
    assert "Raise tuning.trials" in search_checks.search_adequacy(study(LEVEL[:5], compute={"minutes": 2})).finding
    assert "Raise tuning.trials" in search_checks.search_adequacy(study(LEVEL[:5], tuning={"trials": 12})).finding


def test_a_search_that_still_gains_is_warned_of(study):
    """One of eleven random trials is best: of half of them, five, one in 11/5 holds it."""
    scores = [0.8, *[0.85] * 10, 0.95]
    found = search_checks.search_adequacy(study(scores))
    expected = 0.95 - (5 / 11 * 0.95 + 6 / 11 * 0.85)
    assert (
        found.status == "warn"
        and f"raised the expected best ROC AUC by {expected:.3f}, more than the 0.01 that matters" in found.finding
    )
    assert f"by {expected:.3f})" in found.limitation and "of the MLP network had not levelled off" in found.limitation
    assert search_checks.search_adequacy(study(scores, evaluation={"smallest_difference": 0.06})).status == "pass"
    baseline = search_checks.search_adequacy(study(LEVEL, baseline=scores))
    assert baseline.status == "warn" and "trials of the logistic regression raised" in baseline.finding


def test_trials_of_a_tuner_that_learns_are_not_taken_for_random_ones(study):
    found = search_checks.search_adequacy(study([0.8, *[0.85] * 10, 0.95], tuning={"tuner": "bayesian"}))
    assert found.status == "pass" and "0.000 of the logistic regression; 0.01 matters" in found.finding
    assert "of the MLP network and" not in found.finding


def test_trainings_that_the_limit_cut_off_are_counted_on_folds_and_on_all_rows(study):
    cut = ((200, 200), (200, 200), (200, 199), (60, 48), (60, 48))
    found = search_checks.search_adequacy(study(LEVEL, final=cut, cut_off=1))
    assert found.status == "warn", "three of ten; the one that was best an epoch earlier had stopped improving"
    assert (
        "3 of 10 trainings of the chosen MLP network ended at the limit of 200 epochs with the last one their best"
        in found.finding
    )
    assert found.limitation == "3 of 10 trainings of the chosen MLP network were cut off by the limit of 200 epochs while they were still improving"  # fmt: skip
    few = search_checks.search_adequacy(study(LEVEL, final=cut))
    assert few.status == "pass" and "2 of 10 trainings" in few.finding


def test_default_settings_that_nothing_comes_near_are_warned_of(study):
    """The standard error of 0.88, 0.92 and 0.90 over three folds is 0.0115."""
    found = search_checks.search_adequacy(study([0.9] + [0.888] * 11))
    assert (
        found.status == "warn"
        and "The MLP network does best with its default settings, and nothing else" in found.finding
    )
    near = search_checks.search_adequacy(study([0.9] + [0.889] * 11))
    assert (
        near.status == "pass"
        and "The MLP network does best with its default settings; others come within" in near.finding
    )


def test_nothing_is_asked_of_a_search_of_one_trial_but_more(study):
    found = search_checks.search_adequacy(study([0.9], baseline=[0.8]))
    assert found.status == "warn" and "Nothing was searched." in found.finding
    assert "default settings" not in found.finding and "second half" not in found.finding


def test_a_best_value_on_the_edge_is_told_with_what_was_declared(study):
    found = search_checks.search_edge(study(LEVEL, settings={"learning_rate": 0.0995, "units": 32}, others={"learning_rate": 0.001, "units": 32}))  # fmt: skip
    assert found.status == "pass", "eleven others do as well"
    alone = [0.8, 0.95] + [0.85] * 10
    found = search_checks.search_edge(study(alone, settings={"learning_rate": 0.0995, "units": 128}, others={"learning_rate": 0.001, "units": 128}))  # fmt: skip
    assert (found.status, found.value, found.evidence) == ("warn", 2, "figure-coordinates")
    assert "MLP network: learning_rate = 0.0995 (searched from 0.0001 to 0.1)" in found.finding
    assert "units = 128 (searched from 16 to 128)" in found.finding
    assert found.limitation.startswith("2 of the chosen hyperparameters are on the edge")


def test_a_best_value_inside_passes(study):
    found = search_checks.search_edge(study([0.8, 0.95] + [0.85] * 10))
    assert found.status == "pass" and "(4 ranges were searched)" in found.finding, (
        "C, l1_ratio, learning_rate and units"
    )
