"""What can be seen of the quality of the development part: duplicates, hidden groups, doubtful labels, missing values."""

import numpy as np
import pandas as pd

from tentips.data.modality import Modality
from tentips.data.rows import Rows
from tentips.data.split import MOST_COPIES
from tentips.jobs.job import log_line
from tentips.quality.duplicates import repeated_samples
from tentips.quality.hidden_groups import hidden_groups, neighbouring_sets
from tentips.quality.label_noise import label_noise
from tentips.quality.missing_patterns import missing_map, predicted_from_missing
from tentips.quality.skewed_features import COLUMNS, skewed_features


def quality_tables(
    rows: Rows,
    measured: pd.DataFrame,
    samples: pd.DataFrame,
    roles: dict[str, list[str]],
    ignored: list[str],
    options: dict,
    confidence: float,
    seed: int,
) -> dict[str, pd.DataFrame]:
    """Return the tables of the stage quality (`tentips.result_tables`).

    `measured` are the features and `samples` the sheet of the same rows; `ignored` are the columns that data.ignored names,
    `options` is the resolved `preprocess` section.
    """
    tables = dict(zip(("duplicates", "twins"), duplicate_pairs(rows.modality, measured, samples, seed), strict=True))
    log_line("duplicates looked for")
    once = np.flatnonzero(without_few_copies(samples["sample"], tables["twins"]))
    different = rows.part(once), samples.iloc[once].reset_index(drop=True)
    tables["hidden_groups"] = hidden_groups(*different, roles, ignored, options, seed)
    tables["neighbourhoods"] = neighbouring_sets(*different, roles, options, seed)
    log_line("hidden groups looked for")
    tables["noise"], tables["label_noise"] = label_noise(rows, options, confidence, seed)
    log_line("labels judged")
    if rows.modality.name == "tabular":
        tables["skewed_features"] = skewed_features(measured)
    else:
        tables["skewed_features"] = pd.DataFrame(columns=COLUMNS)
    tables["missing_patterns"] = predicted_from_missing(rows, measured, samples, roles, confidence, seed)
    tables["missing_map"] = missing_map(measured, samples, roles, rows.task)
    return tables


def without_few_copies(ids: pd.Series, pairs: pd.DataFrame) -> np.ndarray:
    """Return which samples are no copy of one before them; a mask, shape (samples,). All, where copies are more than `MOST_COPIES`.

    Copies are nearer to each other than anything else, and have every column in common: whatever column is asked, they look like
    replicates that share its value. A few are told as duplicates (and are left out of a test part); of many it may be that each
    sample was measured over and over, which hidden groups have to tell.
    """
    copy = ids.isin(pairs["sample"]).to_numpy()
    return ~copy if copy.mean() <= MOST_COPIES else np.ones(len(ids), dtype=bool)


def duplicate_pairs(
    modality: Modality, measured: pd.DataFrame, samples: pd.DataFrame, seed: int
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return one row of counts and the pairs of duplicates, with whether they have one label and one group.

    `conflicting` counts pairs of different labels, for numbers such as differ by more than a tenth of their standard deviation; relatives may have different labels.
    """
    summary, pairs = repeated_samples(modality, measured, samples["sample"].to_numpy(dtype=object), seed)
    known = samples.set_index("sample")
    for column in ("label", "group"):
        one, other = (known[column].reindex(pairs[side]).to_numpy() for side in ("sample", "twin"))
        if column == "label" and pd.api.types.is_numeric_dtype(known["label"]):
            pairs["same_label"] = abs(one - other) <= 0.1 * known["label"].std()
        else:
            pairs[f"same_{column}"] = one == other
    meant_alike = ~pairs["same_label"].astype(bool) & (pairs["identical"].astype(bool) | (not summary["relatives"]))
    identical, same_group = pairs["identical"].astype(bool), pairs["same_group"].astype(bool)
    counts = {
        "identical": int(identical.sum()),
        "near_identical": int((~identical & ~same_group).sum()),
        "near_identical_in_group": int((~identical & same_group).sum()),
        "apart": int((~same_group).sum()),
        "conflicting": int(meant_alike.sum()),
    }
    return pd.DataFrame([summary | counts]), pairs
