"""Membership inference on every final model, and on the way in which each was trained."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from tentips.data.rows import Rows
from tentips.privacy.likelihood_ratio import ONLINE, attack, attack_shadows, first_of_units, fit_of, of_units
from tentips.privacy.recognition import Recognition, recognition

FINAL, PROCEDURE = "final", "procedure"
COLUMNS = [
    "model",
    "kind",
    "target",
    "attack",
    "measure",
    "value",
    "low",
    "high",
    "members",
    "others",
    "shadow_models",
]
EXPOSED = ["sample", "model", "member", "exposure"]
RESAMPLES = 300  # for percentiles at 2.5 %; every model, attack and target has its own


@dataclass(frozen=True)
class Target:
    """A final model under attack.

    `predictions` are those of all rows, one array for each network that whoever has the model has; `shadows` those of its
    shadow models, (models, rows, classes) or (models, rows).
    """

    model: str
    kind: str
    predictions: list[np.ndarray]
    shadows: np.ndarray


def audit(
    targets: list[Target], rows: Rows, inside: np.ndarray, member: np.ndarray, confidence: float, seed: int
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Attack every target; return recognition by model, target, attack and measure, and the exposure of each sample.

    `inside` says which rows each shadow model learned from, (models, rows), `member` which ones the final models did.
    The target `final` is the model itself: its members are the development part, the others the test part. The target
    `procedure` is each shadow model in turn, with members and others drawn at random: the fairer test where the test part
    differs from the development part (another site, a later time). The exposure of a sample is the likelihood ratio of its
    unit, as a power of ten.
    """
    if not targets:  # nothing is attacked: inference is not asked for, or too few groups allow it
        return pd.DataFrame(columns=COLUMNS), pd.DataFrame(columns=EXPOSED)
    units = rows.groups
    of_member, of_inside = first_of_units(member, units), first_of_units(inside, units)
    records, exposed = [], []
    for target in targets:
        shadow_fit = fit_of(target.shadows, rows.truth, rows.classes)
        each = [
            of_units(attack(fit_of(values, rows.truth, rows.classes), shadow_fit, inside), units)
            for values in target.predictions
        ]
        final = {name: np.mean([scores[name] for scores in each], axis=0) for name in each[0]}
        procedure = attack_shadows(shadow_fit, inside, units)
        for name in final:
            for kind, scores, known in ((FINAL, final, of_member), (PROCEDURE, procedure, of_inside)):
                found = recognition(scores[name], known, confidence, RESAMPLES, seed)
                records += _records(target, kind, name, found, len(inside))
        own = final[ONLINE][np.unique(units, return_inverse=True)[1]] / np.log(10)
        exposed.append(pd.DataFrame({"sample": rows.ids, "model": target.model, "member": member, "exposure": own}))
    return pd.DataFrame(records, columns=COLUMNS), pd.concat(exposed, ignore_index=True)


def _records(target: Target, kind: str, name: str, found: Recognition, shadow_models: int) -> list[dict]:
    head = {"model": target.model, "kind": target.kind, "target": kind, "attack": name}
    tail = {"members": found.members, "others": found.others, "shadow_models": shadow_models}
    return [
        {**head, "measure": measure, "value": interval.value, "low": interval.low, "high": interval.high, **tail}
        for measure, interval in found.measures.items()
    ]
