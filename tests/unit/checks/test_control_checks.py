"""Each check by experiment on small result files: its status in every branch, and the numbers that it tells."""

import pandas as pd
import pytest
import yaml
from scipy import stats
from small import resolved

from tentips.artifacts import read_json, write_json, write_parquet, write_table
from tentips.checks import control_checks
from tentips.results import Results

CLASSES = ["no", "yes"]
DESIGN = {
    "folds": 2,
    "strategy": "group",
    "batches": [{"factor": "run", "levels": 4, "complete": 3}, {"factor": "site", "levels": 3, "complete": 3}],
}


@pytest.fixture
def study(tmp_path):
    """A function that writes the files of a study and returns its results."""

    def write(tables=(), better=True, classes=CLASSES, repetitions=(), **sections):
        task = "classification" if classes else "regression"
        sections["data"] = {"features": "m", "samples": "s", "id": "id", "label": "label", "task": task}
        sections["models"] = {"baselines": ["dummy", "svm"], "networks": ["mlp"]}
        config = resolved(**sections)
        (tmp_path / "config.yaml").write_text(yaml.safe_dump(config), encoding="utf-8")
        for stage, kind, model, tuned in (
            ("baseline", "trivial", "dummy", 0.5),
            ("baseline", "baseline", "svm", 0.7),
            ("network", "network", "mlp", 0.8),
        ):
            repeats = {
                "1": {
                    "tuned": tuned,
                    "fold_scores": {"tuned": [tuned]},
                    "calibration_error": 0.0,
                    "calibration_by_chance": 0.0,
                    "classes": classes,
                }
            }
            write_json({"model": model, "kind": kind, "repeats": repeats}, tmp_path / stage / model / "best.json")
        write_json(DESIGN, tmp_path / "design" / "design.json")
        row = {"a": "mlp", "b": "svm", "family": "verdict", "low": 0.1 if better else -0.1, "high": 0.2}
        write_table(pd.DataFrame([row]), tmp_path / "evaluation" / "combined_comparisons.tsv")
        for folder, name in (("data", "samples"), ("split", "split")):
            sheet = {"sample": ["s"], "label": [1.0], "repeat": 1, "role": "train"}
            write_parquet(pd.DataFrame(sheet), tmp_path / folder / f"{name}.parquet")
        for name, table in dict(tables).items():
            write_table(pd.DataFrame(table), tmp_path / "control" / f"{name}.tsv")
        for kind, found in dict(repetitions).items():
            write_json(found, tmp_path / "control" / kind / "determinism.json")
        return Results(tmp_path)

    return write


# Learning curve


def law(**values):
    known = {"model": "mlp", "n_train": 200, "at_full_size": 0.8, "gain": 0.03, "low": -0.01, "high": 0.05}
    known |= {"risen": 0.06, "risen_low": 0.02, "risen_high": 0.1}
    flat = known | {"model": "svm", "gain": 0.0, "low": -0.01, "high": 0.01, "risen_low": -0.02}
    if values.get("gain", 0) is None:
        flat |= {"gain": None, "risen_low": None}
    return {"network/power_law": [known | values], "baseline/power_law": [flat]}


def test_a_simpler_model_whose_curve_still_rises_is_warned_of_too(study):
    tables = law(gain=0.0, risen_low=-0.01)
    tables["baseline/power_law"][0] |= {"gain": 0.04, "low": 0.02, "high": 0.06, "risen_low": 0.01}
    found = control_checks.learning_curve(study(tables))
    assert found.status == "warn" and "improve support vector machine, more" in found.finding and found.value == 0.04
    assert "Support vector machine +0.060 (+0.010 to +0.100) from half of them to all, +0.040 (+0.020 to +0.060) expected" in found.finding  # fmt: skip


def test_a_curve_that_still_rises_is_warned_of(study):
    found = control_checks.learning_curve(study(law()))
    assert found.status == "warn" and found.value == 0.03 and found.evidence == "figure-curve"
    assert (
        "Change of ROC AUC with the number of training samples, 200 in all: MLP network +0.060 (+0.020" in found.finding
    )
    assert "+0.030 (-0.010 to +0.050) expected from twice as many; Support vector machine +0.060" in found.finding
    assert "More samples would still improve MLP network, more than" in found.finding


@pytest.mark.parametrize(
    "values",
    [
        {"risen_low": -0.01},  # may have levelled off already
        {"risen_low": 0.0},
        {"gain": 0.019},  # less than a tenth of the 0.2 that are left
        {"at_full_size": 0.999, "gain": 0.0005},  # half of what is left, but next to nothing
    ],
)
def test_a_curve_that_has_levelled_off_passes(study, values):
    found = control_checks.learning_curve(study(law(**values)))
    assert found.status == "pass" and "was not shown" in found.finding and f"{law(**values)['network/power_law'][0]['gain']:+.3f}" in found.finding  # fmt: skip


