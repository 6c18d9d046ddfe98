"""The example study on a real Slurm that is disturbed in every way that clusters are, and what a user can get wrong."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pytest
from conftest import ROOT, set_up_study
from slurm import Cluster

from tentips.evaluate import ledger

pytestmark = pytest.mark.slow
GPU_RULES = ("shard", "network", "control/network", "privacy")
PATIENCE = 300  # seconds for whatever must happen next; a busy machine takes a minute to start a script


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    if not shutil.which("slurmctld") or os.geteuid():
        reason = "needs root and the packages slurm-wlm and munge, as .ci/run installs them"
        pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)
    cluster = Cluster(tmp_path_factory.mktemp("cluster") / "slurm")
    try:
        cluster.start()
        yield cluster
    finally:
        cluster.stop()


def command(folder: Path, *arguments: str) -> list[str]:
    """The command of the README, with Snakemake's own listing, and what this machine's small cluster needs."""
    needed = ["--directory", str(folder), "--cores", "2", "--slurm-init-seconds-before-status-checks", "10"]
    return [sys.executable, "-m", "snakemake", "--profile", "profiles/slurm", *needed, *arguments]


def run(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess:
    """Run to the end, or interrupt what hangs as a user would."""
    return subprocess.run(
        [shutil.which("timeout"), "-s", "INT", "-k", "20", str(4 * PATIENCE), *command(folder, *arguments)],
        cwd=ROOT,
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


@dataclass
class Submitted:
    """What one run of Snakemake told: Slurm's job ids and the job each stands for, and which of its jobs finished."""

    names: dict[str, str]
    finished: set[str]

    @classmethod
    def told_by(cls, output: str) -> "Submitted":
        numbers, names = {}, {}
        for number, slurm, path in re.findall(
            r"Job (\d+) has been submitted with SLURM jobid (\d+) \(log: .*?slurm_logs/rule_(.*?)/\d+\.log\)", output
        ):
            numbers[number] = names[slurm] = path
        done = re.findall(r"Finished jobid: (\d+)", output)
        return cls(names, {numbers[number] for number in done if number in numbers})


@dataclass
class Disturbed:
    """The study that was disturbed, both runs of Snakemake, and what Slurm wrote down of every job."""

    folder: Path
    first: Submitted
    second: Submitted
    output: str
    jobs: list[dict]
    gpus: dict[str, int]

    def of(self, name: str) -> list[dict]:
        """The Slurm jobs of a job of the study, in the order of submission."""
        names = {**self.first.names, **self.second.names}
        return sorted((job for job in self.jobs if names[job["JobId"]] == name), key=lambda job: int(job["JobId"]))


