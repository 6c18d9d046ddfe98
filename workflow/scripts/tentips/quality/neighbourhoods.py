"""Whether samples come in small sets whose members are each other's nearest neighbours, as replicates do, whatever they are called.

For a set of `size` samples, each sample and its nearest neighbours are such a set; `overlap` is the mean share of it that its members'
own sets have in common with it: 1 where samples fall apart into groups of that size. What chance gives is found by permuting each
principal component by itself: that keeps how every component is distributed, and takes away which samples go together. Kinds of
samples (subtypes, tissues) are sets, too, but large ones: sets of more than a part in `LARGEST` of the samples are not looked at.
"""

import numpy as np
import pandas as pd

from tentips.quality.nearness import coordinates_of, squared_distances

SIZES = (2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64)
LARGEST = 15  # a set has at most one sample in so many
FEWEST_ROWS = 60
MOST_ROWS = 1500  # of more, a random part is looked at, in which sets are smaller
DRAWS = 3
COLUMNS = ["size", "rows", "overlap", "expected"]


def neighbourhoods(left: np.ndarray, seed: int = 0) -> pd.DataFrame:
    """Return one row per size: size, rows, overlap, expected. `left` are features of independent units, known effects taken out."""
    random = np.random.default_rng(seed)
    if len(left) > MOST_ROWS:
        left = left[np.sort(random.permutation(len(left))[:MOST_ROWS])]
    sizes = [size for size in SIZES if size <= len(left) / LARGEST]
    if len(left) < FEWEST_ROWS or not np.ptp(left, axis=0).any():
        return pd.DataFrame(columns=COLUMNS)
    place = coordinates_of(left)
    null = [overlaps(np.column_stack([random.permutation(each) for each in place.T]), sizes) for _ in range(DRAWS)]
    found = {"size": sizes, "rows": len(left), "overlap": overlaps(place, sizes), "expected": np.mean(null, axis=0)}
    return pd.DataFrame(found, columns=COLUMNS)


def overlaps(place: np.ndarray, sizes: list[int]) -> np.ndarray:
    """Return for each size how much of a row's set its nearest neighbours' sets have in common with it, on average; shape (sizes,)."""
    n, found = len(place), []
    nearest = np.argsort(squared_distances(place), axis=1)[:, : max(sizes)]
    for size in sizes:
        member = np.zeros((n, n), dtype="float32")
        np.put_along_axis(member, nearest[:, :size], 1, axis=1)
        shared = float(((member @ member.T) * member).sum()) - n * size  # a row shares all of its set with itself
        found.append(shared / (n * (size - 1) * size))
    return np.array(found)
