# What a study means by its configuration: the checked keys, the sources, and what several rules take of both.

import itertools
import re

from snakemake.common import __version__ as ENGINE

from tentips import result_tables
from tentips.jobs import cluster, environment
from tentips.data import datasets
from tentips.evaluate import ledger
from tentips.study import plan
from tentips.study.config import TRANSFER, has_transfer_curve, metric_name, role_columns
from tentips.data.row_options import RowOptions
from tentips.jobs.record import job_name
from tentips.models.recipe import Recipe
from tentips.models.sheet_options import SheetOptions
from tentips.paths import check_path
from tentips.reporting.figures import catalogue
from tentips.study.resolution import resolve

try:
    config.update(resolve(config))
    for key in ("predict", "bundle", "new"):
        check_path(f"{key}=", REQUEST[key])
    REGISTRY = datasets.read_registry("config/datasets.tsv")
    SOURCES = datasets.sources_of(config["data"], REGISTRY)
    PRETRAINED = datasets.pretrained_of(config["models"], REGISTRY)
    datasets.check_columns(config["data"], SOURCES, role_columns(config))
    if workflow.is_main_process:
        datasets.check_positive(config["data"], SOURCES)
        datasets.check_other_labels(config["data"], SOURCES)
except StudyError as error:
    raise WorkflowError(str(error)) from None

shown.title = config["study"]["title"]
PLAN = plan.planned(config)
REPEATS = range(1, config["split"]["repeats"] + 1)
SEEDS = range(1, config["tuning"]["seeds"] + 1)
BASELINES = config["models"]["baselines"]
NETWORKS = config["models"]["networks"]
# The files of the study's own and of the pretrained network: an edit of one reruns what trains networks.
NETWORK_FILES = [config["models"]["custom"]] if "custom" in NETWORKS else []
NETWORK_FILES += [PRETRAINED.path] if PRETRAINED else []
SHARDS = config["tuning"]["shards"]
# How many trials fit into the minutes of the study, which the searches and controls wait for; none where they are not limited.
PACE = ["results/pace/pace.json"] if config["compute"]["minutes"] else []
# What several rules take of the configuration: how rows are read, what trains models, what they are compared by.
ROWS = vars(RowOptions.of(config))
ROLES = role_columns(config)
RECIPE = vars(Recipe.of(config, PRETRAINED and {"path": PRETRAINED.path, "sha256": PRETRAINED.sha256}))
SHEET = vars(SheetOptions.of(config))
TUNING = RECIPE["tuning"]
METRIC = metric_name(config)
GPUS = config["compute"]["gpus"]
# Half of the cores: the simpler models run beside the networks.
NETWORK_THREADS = max(1, workflow.cores // 2)
# MMseqs2 uses what it gets; all else in the rules that compare sequences is done by one.
ALIGNING_THREADS = NETWORK_THREADS if config["split"]["alignment"] == "local" else 1


wildcard_constraints:
    baseline="|".join(BASELINES),
    network="|".join(NETWORKS),


def of_each_repeat(pattern):
    """The files of a pattern with {repeat}; other wildcards stay."""
    return [pattern.replace("{repeat}", str(repeat)) for repeat in REPEATS]


def shards(pattern):
    """The files of each shard of a network's search; none where one job carries it out."""
    if SHARDS == 1:
        return []
    return [pattern.replace("{shards}", str(SHARDS)).replace("{shard}", str(shard + 1)) for shard in range(SHARDS)]


def of_each_model(stage, name):
    """The files of that name of every model of a stage (baseline or network)."""
    models = {"baseline": BASELINES, "network": NETWORKS}[stage]
    return [f"results/{stage}/{model}/{name}" for model in models]


def finals_of_first_repeat(stage):
    """The final models of a stage in the first repeat, with which a second training is compared."""
    if stage == "baseline":
        return of_each_model("baseline", "model_1.skops")
    return [file for seed in SEEDS for file in of_each_model("network", f"seeds/1_{seed}.keras")]


def ask_the_cluster():
    """Before the first job that goes to Slurm: can the cluster run what is asked for? Jobs of a killed run are cancelled."""
    if workflow.executor_plugin.name != "slurm":
        return
    asked = {
        cluster.Asked.of(job.rule.name, job.threads, job.resources) for job in workflow.dag.needrun_jobs() if job.output
    }
    try:
        cluster.check(sorted(asked, key=lambda each: each.rule), cluster.read_nodes())
        orphans = cluster.cancel_orphans(workflow.executor_settings.jobname_prefix, ".")
    except StudyError as error:
        raise WorkflowError(str(error)) from None
    if orphans:
        logger.warning(f"Cancelled jobs that an earlier run had left behind: {', '.join(orphans)}")


def check_the_ledger(path):
    """Before the first job of a run that opens the test part: is the ledger whole, and can an opening be written down?"""
    if {"evaluate", "update"} & {job.rule.name for job in workflow.dag.needrun_jobs()}:
        ledger.check_writable(path)
        ledger.read(path)


def answer():
    """The lines that end a run of the whole study: verdict, warnings, where the report is; none where it was not asked for."""
    asked_for = {file for job in workflow.dag.jobs for file in job.output}
    return terminal.answer() if terminal.REPORT in asked_for else []


def jobs_of(rule):
    """The names of the jobs of a rule, rule/job, from its log; none for a rule without one."""
    if not rule.log:
        return []
    of = {"baseline": BASELINES, "network": NETWORKS, "kind": ("baseline", "network")}
    wanted = [name for name in rule.wildcard_names if name in of]
    if set(rule.wildcard_names) - set(wanted):
        return []
    # Snakemake writes wildcard constraints into the pattern.
    pattern = re.sub(r"\{(\w+),[^}]*\}", r"{\1}", str(rule.log[0]))
    values = itertools.product(*(of[name] for name in wanted))
    return [job_name(pattern.format(**dict(zip(wanted, each)))) for each in values]
