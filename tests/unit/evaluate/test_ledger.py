import json
import subprocess
from concurrent.futures import ThreadPoolExecutor

import pytest
from small import opening

from tentips.errors import StudyError
from tentips.evaluate import ledger, openings


def filled(path, plans="abc"):
    for plan in plans:
        ledger.record(path, opening(plan=plan))
    return path


def test_absent_ledger_is_empty(tmp_path):
    assert ledger.read(tmp_path / "ledger.jsonl") == []


def test_openings_are_chained_from_the_first(tmp_path):
    entries = ledger.read(filled(tmp_path / "deep" / "ledger.jsonl"))
    assert [entry["plan"] for entry in entries] == ["a", "b", "c"]
    assert entries[0]["previous"] == "0" * 64
    assert [entry["previous"] for entry in entries[1:]] == [entry["hash"] for entry in entries[:-1]]
    assert len({entry["hash"] for entry in entries}) == 3


def test_same_opening_is_recorded_once_whatever_its_time(tmp_path):
    path = tmp_path / "ledger.jsonl"
    assert ledger.record(path, opening())[1]
    entries, added = ledger.record(path, opening(time="2027-01-01"))
    assert not added and len(entries) == 1
    for key in openings.IDENTITY:
        assert ledger.record(path, opening(**{key: "other"}))[1]
    assert len(ledger.read(path)) == 1 + len(openings.IDENTITY)


def test_the_same_opening_with_other_figures_stops_and_nothing_is_recorded(tmp_path):
    """A final model that was exchanged, or a test row that was changed where no fingerprint sees it."""
    path = tmp_path / "ledger.jsonl"
    ledger.record(path, opening(figures={"mlp": 0.8, "svm": 0.7}))
    assert not ledger.record(path, opening(figures={"mlp": 0.8004, "svm": 0.7}))[1]
    with pytest.raises(StudyError, match=r"on 2026-01-01, but gave other figures: mlp 0.8 then, 0.9 now"):
        ledger.record(path, opening(figures={"mlp": 0.9, "svm": 0.7}))
    assert len(ledger.read(path)) == 1


def test_changed_line_is_refused(tmp_path):
    path = filled(tmp_path / "ledger.jsonl")
    lines = path.read_text().splitlines()
    lines[1] = lines[1].replace("2026-01-01", "2026-01-02")
    path.write_text("\n".join(lines) + "\n")
    with pytest.raises(StudyError, match=r"ledger.jsonl, line 2 does not continue the chain"):
        ledger.read(path)


@pytest.mark.parametrize("gone, line", [(0, 1), (1, 2)])
def test_line_taken_out_is_refused(tmp_path, gone, line):
    path = filled(tmp_path / "ledger.jsonl")
    lines = path.read_text().splitlines()
    del lines[gone]
    path.write_text("\n".join(lines) + "\n")
    with pytest.raises(StudyError, match=f"line {line} does not continue the chain"):
        ledger.read(path)


def test_exchanged_lines_are_refused(tmp_path):
    path = filled(tmp_path / "ledger.jsonl")
    lines = path.read_text().splitlines()
    path.write_text("\n".join([lines[0], lines[2], lines[1]]) + "\n")
    with pytest.raises(StudyError, match="line 2"):
        ledger.read(path)


@pytest.mark.parametrize("text", ["[]", "3", "{}", "no json", '{"previous": "x"'])
def test_foreign_line_is_refused_and_nothing_is_added(tmp_path, text):
    path = filled(tmp_path / "ledger.jsonl")
    path.write_text(path.read_text() + text + "\n")
    before = path.read_text()
    with pytest.raises(StudyError, match="line 4"):
        ledger.record(path, opening(plan="d"))
    assert path.read_text() == before


def test_line_cut_off_is_refused(tmp_path):
    path = filled(tmp_path / "ledger.jsonl")
    path.write_text(path.read_text()[:-30])
    with pytest.raises(StudyError, match="line 3"):
        ledger.read(path)


