"""Where the data came from, what was done to them, and with which code, software and hardware."""

import datetime
import hashlib
import importlib.metadata
import os
import platform
import re
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from tentips.artifacts import sha256
from tentips.imports import library_files
from tentips.paths import ROOT, SCRIPTS

LEDGER = ":(exclude)resources/test-ledger.*"
FIGURE_STEPS = ("data", "split", "baseline", "network", "stack", "evaluate")


def described() -> dict:
    """Return code, environment and hardware of this run, each as its own function says."""
    return {"code": describe_code(), "environment": describe_environment(), "hardware": describe_hardware()}


def describe_code(folder: str | Path = ".") -> dict:
    """Return the commit of the study in `folder` and how many files differ from it; nulls without version control.

    The test ledger does not count: a study writes it by itself.
    """
    try:
        commit = _git(folder, "rev-parse", "HEAD")
        changed = _git(folder, "status", "--porcelain", "--untracked-files=no", "--", ":/", LEDGER)
    except (OSError, subprocess.CalledProcessError):
        return {"commit": None, "changed_files": None}
    return {"commit": commit.strip(), "changed_files": len(changed.splitlines())}


def describe_environment() -> dict:
    """Return the version of Python and of every package that can be imported; of several the one that an import finds."""
    installed = {}
    for distribution in importlib.metadata.distributions():
        name, version = _name_and_version(distribution)
        # Snakemake appends its own packages to the path of a job; the environment's come first, as in an import.
        installed.setdefault(name, version)
    return {"python": platform.python_version(), **dict(sorted(installed.items()))}


def imported_packages() -> list[str]:
    """Return the names of the packages that this process has imported."""
    modules = {name.split(".")[0] for name in list(sys.modules)} - sys.stdlib_module_names
    found = set()
    for distribution in importlib.metadata.distributions():
        top = distribution.read_text("top_level.txt")
        files = (distribution.read_text("RECORD") or "").splitlines() if not top else []
        owned = top.split() if top else {re.split(r"[/,.]", file, maxsplit=1)[0] for file in files}
        if modules.intersection(owned):
            found.add(_name_and_version(distribution)[0])
    return sorted(found)


def _name_and_version(distribution) -> tuple[str, str]:
    """The name of a package, as package indexes compare it, and its version."""
    # The metadata object would parse each package's whole description, which takes 0.1 s and more for an environment.
    head = distribution.read_text("METADATA") or distribution.read_text("PKG-INFO") or ""
    name, version = (re.search(rf"^{key}: *(\S+)", head, re.MULTILINE) for key in ("Name", "Version"))
    return re.sub(r"[-_.]+", "-", name[1] if name else "unknown").lower(), version[1] if version else "unknown"


def files_hash(paths: Iterable[str | Path]) -> str:
    """Return one SHA-256 for the contents of several files, whatever their order and folders."""
    content = "".join(sorted(sha256(path) for path in paths))
    return hashlib.sha256(content.encode()).hexdigest()


def code_hash() -> str:
    """Return one SHA-256 for the code that test figures come from; how they are shown does not matter."""
    scripts = [SCRIPTS / f"{step}.py" for step in FIGURE_STEPS]
    return files_hash({file for script in scripts for file in (script, *library_files(script))})


def describe_hardware() -> dict:
    """Return the processor's architecture, its cores and the memory in GiB; no name of the machine."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return {
        "system": platform.system(),
        "machine": platform.machine(),
        "cores": os.cpu_count(),
        "memory_gib": round(memory, 1),
    }


def shown_path(path: str | Path) -> str:
    """Return a path as others may see it: relative to the study or to the workflow, else the file's name alone."""
    absolute = Path(os.path.abspath(path))
    for folder in (Path.cwd(), ROOT):
        if absolute.is_relative_to(folder):
            return absolute.relative_to(folder).as_posix()
    return absolute.name


def now() -> str:
    """Return the time, to the second, in UTC."""
    return time_of(datetime.datetime.now(datetime.UTC).timestamp())


def time_of(seconds: float) -> str:
    """Return a time in seconds since 1970 as it is written to files: UTC, to the second."""
    return datetime.datetime.fromtimestamp(seconds, datetime.UTC).isoformat(timespec="seconds")


def _git(folder, *arguments: str) -> str:
    return subprocess.run(["git", "-C", str(folder), *arguments], check=True, capture_output=True, text=True).stdout
