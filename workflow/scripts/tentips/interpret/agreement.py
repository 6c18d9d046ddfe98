"""Whether explanations of models that should agree do: rankings of features between seeds and folds."""

from itertools import combinations

import numpy as np
import pandas as pd
from scipy import stats

TOP = 5  # leading groups whose overlap is counted; half of the groups where there are fewer than ten
SHUFFLED = "real and shuffled labels"  # what is held against each other, beside folds and seeds
RANDOM = 1000  # rankings by chance
COLUMNS = [
    "model",
    "between",
    "refits",
    "groups",
    "top",
    "overlap",
    "overlap_chance",
    "overlap_p",
    "kendall",
    "kendall_low",
    "kendall_high",
    "reason",
]


def agreement(model: str, between: str, importances: np.ndarray, top: int | None = None, seed: int = 0) -> dict:
    """Hold rankings against each other, (refits, groups), pair by pair.

    `overlap` is the mean share of the `top` groups that two refits have in common, `overlap_chance` what random rankings give (top /
    groups) and `overlap_p` how often random ones agree as well. `kendall` is the mean tau-b with the lowest and highest pair.
    """
    usable = importances[np.isfinite(importances).all(axis=1)]
    refits, groups = usable.shape
    record = {"model": model, "between": between, "refits": refits, "groups": groups, "reason": ""}
    if refits < 2 or groups < 3:
        what = "fewer than two usable models" if refits < 2 else "fewer than three groups of features"
        return record | {"reason": what}
    top = min(TOP, groups // 2) if top is None else top
    pairs = list(combinations(range(refits), 2))
    with np.errstate(invalid="ignore"):
        taus = [stats.kendalltau(usable[a], usable[b]).statistic for a, b in pairs]
    taus = np.nan_to_num(taus)
    leading = [_leading(each, top) for each in usable]
    seen = np.mean([len(leading[a] & leading[b]) for a, b in pairs]) / top
    random = np.random.default_rng(seed)
    chance = np.empty(RANDOM)
    for number in range(RANDOM):
        drawn = np.zeros((refits, groups))
        rows = np.argsort(random.random((refits, groups)), axis=1)[:, :top]
        np.put_along_axis(drawn, rows, 1, axis=1)
        common = drawn @ drawn.T
        chance[number] = (common.sum() - np.trace(common)) / (refits * (refits - 1)) / top
    return record | {
        "top": top,
        "overlap": float(seen),
        "overlap_chance": top / groups,
        "overlap_p": float((1 + (chance >= seen - 1e-9).sum()) / (1 + RANDOM)),
        "kendall": float(taus.mean()),
        "kendall_low": float(taus.min()),
        "kendall_high": float(taus.max()),
    }


def shuffled_agreement(model: str, real: np.ndarray, shuffled: np.ndarray, top: int | None = None) -> dict:
    """Hold importances of models trained on real labels against those trained on shuffled ones, (refits, groups) both.

    Explanations that do not change where the labels mean nothing say nothing of them (Adebayo et al. 2018, arXiv:1810.03292).
    """
    real, shuffled = (each[np.isfinite(each).all(axis=1)] for each in (real, shuffled))
    record = {
        "model": model,
        "between": SHUFFLED,
        "refits": min(len(real), len(shuffled)),
        "reason": "",
    }
    record["groups"] = real.shape[1]
    if not record["refits"] or record["groups"] < 3:
        return record | {"reason": "fewer than three groups of features, or no usable model"}
    top = min(TOP, record["groups"] // 2) if top is None else top
    taus = np.nan_to_num([stats.kendalltau(a, b).statistic for a in real for b in shuffled])
    overlap = np.mean([len(_leading(a, top) & _leading(b, top)) for a in real for b in shuffled]) / top
    return record | {
        "top": top,
        "overlap": float(overlap),
        "overlap_chance": top / record["groups"],
        "kendall": float(taus.mean()),
        "kendall_low": float(taus.min()),
        "kendall_high": float(taus.max()),
    }


def table(records: list[dict]) -> pd.DataFrame:
    """Return records of agreement as a table."""
    return pd.DataFrame(records, columns=COLUMNS)


def _leading(importance: np.ndarray, top: int) -> set[int]:
    return set(np.argsort(-importance, kind="stable")[:top].tolist())
