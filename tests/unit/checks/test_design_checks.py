"""The checks of the design on small result files: every branch, and the numbers that they tell."""

import pandas as pd
import pytest
import yaml
from small import resolved

from tentips.artifacts import write_json, write_parquet, write_table
from tentips.checks import design_checks
from tentips.results import Results

POWER = {"measure": "roc_auc", "confidence": 0.95, "wanted": 0.8, "smallest": 0.69, "low": 0.66, "high": 0.72, "largest": 0.9, "null": {"power": 0.02, "low": 0.005, "high": 0.05}, "null_allowed": 0.025}  # fmt: skip


@pytest.fixture
def study(tmp_path):
    """A function that writes the files of a study and returns its results."""

    def write(per_class=(150, 120), features=5, gain=0.05, low=-0.01, network=0.87, baseline=0.85, effect=0.9, attainable=0.89, power=None, task="classification", better="network", still=0.0, **sections):  # fmt: skip
        sections["data"] = {
            "features": "m",
            "samples": "s",
            "id": "id",
            "label": "label",
            "task": task,
            "group": "nest",
        }
        sections["models"] = {"baselines": ["dummy", "svm"], "networks": ["mlp"]}
        (tmp_path / "config.yaml").write_text(yaml.safe_dump(resolved(**sections)), encoding="utf-8")
        names = [name for name, n in zip("ab", per_class, strict=False) for _ in range(2 * n)]
        labels = names if task == "classification" else range(len(names))
        groups = [f"g{number // 2}" for number in range(len(names))]
        sheet = pd.DataFrame({"sample": range(len(names)), "label": labels, "group": groups})
        write_parquet(sheet, tmp_path / "data/samples.parquet")
        parts = sheet[["sample"]].assign(repeat=1, role="train", fold=0)
        write_parquet(parts, tmp_path / "split/split.parquet")
        row = {"a": "mlp", "b": "svm", "family": "verdict", "low": 0.1 if better == "network" else -0.1, "high": 0.2}
        write_table(pd.DataFrame([row]), tmp_path / "evaluation/combined_comparisons.tsv")
        write_json({"features": features}, tmp_path / "data/provenance.json")
        write_json({"power": POWER | (power or {})}, tmp_path / "design/design.json")
        for stage, kind, model in (("baseline", "trivial", "dummy"), ("baseline", "baseline", "svm"), ("network", "network", "mlp")):  # fmt: skip
            repeat = {
                "tuned": 0.8,
                "fold_scores": {"tuned": [0.8]},
                "calibration_error": None,
                "calibration_by_chance": 0.0,
                "classes": ["a", "b"] if task == "classification" else [],
            }
            best = {"model": model, "kind": kind, "repeats": {"1": repeat}}
            write_json(best, tmp_path / stage / model / "best.json")
        for kind, model, own in (("network", "mlp", gain), ("baseline", "svm", still)):
            law = {"model": model, "gain": own, "low": low, "high": 0.09, "at_full_size": 0.8, "n_train": 200}
            law |= {"risen": 0.07, "risen_low": low, "risen_high": 0.1}
            write_table(pd.DataFrame([law]), tmp_path / "control" / kind / "power_law.tsv")
        for kind, model, score in (("network", "mlp", network), ("baseline", "svm", baseline)):
            rows = [
                {"model": model, "effect": level, "fold": fold, "attainable": best + step, "score": found + step}
                for level, best, found in ((0.55, 0.6, 0.55), (effect, attainable, score))
                for fold, step in ((1, -0.02), (2, 0.02))
            ]
            write_table(
                pd.DataFrame(rows if effect else [], columns=["model", "effect", "fold", "attainable", "score"]),
                tmp_path / "control" / kind / "planted_signal.tsv",
            )
        return Results(tmp_path)

    return write


# Sample size


def test_enough_units_of_each_class_pass(study):
    found = design_checks.sample_size(study())
    assert (found.status, found.value, found.threshold) == ("pass", 120, 100)
    assert "The smallest class, b, has 120 independent groups" in found.finding, "groups are counted, not rows"
    assert "24.0 for each of 5 features (the rule of thumb asks for 10)" in found.finding
    assert "That twice the samples would be worth it was not shown (" in found.finding
    assert (
        "MLP network +0.070 (-0.010 to +0.100) from half of them to all, +0.050 (-0.010 to +0.090) expected"
        in found.finding
    )


def test_too_few_units_of_a_class_are_warned_of(study):
    found = design_checks.sample_size(study((150, 99)))
    assert (found.status, found.value) == ("warn", 99) and "fewer than the 100" in found.finding