@pytest.fixture(scope="module")
def disturbed(cluster, tmp_path_factory) -> Disturbed:
    """One study through: a job cancelled, one that hangs until its time is over, a node's daemon killed, the controller
    restarted, and Snakemake itself killed while a job runs."""
    folder = set_up_study(
        tmp_path_factory.mktemp("cluster") / "study",
        tuning={"shards": 2, "trials": 4, "epochs": 10, "seeds": 1},
        models={"baselines": ["dummy", "logistic"]},
        controls={"label_shuffles": 2},
    )
    on_gpus = [f"{rule}:slurm_partition=gpu" for rule in ("shard", "network")]
    options = ("--set-resources", *on_gpus)
    told = folder / "first.log"

    def running(name: str) -> dict | None:
        """The queue's entry of a job of the study that runs."""
        found = [
            {**entry, "id": job}
            for job, entry in cluster.queue().items()
            if entry["job"].startswith(f"rule_{name}") and entry["state"] == "RUNNING"
        ]
        return found[0] if found else None

    def settled() -> bool:
        """Whether every job in the queue runs its script."""
        return all(entry["state"] == "RUNNING" and script_of(job) for job, entry in cluster.queue().items())

    with open(told, "w") as file:
        first = subprocess.Popen(
            command(folder, "--verbose", *options, "explore:runtime=attempt"),
            cwd=ROOT,
            stdout=file,
            stderr=subprocess.STDOUT,
        )
        try:
            victim = cluster.wait_for(lambda: running("shard_wildcards_mlp_2_2"), PATIENCE, "second shard")
            subprocess.run(["scancel", victim["id"]], check=True)
            cluster.wait_for(lambda: victim["id"] not in cluster.queue(), PATIENCE, "end of the cancelled job")
            survivor = cluster.wait_for(lambda: running("shard_wildcards_mlp_1_2"), PATIENCE, "first shard")
            cluster.wait_for(lambda: script_of(survivor["id"]), PATIENCE, "script of the first shard")
            cluster.kill_node(survivor["node"])
            cluster.start_node(survivor["node"])
            hung = cluster.wait_for(lambda: running("explore"), PATIENCE, "exploration")
            os.kill(
                cluster.wait_for(lambda: script_of(hung["id"]), PATIENCE, "script of the exploration"), signal.SIGSTOP
            )
            # A step that is asked for while nodes report back to a new controller waits for minutes.
            cluster.wait_for(settled, PATIENCE, "scripts of all jobs")
            cluster.stop_controller()
            cluster.start_controller()
            sent_again = lambda: hung["id"] not in cluster.queue() and running("explore")  # noqa: E731
            left = cluster.wait_for(sent_again, PATIENCE, "exploration, again")
            # However fast this machine is, the job is still there when Snakemake comes back.
            os.kill(cluster.wait_for(lambda: script_of(left["id"]), PATIENCE, "script of it"), signal.SIGSTOP)
        finally:
            first.kill()
            first.wait()
    assert run(folder, "--unlock").returncode == 0
    done = run(folder, "--verbose", *options)
    assert done.returncode == 0, done.stdout[-5000:]
    reports = Submitted.told_by(told.read_text()), Submitted.told_by(done.stdout)
    return Disturbed(folder, *reports, done.stdout, cluster.finished(), cluster.gpus())


def script_of(job: str) -> int | None:
    """The process that runs the rule's script in a Slurm job."""
    for process in Path("/proc").glob("[0-9]*"):
        try:
            words = (process / "cmdline").read_bytes().decode(errors="replace").split("\0")
            environment = (process / "environ").read_bytes().decode(errors="replace").split("\0")
        except OSError:
            continue
        if len(words) > 1 and words[1].endswith(".py") and f"SLURM_JOB_ID={job}" in environment:
            return int(process.name)
    return None


def test_the_study_completes_and_nothing_is_half_written(disturbed):
    results = disturbed.folder / "results"
    assert (results / "report/report.html").read_text(encoding="utf-8").rstrip().endswith("</html>")
    files = [path for path in results.rglob("*") if path.is_file() and not path.name.startswith(".")]
    for path in files:
        match path.suffix:
            case ".parquet":
                pd.read_parquet(path)
            case ".json":
                json.loads(path.read_text(encoding="utf-8"))
    assert pd.read_csv(results / "network/mlp/trials.tsv", sep="\t")["trial"].tolist() == [0, 1, 2, 3]
    assert len(ledger.read(disturbed.folder / "resources/test-ledger.jsonl")) == 1


def test_no_finished_job_runs_twice(disturbed):
    assert {"data", "split", "baseline/dummy", "baseline/logistic"} <= disturbed.first.finished
    assert not disturbed.first.finished & set(disturbed.second.names.values())
    names = {**disturbed.first.names, **disturbed.second.names}
    completed = Counter(names[job["JobId"]] for job in disturbed.jobs if job["JobState"] == "COMPLETED")
    assert set(completed) == set(names.values()) and len(completed) == 24
    assert all(completed[name] == 1 for name in disturbed.first.finished)


def test_disturbed_jobs_are_sent_again_with_more_time_and_memory(disturbed):
    shard = disturbed.of("shard/mlp_2_2")
    assert [job["JobState"] for job in shard] == ["CANCELLED", "COMPLETED"]
    assert [job["TimeLimit"] for job in shard] == ["480", "960"]
    assert [re.search(r"mem=(\w+)", job["Tres"])[1] for job in shard] == ["8000M", "16000M"]
    explored = disturbed.of("explore")
    assert explored[0]["JobState"] == "TIMEOUT" and explored[-1]["JobState"] == "COMPLETED"
    assert [job["TimeLimit"] for job in explored][:2] == ["1", "2"]


