"""The test ledger: one hash-chained line for every opening of the test part that could have told something new."""

import fcntl
import hashlib
import json
import os
import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path

from tentips.artifacts import undamaged, write_text
from tentips.errors import StudyError

FIRST = "0" * 64
# What git answers where there is no repository, no commit, or no such file in it.
NOT_COMMITTED = (
    "not a git repository",
    "invalid object name",
    "does not exist in",
    "exists on disk, but not in",
    "bad revision",
)
# The template's own repository: its example is there to be tried by everybody, and its openings are nobody's study.
TEMPLATE = "cookiecutter.json"
MEND = "Restore it from version control or a copy; nothing was evaluated."


def read(path: str | Path) -> list[dict]:
    """Read the ledger and check its chain, its seal and what version control knows of it; an absent one is empty.

    Raises StudyError where a line was changed or taken out, where lines that the seal counts are missing at the end, and
    where the committed ledger is not the beginning of this one.
    """
    path = Path(path)
    # Bytes that are no text end the chain in their line.
    text = path.read_text(encoding="utf-8", errors="replace").rstrip("\n") if path.exists() else ""
    entries, previous = [], FIRST
    for number, line in enumerate(text.split("\n") if text else [], start=1):
        try:
            entry = json.loads(line)
            intact = entry["previous"] == previous and entry["hash"] == _hash(entry)
        except (json.JSONDecodeError, KeyError, TypeError):
            intact = False
        if not intact:
            raise StudyError(
                f"{path.name}, line {number} does not continue the chain: the record of test openings was changed or cut off. {MEND}"
            )
        entries.append(entry)
        previous = entry["hash"]
    _check_seal(path, entries)
    _check_committed(path, entries)
    return entries


def check_writable(path: str | Path) -> None:
    """Raise StudyError where no opening could be written down: ledger, seal or their folder cannot be written to.

    It is tried, because what the rights of a file say is not all: a disk may be mounted for reading only.
    """
    path = Path(path)
    tried = path.parent
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=path.parent):
            pass
        for tried in (path, seal(path), path.with_name(path.name + ".lock")):
            if tried.exists():
                with open(tried, "a"):
                    pass
    except OSError as error:
        raise StudyError(
            f"{tried} cannot be written ({error.strerror}), so that no opening of the test part could be recorded. "
            "Give yourself the right to write there, or copy the study to where you have it; nothing was trained."
        ) from None


def fault(path: str | Path) -> str | None:
    """Return what is wrong with the ledger in one line; None where it is whole and holds an opening."""
    try:
        return None if read(path) else f"{Path(path).name} holds no opening of the test part."
    except StudyError as error:
        return str(error)


def record(path: str | Path, opening: dict) -> tuple[list[dict], bool]:
    """Append `opening` unless the same one is there (`openings.known`, which refuses the same one with other figures).

    `opening` has the keys of `openings.IDENTITY`, `sketch`, `time`, `planned` (the plan's keys and values) and `figures`. Returns
    all entries, and whether one was added. Ledger and seal are locked meanwhile and written whole.
    """
    from tentips.evaluate.openings import known  # needs pandas, which Snakemake's own environment need not have

    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    with _locked(path):
        entries = read(path)
        added = not known(entries, opening)
        if added:
            entry = {**opening, "previous": entries[-1]["hash"] if entries else FIRST}
            entry["hash"] = _hash(entry)
            entries.append(entry)
            write_text("".join(json.dumps(each, ensure_ascii=False) + "\n" for each in entries), path)
        # Written after the ledger: a kill in between leaves a seal that counts too few, which the next run mends.
        write_text(json.dumps({"openings": len(entries), "last": entries[-1]["hash"]}) + "\n", seal(path))
        return entries, added


def taken_out(path: str | Path, entries: list[dict]) -> list[dict]:
    """Return the openings that version control remembers though the ledger has them no more, the oldest first.

    `read` refuses a ledger without the lines of the last commit; who commits their removal leaves them in the commits before.
    """
    path = Path(path)
    if (path.resolve().parents[1] / TEMPLATE).exists():
        return []
    history = _git(path, "log", "--reverse", "-p", "--format=", "--text", "--no-color", "--no-ext-diff", "--no-textconv", "HEAD", "--", f"./{path.name}")  # fmt: skip
    with undamaged(path, f"What was committed of it is no ledger. {MEND}"):
        remembered = [json.loads(line[1:]) for line in history if line.startswith("+{")]
        found = {entry["hash"]: entry for entry in remembered}
    return [entry for known, entry in found.items() if known not in {each["hash"] for each in entries}]


def seal(path: str | Path) -> Path:
    """Return the file beside the ledger that says how many lines it has and how the last one ends."""
    return Path(path).with_suffix(".seal")


def _check_seal(path: Path, entries: list[dict]) -> None:
    if not seal(path).exists():
        return
    with undamaged(seal(path), f"{MEND} Without a copy delete it: the chain of {path.name} is then all that counts."):
        sealed = json.loads(seal(path).read_text(encoding="utf-8"))
        count, last = int(sealed["openings"]), str(sealed["last"])
    if len(entries) < count or (count and entries[count - 1]["hash"] != last):
        raise StudyError(
            f"{path.name} has {len(entries)} lines, but {seal(path).name} counts {count}: openings of the test part were taken out. {MEND}"
        )


def _check_committed(path: Path, entries: list[dict]) -> None:
    with undamaged(path, f"What was committed of it is no ledger. {MEND}"):
        committed = [json.loads(line)["hash"] for line in _committed(path) if line.strip()]
    if [entry["hash"] for entry in entries][: len(committed)] != committed:
        raise StudyError(
            f"{path.name} does not begin with the {len(committed)} lines that were committed: openings of the test part were taken out or changed. {MEND}"
        )


def _committed(path: Path) -> list[str]:
    """The lines of the ledger in the last commit."""
    return _git(path, "show", f"HEAD:./{path.name}")


def _git(path: Path, *arguments: str) -> list[str]:
    """What git answers of the ledger, line by line; nothing where there is no repository, or it was never committed.

    Raises StudyError where git refuses to say, as it does in a folder of another user.
    """
    folder = path.absolute().parent
    if not folder.exists():
        return []
    command = ["git", "-C", str(folder), *arguments]
    try:
        done = subprocess.run(command, capture_output=True, text=True, env={**os.environ, "LC_ALL": "C"})
    except OSError:
        return []  # git is not installed
    if done.returncode == 0:
        return done.stdout.split("\n")
    answer = done.stderr.strip()
    if any(words in answer for words in NOT_COMMITTED):
        return []
    raise StudyError(
        f"Whether {path.name} was committed cannot be seen, because git refuses: {answer.splitlines()[0] if answer else 'no reason given'}. "
        "Mend that (a folder of another user: git config --global --add safe.directory FOLDER); nothing was evaluated."
    )


def _hash(entry: dict) -> str:
    content = {key: value for key, value in entry.items() if key != "hash"}
    return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


@contextmanager
def _locked(path: Path):
    with open(path.with_name(path.name + ".lock"), "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