def test_lost_final_newline_does_not_break_the_chain(tmp_path):
    path = filled(tmp_path / "ledger.jsonl")
    path.write_text(path.read_text().rstrip("\n"))
    assert len(ledger.read(path)) == 3
    ledger.record(path, opening(plan="d"))
    assert [entry["plan"] for entry in ledger.read(path)] == ["a", "b", "c", "d"]


def test_line_separators_inside_values_stay_inside(tmp_path):
    path = tmp_path / "ledger.jsonl"
    ledger.record(path, opening(figures={"Modell\u2028ü": 0.5}))
    assert ledger.read(path)[0]["figures"] == {"Modell\u2028ü": 0.5}


def test_openings_at_the_same_time_are_all_recorded(tmp_path):
    path = tmp_path / "ledger.jsonl"
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: ledger.record(path, opening(plan=str(number))), range(24)))
    assert {entry["plan"] for entry in ledger.read(path)} == {str(number) for number in range(24)}


@pytest.mark.parametrize("kept", [0, 1, 2])
def test_lines_missing_at_the_end_are_seen_by_the_seal(tmp_path, kept):
    path = filled(tmp_path / "ledger.jsonl")
    path.write_text("".join(path.read_text().splitlines(keepends=True)[:kept]))
    with pytest.raises(StudyError, match=rf"has {kept} lines, but ledger.seal counts 3: openings .* were taken out"):
        ledger.record(path, opening(plan="d"))
    assert len(path.read_text().splitlines()) == kept


def test_a_removed_ledger_is_seen_by_the_seal(tmp_path):
    path = filled(tmp_path / "ledger.jsonl")
    path.unlink()
    with pytest.raises(StudyError, match="counts 3"):
        ledger.read(path)


def test_a_kill_between_ledger_and_seal_is_mended(tmp_path):
    path = filled(tmp_path / "ledger.jsonl")
    behind = ledger.seal(path).read_text()
    ledger.record(path, opening(plan="d"))
    ledger.seal(path).write_text(behind)
    assert len(ledger.record(path, opening(plan="d"))[0]) == 4
    assert json.loads(ledger.seal(path).read_text())["openings"] == 4


@pytest.fixture
def git(tmp_path):
    """What calls git in the folder of the test."""

    def called(*arguments):
        identity = ["-c", "user.name=A", "-c", "user.email=a@b.c"]
        subprocess.run(["git", "-C", str(tmp_path), *identity, *arguments], check=True, capture_output=True)

    return called


def test_a_removal_that_was_committed_is_remembered(tmp_path, git):
    """Deleted with the results and committed with everything else, as `git commit -a` does: no refusal, but no first opening either."""
    path = filled(tmp_path / "resources" / "ledger.jsonl")
    assert ledger.taken_out(path, ledger.read(path)) == []
    git("init")
    assert ledger.taken_out(path, ledger.read(path)) == [], "nothing is committed yet"
    git("add", ".")
    git("commit", "-m", "opened")
    assert ledger.taken_out(path, ledger.read(path)) == []
    path.unlink()
    ledger.seal(path).unlink()
    git("commit", "-am", "cleaned up")
    assert ledger.read(path) == []
    assert [entry["plan"] for entry in ledger.taken_out(path, [])] == ["a", "b", "c"]
    git("commit", "--allow-empty", "-m", "more")
    entries, added = ledger.record(path, opening(plan="b"))
    assert added and [entry["plan"] for entry in ledger.taken_out(path, entries)] == ["a", "b", "c"]
    git("add", ".")
    git("commit", "-m", "opened again")
    assert [entry["plan"] for entry in ledger.taken_out(path, entries)] == ["a", "b", "c"]
    (tmp_path / "cookiecutter.json").touch()
    assert ledger.taken_out(path, entries) == [], "the template's example is opened by everybody who tries it"


