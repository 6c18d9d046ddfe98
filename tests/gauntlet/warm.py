"""Whole studies in one process: the genuine workflow with its scripts run here, so that TensorFlow starts once.

Snakemake builds the graph and hands every script its object as always; only the new Python process that it would start
for a script is spared, and pages are not drawn, because the gauntlet reads the scorecard.
"""

import contextlib
import os
import runpy
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
SCORECARD = "results/report/scorecard.json"
LONGEST = 1200  # seconds of one study


@contextlib.contextmanager
def scripts_in_this_process() -> Iterator[None]:
    """Let Snakemake run scripts in this process, one at a time, without the pages."""
    from snakemake.script import PythonScript

    from tentips.jobs import notebook

    def execute(self, fname, edit=False):
        path = list(sys.path)
        try:
            runpy.run_path(str(fname), run_name="__main__")
        except SystemExit as ended:
            # In a thread of Snakemake an exit would end nothing, and the study would wait for ever.
            if ended.code:
                raise RuntimeError(f"{Path(fname).stem} ended with {ended.code}") from ended
        sys.path[:] = path  # each script's preamble adds the whole path to itself
        self._execute_cmd("true")  # something for the benchmark file to measure

    kept = PythonScript.execute_script, notebook.render
    PythonScript.execute_script = execute
    notebook.render = lambda notebook, html, title, *arguments, **parameters: Path(html).write_text(title)
    try:
        yield
    finally:
        PythonScript.execute_script, notebook.render = kept


@contextlib.contextmanager
def time_limit(seconds: int) -> Iterator[None]:
    """Raise TimeoutError where the block takes longer: Snakemake can wait for ever for a job that failed in a thread."""

    def stop(*_):
        raise TimeoutError(f"not done after {seconds} s")

    kept = signal.signal(signal.SIGALRM, stop)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, kept)


def run(folder: Path, target: str = SCORECARD, asked: dict | None = None) -> None:
    """Carry the study in `folder` out up to `target`. Raises RuntimeError with the ends of the logs where a job fails.

    `asked` is what a person gives by --config; files that are there then stay as they are.
    """
    from snakemake.api import SnakemakeApi
    from snakemake.settings.enums import RerunTrigger
    from snakemake.settings.types import ConfigSettings, DAGSettings, OutputSettings, Quietness, ResourceSettings

    before = os.getcwd()
    triggers = frozenset({RerunTrigger.MTIME}) if asked else RerunTrigger.all()
    try:
        with time_limit(LONGEST), scripts_in_this_process(), SnakemakeApi(OutputSettings(quiet={Quietness.ALL})) as api:
            workflow = api.workflow(
                resource_settings=ResourceSettings(cores=1),
                config_settings=ConfigSettings(config=asked or {}),
                snakefile=ROOT / "Snakefile",
                workdir=Path(folder),
            )
            workflow.dag(DAGSettings(targets={target}, rerun_triggers=triggers)).execute_workflow()
    except Exception as error:
        logs = sorted((Path(folder) / "results/logs").rglob("*.log"), key=os.path.getmtime)
        tail = logs[-1].read_text()[-1500:] if logs else ""
        raise RuntimeError(f"{folder}: {error}\n{tail}") from error
    finally:
        os.chdir(before)
