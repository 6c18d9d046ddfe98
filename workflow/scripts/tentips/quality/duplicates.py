"""Samples that stand on both sides of a split under two names: identical, or nearer to each other than any two should be."""

import numpy as np
import pandas as pd

from tentips.data.preparation import categorical_columns, numbers_and_text

FEWEST_VALUES = 20  # different values from which a feature tells samples apart
FEWEST_FEATURES = 3  # such features without which equal rows need not be the same sample
COMMON = 0.05  # share of samples from which a value is too common to tell one from another (such as 0 in counts)
NEAR = 0.05  # of the usual distance between nearest neighbours: with 3 features chance comes that near once in 10,000
PROJECTED = 50  # random projections that stand for more features (Johnson and Lindenstrauss 1984)
MOST_ROWS = 5000  # samples for which neighbours are looked for; of more, a random part
BESIDE = 3  # the neighbour's neighbour, this one left out, that says what is usual there: sets of four are seen
FEWER = f"fewer than {FEWEST_FEATURES} features take more than {FEWEST_VALUES} values: equal rows need not be the same sample"


def shared_samples(
    features: pd.DataFrame, ids: np.ndarray, test: np.ndarray, seed: int = 0
) -> tuple[dict, pd.DataFrame]:
    """Look for test samples that have a twin in the development part; labels are not looked at.

    `features` has one row per id, `test` is a mask. Returns a summary ({"test_samples", "compared", "identical",
    "near_identical", "note"}) and the pairs found (test_sample, development_sample, distance, identical); `distance` is in
    units of the usual distance between nearest neighbours.
    """
    columns = ["test_sample", "development_sample", "distance", "identical"]
    telling, told = _told_apart(features)
    summary = {"test_samples": int(test.sum()), "compared": 0, "identical": 0, "near_identical": 0, "note": ""}
    if len(telling) < FEWEST_FEATURES:
        return summary | {"note": FEWER}, pd.DataFrame(columns=columns)
    features, ids, test = features[told], ids[told], test[told]
    if not test.any() or (~test).sum() < 2:
        return summary | {"note": "too few samples have enough uncommon values to be told apart"}, pd.DataFrame(
            columns=columns
        )
    exact = _identical(features, ids, test)
    known = set(exact["test_sample"])
    near, compared = _near(features[telling], ids, test, known, seed)
    note = (
        ""
        if compared == summary["test_samples"]
        else f"{compared} of {summary['test_samples']} test samples could be compared or were drawn to be"
    )
    pairs = pd.concat([frame for frame in (exact, near) if len(frame)] or [pd.DataFrame(columns=columns)])
    found = {"compared": compared, "identical": len(known), "near_identical": len(near), "note": note}
    return summary | found, pairs.reset_index(drop=True)


def repeated_samples(features: pd.DataFrame, ids: np.ndarray, seed: int = 0) -> tuple[dict, pd.DataFrame]:
    """Look for samples that stand twice in one part, by the same criteria; labels are not looked at.

    Returns a summary ({"samples", "compared", "note"}) and one row per sample that has a twin before it in the table, or is
    near one (sample, twin, distance, identical); `distance` as in `shared_samples`. Near twins are judged against the twin's
    own neighbours among rows that differ.
    """
    columns = ["sample", "twin", "distance", "identical"]
    telling, told = _told_apart(features)
    summary = {"samples": len(ids), "compared": 0, "note": ""}
    if len(telling) < FEWEST_FEATURES:
        return summary | {"note": FEWER}, pd.DataFrame(columns=columns)
    features, ids = features[told], ids[told]
    if len(ids) < BESIDE + 2:
        note = "too few samples have enough uncommon values to be told apart"
        return summary | {"note": note}, pd.DataFrame(columns=columns)
    hashes = pd.util.hash_pandas_object(numbers_and_text(features), index=False)
    again, first = (
        hashes.duplicated().to_numpy(),
        pd.Series(ids).groupby(hashes.to_numpy()).transform("first").to_numpy(),
    )
    exact = pd.DataFrame({"sample": ids[again], "twin": first[again], "distance": 0.0, "identical": True})
    near, compared = _near_within(features.loc[~again, telling], ids[~again], seed)
    pairs = pd.concat([frame for frame in (exact, near) if len(frame)] or [pd.DataFrame(columns=columns)])
    compared += int(again.sum())
    note = "" if compared == len(told) else f"{compared} of {len(told)} samples could be compared or were drawn to be"
    return summary | {"compared": compared, "note": note}, pairs.reset_index(drop=True)


