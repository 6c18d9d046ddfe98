"""The test ledger: one hash-chained line for every opening of the test part that could have told something new."""

import fcntl
import hashlib
import itertools
import json
import subprocess
from collections.abc import Iterable
from contextlib import contextmanager
from pathlib import Path

from tentips.artifacts import write_text
from tentips.errors import StudyError
from tentips.study import plan

FIRST = "0" * 64
# What makes an opening: the same code, plan, models and rows again are no new opening.
IDENTITY = ("subject", "code", "plan", "models", "test_rows")
MEND = "Restore it from version control or a copy; nothing was evaluated."


def read(path: str | Path) -> list[dict]:
    """Read the ledger and check its chain, its seal and what version control knows of it; an absent one is empty.

    Raises StudyError where a line was changed or taken out, where lines that the seal counts are missing at the end, and
    where the committed ledger is not the beginning of this one.
    """
    path = Path(path)
    text = path.read_text(encoding="utf-8").rstrip("\n") if path.exists() else ""
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


def fault(path: str | Path) -> str | None:
    """Return what is wrong with the ledger in one line; None where it is whole and holds an opening."""
    try:
        return None if read(path) else f"{Path(path).name} holds no opening of the test part."
    except StudyError as error:
        return str(error)


def record(path: str | Path, opening: dict) -> tuple[list[dict], bool]:
    """Append `opening` unless an entry with the same subject, code, plan, models and test rows is there.

    `opening` has the keys of IDENTITY, `time`, `planned` (the plan's keys and values) and `figures`. Returns all entries,
    and whether one was added. Ledger and seal are locked meanwhile and written whole.
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    with _locked(path):
        entries = read(path)
        identity = [opening[key] for key in IDENTITY]
        added = all([entry[key] for key in IDENTITY] != identity for entry in entries)
        if added:
            entry = {**opening, "previous": entries[-1]["hash"] if entries else FIRST}
            entry["hash"] = _hash(entry)
            entries.append(entry)
            write_text("".join(json.dumps(each, ensure_ascii=False) + "\n" for each in entries), path)
        # Written after the ledger: a kill in between leaves a seal that counts too few, which the next run mends.
        write_text(json.dumps({"openings": len(entries), "last": entries[-1]["hash"]}) + "\n", seal(path))
        return entries, added


def seal(path: str | Path) -> Path:
    """Return the file beside the ledger that says how many lines it has and how the last one ends."""
    return Path(path).with_suffix(".seal")


def figures(metrics, metric: str) -> dict[str, float]:
    """Return what an opening revealed: each model's value of the chosen metric, averaged over repeats."""
    chosen = metrics[metrics["metric"] == metric]
    return {model: round(float(value), 6) for model, value in chosen.groupby("model")["value"].mean().items()}


def rows_hash(ids: Iterable) -> str:
    """Return a SHA-256 of which samples are tested in each repeat; the ids themselves are not written down."""
    told = [sorted(map(str, each)) for each in ids]
    return hashlib.sha256(json.dumps(told, ensure_ascii=False).encode()).hexdigest()


def summary(entries: list[dict], opening: dict, registered: list[dict]) -> dict:
    """Return what the report says of the ledger and of the plan.

    `openings` of this subject (data set and label: an opening for another study is not counted), `first` and `last` with
    their times, what `changed` between them, `plan_changes` key by key after the first opening, and `plan`: when it was
    first `registered` (`plan.read`) and what changed in it before the test part was opened.
    """
    entries = [entry for entry in entries if entry["subject"] == opening["subject"]]
    first = entries[0]
    changed = sorted({key for entry in entries for key in IDENTITY if entry[key] != opening[key]})
    after = [
        {"time": later["time"], **change}
        for earlier, later in itertools.pairwise(entries)
        if "planned" in earlier  # openings by the first version did not say
        for change in plan.changes(earlier["planned"], later["planned"])
    ]
    before = [change for change in plan.history(registered) if change["time"] <= first["time"]]
    return {
        "openings": len(entries),
        "first": first["time"],
        "last": entries[-1]["time"],
        "changed": changed,
        "plan_changes": after,
        "plan": {"registered": registered[0]["time"] if registered else None, "changes_before_opening": before},
    }


def _check_seal(path: Path, entries: list[dict]) -> None:
    if not seal(path).exists():
        return
    sealed = json.loads(seal(path).read_text(encoding="utf-8"))
    count = sealed["openings"]
    if len(entries) < count or (count and entries[count - 1]["hash"] != sealed["last"]):
        raise StudyError(
            f"{path.name} has {len(entries)} lines, but {seal(path).name} counts {count}: openings of the test part were taken out. {MEND}"
        )


def _check_committed(path: Path, entries: list[dict]) -> None:
    command = ["git", "-C", str(path.absolute().parent), "show", f"HEAD:./{path.name}"]
    try:
        committed = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()
    except (OSError, subprocess.CalledProcessError):
        return  # not under version control, or not committed yet
    current = [entry["hash"] for entry in entries]
    if current[: len(committed)] != [json.loads(line)["hash"] for line in committed if line.strip()]:
        raise StudyError(
            f"{path.name} does not begin with the {len(committed)} lines that were committed: openings of the test part were taken out or changed. {MEND}"
        )


def _hash(entry: dict) -> str:
    told = {key: value for key, value in entry.items() if key != "hash"}
    return hashlib.sha256(json.dumps(told, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


@contextmanager
def _locked(path: Path):
    with open(path.with_name(path.name + ".lock"), "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
