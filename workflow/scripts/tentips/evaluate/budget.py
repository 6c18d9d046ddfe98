"""What each model's search was given and what it consumed."""

import numpy as np
import pandas as pd


def table(bests: list[dict], stacked: dict) -> pd.DataFrame:
    """Return results/budget.tsv: one row per model; seconds are summed over repeats, scores averaged.

    Trials, folds, samples and preprocessing are what must be equal for a fair comparison.

    `bests` are the contents of each model's best.json, `stacked` that of the stacked model, which consumed what all others did;
    untuned, it is their plain average.
    """
    rows = pd.DataFrame([_row(best) for best in bests])
    members = rows[rows["kind"] != "trivial"]
    spent = members[["trials", "cpu_seconds", "gpu_seconds", "wall_seconds"]].sum()
    scores = pd.DataFrame(stacked["repeats"].values())[["untuned", "tuned"]].mean()
    stacked_row = {"model": stacked["model"], "kind": stacked["kind"], "folds": members["folds"].min(), "seeds": 1}
    stacked_row |= members[["samples", "preprocess"]].iloc[0].to_dict()
    return pd.concat([rows, pd.DataFrame([{**stacked_row, **spent, **scores}])], ignore_index=True).astype(
        {"trials": int}
    )


def _row(best: dict) -> dict:
    repeats = list(best["repeats"].values())

    def over(key, how):
        return how([repeat[key] for repeat in repeats])

    return {
        "model": best["model"],
        "kind": best["kind"],
        "trials": over("trials", min),
        "folds": over("folds", min),
        "seeds": over("seeds", min),
        "cpu_seconds": over("cpu_seconds", np.sum),
        "gpu_seconds": over("gpu_seconds", np.sum),
        "wall_seconds": over("wall_seconds", np.sum),
        "untuned": over("untuned", np.mean),
        "tuned": over("tuned", np.mean),
        "samples": over("samples", min),
        "preprocess": ", ".join(f"{key}: {value}" for key, value in repeats[0]["preprocess"].items()),
    }
