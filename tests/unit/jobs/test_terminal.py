import io
import json
import logging

import pytest

from tentips.jobs import terminal
from tentips.jobs.terminal import Terminal


def event(kind, message=None, level=logging.INFO, **fields):
    record = logging.makeLogRecord({"msg": message, "levelno": level, **fields})
    if kind:
        record.event = kind
    return record


@pytest.fixture
def shown(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return Terminal(io.StringIO(), "Which sex?")


def emit(handler, *records):
    for record in records:
        handler.emit(record)
    return handler.stream.getvalue().splitlines()


def begin(number, job, reason=""):
    rule = job.partition("/")[0]
    log = [f"results/logs/{job}.log"]
    return event("job_info", jobid=number, rule_name=rule, log=log, wildcards={}, reason=reason)


def leave_record(folder, job, outcome="", log=""):
    path = folder / "results/logs" / f"{job}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    times = {"started": "2026-01-01T12:00:00+00:00", "ended": "2026-01-01T12:03:20+00:00"}
    path.write_text(json.dumps({"job": job, **times, "outcome": outcome}), encoding="utf-8")
    path.with_suffix(".log").write_text(log, encoding="utf-8")


def test_a_step_that_ends_is_one_line_with_number_outcome_and_the_jobs_own_time(shown, tmp_path):
    leave_record(tmp_path, "baseline/random_forest", "random forest: ROC AUC 0.969")
    leave_record(tmp_path, "split/split")
    lines = emit(
        shown,
        event("workflow_started", "SNAKEMAKE"),
        event(None, "Building DAG of jobs..."),
        event("run_info", "Job stats:", stats={"baseline": 2, "split": 1, "all": 1, "total": 4}),
        begin(1, "baseline/random_forest"),
        begin(2, "split/split"),
        event("job_finished", "Finished", job_id=1),
        event("progress", done=1, total=4),
        event("job_finished", "Finished", job_id=2),
        event("job_finished", "Finished", job_id=0),
        event(None, "Elapsed time: 0:04"),
    )
    assert lines[0] == "Which sex?: 3 steps"
    assert lines[1].startswith("[1 of 3] random forest: ROC AUC 0.969, 3 min")
    assert lines[2].startswith("[2 of 3] split, 3 min")
    assert len(lines) == 3


def test_the_time_left_is_that_of_the_lengths_that_are_ahead(shown, monkeypatch):
    clock = [100.0]
    monkeypatch.setattr(terminal.time, "monotonic", lambda: clock[0])
    emit(shown, event("run_info", stats={"network": 1, "split": 2, "total": 3}), begin(1, "network/mlp"))
    clock[0] = 140.0
    line = emit(shown, event("job_finished", job_id=1))[-1]
    # 40 s for a length of 40; two steps of the usual length 6 are ahead.
    assert line == "[1 of 3] network mlp, 40 s (about 12 s left)"


def test_a_failed_step_shows_the_last_error_of_its_log_and_where_that_is(shown, tmp_path):
    leave_record(tmp_path, "baseline/svm", log="error: first\nmore\nerror: column x is missing.\n")
    failure = event(
        "job_error", "Error in rule", logging.ERROR, rule_name="baseline", log=["results/logs/baseline/svm.log"]
    )
    end = event("error", "WorkflowError:\nAt least one job did not complete successfully.", logging.ERROR)
    lines = emit(shown, failure, event(None, "Exiting because a job execution failed.", logging.ERROR), end)
    assert lines == ["FAILED baseline svm: column x is missing. (log: results/logs/baseline/svm.log)"]
    leave_record(tmp_path, "baseline/svm")
    assert "killed or out of memory" in emit(shown, failure)[-1]


def test_that_the_command_of_a_failed_step_failed_is_not_said_beside_its_error(shown):
    text = "RuleException:\nCalledProcessError in file \"workflow/rules/data.smk\", line 53:\nCommand 'python x' returned non-zero exit status 1."
    assert emit(shown, event(None, text, logging.ERROR)) == []


def test_an_error_of_the_user_is_one_line_without_its_place_in_the_workflow(shown):
    text = 'WorkflowError in file "/a/b c/common.smk", line 44:\nsplit.folds is 1.\n  File "/a/b c/common.smk", line 44, in <module>'
    assert emit(shown, event("error", text, logging.ERROR)) == ["error: split.folds is 1."]
    bug = "Traceback (most recent call last):\nKeyError: 1"
    assert emit(shown, event("error", bug, logging.ERROR))[1:] == bug.splitlines()


def test_a_locked_folder_is_explained_with_the_command_that_unlocks_it(shown):
    lock = "LockException:\nError: Directory cannot be locked. Please make sure ..."
    (line,) = emit(shown, event("error", lock, logging.ERROR))
    assert line.startswith("error: Another run works in this folder") and "`snakemake --unlock`" in line


def test_a_disk_that_is_full_for_snakemake_itself_is_one_line(shown):
    text = 'RuleException:\nOSError in file "/x/data.smk", line 53:\n[Errno 28] No space left on device\n  File "y"'
    assert emit(shown, event("error", text, logging.ERROR)) == [
        "error: the disk is full (No space left on device); nothing was half-written. Free some space and run the same command again."
    ]


def test_a_full_disk_is_said_once_though_the_log_could_not_be_written_either(shown, monkeypatch):
    monkeypatch.setattr(terminal, "unwritable", lambda folder: terminal.FULL.format("No space left on device"))
    failed = event("job_error", rule_name="split", log=["results/logs/split/split.log"])
    again = event("error", "OSError: [Errno 28] No space left on device", logging.ERROR)
    marker = event(
        "error", "Failed to set marker file for job started ([Errno 28] No space left on device).", logging.ERROR
    )
    (line,) = emit(shown, marker, failed, again, again)
    assert line.startswith("FAILED split: the disk is full (No space left on device); nothing was half-written.")


def test_a_folder_that_cannot_be_written_is_named_where_a_job_left_no_log(shown):
    (line,) = emit(shown, event("job_error", rule_name="split", log=["/proc/study/results/logs/split.log"]))
    assert line.startswith("FAILED split: /proc cannot be written (")


def test_results_that_may_only_be_read_are_one_line(shown):
    text = 'ProtectedOutputException in rule data in file "/x/data.smk", line 10:\nWrite-protected output files for rule data:\n    output: a b.tsv, c.tsv\n    affected files:\n        a b.tsv\n        c.tsv'
    (line,) = emit(shown, event("error", text, logging.ERROR))
    assert line.startswith(
        "error: a b.tsv cannot be written: it, or the folder or disk that it lies on, is for reading only"
    )


def test_other_messages_are_shown(shown):
    assert emit(
        shown, event(None, "Creating conda environment envs/data.yaml..."), event(None, "detail", logging.DEBUG)
    ) == ["Creating conda environment envs/data.yaml..."]


def test_a_dry_run_names_each_step_once_under_its_reason(tmp_path):
    handler = Terminal(io.StringIO(), dry=True)
    lines = emit(
        handler,
        event("run_info", stats={"baseline": 2, "total": 2}),
        begin(1, "baseline/svm", "Code has changed since last execution; Input files updated by another job: a"),
        begin(2, "baseline/dummy", "Code has changed since last execution"),
        begin(3, "split/split", "Missing output files: results/x"),
        event(None, "This was a dry-run (flag -n)."),
    )
    assert lines[:3] == [
        "3 steps would run. This was a dry run: nothing was computed or written.",
        "  the script has changed: baseline (dummy, svm)",
        "  not made yet: split",
    ]


def test_the_answer_is_the_verdict_what_failed_before_what_warns_and_the_report(tmp_path):
    checks = [
        {"id": "a", "status": "warn", "finding": "First 0.5 of it. Second."},
        {"id": "b", "status": "pass", "finding": "Fine."},
        {"id": "c", "status": "fail", "finding": "Bad."},
        *({"id": f"w{n}", "status": "warn", "finding": "So."} for n in range(9)),
    ]
    path = tmp_path / terminal.SCORECARD
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps({"verdict": {"text": "Use the simpler model."}, "checks": checks}))
    lines = terminal.answer(tmp_path)
    assert lines[1:5] == ["Use the simpler model.", "", "  FAILED c: Bad.", "  warning a: First 0.5 of it."]
    assert len([line for line in lines if line.startswith("  warning")]) == 7 and "  and 3 more in the report" in lines
    assert lines[-1] == f"The report: {tmp_path / terminal.REPORT}"
    assert terminal.answer(tmp_path / "elsewhere") == []


def test_only_snakemakes_own_terminal_gives_way():
    logger = logging.Logger("of a test")
    own, other = logging.StreamHandler(io.StringIO()), logging.StreamHandler(io.StringIO())
    own.name = terminal.SNAKEMAKES_HANDLER
    logger.addHandler(own)
    logger.addHandler(other)
    handler = Terminal(None)
    assert terminal.install(logger, handler) and logger.handlers == [other, handler]
    assert handler.stream is own.stream
    assert not terminal.install(logger, Terminal(None)) and logger.handlers == [other, handler]


@pytest.mark.parametrize(("seconds", "words"), [(14.4, "14 s"), (99.4, "99 s"), (100, "2 min"), (7500, "2 h 5 min")])
def test_durations(seconds, words):
    assert terminal.duration(seconds) == words
