"""A Slurm cluster before the first job: can it run what is asked for, and does an earlier run still write here?"""

import getpass
import shutil
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tentips.errors import StudyError

PROFILE = "profiles/slurm/config.yaml"


@dataclass(frozen=True)
class Asked:
    """What a rule's jobs ask of one node: memory in MB, processors, GPUs; `partition` is None for the cluster's default."""

    rule: str
    partition: str | None
    memory: int
    processors: int
    gpus: int

    @classmethod
    def of(cls, rule: str, threads: int, resources: Mapping) -> "Asked":
        """Read the resources of a job. What is known only once its inputs are there counts as nothing."""
        partition = resources.get("slurm_partition")
        memory, gpus = (
            value if isinstance(value, int) else 0 for value in (resources.get("mem_mb"), resources.get("gpu"))
        )
        return cls(rule, str(partition) if partition else None, memory, threads, gpus)


@dataclass(frozen=True)
class Node:
    """What one node has, and the partition that it is counted in."""

    partition: str
    default: bool
    memory: int
    processors: int
    gpus: int


def check(asked: list[Asked], nodes: list[Node]) -> None:
    """Raise StudyError where a partition is unknown, or where no node of it has what a job asks for."""
    names = sorted({node.partition for node in nodes})
    for job in asked:
        # sbatch takes several, of which it chooses.
        named = job.partition.split(",") if job.partition else []
        there = [node for node in nodes if (node.partition in named if named else node.default)]
        if not there or not set(named) <= set(names):
            where = f"slurm_partition is '{job.partition}'" if job.partition else "slurm_partition is not set"
            found = "has no such partition" if job.partition else "has no default partition"
            raise StudyError(
                f"{PROFILE}: {where} (rule {job.rule}), but the cluster {found}; name one of these there: {', '.join(names)}."
            )
        name = job.partition or there[0].partition
        if job.gpus and not any(node.gpus for node in there):
            elsewhere = sorted({node.partition for node in nodes if node.gpus})
            remedy = (
                f"name a partition that has some ({', '.join(elsewhere)}) as slurm_partition of rule {job.rule} in {PROFILE}"
                if elsewhere
                else "the cluster has none, set compute.gpus: 0 in config/config.yaml"
            )
            raise StudyError(
                f"rule {job.rule} asks for {job.gpus} GPU, but no node of partition '{name}' has one; {remedy}."
            )
        if not any(_fits(job, node) for node in there):
            most = max(there, key=lambda node: (node.gpus >= job.gpus, node.memory, node.processors))
            raise StudyError(
                f"rule {job.rule} asks for {job.memory} MB, {job.processors} processors and {job.gpus} GPU "
                f"on one node, but the largest of partition '{name}' has {most.memory} MB, "
                f"{most.processors} processors and {most.gpus} GPU; name another partition, or set less "
                f"under set-resources, in {PROFILE}."
            )


def read_nodes() -> list[Node]:
    """Return what sinfo says of every node in every partition. Raises StudyError where there is no Slurm or no answer."""
    if not shutil.which("sinfo"):
        raise StudyError(
            f"{PROFILE} sends jobs to Slurm, but there is no command sinfo here; run this on a login node of the cluster, or leave --profile out to compute on this machine."
        )
    nodes = []
    for line in _answer("sinfo", "-h", "-N", "-o", "%P|%m|%c|%G").splitlines():
        partition, memory, processors, gres = line.split("|")
        found = Node(
            partition.rstrip("*"), partition.endswith("*"), _number(memory), _number(processors), gpus_of(gres)
        )
        nodes.append(found)
    return nodes


def gpus_of(gres: str) -> int:
    """Return how many GPUs a node's generic resources hold: gpu:2, gpu:a100:4(S:0-1), gpu:a100:2,gpu:t4:1, (null)."""
    entries = [entry.split("(")[0].split(":") for entry in gres.split(",")]
    return sum(int(entry[-1]) if entry[-1].isdigit() else 1 for entry in entries if entry[0] == "gpu")


def cancel_orphans(prefix: str, folder: str | Path, patience: float = 60.0) -> list[str]:
    """Cancel the jobs that a killed Snakemake left behind in the study's `folder`, wait for their end and return their ids.

    They would write the same files as the jobs that now take their place. They are known by the prefix of their name and by
    their log, which lies in the folder. Only for the Snakemake that holds the folder's lock: no other one has jobs there.
    """
    logs = str(Path(folder).resolve() / ".snakemake" / "slurm_logs")
    listed = _answer("squeue", "-h", "-u", getpass.getuser(), "-O", "JobID:30,Name:120,STDOUT:2000")
    found = [line.split(maxsplit=2) for line in listed.splitlines()]
    orphans = [job for job, name, log in found if name.startswith(f"{prefix}_") and log.strip().startswith(f"{logs}/")]
    if not orphans:
        return []
    _answer("scancel", *orphans)
    end = time.monotonic() + patience
    while set(_answer("squeue", "-h", "-u", getpass.getuser(), "-o", "%i").split()) & set(orphans):
        if time.monotonic() > end:
            raise StudyError(
                f"jobs {', '.join(orphans)} of an earlier run of this study were cancelled but do not end; wait until squeue no longer lists them and start again."
            )
        time.sleep(0.5)
    return orphans


def _fits(job: Asked, node: Node) -> bool:
    return node.memory >= job.memory and node.processors >= job.processors and node.gpus >= job.gpus


def _number(text: str) -> int:
    """sinfo writes 64000+ where nodes differ."""
    return int(text.rstrip("+"))


def _answer(*command: str) -> str:
    try:
        return subprocess.run(command, check=True, capture_output=True, text=True, timeout=120).stdout
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired, FileNotFoundError) as error:
        said = (getattr(error, "stderr", None) or str(error)).strip().splitlines()[-1]
        raise StudyError(
            f"{command[0]} does not answer ({said}); check with `sinfo` that the cluster can be reached from here, then start again."
        ) from None
