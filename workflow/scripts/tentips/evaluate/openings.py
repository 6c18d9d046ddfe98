"""What an opening of the test part is: which rows, models and plan it took, which figures it gave, and what came before it.

Rows are known by their contents, not by their names: a data set that is given another name, other ids or another order of columns
is the same one, and a value that was changed makes another one.
"""

import hashlib
import itertools
import json
from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd

from tentips.errors import StudyError
from tentips.statistics.metric_names import IN_LABEL_UNITS
from tentips.study import plan

# What makes an opening: the same code, plan, models and rows again are no new opening.
IDENTITY = ("subject", "code", "plan", "models", "test_rows", "content")
SKETCH = 64  # fingerprints of rows that are kept; an overlap of a share s is then known to within sqrt(s (1 - s) / 64)
SHARED = 2  # of these that two openings must have in common to be of the same rows: one could be a chance duplicate
TOLERANCE = 1e-3  # of a figure: what another machine may change by rounding
HOUR = 3600


def row_fingerprints(features: pd.DataFrame, labels: Iterable) -> np.ndarray:
    """Return one number (uint64) for the values of each row and its label, whatever the names and the order of its columns.

    Numbers are taken to the precision of 32 bits, so that the same table written and read again gives the same.
    """
    total = pd.util.hash_array(np.asarray(list(map(str, labels)), dtype=object), categorize=False)
    for name in features:
        column = features[name]
        if pd.api.types.is_numeric_dtype(column.dtype):
            values = column.to_numpy(dtype="float32", na_value=np.nan).astype("float64") + 0.0
        else:
            # An image is bytes of any value: each becomes a letter.
            letters = column.map(lambda value: value.decode("latin-1") if isinstance(value, bytes) else value)
            values = letters.astype(str).where(column.notna(), "").to_numpy(dtype=object)
        total = total + pd.util.hash_array(values, categorize=False)
    return total


def rows_hash(ids: Iterable) -> str:
    """Return a SHA-256 of which samples are tested in each repeat; the ids themselves are not written down."""
    listed = [sorted(map(str, each)) for each in ids]
    return hashlib.sha256(json.dumps(listed, ensure_ascii=False).encode()).hexdigest()


def contents(parts: list[np.ndarray]) -> dict:
    """Return what the ledger keeps of the rows' fingerprints, one array for each repeat: {"content", "sketch"}.

    "content" is a SHA-256 of all of them. "sketch" holds the smallest ones, shortened, by which the share of rows that two
    openings have in common is estimated (Broder 1997); no row can be made from them.
    """
    digest = hashlib.sha256()
    for part in parts:
        digest.update(np.sort(part).tobytes())
    smallest = np.unique(np.concatenate(parts))[:SKETCH]
    return {"content": digest.hexdigest(), "sketch": [f"{number:016x}"[-10:] for number in smallest]}


def same_rows(one: dict, other: dict) -> bool:
    """Whether two openings are of the same study: named alike, or with test rows in common."""
    shared = set(one.get("sketch", ())) & set(other.get("sketch", ()))
    return one["subject"] == other["subject"] or len(shared) >= min(SHARED, len(other.get("sketch", ())) or SHARED)


def figures(metrics: pd.DataFrame, metric: str) -> dict[str, float]:
    """Return what an opening revealed: each model's value of the chosen metric, averaged over repeats."""
    chosen = metrics[metrics["metric"] == metric]
    return {model: float(f"{value:.7g}") for model, value in chosen.groupby("model")["value"].mean().items()}


def of_plan(registered: list[dict]) -> dict:
    """Return what an opening keeps of the registered plans (`plan.read`): the hash of the last one, its keys, and when it was made.

    results/plan.jsonl can be deleted with the results; the ledger then still says when the plan was first registered.
    """
    return {"plan": registered[-1]["hash"], "planned": registered[-1]["plan"], "history": _history(registered)}


def known(entries: list[dict], opening: dict) -> bool:
    """Whether an entry is the same opening. Raises StudyError where it is, but gave other figures."""
    identity = [opening[key] for key in IDENTITY]
    # What has the label's unit may be small; other metrics are shares of 1.
    least = 0.0 if opening["planned"].get("evaluation.metric") in IN_LABEL_UNITS else 1.0
    for entry in entries:
        if [entry.get(key) for key in IDENTITY] != identity:
            continue
        differing = [
            f"{model} {entry['figures'][model]:g} then, {value:g} now"
            for model, value in opening["figures"].items()
            if model in entry["figures"] and not _close(entry["figures"][model], value, least)
        ]
        if differing:
            raise StudyError(
                f"The test part was opened with the same code, plan, settings and rows on {entry['time'][:10]}, but gave other figures: {', '.join(differing[:3])}. "
                "A final model or a result was changed by hand, or training differs from run to run. Delete results/baseline, results/network and results/stack and run again; nothing was evaluated."
            )
        return True
    return False


def summary(entries: list[dict], opening: dict, registered: list[dict], taken_out: Sequence[dict] = ()) -> dict:
    """Return what the report says of the ledger and of the plan.

    `openings` of this study (`same_rows`: an opening of another one is not counted), among them those that were `taken_out` of the
    ledger (`ledger.taken_out`), `first` and `last` with their times, what `changed` between them, `plan_changes` key by key after the
    first opening, `backwards`: how many openings have an earlier time than the one before, `judged_by`: the checks' thresholds and the
    controls that were planned at the first opening, and `plan`: when it was first `registered` (`plan.read`; None where that is not known
    of a time before the opening) and what changed in it until then.
    """
    backwards = sum(
        _seconds(later["time"]) < _seconds(earlier["time"]) - HOUR for earlier, later in itertools.pairwise(entries)
    )
    identities = [[entry.get(key) for key in IDENTITY] for entry in entries]
    lost = [each for each in taken_out if [each.get(key) for key in IDENTITY] not in identities]
    entries = [entry for entry in [*lost, *entries] if same_rows(entry, opening)]
    first = entries[0]
    changed = sorted({key for entry in entries for key in IDENTITY if key in entry and entry[key] != opening[key]})
    after = [
        {"time": later["time"], **change}
        for earlier, later in itertools.pairwise(entries)
        if "planned" in earlier  # openings by the first version did not say
        for change in plan.changes(earlier["planned"], later["planned"])
    ]
    made = first.get("history") or _history(registered, first["time"])
    if made["registered"] and _seconds(made["registered"]) > _seconds(first["time"]) + HOUR:
        made = {"registered": None, "changes_before_opening": []}
    return {
        "openings": len(entries),
        "taken_out": sum(same_rows(entry, opening) for entry in lost),
        "first": first["time"],
        "last": entries[-1]["time"],
        "changed": changed,
        "backwards": int(backwards),
        "judged_by": plan.judging(first.get("planned", {})),
        "plan_changes": after,
        "plan": made,
    }


def _history(registered: list[dict], until: str | None = None) -> dict:
    """When the first plan was registered, and what was changed after it, up to the time `until`."""
    changes = [change for change in plan.history(registered) if until is None or change["time"] <= until]
    return {"registered": registered[0]["time"] if registered else None, "changes_before_opening": changes}


def _close(before: float, after: float, least: float) -> bool:
    return abs(before - after) <= TOLERANCE * max(least, abs(before)) or (np.isnan(before) and np.isnan(after))


def _seconds(time: str) -> float:
    return pd.Timestamp(time).timestamp()
