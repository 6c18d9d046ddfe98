import os
import subprocess
import sys
from pathlib import Path

import tentips
from tentips.jobs.job import unwritable
from tentips.paths import ROOT

BEFORE = "from tentips.jobs.job import logged, log_line\nfrom tentips.errors import StudyError\n"


def run(tmp_path, body, before="", threads=1):
    """Run `body` inside `logged` in a process of its own; return it and its log."""
    log = tmp_path / "logs" / "rule.log"
    code = BEFORE + before + f"\nwith logged({str(log)!r}, {threads}):\n"
    code += "".join(f"    {line}\n" for line in body.splitlines())
    environment = {**os.environ, "PYTHONPATH": str(Path(tentips.__file__).parents[1])}
    done = subprocess.run(
        [sys.executable, "-c", code + "print('after')\n"],
        capture_output=True,
        text=True,
        env=environment,
        cwd=tmp_path,
        timeout=60,
    )
    return done, log.read_text(encoding="utf-8")


def test_everything_printed_goes_to_the_log_until_the_block_ends(tmp_path):
    done, log = run(
        tmp_path, "import os, sys\nprint('one')\nsys.stderr.write('two\\n')\nos.system('echo three')\nlog_line('four')"
    )
    assert done.returncode == 0
    assert done.stdout == "after\n" and done.stderr == ""
    assert {"one", "two", "three"} <= set(log.split())
    assert log.rstrip().endswith(" four")


def test_study_error_is_one_line_and_exit_code_1(tmp_path):
    done, log = run(tmp_path, "raise StudyError('column x is missing.')")
    assert done.returncode == 1
    assert log == "error: column x is missing.\n"
    assert done.stdout == ""


def test_study_error_with_a_cause_is_still_one_line(tmp_path):
    done, log = run(tmp_path, "try:\n    1 / 0\nexcept ZeroDivisionError as e:\n    raise StudyError('no.') from e")
    assert done.returncode == 1
    assert log == "error: no.\n"


def test_other_error_leaves_its_traceback(tmp_path):
    done, log = run(tmp_path, "print('began')\n{}['key']")
    assert done.returncode == 1
    assert log.startswith("began\nTraceback (most recent call last):")
    assert "\nKeyError: 'key'\n" in log


def test_other_error_is_summed_up_in_the_last_line_with_its_place_in_the_library(tmp_path):
    _, log = run(tmp_path, "from tentips.artifacts import read_json\nread_json('absent.json')")
    last = log.splitlines()[-1]
    assert last.startswith("error: this was not foreseen: FileNotFoundError: [Errno 2]")
    assert "(artifacts.py, line " in last and "in read_json)" in last


def test_progress_reaches_the_terminal_only_after_a_while(tmp_path):
    quiet, _ = run(tmp_path, "log_line('svm: 1 of 9 trials')")
    assert quiet.stderr == ""
    body = "import tentips.jobs.job\ntentips.jobs.job._terminal.last -= 61\nlog_line('svm: 2 of 9 trials')\nlog_line('svm: 3 of 9 trials')"
    done, log = run(tmp_path, body)
    assert done.stderr == "  .. rule: svm: 2 of 9 trials\n"
    assert log.splitlines()[-1].endswith(" svm: 3 of 9 trials")


def test_what_nobody_should_miss_reaches_the_terminal_at_once(tmp_path):
    done, log = run(tmp_path, "from tentips.jobs.job import announce\nannounce('No evidence.')")
    assert done.stderr == "  .. rule: No evidence.\n"
    assert log.endswith(" No evidence.\n")


def test_a_model_that_names_itself_is_not_named_twice():
    from tentips.jobs.job import _Terminal

    read, write = os.pipe()
    for text in ("svm: 1 of 9", "scored"):
        _Terminal(write, "baseline/svm").write(text)
    os.close(write)
    assert os.read(read, 1000) == b"  .. svm: 1 of 9\n  .. baseline svm: scored\n"
    os.close(read)


