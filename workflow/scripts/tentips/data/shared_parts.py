"""One test part for the studies of several labels: drawn among all samples that have any of the labels."""

import numpy as np
import pandas as pd

from tentips.data.split import BINS, test_parts
from tentips.data.tidy import TABLES, tidy
from tentips.study.config import role_columns, split_column, split_strategy


def shared_parts(
    features: pd.DataFrame, sheet: pd.DataFrame, declared: dict, split: dict, preprocess: dict, tables: dict = TABLES
) -> pd.DataFrame:
    """Return one row per sample and repeat: `sample`, `repeat` and `role` (train or test).

    Arguments are as `tidy` takes them. Whichever label of split.across_labels is the study's own, the same samples are held
    out. Classes, and quarters of numbers, of each label are held out in proportion.
    """
    strata = strata_of_labels(sheet[split["across_labels"]])
    data = {**declared, "task": "regression", "positive": None, "other_labels": []}
    # The number of a row stands for its labels: a sample is left out only where it has none of them.
    numbered = sheet.assign(**{data["label"]: np.where((strata >= 0).any(axis=1), np.arange(len(sheet)), np.nan)})
    sections = {"data": data, "split": split}
    samples = tidy(features, numbered, data, split, preprocess, role_columns(sections), tables).samples
    strategy = split_strategy(sections)
    chosen = strata[samples["label"].to_numpy(dtype=int)]
    return test_parts(samples, chosen, split, strategy, split_column(sections, strategy))


def strata_of_labels(labels: pd.DataFrame) -> np.ndarray:
    """Return the stratum of each sample in each label, a number from 0, -1 where it has none; (samples, labels).

    A class is a stratum; of numbers with more values than `BINS`, each quarter is one. Classes that are numbers may be read as text where they are
    a study's own label, and as numbers in the study of another: both come out alike.
    """
    found = []
    for _, column in labels.items():
        numbers = pd.to_numeric(column, errors="coerce").astype(float)
        if not numbers[column.notna()].isna().any():
            many = numbers.nunique() > BINS
            column = pd.qcut(numbers.rank(method="first"), BINS, labels=False) if many else numbers
        found.append(pd.factorize(column, sort=True)[0])
    return np.column_stack(found)
