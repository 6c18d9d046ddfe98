"""Predictions as they are written to files."""

import numpy as np
import pandas as pd

from tentips.artifacts import read_parquet
from tentips.data.rows import Rows
from tentips.data.tidy import SAMPLE


def oof_table(rows: Rows, predictions: np.ndarray, repeat: int) -> pd.DataFrame:
    """Return the out-of-fold predictions: sample, repeat, fold, truth, and the columns of `score_columns`."""
    frame = pd.DataFrame({"sample": rows.ids, "repeat": repeat, "fold": rows.fold + 1, "truth": truth_column(rows)})
    return pd.concat([frame, score_columns(rows.classes, predictions)], axis=1)


def truth_column(rows: Rows) -> np.ndarray:
    """Return the truth as it is written to files: class names, or values."""
    return np.array(rows.classes, dtype=object)[rows.truth] if rows.classes else rows.truth


def score_columns(classes: list[str], predictions: np.ndarray) -> pd.DataFrame:
    """Return predictions as columns: `score_CLASS` for each class, or `score` for a value."""
    if classes:
        return pd.DataFrame(predictions, columns=[f"score_{name}" for name in classes])
    return pd.DataFrame({"score": predictions})


def read_oof(best: dict, rows: Rows, repeat: int, folder: str = "results") -> np.ndarray:
    """Return the out-of-fold predictions of a search in the order of `rows`: (rows, classes) or (rows,).

    `best` is the content of its best.json.
    """
    table = read_parquet(f"{folder}/{best['kind'].replace('trivial', 'baseline')}/{best['model']}/oof.parquet")
    table = table[table["repeat"] == repeat].set_index(SAMPLE).loc[rows.ids]
    columns = [f"score_{name}" for name in rows.classes]
    return table[columns].to_numpy() if rows.classes else table["score"].to_numpy()
