"""How far a study is: which jobs are done, failed, running, stopped or waiting, and how far searches are."""

import datetime
import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from tentips.artifacts import read_json
from tentips.jobs.job import NOISE
from tentips.jobs.record import LOGS, seconds_of
from tentips.wording import number_of

SEARCHES = ("baseline", "network")
DONE, FAILED, RUNNING, STOPPED, WAITING = "done", "failed", "running", "stopped", "waiting"
LONGEST = 160  # characters of a log's line that are shown


@dataclass(frozen=True)
class State:
    """The state of one job: its name (rule/job), a word, and what there is to say about it."""

    job: str
    word: str
    note: str = ""


def states(folder: str | Path, jobs: list[str], asked: int, running: bool, now: datetime.datetime) -> list[State]:
    """Return the state of each of `jobs` from its record, its log and, for a search, its journal under `folder`.

    `asked` is how many trials a search makes over all repeats; `running` whether Snakemake works in this study. A job that has
    a record without an end failed if its log ends with an error, else it runs, or was stopped.
    """
    return [_state(Path(folder), job, asked, running, now) for job in jobs]


def _state(folder: Path, job: str, asked: int, running: bool, now: datetime.datetime) -> State:
    record, log = folder / LOGS / f"{job}.json", folder / LOGS / f"{job}.log"
    if not record.exists():
        return State(job, WAITING)
    begun = read_json(record)
    lost = [path for path in begun["outputs"] if not (folder.parent / path).exists()]
    if begun["ended"] and lost:
        return State(job, WAITING, f"has run, but {lost[0]} is gone")
    if begun["ended"]:
        return State(job, DONE, f"{seconds_of(begun):.0f} s, {begun['ended'][:16].replace('T', ' ')}")
    last = _last_line(log)
    trials = _trials(folder, job, asked)
    if last.startswith("error: "):
        return State(job, FAILED, "; ".join(filter(None, [trials, last[:LONGEST], str(log)])))
    silent = (
        (now - datetime.datetime.fromtimestamp(log.stat().st_mtime, datetime.UTC)).total_seconds()
        if log.exists()
        else 0
    )
    sign = f"last line {silent:.0f} s ago: {last[:LONGEST]}" if last else ""
    return State(job, RUNNING if running else STOPPED, "; ".join(filter(None, [trials, sign, str(log)])))


def report(found: list[State]) -> str:
    """Return the states as text: counts, then one line for each job, those that need a person last."""
    counts = Counter(state.word for state in found)
    head = ", ".join(f"{counts[word]} {word}" for word in (DONE, RUNNING, WAITING, STOPPED, FAILED) if counts[word])
    order = sorted(found, key=lambda state: (DONE, WAITING, RUNNING, STOPPED, FAILED).index(state.word))
    width = max(len(state.job) for state in found)
    lines = [f"{state.word:<8} {state.job:<{width}}  {state.note}".rstrip() for state in order]
    return "\n".join([f"{number_of(len(found), 'job')}: {head}", "", *lines, "", _advice(counts)])


def _advice(counts: Counter) -> str:
    if counts[FAILED]:
        return "Correct what the error names and run the same command again; what is done is kept, and searches go on where they were."
    if counts[STOPPED]:
        return "Run the same command again: what is done is kept, and searches go on where they were."
    if counts[RUNNING] or counts[WAITING]:
        return "snakemake --dry-run shows what would run next, and why."
    return "Everything has run; snakemake --dry-run shows whether a change asks for anything to run again."


def _trials(folder: Path, job: str, asked: int) -> str:
    """How many trials a search has finished, from its journals; nothing for other jobs, or before the first."""
    rule, _, model = job.partition("/")
    journals = sorted((folder / rule / model / "search").glob("*.jsonl")) if rule in SEARCHES else []
    if not journals:
        return ""
    done = sum(len(_numbers(journal)) for journal in journals)
    return f"{done} of {number_of(asked, 'trial')}" if done <= asked else ""


def _numbers(journal: Path) -> set[int]:
    """The trials of the search that wrote last; what an earlier one with another plan left does not count."""
    entries = []
    for line in journal.read_text(encoding="utf-8").splitlines():
        try:
            entries.append(json.loads(line))
        except json.JSONDecodeError:
            continue  # cut off by a kill, or being written
    return {entry["trial"] for entry in entries if entry["fingerprint"] == entries[-1]["fingerprint"]}


def _last_line(log: Path) -> str:
    if not log.exists():
        return ""
    lines = [
        line
        for line in log.read_text(encoding="utf-8", errors="replace").splitlines()
        if line.strip() and not NOISE.search(line)
    ]
    return lines[-1].strip() if lines else ""
