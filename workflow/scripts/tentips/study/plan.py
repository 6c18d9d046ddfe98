"""The analysis plan: what decides the figures on the test part, written down before the first search."""

import hashlib
import itertools
import json
from pathlib import Path

from tentips.artifacts import undamaged, write_text
from tentips.statistics.smallest_difference import smallest_difference
from tentips.study.config import metric_name

# What neither the figures on the test part nor their judgement depend on: changing it does not change the plan.
LEFT_OUT = ("compute", "energy", "interpretation", "privacy", "release")
# What the figures are judged by. It is planned, too, but changing it gives no other figures: a change after the opening is no
# second opening, and is told as a change of the plan.
JUDGING = ("checks", "controls")
OF_STUDY = ("question", "claim")


def planned(config: dict) -> dict:
    """Return the analysis plan of a resolved configuration, flat: {"split.folds": 5, ...}."""
    sections = {key: value for key, value in config.items() if key not in LEFT_OUT}
    sections["study"] = {key: config["study"][key] for key in OF_STUDY}
    if config["tuning"]["tuner"] == "random":
        # However many jobs share a random search, its trials are the same.
        sections["tuning"] = {key: value for key, value in config["tuning"].items() if key != "shards"}
    metric = metric_name(config)
    # What is not declared is registered as the number that it means; of errors in the label's unit, as a share of its spread.
    decided = smallest_difference(metric, config["evaluation"]["smallest_difference"], spread=1.0)
    sections["evaluation"] = {**config["evaluation"], "metric": metric, "smallest_difference": decided}
    return dict(sorted(_flat(sections, "")))


def judging(plan: dict) -> dict:
    """Return the part of a plan by which figures are judged: thresholds of checks, and which controls there are."""
    return {key: value for key, value in plan.items() if key.partition(".")[0] in JUDGING}


def deciding(plan: dict) -> dict:
    """Return the part of a plan that decides the figures on the test part."""
    return {key: value for key, value in plan.items() if key.partition(".")[0] not in JUDGING}


def plan_hash(plan: dict) -> str:
    """Return the SHA-256 of what a plan decides of the figures (`deciding`)."""
    return hashlib.sha256(json.dumps(deciding(plan), sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def changes(before: dict, after: dict) -> list[dict]:
    """Return what differs between two plans, one entry per key: {"key", "before", "after"}.

    Keys by which figures are judged are compared where both plans hold them: a plan has all keys of its version, so that one which
    is not there was not known to another version, and nobody changed it.
    """
    both = before.keys() & after.keys()
    return [
        {"key": key, "before": before.get(key), "after": after.get(key)}
        for key in sorted({*before, *after})
        if before.get(key) != after.get(key) and (key in both or key.partition(".")[0] not in JUDGING)
    ]


def changes_of_judging(first: str, judged_by: dict, registered: list[dict]) -> list[dict]:
    """Return what was changed of checks and controls after the test part was opened: {"time", "key", "before", "after"}.

    `first` is the time of the first opening and `judged_by` what was planned then (`judging`), as the ledger has it; `registered`
    are all plans (`read`). What was changed and changed back is there, too, as long as the registered plans are.
    """
    after = [each for each in history(registered) if each["time"] > first and judging({each["key"]: None})]
    named = {each["key"] for each in after}
    now = judging(registered[-1]["plan"]) if registered else {}
    # Plans that were deleted do not hide a change: the ledger knows what was planned.
    unseen = [each for each in changes(judged_by, now) if each["key"] not in named] if now else []
    return after + [{"time": registered[-1]["time"], **each} for each in unseen]


def register(path: str | Path, plan: dict, time: str) -> bool:
    """Append `plan` to the record at `path` unless it is the last one there. Returns whether it was added."""
    record = read(path)
    if record and record[-1]["plan"] == plan:
        return False
    record.append({"time": time, "hash": plan_hash(plan), "plan": plan})
    write_text("".join(json.dumps(each, ensure_ascii=False) + "\n" for each in record), path)
    return True


def registered(path: str | Path, plan: dict, time: str) -> list[dict]:
    """Return the plans that were registered (`read`), the last of which decides the same figures as `plan`; else it is added now."""
    record = read(path)
    if not record or record[-1]["hash"] != plan_hash(plan):
        register(path, plan, time)
    return read(path)


def read(path: str | Path) -> list[dict]:
    """Return the plans that were registered, the first one first: {"time", "hash", "plan"}."""
    path = Path(path)
    if not path.exists():
        return []
    with undamaged(path, "Restore it from a copy, or delete it: the plan is then registered as of today."):
        record = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        return [{key: each[key] for key in ("time", "hash", "plan")} for each in record]


def history(record: list[dict]) -> list[dict]:
    """Return every change between registered plans: {"time", "key", "before", "after"}."""
    return [
        {"time": later["time"], **change}
        for earlier, later in itertools.pairwise(record)
        for change in changes(earlier["plan"], later["plan"])
    ]


def _flat(value: dict, path: str):
    for key, entry in value.items():
        here = f"{path}.{key}" if path else key
        # An empty section, such as data.expected_directions, is a value of its own.
        if isinstance(entry, dict) and entry:
            yield from _flat(entry, here)
        else:
            yield here, entry
