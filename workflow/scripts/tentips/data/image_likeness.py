"""Which images are the same picture again: pixel by pixel, or but for brightness, contrast, size, noise, flips and quarter turns.

What is compared is a perceptual fingerprint: each image shrunk to a few grey pixels, of which the ranks are kept. A perceptual
hash rounds such pixels to bits; here all ranks count, and their correlation (Spearman) is the likeness. Ranks are not ruled by
a black margin, as values are: crops of 1,082 blood cells, none twice, reach 0.92 at most by ranks and 0.999 by values.
"""

import hashlib
from collections.abc import Iterator

import numpy as np
import pandas as pd

from tentips.data.image_features import Form
from tentips.data.modality import Comparison

SIDE = 32  # pixels of a fingerprint along each side
ALIKE = 0.94  # correlation from which two images are the same picture; smooth ones that were packed anew as jpg may stay below
BLOCK = 2_000_000  # pairs that are compared at a time
MOST_ROWS = 3000  # images that are looked up among all others; of more, a random part
PAIRS = ["position", "near_position", "distance"]


class ImageComparison(Comparison):
    """Images of the same pixels are identical; `distance` of those all but identical is 1 less their correlation."""

    near = f"all but identical (a correlation of {ALIKE} or more, also flipped or turned)"

    def __init__(self, images: pd.Series, form: Form):
        self.images, self.form, self.rows = images, form, np.arange(len(images))
        self._prints: np.ndarray | None = None

    @property
    def keys(self) -> np.ndarray:
        """A hash of each image's pixels."""
        return np.array([hashlib.sha256(image).hexdigest() for image in self.images], dtype=object)

    def near_between(self, asked: np.ndarray, among: np.ndarray, seed: int) -> tuple[pd.DataFrame, int]:
        """Return each of `asked` that has a picture all but identical in `among`, with the nearest."""
        asked = _drawn(asked, seed)
        found = [self._nearest(own, among, likeness) for own, likeness in self._likeness(asked, among)]
        return pd.concat([pd.DataFrame(columns=PAIRS), *found], ignore_index=True), len(asked)

    def near_within(self, kept: np.ndarray, seed: int) -> tuple[pd.DataFrame, int]:
        """Return each of `kept` that has such a one before it, with the nearest of these."""
        asked, found = _drawn(kept, seed), []
        for own, likeness in self._likeness(asked, kept):
            likeness[kept[None, :] >= own[:, None]] = -1
            found.append(self._nearest(own, kept, likeness))
        return pd.concat([pd.DataFrame(columns=PAIRS), *found], ignore_index=True), len(asked)

    def _likeness(self, asked: np.ndarray, among: np.ndarray) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        if self._prints is None:
            self._prints = fingerprints(self.images, self.form)
        others, step = self._prints[among].T, max(1, BLOCK // max(len(among), 1))
        for begin in range(0, len(asked) if len(among) else 0, step):
            own = asked[begin : begin + step]
            yield own, np.max([turned @ others for turned in _turned(self._prints[own])], axis=0)

    def _nearest(self, own: np.ndarray, among: np.ndarray, likeness: np.ndarray) -> pd.DataFrame:
        best = likeness.argmax(axis=1)
        value = likeness[np.arange(len(own)), best]
        found = value >= ALIKE
        columns = own[found], among[best[found]], np.maximum(1 - value[found].astype(float), 0)
        return pd.DataFrame(dict(zip(PAIRS, columns, strict=True)))


def fingerprints(images: pd.Series, form: Form) -> np.ndarray:
    """Return (rows, SIDE * SIDE): ranks of the shrunken image's grey pixels, of mean 0 and length 1; zeros for an image of one colour."""
    from scipy.stats import rankdata
    from skimage.transform import resize

    prints = np.zeros((len(images), SIDE, SIDE), dtype="float32")
    for number, image in enumerate(images):
        grey = form.pixels([image])[0].mean(axis=-1)
        prints[number] = resize(grey, (SIDE, SIDE), order=1, anti_aliasing=True)
    prints = (
        rankdata(prints.reshape(len(images), -1), axis=1).astype("float32")
        if len(images)
        else prints.reshape(0, SIDE * SIDE)
    )
    prints -= prints.mean(axis=1, keepdims=True)
    length = np.linalg.norm(prints, axis=1, keepdims=True)
    return np.divide(prints, length, out=np.zeros_like(prints), where=length > 1e-3)


def _turned(prints: np.ndarray) -> Iterator[np.ndarray]:
    """The fingerprints as they are, turned by quarters, and each of these flipped."""
    images = prints.reshape(-1, SIDE, SIDE)
    for flipped in (images, images[:, :, ::-1]):
        for turns in range(4):
            yield np.rot90(flipped, turns, axes=(1, 2)).reshape(len(prints), -1)


def _drawn(asked: np.ndarray, seed: int) -> np.ndarray:
    if len(asked) <= MOST_ROWS:
        return asked
    return np.sort(np.random.default_rng(seed).choice(asked, MOST_ROWS, replace=False))