def test_a_metric_without_chance_is_judged_by_what_is_left(study):
    metric = {"evaluation": {"metric": "neg_log_loss"}}
    assert control_checks.learning_curve(study(law(at_full_size=-0.5), **metric)).status == "pass"
    assert control_checks.learning_curve(study(law(at_full_size=-0.2), **metric)).status == "warn"


def test_a_curve_that_is_too_short_or_off_is_skipped(study):
    assert control_checks.learning_curve(study(law(gain=None, risen_low=None))).status == "skip"
    found = control_checks.learning_curve(study(controls={"learning_curve": False}))
    assert found.status == "skip" and "controls.learning_curve" in found.finding


# Determinism


def repetition(model, equal=True, difference=0.0):
    told = {"compared": "the weights of 2 seeds", "runs": 2, "equal": equal, "device": "cpu"}
    return {"model": model, "largest_difference": difference, **told}


def test_equal_repetitions_pass(study):
    both = {"network": repetition("mlp"), "baseline": repetition("svm")}
    found = control_checks.determinism(study(repetitions=both))
    assert (found.status, found.value) == ("pass", 0)
    assert "MLP network (the weights of 2 seeds, cpu); Support vector machine" in found.finding


@pytest.mark.parametrize(("deterministic", "hint"), [(True, False), (False, True)])
def test_a_repetition_that_differs_is_warned_of(study, deterministic, hint):
    both = {"network": repetition("mlp", False, 2.5e-4), "baseline": repetition("svm")}
    found = control_checks.determinism(study(repetitions=both, compute={"deterministic": deterministic}))
    assert (found.status, found.value) == ("warn", 2.5e-4)
    assert "MLP network did not come out the same (largest difference 0.00025)" in found.finding
    assert "Support" not in found.finding and ("Set compute.deterministic" in found.finding) == hint


# Label shuffles

NULL = [0.40, 0.45, 0.48, 0.5, 0.52, 0.53, 0.55, 0.57, 0.46, 0.54] * 2


def shuffles(network, baseline, null=NULL):
    tables = {}
    for kind, model, real in (("network", "mlp", network), ("baseline", "svm", baseline)):
        labels = ["real"] + ["shuffled"] * len(null)
        tables[f"{kind}/label_shuffles"] = {"model": model, "shuffle": range(len(labels)), "labels": labels, "score": [real, *null]}  # fmt: skip
    return tables


def test_scores_above_all_shuffles_pass(study):
    found = control_checks.label_shuffle(study(shuffles(0.8, 0.75)))
    assert found.status == "pass" and found.value == pytest.approx(1 / 21)
    assert "MLP network 0.800 with the real labels, 0.500 (at most 0.570) with 20 shuffles, p = 0.048" in found.finding


def test_few_shuffles_are_judged_by_the_least_p_they_can_give(study):
    assert control_checks.label_shuffle(study(shuffles(0.8, 0.75, NULL[:4]))).status == "pass"
    assert control_checks.label_shuffle(study(shuffles(0.8, 0.49, NULL[:4]))).status == "warn"


def test_one_model_no_better_than_shuffles_is_warned_of(study):
    found = control_checks.label_shuffle(study(shuffles(0.57, 0.75)))
    assert found.status == "warn" and found.value == pytest.approx(3 / 21), "a shuffle that ties counts"
    assert "MLP network scores no better than with shuffled labels" in found.finding and "p = 0.143" in found.finding
    assert "Support vector machine scores no better" in control_checks.label_shuffle(study(shuffles(0.8, 0.5))).finding


def test_both_models_no_better_than_shuffles_fail(study):
    found = control_checks.label_shuffle(study(shuffles(0.5, 0.55)))
    assert found.status == "fail" and "nothing has been learned" in found.finding


def test_shuffled_labels_that_are_predicted_too_well_fail(study):
    high = [score + 0.2 for score in NULL]
    found = control_checks.label_shuffle(study(shuffles(0.95, 0.95, high)))
    assert found.status == "fail" and "better than by chance (0.50)" in found.finding
    assert "tells MLP network, Support vector machine the answer" in found.finding
    # 0.04 above chance is within tolerance, and three wild shuffles say nothing
    assert control_checks.label_shuffle(study(shuffles(0.95, 0.95, [score + 0.04 for score in NULL]))).status == "pass"
    assert control_checks.label_shuffle(study(shuffles(0.95, 0.95, [0.4, 0.6, 0.9]))).status == "pass"
    # without a level that chance has, none can be exceeded
    without = study(shuffles(0.95, 0.95, high), evaluation={"metric": "accuracy"})
    assert control_checks.label_shuffle(without).status == "pass"