def _near_within(features: pd.DataFrame, ids: np.ndarray, seed: int) -> tuple[pd.DataFrame, int]:
    from sklearn.neighbors import NearestNeighbors

    random = np.random.default_rng(seed)
    matrix = _projected(_standardised(features), random)
    asked = np.arange(len(ids))
    if len(asked) > MOST_ROWS:
        asked = np.sort(random.choice(asked, MOST_ROWS, replace=False))
    most = min(BESIDE + 2, len(ids))
    if most < 3:
        return pd.DataFrame(), len(asked)
    neighbours = NearestNeighbors(n_neighbors=most).fit(matrix)
    distances, positions = neighbours.kneighbors(matrix[asked])
    distance, position = distances[:, 1], positions[:, 1]
    usual = np.median(distance)
    # The nearest other's own neighbours, itself and the one that asks left out.
    beside = neighbours.kneighbors(matrix[position])[0][:, -1]
    found = distance < NEAR * np.minimum(usual, beside)
    table = pd.DataFrame({"row": asked, "twin_row": position, "distance": distance / (usual or 1)})[found]
    pair = np.sort(table[["row", "twin_row"]].to_numpy(), axis=1)
    table = table[~pd.DataFrame(pair).duplicated().to_numpy()]
    sample, twin = (ids[np.sort(table[["row", "twin_row"]].to_numpy(), axis=1)[:, side]] for side in (1, 0))
    return pd.DataFrame({"sample": sample, "twin": twin, "distance": table["distance"], "identical": False}), len(asked)


def _projected(matrix: np.ndarray, random: np.random.Generator) -> np.ndarray:
    if matrix.shape[1] <= PROJECTED:
        return matrix
    return matrix @ random.normal(size=(matrix.shape[1], PROJECTED)) / np.sqrt(PROJECTED)


def _told_apart(features: pd.DataFrame) -> tuple[list[str], np.ndarray]:
    """Features that take many values, and which samples have enough values there by which they could be known again."""
    telling, uncommon = [], np.zeros(len(features), dtype=int)
    for name, values in features.items():
        codes = pd.factorize(values)[0]
        present = codes >= 0
        counts = np.bincount(codes[present])
        if len(counts) > FEWEST_VALUES:
            telling.append(name)
            uncommon += present & (counts[codes] <= max(COMMON, 2 / len(features)) * present.sum())
    return telling, (uncommon >= FEWEST_FEATURES) & (features[telling].notna().mean(axis=1).to_numpy() >= 0.5)


def _identical(features: pd.DataFrame, ids: np.ndarray, test: np.ndarray) -> pd.DataFrame:
    hashes = pd.util.hash_pandas_object(numbers_and_text(features), index=False).to_numpy()
    first = pd.Series(ids[~test], index=hashes[~test]).groupby(level=0).first()
    twins = pd.Series(hashes[test]).map(first).to_numpy(dtype=object)
    found = pd.notna(twins)
    return pd.DataFrame(
        {"test_sample": ids[test][found], "development_sample": twins[found], "distance": 0.0, "identical": True}
    )


def _near(features: pd.DataFrame, ids: np.ndarray, test: np.ndarray, known: set, seed: int) -> tuple[pd.DataFrame, int]:
    from sklearn.neighbors import NearestNeighbors

    random = np.random.default_rng(seed)
    matrix = _projected(_standardised(features), random)
    development = np.flatnonzero(~test)
    asked = np.flatnonzero(test)
    if len(asked) > MOST_ROWS:
        asked = np.sort(random.choice(asked, MOST_ROWS, replace=False))
    neighbours = NearestNeighbors(n_neighbors=1).fit(matrix[development])
    usual_of = random.choice(development, min(MOST_ROWS, len(development)), replace=False)
    usual = np.median(neighbours.kneighbors(matrix[usual_of], n_neighbors=2)[0][:, 1])
    if not usual > 0:
        return pd.DataFrame(), len(asked)  # every sample has a twin in its own part: nothing unusual can be told
    distance, position = (each[:, 0] for each in neighbours.kneighbors(matrix[asked]))
    # In a dense part of the data neighbours are near anyhow: the neighbour's own neighbour says what is usual there.
    beside = neighbours.kneighbors(matrix[development[position]], n_neighbors=2)[0][:, 1]
    found = (distance < NEAR * np.minimum(usual, beside)) & ~np.isin(ids[asked], list(known))
    pairs = pd.DataFrame(
        {
            "test_sample": ids[asked][found],
            "development_sample": ids[development][position[found]],
            "distance": distance[found] / usual,
            "identical": False,
        }
    )
    return pairs, len(asked)


def _standardised(features: pd.DataFrame) -> np.ndarray:
    """Numbers with mean 0 and standard deviation 1, missing ones at 0; categories as a column per level."""
    text = categorical_columns(features)
    frame = pd.get_dummies(features, columns=text, dtype=float) if text else features
    matrix = frame.to_numpy(dtype=float)
    spread = np.nanstd(matrix, axis=0)
    return np.nan_to_num((matrix - np.nanmean(matrix, axis=0)) / np.where(spread > 0, spread, 1))
