# What all rules share: the checked configuration, the sources, and the library files that a script depends on.

import os
import sys
from pathlib import Path

from snakemake.common import __version__ as ENGINE
from snakemake.exceptions import WorkflowError

SCRIPTS = Path(workflow.basedir) / "workflow" / "scripts"
NOTEBOOKS = Path(workflow.basedir) / "workflow" / "notebooks"
sys.path.insert(0, str(SCRIPTS))

from tentips import datasets, plan, provenance
from tentips.config import role_columns
from tentips.errors import StudyError
from tentips.imports import library_files
from tentips.reporting import catalogue
from tentips.resolution import resolve

try:
    config.update(resolve(config))
    SOURCES = datasets.sources_of(config, datasets.read_registry("config/datasets.tsv"))
    datasets.check_columns(config, SOURCES, role_columns(config))
except StudyError as error:
    raise WorkflowError(str(error)) from None

PLAN = plan.planned(config)
REPEATS = range(1, config["split"]["repeats"] + 1)
SEEDS = range(1, config["tuning"]["seeds"] + 1)
BASELINES = config["models"]["baselines"]
NETWORKS = config["models"]["networks"]
# Half of the cores: the simpler models run beside the networks.
NETWORK_THREADS = max(1, workflow.cores // 2)


wildcard_constraints:
    baseline="|".join(BASELINES),
    network="|".join(NETWORKS),


def lib(step):
    """The library files that the script and notebook of `step` import, directly or not: an edit there reruns the step."""
    notebook = NOTEBOOKS / f"{step}.ipynb"
    files = library_files(SCRIPTS / f"{step}.py", *([notebook] if notebook.exists() else []))
    return [os.path.relpath(path) for path in files]


def of_each_repeat(pattern):
    """The files of a pattern with {repeat}; other wildcards stay."""
    return [pattern.replace("{repeat}", str(repeat)) for repeat in REPEATS]


def of_each_model(stage, name):
    """The files of that name of every model of a stage (baseline or network)."""
    models = {"baseline": BASELINES, "network": NETWORKS}[stage]
    return [f"results/{stage}/{model}/{name}" for model in models]


def finals_of_first_repeat(stage):
    """The final models of a stage in the first repeat, with which a second training is compared."""
    if stage == "baseline":
        return of_each_model("baseline", "model_1.skops")
    return [file for seed in SEEDS for file in of_each_model("network", f"seeds/1_{seed}.keras")]
