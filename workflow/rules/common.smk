# What all rules share: the configuration as it is written, the terminal, and the library files that a script depends on.

import os
import sys
from pathlib import Path

from snakemake.exceptions import WorkflowError
from snakemake.logging import logger

SCRIPTS = Path(workflow.basedir) / "workflow" / "scripts"
NOTEBOOKS = Path(workflow.basedir) / "workflow" / "notebooks"
sys.path.insert(0, str(SCRIPTS))

from tentips.jobs import terminal
from tentips.study import config_file, several_labels
from tentips.errors import StudyError
from tentips.imports import library_files
from tentips.jobs.job import NO_RIGHT
from tentips.paths import PAGE_TEMPLATES

# Snakemake's own listing goes to its log file, and to the terminal with --verbose. A job on another machine keeps it.
shown = terminal.Terminal(sys.stderr, "", workflow.output_settings.dryrun, lambda: answer())
if not workflow.output_settings.verbose and not workflow.remote_exec:
    terminal.install(logger, shown)

# Snakemake's own notes lie in the study's folder, and it would say so with a traceback.
if workflow.is_main_process and not os.access(".", os.W_OK):
    raise WorkflowError(f"{os.getcwd()}, the folder of the study, cannot be written. {NO_RIGHT}")

# An overlay on the command line (--configfile) changes keys; a whole study given there replaces this one.
OWN_CONFIG = [] if "data" in config else ["config/config.yaml"]
try:
    for file in [*OWN_CONFIG, *workflow.configfiles]:
        config_file.check_file(file)
except StudyError as error:
    raise WorkflowError(str(error)) from None

if OWN_CONFIG:

    configfile: OWN_CONFIG[0]


# What is asked for on the command line, not in the study's configuration.
REQUEST = {key: config.pop(key, None) for key in ("predict", "bundle", "release_anyway", "new")}


def lib(step):
    """The library files that the script and notebook of `step` import, directly or not, and the template of its page: an edit there
    reruns the step."""
    notebooks = [path for path in [NOTEBOOKS / f"{step}.ipynb"] if path.exists()]
    files = library_files(SCRIPTS / f"{step}.py", *notebooks)
    if notebooks:
        files += sorted(path for path in PAGE_TEMPLATES.rglob("*") if path.is_file())
    return [os.path.relpath(path) for path in files]


def as_is(texts):
    """A title or names of the study as a parameter: braces in them are no wildcards, and are never formatted."""
    return lambda wildcards: texts


def growing(first):
    """A resource of which the first attempt asks for `first`, the second for twice as much, and so on."""
    return lambda wildcards, attempt: first * attempt
