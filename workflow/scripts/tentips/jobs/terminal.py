"""What a run shows to the person who started it: a line for each step that ends, errors in one line, and the answer at the end.

Snakemake's own listing goes to its log file, and to the terminal with --verbose. Nothing here imports Snakemake: what it
reports arrives as records of Python's logging, each with the name of its event.
"""

import contextlib
import logging
import re
import shutil
import textwrap
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from tentips.artifacts import read_json
from tentips.errors import StudyError
from tentips.jobs.job import FULL, NO_RIGHT, NO_SPACE, unwritable
from tentips.jobs.record import job_name, record_path, seconds_of
from tentips.wording import number_of

REPORT, SCORECARD = "results/report/report.html", "results/report/scorecard.json"
SNAKEMAKES_HANDLER = "DefaultStreamHandler"
# What Snakemake says of itself. Whatever else it says is shown: environments that it makes, jobs that it removes.
CHATTER = re.compile(
    r"\s*(Assuming unrestricted shared|Building DAG|Using shell|Provided |Conda environments: ignored|Singularity containers:"
    r"|Select jobs|Execute \d+ jobs|Complete log|Elapsed time|Reasons:|Some jobs were triggered by|Rules with |\d+ jobs have "
    r"|Job \d+ has |SLURM |Exiting because a job|Shutting down|Failed to set marker file|Storing output|Removing output files of failed|Trying to restart"
    r"|WorkflowError:\s*At least one job did not complete|RuleException:\s*CalledProcessError in file)"
)
OF_SNAKEMAKE = (
    *(
        "workflow_started",
        "shellcmd",
        "job_started",
        "group_info",
        "resources_info",
        "debug_dag",
        "progress",
        "rulegraph",
    ),
)
PLACE = re.compile(
    r'^WorkflowError(?: in rule \w+)?(?: in file "[^"]*", line \d+)?:\n(.*?)(?:\n  File "[^\n]*)*$', re.DOTALL
)
PROTECTED = re.compile(r"ProtectedOutputException.*affected files:\s*(\S[^\n]*)", re.DOTALL)
LOCKED = (
    "Another run works in this folder, or one was killed here. `snakemake status` shows what it does. "
    "If none runs any more: `snakemake --unlock`, then the same command again; nothing that was finished is lost."
)
SILENT = "it ended without a word, as a job does that is killed or out of memory or time"
# Expected lengths of steps relative to one another, as in the example study; they serve the estimate of the time left alone.
LENGTHS = {
    "network": 40,
    "privacy": 40,
    "embed": 30,
    "report": 30,
    "control": 25,
    "design": 25,
    "evaluate": 25,
    "explore": 25,
}
USUAL_LENGTH = 6
# The beginnings of Snakemake's reasons; the first one that is found counts.
REASONS = {
    "Forced execution": "asked for on the command line",
    "Incomplete output": "interrupted before",
    "Missing output": "not made yet",
    "Code has changed": "the script has changed",
    "Params have changed": "the settings have changed",
    "Software environment": "the packages have changed",
    "Set of input files": "other files are read",
    "Updated input": "what is read has changed",
    "Input files updated": "what is read is made again",
}
MOST_NOTED = 8  # failed checks and warnings at the end


class Terminal(logging.Handler):
    """Shows the records of one run on `stream`; `answer` returns the lines that end a run whose target is the report."""

    def __init__(self, stream, title: str = "", dry: bool = False, answer: Callable[[], list[str]] = list):
        super().__init__()
        self.stream, self.title, self.dry, self.answer = stream, title, dry, answer
        self.jobs, self.planned, self.done, self.total = {}, [], 0, 0
        self.began, self.expected, self.behind = time.monotonic(), 0, 0
        self.full = False  # whether it was said that the disk is full

    def emit(self, record: logging.LogRecord) -> None:
        """Show what one record means, where it means something to a person. A terminal that was closed stops no run."""
        with contextlib.suppress(OSError):
            for line in self.lines(record):
                self.stream.write(line + "\n")
            self.stream.flush()

    def lines(self, record: logging.LogRecord) -> list[str]:
        """Return the lines for one record."""
        event = str(getattr(record, "event", None))
        if event in OF_SNAKEMAKE or record.levelno < logging.INFO:
            return []
        known = {"run_info": self._plan, "job_info": self._begin, "job_finished": self._end, "job_error": self._fail}
        return known.get(event, self._message)(record)

    def _plan(self, record) -> list[str]:
        if self.total:
            return []  # a dry run says it twice
        counts = {rule: count for rule, count in record.stats.items() if rule not in ("total", "all")}
        self.total, self.began = sum(counts.values()), time.monotonic()
        self.expected = sum(LENGTHS.get(rule, USUAL_LENGTH) * count for rule, count in counts.items())
        return [] if self.dry else [f"{self.title}: {number_of(self.total, 'step')}"]

    def _begin(self, record) -> list[str]:
        if record.log:
            self.jobs[record.jobid] = (record.rule_name, record.log[0], time.monotonic())
            if self.dry:
                self.planned.append((record.rule_name, job_name(record.log[0]), record.reason))
        return []

    def _end(self, record) -> list[str]:
        if record.job_id not in self.jobs:
            return []  # the rule that only names the targets
        rule, log, began = self.jobs[record.job_id]
        self.done += 1
        self.behind += LENGTHS.get(rule, USUAL_LENGTH)
        finished = _read(record_path(log))
        took = seconds_of(finished) if finished.get("ended") else time.monotonic() - began
        outcome = finished.get("outcome") or _in_words(job_name(log))
        return [f"[{self.done} of {self.total}] {outcome}, {duration(took)}{self._time_left()}"]

    def _time_left(self) -> str:
        """Return the time left, judged by the expected lengths of steps; nothing before a tenth of the run is over."""
        ahead = self.expected - self.behind
        if self.done >= self.total or 10 * self.behind < self.expected:
            return ""
        return f" (about {duration((time.monotonic() - self.began) * ahead / self.behind)} left)"

    def _fail(self, record) -> list[str]:
        if not record.log:
            return [f"FAILED {record.rule_name}"]
        log = record.log[0]
        error = last_error(log) or unwritable(_there(Path(log).parent)) or SILENT
        if NO_SPACE.search(error):
            said, self.full = self.full, True
            if said:
                return []
        return [f"FAILED {_in_words(job_name(log))}: {error} (log: {log})"]

    def _message(self, record) -> list[str]:
        text = record.getMessage().strip()
        if "Directory cannot be locked" in text:
            return [f"error: {LOCKED}"]
        if not text or text == "None" or CHATTER.match(text):
            return []
        if record.levelno >= logging.ERROR and (full := NO_SPACE.search(text)):
            said, self.full = self.full, True
            return [] if said else [f"error: {FULL.format(full[0])}"]  # Snakemake itself could not write
        if text.startswith("This was a dry-run"):
            return plan_of(self.planned)
        if text.startswith("Nothing to be done"):
            return [text, *self.answer()]
        if locked := PROTECTED.match(text):
            return [
                f"error: {locked[1]} cannot be written: it, or the folder or disk that it lies on, is for reading only. {NO_RIGHT}"
            ]
        placed = PLACE.match(text)
        return [f"error: {placed[1]}" if placed else text]


