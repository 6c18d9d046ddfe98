"""The test ledger: one hash-chained line for every opening of the test part that could have told something new."""

import fcntl
import hashlib
import json
from collections.abc import Iterable
from contextlib import contextmanager
from pathlib import Path

from tentips.artifacts import write_text
from tentips.errors import StudyError

FIRST = "0" * 64
# What makes an opening: the same code, plan, models and rows again are no new opening.
IDENTITY = ("subject", "code", "plan", "models", "test_rows")


def read(path: str | Path) -> list[dict]:
    """Read the ledger and check its chain; an absent or empty file is an empty ledger.

    Raises StudyError where a line was changed, cut, or taken out before another one. That whole lines are missing at the
    end cannot be seen from the file alone: that is what committing it is for.
    """
    path = Path(path)
    text = path.read_text(encoding="utf-8").rstrip("\n") if path.exists() else ""
    if not text:
        return []
    entries, previous = [], FIRST
    for number, line in enumerate(text.split("\n"), start=1):
        try:
            entry = json.loads(line)
            intact = entry["previous"] == previous and entry["hash"] == _hash(entry)
        except (json.JSONDecodeError, KeyError, TypeError):
            intact = False
        if not intact:
            raise StudyError(
                f"{path.name}, line {number} does not continue the chain: the record of test openings was changed or cut off. Restore it from version control; nothing was evaluated."
            )
        entries.append(entry)
        previous = entry["hash"]
    return entries


def record(path: str | Path, opening: dict) -> tuple[list[dict], bool]:
    """Append `opening` unless an entry with the same subject, code, plan, models and test rows stands there.

    `opening` has the keys of IDENTITY, `time` and `figures`. Returns all entries, and whether one was added. The file is
    locked meanwhile and written whole.
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    with _locked(path):
        entries = read(path)
        identity = [opening[key] for key in IDENTITY]
        if any([entry[key] for key in IDENTITY] == identity for entry in entries):
            return entries, False
        entry = {**opening, "previous": entries[-1]["hash"] if entries else FIRST}
        entry["hash"] = _hash(entry)
        entries.append(entry)
        write_text("".join(json.dumps(each, ensure_ascii=False) + "\n" for each in entries), path)
        return entries, True


def figures(metrics, metric: str) -> dict[str, float]:
    """Return what an opening revealed: each model's value of the chosen metric, averaged over repeats."""
    chosen = metrics[metrics["metric"] == metric]
    return {model: round(float(value), 6) for model, value in chosen.groupby("model")["value"].mean().items()}


def rows_hash(ids: Iterable) -> str:
    """Return a SHA-256 of which samples are tested in each repeat; the ids themselves are not written down."""
    told = [sorted(map(str, each)) for each in ids]
    return hashlib.sha256(json.dumps(told, ensure_ascii=False).encode()).hexdigest()


def summary(entries: list[dict], opening: dict) -> dict:
    """Return what the report says of the ledger: how many openings of this subject, when the first was, what differs.

    The subject is the data set and the label: an opening for another study is not counted.
    """
    entries = [entry for entry in entries if entry["subject"] == opening["subject"]]
    first = entries[0]
    changed = sorted({key for entry in entries for key in IDENTITY if entry[key] != opening[key]})
    return {"openings": len(entries), "first": first["time"], "last": entries[-1]["time"], "changed": changed}


def _hash(entry: dict) -> str:
    told = {key: value for key, value in entry.items() if key != "hash"}
    return hashlib.sha256(json.dumps(told, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


@contextmanager
def _locked(path: Path):
    with open(path.with_name(path.name + ".lock"), "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
