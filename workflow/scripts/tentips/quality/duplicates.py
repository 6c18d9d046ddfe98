"""Samples that are on both sides of a split, or twice in one part, under two names: identical, or all but identical."""

import numpy as np
import pandas as pd

from tentips.data.modality import Comparison, Modality

FEWEST_ROWS = 5  # comparable samples, below which nothing can be said of what is usual
TOO_FEW = "too few samples have enough uncommon values to be told apart"


def shared_samples(
    comparison: Comparison, ids: np.ndarray, test: np.ndarray, seed: int = 0
) -> tuple[dict, pd.DataFrame]:
    """Look for test samples that have a twin in the development part; labels are not looked at.

    `comparison` is that of all samples (`Modality.comparison`), one row per id; `test` is a mask. Returns a summary ({"test_samples", "compared", "identical",
    "near_identical", "note", "near", "remedy", "relatives"}) and the pairs found (test_sample, development_sample, distance, identical); `distance` is as
    the modality measures it, 0 for identical ones.
    """
    columns = ["test_sample", "development_sample", "distance", "identical"]
    summary = {"test_samples": int(test.sum()), "compared": 0, "identical": 0, "near_identical": 0, "note": ""}
    summary |= {"near": comparison.near, "remedy": comparison.remedy, "relatives": comparison.relatives}
    if comparison.note:
        return summary | {"note": comparison.note}, pd.DataFrame(columns=columns)
    ids, test = ids[comparison.rows], test[comparison.rows]
    if not test.any() or (~test).sum() < 2:
        return summary | {"note": TOO_FEW}, pd.DataFrame(columns=columns)
    exact = _identical(comparison.keys, ids, test)
    near, compared = comparison.near_between(np.flatnonzero(test), np.flatnonzero(~test), seed)
    near = _named(near, ids, columns)
    near = near[~near["test_sample"].isin(exact["test_sample"])]
    note = (
        ""
        if compared == summary["test_samples"]
        else f"{compared} of {summary['test_samples']} test samples could be compared or were drawn to be"
    )
    pairs = pd.concat([frame for frame in (exact, near) if len(frame)] or [pd.DataFrame(columns=columns)])
    found = {"compared": compared, "identical": len(exact), "near_identical": len(near), "note": note}
    return summary | found, pairs.reset_index(drop=True)


def repeated_samples(
    modality: Modality, inputs: pd.DataFrame, ids: np.ndarray, seed: int = 0
) -> tuple[dict, pd.DataFrame]:
    """Look for samples that are twice in one part, by the same criteria; labels are not looked at.

    Returns a summary ({"samples", "compared", "note", "near", "remedy", "relatives"}) and one row per sample that has a twin before it in the table, or is
    near one (sample, twin, distance, identical); `distance` as in `shared_samples`.
    """
    columns = ["sample", "twin", "distance", "identical"]
    comparison = modality.comparison(inputs)
    summary = {"samples": len(ids), "compared": 0, "note": ""}
    summary |= {"near": comparison.near, "remedy": comparison.remedy, "relatives": comparison.relatives}
    if comparison.note:
        return summary | {"note": comparison.note}, pd.DataFrame(columns=columns)
    ids, everybody = ids[comparison.rows], len(ids)
    if len(ids) < FEWEST_ROWS:
        return summary | {"note": TOO_FEW}, pd.DataFrame(columns=columns)
    keys = pd.Series(comparison.keys)
    again = keys.duplicated().to_numpy()
    first = pd.Series(ids).groupby(keys).transform("first").to_numpy()
    exact = pd.DataFrame({"sample": ids[again], "twin": first[again], "distance": 0.0, "identical": True})
    near, compared = comparison.near_within(np.flatnonzero(~again), seed)
    near = _named(near, ids, columns)
    pairs = pd.concat([frame for frame in (exact, near) if len(frame)] or [pd.DataFrame(columns=columns)])
    compared += int(again.sum())
    note = "" if compared == everybody else f"{compared} of {everybody} samples could be compared or were drawn to be"
    return summary | {"compared": compared, "note": note}, pairs.reset_index(drop=True)


def _named(pairs: pd.DataFrame, ids: np.ndarray, columns: list[str]) -> pd.DataFrame:
    one, other = (ids[pairs[side].to_numpy(dtype=int)] for side in ("position", "near_position"))
    return pd.DataFrame(dict(zip(columns, (one, other, pairs["distance"].to_numpy(), False), strict=True)))


def _identical(keys: np.ndarray, ids: np.ndarray, test: np.ndarray) -> pd.DataFrame:
    first = pd.Series(ids[~test], index=keys[~test]).groupby(level=0).first()
    twins = pd.Series(keys[test]).map(first).to_numpy(dtype=object)
    found = pd.notna(twins)
    return pd.DataFrame(
        {"test_sample": ids[test][found], "development_sample": twins[found], "distance": 0.0, "identical": True}
    )