NOISE = """import sys
for line in ('E0000 cuda_dnn.cc:8579] Unable to register cuDNN factory: x', 'WARNING: All log messages before absl::InitializeLog() is called',
             'E cuda_platform.cc:51] failed call to cuInit: INTERNAL: UNKNOWN ERROR (303)', 'E failed call to cuInit: OUT OF MEMORY (2)'):
    print(line, file=sys.stderr)
"""


def test_start_up_noise_of_tensorflow_is_taken_out_and_nothing_else(tmp_path):
    _, log = run(tmp_path, NOISE + "raise StudyError('no.')")
    assert log == "E failed call to cuInit: OUT OF MEMORY (2)\nerror: no.\n"


def test_a_log_names_no_folder_of_the_machine(tmp_path):
    _, log = run(tmp_path, f"print('{tmp_path}/out/t.txt')\nprint('{ROOT}/workflow/x.py')\nraise ValueError('odd')")
    assert log.splitlines()[:2] == ["out/t.txt", "workflow/x.py"]
    assert str(tmp_path) not in log and str(ROOT) not in log and "ValueError: odd" in log


def test_threads_are_limited(tmp_path):
    _, log = run(
        tmp_path, "import os\nprint(os.environ['OMP_NUM_THREADS'], os.environ['OPENBLAS_NUM_THREADS'])", threads=3
    )
    assert log == "3 3\n"


def test_old_log_is_replaced(tmp_path):
    run(tmp_path, "print('a long line of the first run')")
    assert run(tmp_path, "print('second')")[1] == "second\n"


LIMIT = "import resource\nresource.setrlimit(resource.RLIMIT_FSIZE, (20000, 20000))"


def test_file_too_large_is_told_as_a_full_disk_and_leaves_nothing(tmp_path):
    body = "from tentips.artifacts import write_text\nwrite_text('x' * 50000, 'out/t.txt')"
    done, log = run(tmp_path, body, LIMIT)
    assert done.returncode == 1
    assert log.count("\n") == 1
    assert log.startswith("error: the disk is full (") and "File too large" in log
    assert list((tmp_path / "out").iterdir()) == []


def test_full_disk_is_told_through_parquet_too(tmp_path):
    body = (
        "import numpy as np, pandas as pd\nfrom tentips.artifacts import write_parquet\n"
        "write_parquet(pd.DataFrame({'x': np.random.default_rng(0).random(50000)}), 'out/t.parquet')"
    )
    done, log = run(tmp_path, body, LIMIT)
    assert done.returncode == 1
    assert log.startswith("error: the disk is full (")
    assert log.count("\n") == 1
    assert list((tmp_path / "out").iterdir()) == []


SMALL_FILES = "import resource\nresource.setrlimit(resource.RLIMIT_FSIZE, ({0}, {0}))\n"


def test_a_disk_too_full_for_the_log_prints_nothing_by_itself(tmp_path):
    """The terminal says it once (`unwritable`); a traceback of the log's own failure would be a second and third line."""
    body = "print('x' * 100)\nopen('t', 'w').write('y' * 100)\nprint('not reached')"
    done, log = run(tmp_path, body, SMALL_FILES.format(20))
    assert done.returncode == 1
    assert done.stdout == "" and done.stderr == ""
    assert len(log) <= 20


def test_a_folder_is_tried_for_room(tmp_path):
    code = BEFORE.replace("logged, log_line", "unwritable") + SMALL_FILES.format(1000) + "print(unwritable('.'))"
    environment = {**os.environ, "PYTHONPATH": str(Path(tentips.__file__).parents[1])}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment, cwd=tmp_path)
    assert done.stdout.startswith("the disk is full ([Errno 27] File too large); nothing was half-written.")
    assert unwritable(tmp_path) is None and not list(tmp_path.iterdir())
    assert unwritable("/proc").startswith("/proc cannot be written (")


def test_too_little_memory_is_one_line(tmp_path):
    done, log = run(tmp_path, "import numpy\nnumpy.ones((10**8, 10**8))")
    assert done.returncode == 1
    assert (
        log.startswith("error: the memory of this machine was not enough (Unable to allocate") and log.count("\n") == 1
    )
