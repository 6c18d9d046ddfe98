"""What the rows do to the score that are in the test part and, under another name, in the development part."""

from dataclasses import asdict

import numpy as np
import pandas as pd

from tentips.data.rows import Rows
from tentips.models.final_models import Final
from tentips.statistics.with_and_without import with_and_without

COLUMNS = [
    "model",
    "kind",
    "repeat",
    "metric",
    "n",
    "shared",
    "left_out",
    "with_shared",
    "without_shared",
    "difference",
    "low",
    "high",
    "method",
]


def shared_rows(
    rows: dict[int, Rows],
    finals: list[Final],
    copies: dict[int, tuple[Rows, np.ndarray]],
    finals_of_copies: list[Final],
    pairs: pd.DataFrame,
    metric: str,
    confidence: float,
) -> pd.DataFrame:
    """Return one row for each final model and repeat in which test rows are shared: its score with and without them.

    `rows` maps a repeat to its test rows. Rows that were left out of them as copies are in `copies`, with the units of both together
    (`data.rows.copied_rows`), and `finals_of_copies` predicts them; otherwise the shared ones are those that `pairs`
    (test_sample, repeat) names. `difference` is positive where shared rows flatter the model; `left_out` says whether the other
    tables are without them.
    """
    records = []
    beside = {(final.model, final.repeat): final for final in finals_of_copies}
    for final in finals:
        part = rows[final.repeat]
        truth, groups, members = part.truth, part.groups, list(final.members.values())
        named = pairs.loc[pairs["repeat"] == final.repeat, "test_sample"]
        shared = np.isin(part.ids, named.to_numpy(dtype=object))
        left_out = final.repeat in copies
        if left_out:
            copied, groups = copies[final.repeat]
            truth = np.concatenate([truth, copied.truth])
            other = beside[final.model, final.repeat].members
            members = [np.concatenate([own, other[seed]]) for seed, own in final.members.items()]
            shared = np.concatenate([shared, np.ones(len(copied.ids), dtype=bool)])
        if not shared.any() or shared.all():
            continue
        found = asdict(with_and_without(metric, truth, members, shared, groups, confidence))
        found |= {"with_shared": found.pop("with_part"), "without_shared": found.pop("without_part")}
        known = {"model": final.model, "kind": final.kind, "repeat": final.repeat, "metric": metric}
        counted = {"n": len(truth), "shared": int(shared.sum()), "left_out": left_out}
        records.append(known | counted | found)
    return pd.DataFrame(records, columns=COLUMNS)
