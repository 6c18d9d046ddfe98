"""What pretrained weights bring with few training samples and with all of them: the three networks of transfer on parts of the rows."""

from collections.abc import Callable

import pandas as pd

from tentips.controls.experiments import learning_curve
from tentips.controls.kept_trainings import KeptTrainings
from tentips.controls.trainings import Contender, out_of_fold, run
from tentips.data.rows import Rows
from tentips.statistics.comparison import compare
from tentips.statistics.intervals import observed
from tentips.study.config import SCRATCH

# Of the training groups: where samples are few, weights of one's own are badly learned.
SHARES = (0.03125, 0.125, 0.5, 1.0)
COLUMNS = ["model", "share", "parts", "n_train", "n", "score", "difference", "low", "high", "p_value"]


def transfer_curve(
    contenders: list[Contender],
    rows: Rows,
    metric: str,
    confidence: float,
    log_line: Callable[[str], None],
    kept: KeptTrainings | None = None,
    shares: tuple[float, ...] = SHARES,
) -> pd.DataFrame:
    """Return one row per network and share of the training groups: its score in cross-validation, and what the weights bring.

    `contenders` are the networks with their chosen settings, that from scratch among them; all learn from the same rows.
    `difference` is the score less that from scratch with its interval over groups, paired, empty for the latter; `parts` without a
    common group were learned from, and a score is the mean of theirs. `n_train` is the mean number of rows. Shares that leave a
    class too few rows are left out; trainings that are `kept` are not carried out again.
    """
    tuning = contenders[0].recipe.tuning
    planned = learning_curve(rows, tuning["stopping_fraction"], tuning["seed"], shares)
    found = {}
    for each in contenders:
        runs = run(each, rows, {"parts of the rows": planned}, log_line, kept and kept.apart(each.model))
        found[each.model] = out_of_fold(runs["parts of the rows"], rows)
    records = []
    for share in dict.fromkeys(level[0] for level in next(iter(found.values()))):
        members = {name: [each for level, each in own.items() if level[0] == share] for name, own in found.items()}
        sizes = [len(each.train) for each in planned if each.level[0] == share]
        for name, own in members.items():
            row = {"model": name, "share": share, "parts": len(own), "n_train": sum(sizes) / len(sizes)}
            row |= {"n": len(rows.truth), "score": observed(metric, rows.truth, own)}
            if name != SCRATCH:
                compared = compare(metric, rows.truth, own, members[SCRATCH], rows.groups, confidence)
                row |= {key: getattr(compared, key) for key in ("difference", "low", "high", "p_value")}
            records.append(row)
    return pd.DataFrame(records, columns=COLUMNS)
