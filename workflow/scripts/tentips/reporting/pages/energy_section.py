"""The report's section on what the study consumed: hours by stage, energy, and what the estimate assumes."""

import pandas as pd

from tentips.jobs import energy
from tentips.reporting.pages import page
from tentips.results import Results
from tentips.wording import series


def section(results: Results) -> str:
    """The sentence, the table by stage, and the assumptions."""
    stages = energy.by_stage(jobs(results))
    if not len(stages):
        return page.paragraph(sentence(results))
    total = stages.sum(numeric_only=True)
    shown = pd.concat(
        [stages, pd.DataFrame([{**total, "stage": "Together", "gigabytes": stages["gigabytes"].max()}])],
        ignore_index=True,
    )
    table = pd.DataFrame(
        {
            "Stage": shown["stage"],
            "Jobs": shown["jobs"].astype(int),
            "Wall time": [time_told(value) for value in shown["hours"]],
            "CPU time": [time_told(value) for value in shown["cpu_hours"]],
            "GPU time": [time_told(value) for value in shown["gpu_hours"]],
            "Memory, at most": [f"{value:.1f} GB" for value in shown["gigabytes"]],
            "Energy": [energy_told(value) for value in shown["kwh"]],
        }
    )
    statement = page.paragraph(sentence(results)) + page.table(table, "What the study consumed, by stage.")
    return statement + page.paragraph(assumptions(results))


def jobs(results: Results) -> pd.DataFrame:
    """What each job consumed that the scorecard comes from (see `tentips.jobs.energy.jobs_table`)."""
    config = results.config
    return energy.jobs_table(results.jobs, results.folder, config["energy"], max(config["compute"]["gpus"], 1))


def sentence(results: Results) -> str:
    """Tell the whole in one sentence, with the shares of searches and controls."""
    table = jobs(results)
    stages = energy.by_stage(table)
    if not len(stages):
        return "What the study consumed is not known: no benchmark file is left (results/benchmarks)."
    total = stages.sum(numeric_only=True)
    gpu = f" and {time_told(total['gpu_hours'])} of GPU time" if total["gpu_hours"] > 0 else " and no GPU"
    parts = energy.shares(stages)
    shares = series(f"{name} {share:.0%}" for name, share in parts.items())
    lost = int(table["hours"].isna().sum())
    missing = f" {lost} of {len(table)} jobs left no benchmark file and are not counted." if lost else ""
    return (
        f"The {int(total['jobs'])} jobs of this study took {time_told(total['cpu_hours'])} of CPU time{gpu}, and by estimate "
        f"{energy_told(total['kwh'])}{f' ({shares})' if shares else ''}.{missing}"
    )


def assumptions(results: Results) -> str:
    """Tell the formula and everything that it assumes."""
    options = results.config["energy"]
    gpu = (
        f"{options['watts_per_gpu']:g} W for each GPU"
        if options["watts_per_gpu"] is not None
        else f"{energy.ASSUMED_GPU_WATTS:g} W for each GPU (assumed, energy.watts_per_gpu is not declared)"
    )
    used = f", {gpu}" if (jobs(results)["gpu_hours"] > 0).any() else ""
    return (
        "Energy by the formula of Green Algorithms (Lannelongue et al. 2021, doi:10.1002/advs.202100707), (CPU time × W per core"
        f"{' + GPU time × W per GPU' if used else ''} + wall time × GB × W per GB) × PUE, with {options['watts_per_core']:g} W for each "
        f"busy core{used}, {options['watts_per_gb']:g} W for each GB and a power usage effectiveness of {options['pue']:g} (section energy of "
        "the configuration). The power is assumed, not measured; memory is the most that a job held, not what the machine has. "
        "Processor time is measured by each job itself, its start included; the budget of a search counts the search alone. "
        "Counted is the last run of each job that this report comes from: runs that failed, were stopped or were repeated, and "
        "the report itself, are not."
    )


def time_told(hours: float) -> str:
    """Return a time in the unit in which it is read most easily."""
    seconds = hours * 3600
    if seconds < 0.5:
        return "0 s"
    if seconds < 120:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.1f} min" if seconds < 7200 else f"{hours:.1f} h"


def energy_told(kwh: float) -> str:
    """Return an energy in Wh or kWh with two or three figures."""
    return f"{kwh * 1000:.2g} Wh" if kwh < 0.0995 else f"{kwh:.3g} kWh"
