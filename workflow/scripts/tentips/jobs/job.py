"""What every rule's script runs in: its log, its threads, its progress on the terminal, and one clear line for a mistake."""

import contextlib
import errno
import os
import re
import sys
import tempfile
import time
import traceback
from collections.abc import Iterable, Iterator
from pathlib import Path

THREAD_VARIABLES = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")
# Seconds between two lines of progress of one job: to a person at a terminal, and to a file (nohup, a Slurm job's log).
EVERY_ON_TERMINAL, EVERY_IN_FILE = 10.0, 60.0
NO_SPACE = re.compile("No space left on device|File too large|Disk quota exceeded")
FULL = "the disk is full ({}); nothing was half-written. Free some space and run the same command again."
NO_RIGHT = "Give yourself the right to write there, or copy the study to where you have it."
TRIED = 65536  # bytes that are written to see whether a disk has room
# What TensorFlow says whenever it starts, on any machine; it has no switch for these lines.
NOISE = re.compile(
    r"Unable to register cu\w+ factory|before absl::InitializeLog|computation placer already registered|XLA service 0x"
    r"|StreamExecutor device \(|Compiled cluster using XLA|failed call to cuInit.*\(303\)"  # 303: no driver, so no GPU
)


@contextlib.contextmanager
def logged(log: str, threads: int = 1, inputs: Iterable[str] = (), outputs: Iterable[str] = ()) -> Iterator[None]:
    """Send everything that the block prints to the file `log` and keep numerical libraries to `threads` threads.

    Beside the log it leaves the job's record (`tentips.jobs.record`), which names the files `inputs` and `outputs`. Some of what
    is said (`log_line`) goes to the terminal too.

    File descriptors are redirected, not `sys.stderr`: TensorFlow writes from C++. Import heavy libraries inside the
    block, because they read the thread limits when they are imported. A StudyError, or a full disk, ends the process
    with one line in the log and exit code 1; any other error with its traceback there, and a last line that sums it up.
    What TensorFlow always says when it starts is taken out of the log in the end.
    """
    global _terminal, _outcome
    _outcome = ""
    for variable in THREAD_VARIABLES:
        os.environ[variable] = str(threads)
    # joblib guesses physical cores by calling tools that a container may not have.
    os.environ.setdefault("LOKY_MAX_CPU_COUNT", str(threads))
    file = _opened(log)
    _flush()
    kept = os.dup(1), os.dup(2)
    os.dup2(file, 1)
    os.dup2(file, 2)
    try:
        from tentips.jobs import record

        _terminal = _Terminal(kept[1], record.job_name(log))
        begun = record.begin(log, threads, inputs, outputs)
        yield
        record.finish(log, begun, _outcome)
    except Exception as error:
        line = _one_line(error)
        # Where the log cannot be written either, the terminal says so by itself when it hears that the job failed.
        with contextlib.suppress(OSError):
            if line is None:
                traceback.print_exc()
            print(f"error: {line or _summed_up(error)}", file=sys.stderr)
        # The error itself would print a second traceback around the one line.
        raise SystemExit(1) from None
    finally:
        _terminal = None
        _flush()
        # What the log could not take would come out on the terminal later.
        nowhere = os.open(os.devnull, os.O_WRONLY)
        for descriptor in (1, 2):
            os.dup2(nowhere, descriptor)
        _flush()
        for descriptor, copy in zip((1, 2), kept, strict=True):
            os.dup2(copy, descriptor)
            os.close(copy)
        os.close(nowhere)
        os.close(file)
        with contextlib.suppress(OSError):
            _tidy(log)


def unwritable(folder: str | Path) -> str | None:
    """Return in one line why nothing can be written in `folder`; None where it can. It is tried."""
    try:
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(bytes(TRIED))
            file.flush()
    except OSError as error:
        return _one_line(error) or f"{folder} cannot be written ({error.strerror}). {NO_RIGHT}"
    return None


def _opened(log: str) -> int:
    """Open the log, or end the process without a word: the terminal finds out why (`unwritable`)."""
    try:
        os.makedirs(os.path.dirname(log) or ".", exist_ok=True)
        return os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
    except OSError:
        raise SystemExit(1) from None