def test_no_shuffles_are_skipped(study):
    assert "too few groups" in control_checks.label_shuffle(study(shuffles(0.8, 0.8, []))).finding
    found = control_checks.label_shuffle(study(controls={"label_shuffles": 0}))
    assert found.status == "skip" and "switched off" in found.finding


# Batches and sites left out


def left_out(differences, width=0.1, factor="site", known=0.9, n=50, model="mlp"):
    return [
        {
            "model": model, "factor": factor, "level": f"level {number}", "n": n, "groups": n, "known": known,
            "unknown": known + each, "difference": each, "low": each - width, "high": each + width, "reason": "",
        }
        for number, each in enumerate(differences)
    ]  # fmt: skip


def test_a_model_that_holds_for_unknown_sites_passes(study):
    found = control_checks.independent_holdout(study({"network/left_out": left_out([-0.02, 0.01, -0.05])}))
    assert found.status == "pass" and found.value == pytest.approx(-0.02)
    assert "0.880 on average of 3, against 0.900" in found.finding and "lowest 0.850 (level 2)" in found.finding


def test_a_model_that_falls_at_unknown_sites_is_warned_of(study):
    found = control_checks.independent_holdout(study({"network/left_out": left_out([-0.2, -0.3, -0.1])}))
    assert found.status == "warn" and found.value == pytest.approx(-0.2)
    assert "hold each site out as a whole (split.strategy: site and split.column: site)" in found.finding
    wide = control_checks.independent_holdout(study({"network/left_out": left_out([-0.2, -0.3, -0.1], 0.6)}))
    assert wide.status == "pass", "a fall that may be chance"
    patient = study({"network/left_out": left_out([-0.2, -0.3, -0.1])}, checks={"holdout_drop": 0.25})
    assert control_checks.independent_holdout(patient).status == "pass"


def test_levels_weigh_by_their_samples_and_the_worst_factor_is_judged(study):
    table = left_out([-0.3], n=10) + left_out([0.0], n=90) + left_out([-0.1, -0.2], factor="run")
    found = control_checks.independent_holdout(study({"network/left_out": table}))
    assert (
        found.status == "warn" and found.value == pytest.approx(-0.15) and "a whole run was left out" in found.finding
    )
    first = control_checks.independent_holdout(study({"network/left_out": table[:2]}))
    assert first.status == "pass" and first.value == pytest.approx(-0.03)


def test_the_recommended_model_is_judged(study):
    """The network came first in cross-validation; unless it is shown to be better, the simpler model is what is left out and judged."""
    tables = {"network/left_out": left_out([0.0]), "baseline/left_out": left_out([-0.3], model="svm")}
    assert control_checks.independent_holdout(study(tables)).status == "pass"
    found = control_checks.independent_holdout(study(tables, better=False))
    assert found.status == "warn" and found.finding.startswith("Support vector machine")


def test_losses_fall_by_a_share(study):
    metric = {"evaluation": {"metric": "neg_mean_absolute_error"}, "classes": []}
    table = left_out([-20.0], width=5.0, known=-1000.0)
    assert control_checks.independent_holdout(study({"network/left_out": table}, **metric)).status == "pass"
    table = left_out([-200.0], width=5.0, known=-1000.0)
    assert control_checks.independent_holdout(study({"network/left_out": table}, **metric)).status == "warn"


def test_nothing_to_leave_out_is_skipped_with_its_reasons(study):
    columns = list(left_out([0.0])[0])
    found = control_checks.independent_holdout(study({"network/left_out": pd.DataFrame(columns=columns)}))
    assert found.status == "skip" and "No batch or site is declared" in found.finding
    reasons = [
        {"model": "mlp", "factor": "site", "level": "b", "reason": "it holds one class only"},
        {"model": "mlp", "factor": "run", "level": "", "reason": "it has one level only"},
    ]
    found = control_checks.independent_holdout(study({"network/left_out": pd.DataFrame(reasons, columns=columns)}))
    assert found.status == "skip"
    assert "site b (it holds one class only), run (it has one level only)" in found.finding
    partly = pd.DataFrame([*left_out([0.0]), *reasons], columns=columns)
    assert control_checks.independent_holdout(study({"network/left_out": partly})).status == "pass"


# Confounders alone