def test_a_job_outlives_the_daemon_of_its_node(disturbed):
    assert [job["JobState"] for job in disturbed.of("shard/mlp_1_2")] == ["COMPLETED"]


def test_jobs_that_a_killed_snakemake_left_behind_are_cancelled_first(disturbed):
    cancelled = re.search(r"Cancelled jobs that an earlier run had left behind: (.*)", disturbed.output)[1].split(", ")
    states = {job["JobId"]: job["JobState"] for job in disturbed.jobs}
    assert set(cancelled) <= set(disturbed.first.names)
    assert {states[job] for job in cancelled} == {"CANCELLED"}


def test_jobs_that_train_networks_have_a_gpu_and_others_have_none(disturbed):
    names = {**disturbed.first.names, **disturbed.second.names}
    for job in disturbed.jobs:
        if job["JobState"] == "COMPLETED":
            wanted = names[job["JobId"]].startswith(GPU_RULES)
            assert disturbed.gpus[job["JobId"]] == wanted, names[job["JobId"]]
            assert not wanted or job["NodeList"] in ("n1", "n2")


def test_jobs_spread_over_nodes(disturbed):
    assert len({job["NodeList"] for job in disturbed.jobs if job["JobState"] == "COMPLETED"}) >= 2


def test_the_table_of_efficiency_names_every_job(disturbed):
    script = ROOT / "profiles/slurm/efficiency.py"
    printed = subprocess.run(
        [sys.executable, str(script), str(disturbed.folder / "results")], capture_output=True, text=True, check=True
    ).stdout
    rows = {line.split()[0]: line.split()[1:] for line in printed.splitlines()[1:]}
    assert len(rows) == 24
    asked, used, minutes, spent, gpus = rows["shard/mlp_2_of_2"]
    assert (asked, minutes, gpus) == ("16000", "960", "1")
    assert 200 < float(used) < 8000 and 0 < float(spent) < 5
    assert rows["split/split"][0] == "4000" and rows["split/split"][4] == "0"


MISTAKES = {
    "unknown partition": (
        ["--default-resources", "slurm_partition=gpus"],
        "profiles/slurm/config.yaml: slurm_partition is 'gpus' (rule baseline), but the cluster has no such partition; name one of these there: cpu, gpu, main.",
    ),
    "no GPU in the partition": (
        ["--default-resources", "slurm_partition=cpu"],
        "rule control asks for 1 GPU, but no node of partition 'cpu' has one; name a partition that has some (gpu, main) as slurm_partition of rule control in profiles/slurm/config.yaml.",
    ),
    "more memory than any node has": (
        ["--set-resources", "split:mem_mb=99000"],
        "rule split asks for 99000 MB, 1 processors and 0 GPU on one node, but the largest of partition 'main' has 40000 MB, 2 processors and 2 GPU",
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_what_the_cluster_cannot_do_is_said_before_the_first_job(mistake, cluster, tmp_path):
    options, told = MISTAKES[mistake]
    folder = set_up_study(tmp_path / "study")
    before = {job["JobId"] for job in cluster.finished()} | set(cluster.queue())
    done = run(folder, *options)
    assert done.returncode == 1
    assert told in done.stdout and "Traceback" not in done.stdout
    assert {job["JobId"] for job in cluster.finished()} | set(cluster.queue()) <= before


def test_without_slurm_one_line_says_so(tmp_path):
    for tool in ("which", "bash", "git"):
        (tmp_path / tool).symlink_to(shutil.which(tool))
    folder = set_up_study(tmp_path / "study")
    done = run(folder, PATH=f"{tmp_path}:{Path(sys.executable).parent}")
    assert done.returncode == 1
    assert "profiles/slurm/config.yaml sends jobs to Slurm, but there is no command sinfo here" in done.stdout
    assert "Traceback" not in done.stdout and not (folder / "results").exists()