def test_few_units_per_feature_count_where_the_learning_curve_still_rises(study):
    assert design_checks.sample_size(study(features=2000)).status == "pass"
    found = design_checks.sample_size(study(features=2000, low=0.004))
    assert found.status == "warn" and "0.06 for each of 2,000 features" in found.finding
    assert (
        "More samples would still improve models (MLP network +0.070 (+0.004 to +0.100) from half of them to all, +0.050"
        in found.finding
    )
    assert design_checks.sample_size(study(features=12, low=0.004)).status == "pass", "ten for each are enough"
    assert design_checks.sample_size(study(features=13, low=0.004)).status == "warn"
    off = design_checks.sample_size(study(features=13, low=0.004, controls={"learning_curve": False}))
    assert off.status == "pass" and "learning curve" not in off.finding


def test_numeric_labels_are_judged_by_a_rule_of_their_own(study):
    found = design_checks.sample_size(study((117, 117), task="regression"))
    assert (found.status, found.value, found.threshold) == ("pass", 234, 234)
    found = design_checks.sample_size(study((117, 116), task="regression"))
    assert found.status == "warn" and "known for 233 independent groups, fewer than the 234" in found.finding


# Planted signals


def test_a_signal_that_both_models_find_in_a_study_of_good_size_passes(study):
    found = design_checks.planted_signal(study())
    assert (found.status, found.value, found.threshold) == ("pass", 0.69, 0.8)
    assert "MLP network 0.870 of 0.890; Support vector machine 0.850 of 0.890" in found.finding
    assert "an attainable ROC AUC of 0.69 or more (95% interval 0.66 to 0.72)" in found.finding
    assert found.evidence == "figure-power"


def test_a_signal_that_the_recommended_model_misses_fails(study):
    # Half of the way from 0.5 to 0.89 is 0.695.
    found = design_checks.planted_signal(study(network=0.694))
    assert (found.status, found.threshold) == ("fail", 0.5) and found.value == pytest.approx(0.194 / 0.39)
    assert "says nothing about the question" in found.finding
    assert design_checks.planted_signal(study(network=0.696)).status == "pass"
    other = design_checks.planted_signal(study(network=0.6, better="baseline"))
    assert other.status == "warn" and "MLP network missed it" in other.finding
    assert design_checks.planted_signal(study(network=0.6, baseline=0.6, better="baseline")).status == "fail"
    assert design_checks.planted_signal(study(network=0.75, checks={"planted_recovery": 0.7})).status == "fail"
    assert design_checks.planted_signal(study(network=float("nan"))).status == "fail", (
        "a model that diverged finds nothing"
    )


@pytest.mark.parametrize("power", [{"smallest": 0.84, "low": 0.81, "high": None}, {"smallest": None, "low": None, "high": None}])  # fmt: skip
def test_a_study_that_finds_only_very_strong_effects_is_warned_of(study, power):
    found = design_checks.planted_signal(study(power=power))
    assert found.status == "warn" and "such as ROC AUC 0.80, will probably be missed" in found.finding
    assert ("0.81 to beyond 0.90" in found.finding) == (power["smallest"] is not None)
    assert ("not even the largest effect that was planted" in found.finding) == (power["smallest"] is None)


def test_labels_that_batches_give_away_are_warned_of(study):
    found = design_checks.planted_signal(study(power={"null": {"power": 0.3, "low": 0.24, "high": 0.37}}))
    assert (found.status, found.value, found.threshold) == ("warn", 0.3, 0.025)
    assert "“found” in 30% of the repetitions (24% to 37%)" in found.finding


def test_numbers_are_judged_by_an_effect_of_the_same_size(study):
    numeric = {"measure": "r2", "smallest": 0.25, "low": 0.2, "high": 0.3, "largest": 0.6, "null": POWER["null"]}
    regression = {"task": "regression", "network": 0.5, "baseline": 0.5, "effect": 0.6, "attainable": 0.6}
    found = design_checks.planted_signal(study(power=numeric, **regression))
    assert found.status == "pass" and found.threshold == pytest.approx(0.2616, abs=1e-3)
    assert design_checks.planted_signal(study(power=numeric | {"smallest": 0.27}, **regression)).status == "warn"
    assert design_checks.planted_signal(study(power=numeric, **regression | {"network": 0.29})).status == "fail"


def test_nothing_planted_is_skipped(study):
    assert "controls.planted_signal" in design_checks.planted_signal(study(controls={"planted_signal": False})).finding
    found = design_checks.planted_signal(study(effect=None))
    assert found.status == "skip" and "too few groups hold each class" in found.finding
