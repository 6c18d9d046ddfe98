"""The core of the gauntlet: every planted pitfall is caught, no clean twin is flagged. `make gauntlet` runs all of it."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent

pytestmark = [pytest.mark.slow, pytest.mark.timeout(2000)]


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    """What the core found, in a process of its own: it needs TensorFlow as nobody has set it up before."""
    target = tmp_path_factory.mktemp("gauntlet") / "found.json"
    command = [sys.executable, HERE / "run.py", "--core", "--clean", "1", "--json", target]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=1900)
    assert target.exists(), done.stdout[-4000:]
    return json.loads(target.read_text())


def test_every_planted_pitfall_is_caught(found):
    missed = [row for row in found["pitfalls"] if not row["caught"]]
    assert len(found["pitfalls"]) == 8
    assert not missed


def test_no_clean_twin_is_flagged(found):
    assert not [row for row in found["pitfalls"] if not row["quiet"]]


def test_clean_studies_raise_no_alarm_and_no_false_claim(found):
    assert found["clean_studies"] == 1
    assert not found["false_alarms"]
    assert "better" not in found["verdicts"]


def test_every_check_that_is_carried_out_has_its_pitfall():
    code = "import sys; sys.path[:0] = sys.argv[1:]; from pitfalls import PITFALLS; print(*{each.check for each in PITFALLS})"
    folders = [HERE, HERE.parents[1] / "workflow/scripts"]
    planted = subprocess.run([sys.executable, "-c", code, *folders], capture_output=True, text=True, check=True).stdout
    from tentips.checks import scorecard

    assert set(planted.split()) == set(scorecard.REGISTRY)


def test_make_gauntlet_runs_all_of_it():
    printed = subprocess.run(
        ["make", "--no-print-directory", "-n", "gauntlet"],
        cwd=HERE.parents[1],
        capture_output=True,
        text=True,
        check=True,
    )
    assert printed.stdout.splitlines()[-1] == ".venv/bin/python tests/gauntlet/run.py"


def test_a_study_that_hangs_is_ended():
    code = "import sys; sys.path[:0] = sys.argv[1:]\nimport time, warm\nwith warm.time_limit(1):\n    time.sleep(20)"
    folders = [HERE, HERE.parents[1] / "workflow/scripts"]
    done = subprocess.run([sys.executable, "-c", code, *folders], capture_output=True, text=True, timeout=15)
    assert done.returncode == 1 and "TimeoutError: not done after 1 s" in done.stderr


def test_the_documents_table_keeps_what_was_not_run_again(tmp_path):
    code = (
        "import json, sys; sys.path[:0] = sys.argv[2:]\nfrom pathlib import Path\nfrom collections import Counter\nfrom run import counts, document\n"
        "path = Path(sys.argv[1])\n"
        "row = {'check': 'provenance', 'what': 'no licence', 'planted': 'warn', 'clean': 'pass', 'caught': True, 'quiet': True}\n"
        "other = row | {'check': 'sensitivity', 'what': 'sensitivity not declared', 'planted': 'pass', 'caught': False}\n"
        "path.write_text(document(path, [other, row], 'before'))\n"
        "found = counts(2, Counter({'label-batch': 1, 'batch-separable': 3}), Counter({'inconclusive': 2}))\n"
        "path.write_text(document(path, [row | {'clean': 'fail', 'quiet': False}]))\n"
        "assert path.read_text().endswith('\\n\\n## Clean studies\\n\\nbefore\\n')\n"
        "path.write_text(document(path, [], found))"
    )
    table = tmp_path / "gauntlet.md"
    folders = [HERE, HERE.parents[1] / "workflow/scripts"]
    subprocess.run([sys.executable, "-c", code, table, *folders], check=True)
    *_, first, second, _, head, _, alarms, verdicts = table.read_text().splitlines()
    assert first == "| provenance | no licence | warn | fail (false alarm) |"
    assert second == "| sensitivity | sensitivity not declared | pass (missed) | pass |"
    assert head == "## Clean studies" and verdicts.endswith("a linear model is the truth: inconclusive 2.")
    assert alarms.startswith("False alarms: 4 of 42 ") and alarms.endswith(
        "2 clean studies (batch-separable 3, label-batch 1)."
    )
