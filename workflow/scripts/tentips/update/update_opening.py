"""What the test ledger and the lineage keep of an update: the locked part of the new samples was opened."""

import hashlib
from pathlib import Path

import numpy as np
import pandas as pd

from tentips.data.rows import Rows
from tentips.evaluate import openings
from tentips.imports import library_files
from tentips.jobs import environment
from tentips.paths import SCRIPTS


def of_update(new: str, model: str, judge: Rows, metrics: pd.DataFrame, metric: str, registered: dict) -> dict:
    """Return the ledger's entry; `registered` is the last line of the plan, `metrics` the table of all candidates.

    Its subject is the file of new samples, so that it is counted beside the openings of the study's test part, not among them.
    """
    script = SCRIPTS / "update.py"
    return {
        "time": environment.now(),
        "commit": environment.describe_code()["commit"],
        "code": environment.files_hash([script, *library_files(script)]),
        "subject": {"update": Path(new).name},
        "plan": registered["hash"],
        "planned": registered["plan"],
        "models": hashlib.sha256(model.encode()).hexdigest(),
        "test_rows": openings.rows_hash([judge.ids]),
        **openings.contents([openings.row_fingerprints(judge.features, judge.labels)]),
        "figures": openings.figures(metrics.rename(columns={"candidate": "model"}), metric),
    }


def lineage(entry: dict, model: str, rows: Rows, added: np.ndarray, choice: str, changed: dict) -> dict:
    """Return the descent of the updated model: the model it comes from, what was added to what, and on which opening it was judged.

    `rows` are all that it learned from, of which `added` are new; `changed` is the kept model's change of performance.
    """
    own = rows.part(added)
    return {
        "parent": model,
        "recommended": choice,
        "learned_from": {
            "samples_before": len(rows.ids) - len(added),
            "samples_added": len(added),
            "content": openings.contents([openings.row_fingerprints(own.features, own.labels)])["content"],
        },
        "judged_on": {key: entry[key] for key in ("time", "commit", "plan", "test_rows", "content", "figures")},
        "performance_of_the_kept_model": changed,
    }
