import pandas as pd
import pytest
from small import resolved

from tentips.jobs import energy

OPTIONS = {"watts_per_core": 12, "watts_per_gpu": 250, "watts_per_gb": 0.3725, "pue": 1.67}
HEAD = "s\th:m:s\tmax_rss\tmax_vms\tmax_uss\tmax_pss\tio_in\tio_out\tmean_load\tcpu_time\n"


def benchmark(folder, job, seconds, cpu, rss):
    path = folder / "benchmarks" / f"{job}.tsv"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"{HEAD}{seconds}\t0:00:01\t{rss}\t1\t1\t1\t1\t1\t1\t{cpu}\n", encoding="utf-8")


def test_formula_by_hand():
    # 3 core hours x 12 W + 2 h x 8 GB x 0.3725 W + 1.5 GPU hours x 250 W = 36 + 5.96 + 375 Wh, x 1.67
    assert energy.kilowatt_hours(3, 1.5, 2, 8, OPTIONS) == pytest.approx(416.96 * 1.67 / 1000)


def test_undeclared_gpu_is_assumed_and_defaults_are_those_of_the_schema():
    options = resolved()["energy"]
    assert options == {"watts_per_core": 12, "watts_per_gpu": None, "watts_per_gb": 0.3725, "pue": 1.67}
    assert energy.kilowatt_hours(0, 1, 1, 0, options) == pytest.approx(0.300 * 1.67)


def test_jobs_and_stages(tmp_path):
    benchmark(tmp_path, "network/mlp", 3600, 1800, 2000)
    benchmark(tmp_path, "baseline/svm", 7200, 7200, 1000)
    benchmark(tmp_path, "control/network", 360, "-", "-")
    records = [
        {"job": "network/mlp", "hardware": {"device": "gpu"}},
        {"job": "baseline/svm", "hardware": {"device": "cpu"}, "cpu_seconds": 9000},
        {"job": "control/network", "hardware": {"device": "cpu"}},
        {"job": "scorecard/scorecard", "hardware": {"device": "cpu"}},
    ]
    jobs = energy.jobs_table(records, tmp_path, OPTIONS, gpus=2).set_index("job")
    gigabytes = 2000 * 2**20 / 1e9
    assert jobs.loc["network/mlp", "gpu_hours"] == 2
    assert jobs.loc["network/mlp", "kwh"] == pytest.approx((0.5 * 12 + 2 * 250 + gigabytes * 0.3725) * 1.67 / 1000)
    assert jobs.loc["baseline/svm", "cpu_hours"] == 2.5  # measured by the job itself, not sampled
    assert jobs.loc["control/network", "cpu_hours"] == pytest.approx(0.1)  # not sampled: one busy core
    assert jobs.loc["control/network", "kwh"] == pytest.approx(0.1 * 12 * 1.67 / 1000)
    assert pd.isna(jobs.loc["scorecard/scorecard", "hours"])
    stages = energy.by_stage(jobs.reset_index())
    assert stages["stage"].tolist() == ["Searches of simpler models", "Searches of networks", "Controls"]
    parts = energy.shares(stages)
    assert sum(parts.values()) == pytest.approx(1) and parts["the rest"] == pytest.approx(0)
    assert parts["the controls"] == pytest.approx(jobs.loc["control/network", "kwh"] / jobs["kwh"].sum())


def test_nothing_measured_has_no_shares():
    assert energy.shares(energy.by_stage(energy.jobs_table([], ".", OPTIONS))) == {}


def test_power_does_not_change_the_plan():
    from tentips.study.plan import planned

    assert planned(resolved(energy={"watts_per_gpu": 400})) == planned(resolved())