def _flush() -> None:
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError):
            stream.flush()


def log_line(text: str) -> None:
    """Write a line of progress, with the time of day, to the log; to the terminal only what comes a while after the last."""
    print(f"{time.strftime('%H:%M:%S')} {text}", flush=True)
    if _terminal and _terminal.is_due():
        _terminal.write(text)


def announce(text: str) -> None:
    """Write a line to the log and to the terminal: what nobody should miss."""
    print(f"{time.strftime('%H:%M:%S')} {text}", flush=True)
    if _terminal:
        _terminal.write(text)


def outcome(text: str) -> None:
    """State what came of the job, as a person would say it; shown on the terminal when the job ends, kept in its record."""
    global _outcome
    print(f"{time.strftime('%H:%M:%S')} {text}", flush=True)
    _outcome = text


class _Terminal:
    """Where Snakemake writes, as the descriptor `target`: whole lines, each with the job's name, for many run at once."""

    def __init__(self, target: int, job: str):
        self.target, self.job, self.last = target, job, time.monotonic()
        self.every = EVERY_ON_TERMINAL if os.isatty(target) else EVERY_IN_FILE

    def is_due(self) -> bool:
        """Whether the job has been silent long enough; a short one never speaks."""
        return time.monotonic() - self.last >= self.every

    def write(self, text: str) -> None:
        """Write one line in one go, so that lines of other jobs do not mix with it."""
        self.last = time.monotonic()
        rule, _, own = self.job.partition("/")
        # "baseline svm: svm: 3 of 20 trials" says the name twice.
        name = "" if text.startswith(f"{own}: ") else f"{rule if own in ('', rule) else f'{rule} {own}'}: "
        # A terminal that was closed must not stop the job.
        with contextlib.suppress(OSError):
            os.write(self.target, f"  .. {name}{text}\n".encode())


_terminal: _Terminal | None = None
_outcome = ""


def _summed_up(error: Exception) -> str:
    """An unforeseen error in one line: what, and the last place in the library where it passed."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename != __file__]
    own = [frame for frame in frames if "tentips" in frame.filename.replace(os.sep, "/").split("/")] or frames
    place = f"{os.path.basename(own[-1].filename)}, line {own[-1].lineno}, in {own[-1].name}"
    what = " ".join(str(error).split())[:300]
    return f"this was not foreseen: {type(error).__name__}: {what} ({place}). The log holds its traceback; it may be a mistake in the workflow rather than in your study."


def _tidy(log: str) -> None:
    """Take out of a log what TensorFlow always says, and the folders of this machine: a log may be shown to others."""
    with open(log, encoding="utf-8", errors="replace") as file:
        lines = file.readlines()
    kept = [_without_folders(line) for line in lines if not NOISE.search(line)]
    if kept != lines:
        from tentips.artifacts import write_text

        write_text("".join(kept), log)  # whole: on a full disk the log stays as it is


def _without_folders(line: str) -> str:
    """The line with the paths of study, workflow, environment and home made relative to them."""
    from tentips.paths import ROOT

    shown = {
        os.getcwd(): "",
        str(ROOT): "",
        sys.prefix: "environment/",
        sys.base_prefix: "python/",
        os.path.expanduser("~"): "~/",
    }
    for folder, name in sorted(shown.items(), key=lambda item: -len(item[0])):
        if len(folder) > 1:
            line = line.replace(f"{folder}/", name)
    return line


def _one_line(error: Exception) -> str | None:
    from tentips.errors import StudyError

    if isinstance(error, StudyError):
        return str(error)
    if isinstance(error, MemoryError):
        return f"the memory of this machine was not enough ({' '.join(str(error).split()) or 'no size given'}). Take less data, fewer cores at a time, or a machine with more memory."
    # A full disk reaches us as OSError, or through pyarrow and HDF5 in words of their own.
    full = getattr(error, "errno", None) in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG) or NO_SPACE.search(str(error))
    return FULL.format(error) if full else None