def confounder(
    low=0.45, added=0.2, value=0.55, chance=0.5, source="covariates", metric="roc_auc", within=float("nan"), strata=0
):
    return {
        "source": source, "columns": "age, sex", "predictor": "random forest", "metric": metric, "value": value,
        "low": low, "high": value + 0.1, "chance": chance, "model": "mlp", "model_value": 0.8,
        "together": 0.82, "added": 0.25, "added_low": added, "added_high": 0.3, "strata": strata, "within": 0.6, "within_low": within, "within_high": 0.7, "n": 200,
    }  # fmt: skip


def test_covariates_that_say_nothing_or_less_than_the_features_pass(study):
    found = control_checks.confounder_only(study({"confounders": [confounder()]}))
    assert (found.status, found.value, found.threshold) == ("pass", 0.55, 0.82)
    assert "From covariates alone (age, sex; random forest): ROC AUC 0.550 (0.450 to 0.650)" in found.finding
    assert "from the features alone (MLP network): 0.800; from both: 0.820" in found.finding
    assert control_checks.confounder_only(study({"confounders": [confounder(low=0.6, value=0.7)]})).status == "pass"
    assert control_checks.confounder_only(study({"confounders": [confounder(low=0.5, added=-0.1)]})).status == "pass"


@pytest.mark.parametrize("added", [0.0, -0.1, None])
def test_covariates_to_which_the_features_add_nothing_fail(study, added):
    found = control_checks.confounder_only(study({"confounders": [confounder(low=0.6, value=0.7, added=added)]}))
    assert found.status == "fail" and "The features add nothing that is seen" in found.finding


def test_the_source_to_which_the_features_add_least_is_judged(study):
    both = [confounder(), confounder(low=0.6, value=0.78, added=-0.05, source="batch, site and time")]
    found = control_checks.confounder_only(study({"confounders": both}))
    assert (
        found.status == "fail" and found.value == 0.78 and found.finding.startswith("From batch, site and time alone")
    )


def test_a_metric_without_chance_is_judged_by_the_added_alone(study):
    for added, status in ((0.01, "pass"), (-0.01, "fail")):
        row = confounder(chance=None, added=added, metric="accuracy")
        assert control_checks.confounder_only(study({"confounders": [row]})).status == status


def test_confounders_are_judged_by_the_recommended_model(study):
    both = [confounder(low=0.6, value=0.7), confounder(low=0.6, value=0.7, added=-0.1) | {"model": "svm"}]
    assert control_checks.confounder_only(study({"confounders": both})).status == "pass"
    found = control_checks.confounder_only(study({"confounders": both}, better=False))
    assert found.status == "fail" and "(support vector machine): 0.800" in found.finding


def test_nothing_declared_is_skipped(study):
    table = pd.DataFrame(columns=list(confounder()))
    assert control_checks.confounder_only(study({"confounders": table})).status == "skip"


def test_no_corrected_score_is_no_pass(study, tmp_path):
    write_json({"corrected": float("-inf")}, tmp_path / "best.json")
    tables = shuffles(read_json(tmp_path / "best.json")["corrected"], 0.8)
    assert control_checks.label_shuffle(study(tables)).status != "pass"


def test_holdout_does_not_depend_on_the_level_of_intervals(study):
    for confidence in (0.95, 0.6):
        z = stats.norm.ppf(0.5 + confidence / 2)
        table = left_out([-0.12], width=0.1 * z)  # standard error 0.1
        found = control_checks.independent_holdout(
            study({"network/left_out": table}, evaluation={"confidence": confidence})
        )
        assert found.status == "pass", confidence


def test_a_fall_without_an_interval_is_not_certain(study):
    table = left_out([-0.2, -0.3])
    for each in table:
        each["low"] = each["high"] = None  # one group in each level: nothing to resample
    assert control_checks.independent_holdout(study({"network/left_out": table})).status != "warn"


def test_each_confounder_is_judged(study):
    weak = confounder(low=0.48, value=0.6, added=-0.05)  # not above chance
    strong = confounder(low=0.55, value=0.6, added=-0.04, source="batch, site and time")
    assert control_checks.confounder_only(study({"confounders": [strong]})).status == "fail"
    assert control_checks.confounder_only(study({"confounders": [weak, strong]})).status == "fail"


def test_years_are_told_as_years(study):
    table = [each | {"level": 2007 + n, "factor": "year"} for n, each in enumerate(left_out([0.0, -0.01]))]
    table.append({"model": "mlp", "factor": "run", "level": "", "reason": "it has one level only"})
    found = control_checks.independent_holdout(study({"network/left_out": table}))
    assert "(2008)" in found.finding
