"""The record that each job leaves beside its log: when, on what, with which code and packages, from and to which files."""

import datetime
import os
import sys
from collections.abc import Iterable
from pathlib import Path

from tentips.artifacts import read_json, write_json
from tentips.jobs import environment
from tentips.jobs.stopwatch import Stopwatch
from tentips.paths import WORKFLOW

LOGS = "logs"
# A record is no output that Snakemake would make again by itself.
AGAIN = "It is the record of {}: delete it, and what that step wrote, and run the same command again."


def begin(log: str | Path, threads: int, inputs: Iterable[str], outputs: Iterable[str]) -> dict:
    """Write the record of a job that has begun, and return it. One without `ended` is of a job that runs, or was stopped.

    Files of the workflow itself are not among its inputs: `code` holds their number and one SHA-256 for all of them.
    """
    inputs = [str(path) for path in inputs]
    code = [path for path in inputs if _of_the_workflow(path)]
    begun = {
        "job": job_name(log),
        "started": environment.now(),
        "ended": None,
        "threads": int(threads),
        "inputs": [environment.shown_path(path) for path in inputs if path not in code],
        "outputs": [environment.shown_path(path) for path in outputs],
        "code": {**environment.describe_code(), "files": len(code), "sha256": environment.files_hash(code)},
    }
    write_json(begun, record_path(log))
    return begun


def finish(log: str | Path, begun: dict, outcome: str = "") -> None:
    """Add to the record of a job when it ended, what came of it, what it computed on, and the versions of its packages."""
    write_json(
        {
            **begun,
            "ended": environment.now(),
            "outcome": outcome,
            "cpu_seconds": round(Stopwatch.spent(), 2),
            "hardware": {**environment.describe_hardware(), "device": _device()},
            "packages": environment.describe_environment(),
            "imported": environment.imported_packages(),
        },
        record_path(log),
    )


def job_name(log: str | Path) -> str:
    """Return the name of a job, its rule first: explore/explore, baseline/svm."""
    parts = Path(log).with_suffix("").parts
    return "/".join(parts[parts.index(LOGS) + 1 :] if LOGS in parts else parts[-1:])


def seconds_of(finished: dict) -> float:
    """Return how long the job with this record took, in seconds."""
    began, ended = (datetime.datetime.fromisoformat(finished[key]) for key in ("started", "ended"))
    return (ended - began).total_seconds()


def record_path(log: str | Path) -> Path:
    """Return where the record of the job with this log lies."""
    return Path(log).with_suffix(".json")


def lineage(folder: str | Path, targets: Iterable[str]) -> list[dict]:
    """Return the records of the jobs that `targets` come from, directly or not, in the order in which they began.

    `folder` is that of the results. Records of jobs that no target depends on (a model that is no longer asked for) stay out.
    """
    records = [read_json(path, AGAIN.format(job_name(path))) for path in sorted(Path(folder, LOGS).rglob("*.json"))]
    makers = {output: record for record in records for output in record["outputs"]}
    found, waiting = {}, list(targets)
    while waiting:
        record = makers.get(waiting.pop())
        if record and record["job"] not in found:
            found[record["job"]] = record
            waiting += record["inputs"]
    return sorted(found.values(), key=lambda record: (record["started"], record["job"]))


def _of_the_workflow(path: str) -> bool:
    return Path(os.path.abspath(path)).is_relative_to(WORKFLOW)


def _device() -> str:
    # Not imported here: rules without networks must not depend on Keras.
    backend = sys.modules.get("tentips.models.networks.backend")
    return backend.device() if backend else "cpu"
