import datetime
import json
import os

import pytest

from tentips.jobs import status

NOW = datetime.datetime(2026, 1, 1, 12, 0, tzinfo=datetime.UTC)


@pytest.fixture
def results(tmp_path):
    return tmp_path / "results"


def leave(results, job, ended=None, log="", outputs=()):
    path = results / "logs" / f"{job}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    told = {"job": job, "started": "2026-01-01T11:58:00+00:00", "ended": ended, "outputs": list(outputs)}
    path.write_text(json.dumps(told), encoding="utf-8")
    path.with_suffix(".log").write_text(log, encoding="utf-8")
    os.utime(path.with_suffix(".log"), (NOW.timestamp() - 30,) * 2)


def state(results, job, running=False):
    return status.states(results, [job], 40, running, NOW)[0]


def test_no_record_waits(results):
    assert state(results, "split/split").word == "waiting"


def test_ended_is_done_with_its_time_unless_its_outputs_are_gone(results):
    leave(results, "split/split", ended="2026-01-01T11:59:30+00:00", outputs=["results/split/split.parquet"])
    assert state(results, "split/split").word == "waiting"
    (results / "split").mkdir()
    (results / "split" / "split.parquet").touch()
    found = state(results, "split/split")
    assert (found.word, found.note) == ("done", "90 s, 2026-01-01 11:59")


def test_failed_ends_with_its_error_whether_or_not_a_study_runs(results):
    leave(results, "data/data", log="12:00 began\nerror: column x is missing.\n\n")
    for running in (False, True):
        found = state(results, "data/data", running)
        assert found.word == "failed"
        assert "error: column x is missing." in found.note and "data.log" in found.note


def test_search_that_runs_or_was_stopped_tells_its_trials(results):
    leave(results, "baseline/svm", log="11:59:00 svm: 3 of 20 trials\nE0000 Unable to register cuDNN factory: x\n")
    journal = results / "baseline" / "svm" / "search" / "1.jsonl"
    journal.parent.mkdir(parents=True)
    old = [json.dumps({"fingerprint": "old", "trial": number}) for number in range(9)]
    new = [json.dumps({"fingerprint": "new", "trial": number}) for number in range(3)]
    journal.write_text("\n".join([*old, *new, '{"fingerprint": "new", "tri']), encoding="utf-8")
    (journal.parent / "2.jsonl").write_text(new[0] + "\n", encoding="utf-8")
    found = state(results, "baseline/svm", running=True)
    assert found.word == "running"
    assert found.note.startswith("4 of 40 trials; last line 30 s ago: 11:59:00 svm: 3 of 20 trials; ")
    assert state(results, "baseline/svm").word == "stopped"


def test_report_counts_and_puts_failures_last(results):
    leave(results, "data/data", log="error: no.\n")
    told = status.report(status.states(results, ["data/data", "split/split"], 20, False, NOW)).splitlines()
    assert told[0] == "2 jobs: 1 waiting, 1 failed"
    assert told[2].startswith("waiting  split/split") and told[3].startswith("failed   data/data")
    assert told[-1].startswith("Correct what the error names")