def install(logger: logging.Logger, handler: Terminal) -> bool:
    """Put `handler` in the place of Snakemake's own on the terminal; its log file stays. False where that is not there."""
    logging.raiseExceptions = (
        False  # a log file that cannot be written, on a full disk, would say so with a traceback a line
    )
    own = [each for each in logger.handlers if each.name == SNAKEMAKES_HANDLER]
    for each in own:
        logger.removeHandler(each)
        handler.stream = each.stream
        logger.addHandler(handler)
    return bool(own)


def plan_of(planned: Iterable[tuple[str, str, str]]) -> list[str]:
    """Return the lines of a dry run, one for each reason: `planned` holds rule, job and Snakemake's reason of each job."""
    planned = list(planned)
    by_reason = {}
    for rule, job, reason in planned:
        why = next((words for beginning, words in REASONS.items() if beginning in reason), "for another reason")
        by_reason.setdefault(why, {}).setdefault(rule, []).append(job.partition("/")[2])
    lines = [f"{number_of(len(planned), 'step')} would run. This was a dry run: nothing was computed or written."]
    for why, rules in by_reason.items():
        names = [rule if jobs == [rule] else f"{rule} ({', '.join(sorted(jobs))})" for rule, jobs in rules.items()]
        lines += textwrap.wrap(f"{why}: {', '.join(names)}", _width(), initial_indent="  ", subsequent_indent="    ")
    return [*lines, "Each step with its files: snakemake --dry-run --verbose"]


def answer(folder: str | Path = ".") -> list[str]:
    """Return the lines that end a finished study: verdict, what failed or warns, and where the report is."""
    judged = _read(Path(folder) / SCORECARD)
    if not judged:
        return []
    lines = ["", *textwrap.wrap(judged["verdict"]["text"], _width(), break_on_hyphens=False), ""]
    noted = [each for status in ("fail", "warn") for each in judged["checks"] if each["status"] == status]
    for each in noted[:MOST_NOTED]:
        # A full stop, not a decimal point; the report has the rest.
        sentence = re.split(r"(?<=[.;])\s", " ".join(each["finding"].split()), maxsplit=1)[0]
        word = {"fail": "FAILED", "warn": "warning"}[each["status"]]
        lines.append("  " + textwrap.shorten(f"{word} {each['id']}: {sentence}", _width() - 2, placeholder=" ..."))
    if len(noted) > MOST_NOTED:
        lines.append(f"  and {len(noted) - MOST_NOTED} more in the report")
    return [*lines, "", f"The report: {(Path(folder) / REPORT).resolve()}"]


def last_error(log: str | Path | None) -> str:
    """Return the last line of a job's log that begins with "error: ", without that word; nothing where there is none."""
    with contextlib.suppress(OSError):
        lines = Path(log or "").read_text(encoding="utf-8", errors="replace").splitlines()
        return next((line.removeprefix("error: ") for line in reversed(lines) if line.startswith("error: ")), "")
    return ""


def duration(seconds: float) -> str:
    """Return a time as a person says it: 14 s, 3 min, 2 h 5 min."""
    if seconds < 99.5:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"


def _there(folder: Path) -> Path:
    """The folder, or the nearest one above it that exists."""
    return next(each for each in (folder, *folder.absolute().parents) if each.is_dir())


def _read(path: Path) -> dict:
    """A file that a job, maybe on another node, has written; nothing where it is missing or only half there."""
    try:
        return read_json(path)
    except (OSError, StudyError):
        return {}


def _in_words(job: str) -> str:
    """baseline/random_forest as "baseline random forest", explore/explore as "explore"."""
    rule, _, own = job.partition("/")
    return rule if own in ("", rule) else f"{rule} {own}".replace("_", " ")


def _width() -> int:
    return min(120, shutil.get_terminal_size((100, 24)).columns)
