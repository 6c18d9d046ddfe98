"""What the jobs of a study consumed: hours of processors and GPUs from Snakemake's benchmark files, and energy."""

from pathlib import Path

import pandas as pd

STAGES = {
    "Data and split": ("download", "data", "split"),
    "Exploration and data quality": ("embed", "batch", "correct", "explore", "quality"),
    "Power before training": ("design",),
    "Searches of simpler models": ("baseline",),
    "Searches of networks": ("network",),
    "Stacking": ("stack",),
    "Controls": ("control", "confounder"),
    "Evaluation and scorecard": ("evaluate", "scorecard"),
}
OTHER = "Other"
SEARCHES = ("Searches of simpler models", "Searches of networks", "Stacking")
CONTROLS = ("Power before training", "Controls")
ASSUMED_GPU_WATTS = 300.0  # where nothing is declared; design powers reach from 70 W (NVIDIA T4) to 700 W (H100 SXM)
UNMEASURED = ["-", "NA", "NaN", ""]  # what Snakemake writes of a job that was too short to be sampled
GB_PER_MIB = 2**20 / 1e9  # Snakemake's max_rss is in MiB


def kilowatt_hours(cpu_hours, gpu_hours, hours, gigabytes, options: dict):
    """Return the energy in kWh by the formula of Green Algorithms (Lannelongue et al. 2021, doi:10.1002/advs.202100707).

    runtime x (cores x usage x W per core + GPUs x W + GB x W per GB) x PUE / 1000, where runtime x cores x usage are the
    `cpu_hours` that were measured. `options` is the resolved energy section.
    """
    gpu_watts = ASSUMED_GPU_WATTS if options["watts_per_gpu"] is None else options["watts_per_gpu"]
    watt_hours = cpu_hours * options["watts_per_core"] + gpu_hours * gpu_watts
    watt_hours = watt_hours + hours * gigabytes * options["watts_per_gb"]
    return watt_hours * options["pue"] / 1000


def jobs_table(records: list[dict], folder: str | Path, options: dict, gpus: int = 1) -> pd.DataFrame:
    """Return a row for each job: job, stage, hours, cpu_hours, gpu_hours, gigabytes, kwh; NaN where nothing was measured.

    `records` are the jobs' records and `folder` is that of the results, where their benchmark files lie. `gpus` is how many
    a job on a GPU held. Processor time is the job's own measurement; of jobs without one Snakemake's, and what that did not sample (jobs of less than a second) counts as one busy core.
    """
    rows = []
    for record in records:
        measured = _benchmark(Path(folder) / "benchmarks" / f"{record['job']}.tsv")
        hours = measured["s"] / 3600
        sampled = measured["cpu_time"] / 3600 if pd.notna(measured["cpu_time"]) else hours
        # What the job itself measured is whole, and no less than what its search says that it consumed.
        cpu = record["cpu_seconds"] / 3600 if "cpu_seconds" in record and pd.notna(hours) else sampled
        gpu = hours * gpus if record.get("hardware", {}).get("device") == "gpu" else 0.0 * hours
        memory = measured["max_rss"] * GB_PER_MIB if pd.notna(measured["max_rss"]) else 0.0
        rows.append(
            {
                "job": record["job"],
                "stage": stage_of(record["job"]),
                "hours": hours,
                "cpu_hours": cpu,
                "gpu_hours": gpu,
                "gigabytes": memory,
                "kwh": kilowatt_hours(cpu, gpu, hours, memory, options),
            }
        )
    return pd.DataFrame(rows, columns=["job", "stage", "hours", "cpu_hours", "gpu_hours", "gigabytes", "kwh"])


def by_stage(jobs: pd.DataFrame) -> pd.DataFrame:
    """Return the sums of each stage in the order of the workflow: stage, jobs, hours, cpu_hours, gpu_hours, gigabytes (the most), kwh."""
    known = jobs[jobs["hours"].notna()]
    summed = known.groupby("stage").agg(
        jobs=("job", "size"),
        hours=("hours", "sum"),
        cpu_hours=("cpu_hours", "sum"),
        gpu_hours=("gpu_hours", "sum"),
        gigabytes=("gigabytes", "max"),
        kwh=("kwh", "sum"),
    )
    return summed.reindex([stage for stage in (*STAGES, OTHER) if stage in summed.index]).reset_index(names="stage")


def shares(stages: pd.DataFrame) -> dict[str, float]:
    """Return the shares of the energy that the searches, the controls and everything else consumed; none where there was none."""
    total = stages["kwh"].sum()
    if not total > 0:
        return {}
    part = {name: stages.loc[stages["stage"].isin(members), "kwh"].sum() / total for name, members in _PARTS.items()}
    return {**part, "the rest": 1 - sum(part.values())}


_PARTS = {"the searches": SEARCHES, "the controls": CONTROLS}


def stage_of(job: str) -> str:
    """Return the stage that a job belongs to by its rule."""
    rule = job.split("/")[0]
    return next((stage for stage, rules in STAGES.items() if rule in rules), OTHER)


def _benchmark(path: Path) -> pd.Series:
    columns = ["s", "cpu_time", "max_rss"]
    if not path.exists():
        return pd.Series(float("nan"), index=columns)
    return pd.read_csv(path, sep="\t", na_values=UNMEASURED)[columns].astype(float).iloc[0]