def test_a_committed_ledger_may_hold_line_separators(tmp_path, git):
    path = tmp_path / "ledger.jsonl"
    ledger.record(path, opening(figures={"Modell\u2028ü": 0.5}))
    git("init")
    git("add", ".")
    git("commit", "-m", "opened")
    assert len(ledger.read(path)) == 1 and ledger.taken_out(path, ledger.read(path)) == []


def test_what_was_committed_cannot_be_taken_back(tmp_path, git):
    """Ledger and seal removed together, or begun anew, are still known to version control."""
    path = filled(tmp_path / "resources" / "ledger.jsonl")
    git("init")
    git("add", ".")
    git("commit", "-m", "opened")
    ledger.record(path, opening(plan="d"))
    assert len(ledger.read(path)) == 4
    path.unlink()
    ledger.seal(path).unlink()
    with pytest.raises(StudyError, match="does not begin with the 3 lines that were committed"):
        ledger.read(path)
    with pytest.raises(StudyError, match="does not begin with the 3 lines"):
        ledger.record(path, opening(plan="e"))


def test_empty_ledger_file_is_an_empty_ledger(tmp_path):
    path = tmp_path / "ledger.jsonl"
    path.touch()
    assert ledger.read(path) == []
    assert ledger.record(path, opening())[1]


def test_lines_are_json_with_a_hash_of_everything_else(tmp_path):
    entry = json.loads(filled(tmp_path / "ledger.jsonl", "a").read_text())
    assert entry["hash"] == ledger._hash({**entry, "hash": "anything"})
    assert entry["hash"] != ledger._hash({**entry, "time": "later"})


def test_a_refusal_of_git_is_no_missing_repository(tmp_path, monkeypatch):
    """In a folder of another user git says nothing: a committed ledger that is gone must not pass for none."""
    path = filled(tmp_path / "ledger.jsonl")
    subprocess.run(["git", "-C", str(tmp_path), "init", "-q"], check=True)
    assert len(ledger.read(path)) == 3
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
    for asked in (ledger.read, lambda path: ledger.taken_out(path, [])):
        with pytest.raises(StudyError, match=r"git refuses: fatal: detected dubious ownership.*safe\.directory"):
            asked(path)


def test_bytes_that_are_no_text_end_the_chain_in_their_line(tmp_path):
    path = filled(tmp_path / "ledger.jsonl")
    path.write_bytes(path.read_bytes()[:-40] + b"\xff\xfe" * 20 + b"\n")
    with pytest.raises(StudyError, match=r"ledger.jsonl, line 3 does not continue the chain.*Restore it from version"):
        ledger.read(path)


@pytest.mark.parametrize("content", ["", "{", "{}", '{"openings": "many", "last": ""}', "[3]"])
def test_a_damaged_seal_is_called_damaged_with_what_to_do(tmp_path, content):
    path = filled(tmp_path / "ledger.jsonl")
    ledger.seal(path).write_text(content)
    with pytest.raises(StudyError, match=r"ledger.seal is damaged.*Restore it .* Without a copy delete it"):
        ledger.read(path)
    ledger.seal(path).unlink()
    assert len(ledger.read(path)) == 3


def test_a_ledger_that_cannot_be_written_is_found_by_trying(tmp_path):
    """Rights would not do: an administrator's tests have all of them, and a disk may be mounted for reading only."""
    ledger.check_writable(filled(tmp_path / "own" / "ledger.jsonl"))
    ledger.check_writable(tmp_path / "new" / "ledger.jsonl")
    assert not list((tmp_path / "new").iterdir())
    (tmp_path / "resources").symlink_to("/proc")
    with pytest.raises(StudyError, match=r"/resources cannot be written \(.*nothing was trained\."):
        ledger.check_writable(tmp_path / "resources" / "ledger.jsonl")
    (tmp_path / "ledger.jsonl").mkdir()
    with pytest.raises(StudyError, match=r"/ledger.jsonl cannot be written \(Is a directory\)"):
        ledger.check_writable(tmp_path / "ledger.jsonl")
