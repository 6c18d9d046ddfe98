"""Carry the studies of several labels out: the command that was given, once in the folder of each label."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from tentips.errors import StudyError
from tentips.wording import series

# Options that each study gets anew, with how many values each takes (None: all up to the next option).
ANEW = {"--directory": 1, "-d": 1, "--snakefile": 1, "-s": 1, "--configfile": None, "--configfiles": None}
PAGE = (
    "labels",
    "results/labels/labels.html",
    "results/labels/labels.tsv",
)  # what is made of the whole studies of all labels
FILES = ("predict", "new", "bundle")  # given by --config: a person's files, relative to the common folder


def command(arguments: list[str], folder: str, snakefile: str) -> list[str]:
    """Return what Snakemake is called with for the study in `folder`; `arguments` are those of the common run, targets and all.

    Where the page of all labels is asked for, the whole study is made.
    """
    kept, option, values = [], "", 0
    for each in arguments:
        if each.startswith("-"):
            option, values = each.partition("=")[0], "=" in each
        else:
            values += 1
        if option in ANEW and (each.startswith("-") or ANEW[option] is None or values <= ANEW[option]):
            continue
        whole = "all" if each in PAGE else each
        kept.append(_absolute(each) if option in ("--config", "-C") else whole)
    return [*kept, "--snakefile", os.path.abspath(snakefile), "--directory", os.path.abspath(folder)]


def asks_for_all(targets: list[str] | set[str]) -> bool:
    """Return whether a run with these targets makes whole studies, and so the page of all labels after them.

    Raises StudyError where the page is asked for beside something else, which is made in the study of each label.
    """
    others = sorted(set(targets) - {"all", *PAGE})
    if others and set(targets) & set(PAGE):
        raise StudyError(
            f"the page of all labels is made of whole studies; ask for {series(others)} in a run of its own."
        )
    return not others


def run(
    commands: Mapping[str, list[str]], started_in: str | Path, keep_going: bool, say: Callable[[str], None]
) -> list[str]:
    """Run Snakemake with each label's command, one after the other, and return the labels whose study failed.

    After a failure the others are left, unless `keep_going`. A signal to this process reaches the study that runs.
    """
    failed = []
    for number, (label, arguments) in enumerate(commands.items(), start=1):
        say(f"{label} ({number} of {len(commands)} labels)")
        if _run(arguments, started_in):
            failed.append(label)
            if not keep_going:
                break
    return failed


def _run(arguments: list[str], started_in: str | Path) -> int:
    with subprocess.Popen([sys.executable, "-m", "snakemake", *arguments], cwd=started_in) as process:
        # Ctrl-C reaches both; the study ends its jobs, and this process waits for it.
        handlers = {
            signal.SIGINT: lambda *_: None,
            signal.SIGTERM: lambda *_: process.terminate(),
        }
        before = {each: signal.signal(each, handler) for each, handler in handlers.items()}
        try:
            return process.wait()
        finally:
            for each, handler in before.items():
                signal.signal(each, handler)


def _absolute(setting: str) -> str:
    key, equals, value = setting.partition("=")
    return f"{key}={os.path.abspath(value)}" if equals and value and key in FILES else setting
