"""Which rows of a table are the same sample under two names: identical, or nearer to each other than any two should be."""

import numpy as np
import pandas as pd

from tentips.data.modality import Comparison
from tentips.data.preparation import categorical_columns, numbers_and_text

FEWEST_VALUES = 20  # different values from which a feature tells samples apart
FEWEST_FEATURES = 3  # such features without which equal rows need not be the same sample
COMMON = 0.05  # share of samples from which a value is too common to tell one from another (such as 0 in counts)
NEAR = 0.05  # of the usual distance between nearest neighbours: with 3 features chance comes that near once in 10,000
PROJECTED = 50  # random projections that take the place of more features (Johnson and Lindenstrauss 1984)
MOST_ROWS = 5000  # samples for which neighbours are looked for; of more, a random part
BESIDE = 3  # the neighbour's neighbour, this one left out, that says what is usual there: sets of four are seen
FEWER = f"fewer than {FEWEST_FEATURES} features take more than {FEWEST_VALUES} values: equal rows need not be the same sample"
PAIRS = ["position", "near_position", "distance"]


class TableComparison(Comparison):
    """Rows with enough uncommon values by which they could be known again; `distance` is in units of what is usual.

    The usual distance is the median of that between nearest neighbours, of features that take many values.
    """

    near = "all but identical"

    def __init__(self, features: pd.DataFrame):
        self.features, (telling, uncommon) = features, _distinct(features)
        self.rows, self.note = np.flatnonzero(uncommon), FEWER if len(telling) < FEWEST_FEATURES else ""
        self.features, self.telling = features.iloc[self.rows], telling

    @property
    def keys(self) -> np.ndarray:
        """A hash of each row's values."""
        return pd.util.hash_pandas_object(numbers_and_text(self.features), index=False).to_numpy()

    def near_between(self, asked: np.ndarray, among: np.ndarray, seed: int) -> tuple[pd.DataFrame, int]:
        """Return each row of `asked` whose nearest in `among` is much nearer than is usual there."""
        from sklearn.neighbors import NearestNeighbors

        random = np.random.default_rng(seed)
        matrix = _projected(_standardised(self.features[self.telling]), random)
        if len(asked) > MOST_ROWS:
            asked = np.sort(random.choice(asked, MOST_ROWS, replace=False))
        neighbours = NearestNeighbors(n_neighbors=1).fit(matrix[among])
        usual_of = random.choice(among, min(MOST_ROWS, len(among)), replace=False)
        usual = np.median(neighbours.kneighbors(matrix[usual_of], n_neighbors=2)[0][:, 1])
        if not usual > 0:
            return pd.DataFrame(columns=PAIRS), len(
                asked
            )  # every sample has a twin in its own part: nothing is unusual
        distance, position = (each[:, 0] for each in neighbours.kneighbors(matrix[asked]))
        # In a dense part of the data neighbours are near anyhow: the neighbour's own neighbour says what is usual there.
        beside = neighbours.kneighbors(matrix[among[position]], n_neighbors=2)[0][:, 1]
        found = distance < NEAR * np.minimum(usual, beside)
        columns = asked[found], among[position[found]], distance[found] / usual
        return pd.DataFrame(dict(zip(PAIRS, columns, strict=True))), len(asked)

    def near_within(self, kept: np.ndarray, seed: int) -> tuple[pd.DataFrame, int]:
        """Return pairs of `kept`, judged against the nearer one's own neighbours."""
        from sklearn.neighbors import NearestNeighbors

        random = np.random.default_rng(seed)
        matrix = _projected(_standardised(self.features[self.telling].iloc[kept]), random)
        asked = np.arange(len(kept))
        if len(asked) > MOST_ROWS:
            asked = np.sort(random.choice(asked, MOST_ROWS, replace=False))
        most = min(BESIDE + 2, len(kept))
        if most < 3:
            return pd.DataFrame(columns=PAIRS), len(asked)
        neighbours = NearestNeighbors(n_neighbors=most).fit(matrix)
        distances, positions = neighbours.kneighbors(matrix[asked])
        distance, position = distances[:, 1], positions[:, 1]
        usual = np.median(distance)
        # The nearest other's own neighbours, itself and the one that asks left out.
        beside = neighbours.kneighbors(matrix[position])[0][:, -1]
        found = distance < NEAR * np.minimum(usual, beside)
        pairs = np.sort(np.stack([asked[found], position[found]], axis=1), axis=1)
        table = pd.DataFrame({"position": kept[pairs[:, 1]], "near_position": kept[pairs[:, 0]]})
        table["distance"] = distance[found] / (usual or 1)
        return table.drop_duplicates(["position", "near_position"], ignore_index=True), len(asked)


def _projected(matrix: np.ndarray, random: np.random.Generator) -> np.ndarray:
    if matrix.shape[1] <= PROJECTED:
        return matrix
    return matrix @ random.normal(size=(matrix.shape[1], PROJECTED)) / np.sqrt(PROJECTED)


def _distinct(features: pd.DataFrame) -> tuple[list[str], np.ndarray]:
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


def _standardised(features: pd.DataFrame) -> np.ndarray:
    """Numbers with mean 0 and standard deviation 1, missing ones at 0; categories as a column per level."""
    text = categorical_columns(features)
    frame = pd.get_dummies(features, columns=text, dtype=float) if text else features
    matrix = frame.to_numpy(dtype=float)
    spread = np.nanstd(matrix, axis=0)
    return np.nan_to_num((matrix - np.nanmean(matrix, axis=0)) / np.where(spread > 0, spread, 1))
