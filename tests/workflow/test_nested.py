"""Several outer splits, a second opening of the test part, and a ledger that was tampered with."""

import json

import numpy as np
import pandas as pd
import pytest
import yaml
from conftest import set_up_study, snakemake
from scipy import stats
from traced import assert_traced

from tentips.results import Results

pytestmark = pytest.mark.slow


def table(folder, name):
    return pd.read_csv(folder / "results" / name, sep="\t")


def change(folder, section, **keys):
    path = folder / "config/config.yaml"
    config = yaml.safe_load(path.read_text(encoding="utf-8"))
    config[section] |= keys
    path.write_text(yaml.safe_dump(config, allow_unicode=True), encoding="utf-8")


@pytest.fixture(scope="module")
def nested(tmp_path_factory):
    """A finished study with two outer splits, whose models correct for the season."""
    folder = set_up_study(
        tmp_path_factory.mktemp("nested") / "study",
        split={"repeats": 2},
        tuning={"trials": 2, "seeds": 2},
        models={"baselines": ["dummy", "logistic", "nearest_neighbours"]},
        controls={"label_shuffles": 2},
        preprocess={"batch_correction": "combat"},
        compute={"minutes": 30},
    )
    done = snakemake(folder)
    assert done.returncode == 0, done.stdout[-5000:]
    return folder


def test_each_repeat_has_its_own_test_part_and_its_own_search(nested):
    split = pd.read_parquet(nested / "results/split/split.parquet")
    tested = [set(part.query("role == 'test'")["sample"]) for _, part in split.groupby("repeat")]
    assert len(tested) == 2 and tested[0] != tested[1]
    for model in ("baseline/logistic", "network/mlp"):
        trials = table(nested, f"{model}/trials.tsv")
        assert trials.groupby("repeat")["trial"].max().tolist() == [1, 1]
        oof = pd.read_parquet(nested / f"results/{model}/oof.parquet")
        for repeat, part in oof.groupby("repeat"):
            assert not set(part["sample"]) & tested[repeat - 1]


def test_minutes_that_are_enough_change_nothing(nested):
    pace = json.loads((nested / "results/pace/pace.json").read_text(encoding="utf-8"))
    asked = Results(nested / "results").config["controls"]
    assert asked["label_shuffles"] == 2 and asked["planted_signal"]
    assert pace == {
        "minutes": 30,
        "trials": 2,
        "trials_asked": 2,
        "controls": {"baseline": asked, "network": asked},
        "shadow_models": 16,
    }
    seconds = table(nested, "pace/seconds.tsv")
    assert seconds["model"].tolist() == ["logistic", "nearest_neighbours", "mlp"]
    assert seconds["seconds_per_trial"].between(1e-3, 120).all()


def test_every_final_model_corrects_and_takes_no_batch_for_a_feature(nested):
    from tentips.models.pipeline_files import load_pipeline

    for saved in ("baseline/logistic/model_1", "baseline/nearest_neighbours/model_2", "network/mlp/prepare_2"):
        pipeline = load_pipeline(nested / f"results/{saved}.skops")
        prepare = pipeline.named_steps.get("prepare", pipeline)
        assert not [name for name in prepare.get_feature_names_out() if "batch" in name or "season" in name]
        numbers = prepare.named_steps["columns"].named_transformers_["numbers"]
        assert len(numbers.named_steps["correct"].levels_) == 3
    assert table(nested, "budget.tsv")["preprocess"].str.contains("batch_correction: combat").all()
    left = table(nested, "control/baseline/left_out.tsv")
    assert set(left["factor"]) == {"season"} and left["unknown"].notna().any()


def test_every_number_of_the_report_comes_from_a_table(nested):
    assert_traced(nested)


def test_repeats_are_combined_by_the_corrected_resampled_t_test(nested):
    single, combined = table(nested, "evaluation/comparisons.tsv"), table(nested, "evaluation/combined_comparisons.tsv")
    row = combined.query("family == 'verdict'").iloc[0]
    values = single.query("family == 'verdict'")["difference"].to_numpy()
    assert row["repeats"] == len(values) == 2
    assert row["difference"] == pytest.approx(values.mean())
    split = pd.read_parquet(nested / "results/split/split.parquet")
    sizes = split.groupby(["repeat", "role"]).size().unstack()
    share = (sizes["test"] / sizes["train"]).mean()
    half = stats.t.ppf(0.975, 1) * np.sqrt((1 / 2 + share) * values.var(ddof=1))
    assert row["high"] - row["difference"] == pytest.approx(half)
    report = (nested / "results/report/report.html").read_text(encoding="utf-8")
    assert "in each of 2 outer splits" in report and "2 held-out parts" in report


def test_a_second_opening_is_said_at_the_top_and_takes_the_verdict(nested):
    change(nested, "study", claim="A network is better.")
    done = snakemake(nested)
    assert done.returncode == 0, done.stdout[-3000:]
    assert "rule network" not in done.stdout, "a change of the plan's wording must not train anything again"
    lines = (nested / "resources/test-ledger.jsonl").read_text().splitlines()
    assert len(lines) == 2
    report = (nested / "results/report/report.html").read_text(encoding="utf-8")
    banner = report.index("The test part was opened 2 times")
    assert banner < report.index('id="verdict"')
    assert "study.claim" in report[banner : banner + 1500] and "A network is better." in report[banner : banner + 1500]
    card = json.loads((nested / "results/report/scorecard.json").read_text())
    checks = {check["id"]: check["status"] for check in card["checks"]}
    assert checks["test-opened-once"] == "fail"
    assert card["verdict"]["status"] == "cannot_say"
    assert_traced(nested)
    plans = (nested / "results/plan.jsonl").read_text().splitlines()
    assert [json.loads(line)["plan"]["study.claim"] for line in plans][1] == "A network is better."


def test_the_same_again_is_no_new_opening(nested):
    (nested / "results/evaluation/metrics.tsv").unlink()
    done = snakemake(nested, "results/evaluation/metrics.tsv")
    assert done.returncode == 0, done.stdout[-3000:]
    assert len((nested / "resources/test-ledger.jsonl").read_text().splitlines()) == 2


def test_a_cut_ledger_stops_the_evaluation_and_says_what_to_do(nested):
    ledger = nested / "resources/test-ledger.jsonl"
    whole = ledger.read_text()
    ledger.write_text(whole.splitlines(keepends=True)[0])
    (nested / "results/evaluation/metrics.tsv").unlink()
    done = snakemake(nested, "results/evaluation/metrics.tsv")
    assert done.returncode == 1
    # Before anything is trained.
    assert "has 1 lines, but test-ledger.seal counts 2: openings of the test part were taken out" in done.stdout
    assert "Restore it from version control" in done.stdout and "Traceback" not in done.stdout
    assert "[1 of" not in done.stdout
    assert not (nested / "results/evaluation/metrics.tsv").exists()
    ledger.write_text(whole)
