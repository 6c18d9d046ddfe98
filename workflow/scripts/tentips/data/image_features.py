"""What models see of images: colour, edges and texture as features, or the pixels. Only the pixels' scale is learned."""

from dataclasses import asdict, dataclass
from functools import lru_cache

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, TransformerMixin

IMAGE, HEIGHT, WIDTH = "image", "height", "width"  # columns: pixels as bytes, and the size that the file had
DIRECTIONS = 9  # of edges, over 180 degrees
GRID = 4  # cells along each side in which edges are counted
RADII = (1, 2)  # pixels from which a pixel's texture is looked at
POINTS = 8  # on each circle
KEPT = 50_000  # images whose features are kept while a process lasts: every fold asks for them again


@dataclass(frozen=True)
class Form:
    """How the pixels of all images lie in their bytes: rows, columns, channels, bits of a number.

    `sizes_differ` says that files had different sizes, which simpler models then see.
    """

    height: int
    width: int
    channels: int
    bits: int
    sizes_differ: bool = False

    @property
    def shape(self) -> tuple[int, int, int]:
        """The axes of one image: height, width, channels."""
        return self.height, self.width, self.channels

    @property
    def colours(self) -> list[str]:
        """What the channels are called."""
        known = {1: ["grey"], 3: ["red", "green", "blue"]}
        return known.get(self.channels, [f"channel {number}" for number in range(1, self.channels + 1)])

    @property
    def names(self) -> list[str]:
        """The names of the features that simpler models see, but for the size of the file."""
        moments = [f"{moment} of {colour}" for moment in ("mean", "spread", "skewness") for colour in self.colours]
        step = 180 // DIRECTIONS
        edges = [
            f"edges at {step * direction} degrees in row {row} column {column}"
            for row in range(1, GRID + 1)
            for column in range(1, GRID + 1)
            for direction in range(DIRECTIONS)
        ]
        texture = [f"texture {number} at radius {radius}" for radius in RADII for number in range(1, POINTS + 3)]
        return moments + edges + texture

    def pixels(self, images: pd.Series) -> np.ndarray:
        """Return the images as whole numbers, (rows, height, width, channels)."""
        return np.frombuffer(b"".join(images), f"uint{self.bits}").reshape(len(images), *self.shape)


@lru_cache(maxsize=KEPT)
def described(image: bytes, form: Form) -> np.ndarray:
    """Return the features of one image, as `Form.names` says.

    Moments of each colour (mean, standard deviation, cube root of the third; Stricker and Orengo 1995), histograms of oriented
    gradients in `GRID` x `GRID` cells (Dalal and Triggs 2005) and uniform local binary patterns (Ojala et al. 2002).
    """
    from skimage.feature import hog, local_binary_pattern

    whole = form.pixels(pd.Series([image], dtype=object))[0]
    pixels = whole / (2.0**form.bits - 1)
    flat = pixels.reshape(-1, form.channels)
    mean, spread = flat.mean(axis=0), flat.std(axis=0)
    moments = np.concatenate([mean, spread, np.cbrt(((flat - mean) ** 3).mean(axis=0))])
    cell = form.height // GRID, form.width // GRID
    top, left = (form.height - GRID * cell[0]) // 2, (form.width - GRID * cell[1]) // 2
    middle = pixels[top : top + GRID * cell[0], left : left + GRID * cell[1]]
    edges = hog(middle, DIRECTIONS, cell, cells_per_block=(1, 1), channel_axis=-1)
    grey = np.round(whole.mean(axis=-1)).astype(whole.dtype)
    texture = [_patterns(local_binary_pattern(grey, POINTS, radius, "uniform"), radius) for radius in RADII]
    return np.concatenate([moments, edges, *texture])


def _patterns(found: np.ndarray, radius: int) -> np.ndarray:
    """The share of pixels with each pattern; pixels at the margin, whose circle leaves the image, are not counted."""
    inner = found[radius:-radius, radius:-radius].astype(int).ravel()
    return np.bincount(inner, minlength=POINTS + 2) / inner.size


def image_table(images: pd.DataFrame, form: Form) -> pd.DataFrame:
    """Return the features of images, one row each: colour, edges, texture, and the size of the file where it differs."""
    values = np.array([described(image, form) for image in images[IMAGE]]).reshape(len(images), len(form.names))
    table = pd.DataFrame(values, index=images.index, columns=form.names)
    if form.sizes_differ:
        table = table.assign(height=images[HEIGHT].astype(float), width=images[WIDTH].astype(float))
    return table


class ImageTable(TransformerMixin, BaseEstimator):
    """Images to the features of `image_table`; the arguments are those of `Form`."""

    def __init__(self, height: int, width: int, channels: int, bits: int, sizes_differ: bool = False):
        self.height, self.width, self.channels, self.bits = height, width, channels, bits
        self.sizes_differ = sizes_differ

    @classmethod
    def of(cls, form: Form) -> "ImageTable":
        """Take the arguments from a form."""
        return cls(**asdict(form))

    def fit(self, X, y=None):
        """Learn nothing."""
        return self

    def transform(self, X):
        """Return the table of features, one row for each image."""
        return image_table(X, Form(self.height, self.width, self.channels, self.bits, self.sizes_differ))

    def get_feature_names_out(self, input_features=None):
        """Return the names of the features."""
        form = Form(self.height, self.width, self.channels, self.bits, self.sizes_differ)
        return np.array([*form.names, *(["height", "width"] if self.sizes_differ else [])], dtype=object)

    def __sklearn_is_fitted__(self):
        return True


class ImagePlanes(TransformerMixin, BaseEstimator):
    """Images to (rows, height, width, channels), each channel less its mean and divided by its spread in the training rows.

    Where they are not `standardised`, pixels are as they were measured, from 0, black, to 1, the largest number of so many bits.
    """

    def __init__(self, height: int, width: int, channels: int, bits: int, standardised: bool = True):
        self.height, self.width, self.channels, self.bits = height, width, channels, bits
        self.standardised = standardised

    def fit(self, X, y=None):
        """Learn mean and standard deviation of each channel, 0 and 1 where pixels stay as they are."""
        self.mean_, self.spread_ = np.zeros(self.channels), np.ones(self.channels)
        if not self.standardised:
            return self
        form, total, squares = Form(self.height, self.width, self.channels, self.bits), 0.0, 0.0
        for image in X[IMAGE]:
            pixels = form.pixels([image]).reshape(-1, self.channels) / (2.0**self.bits - 1)
            total, squares = total + pixels.mean(axis=0), squares + (pixels**2).mean(axis=0)
        self.mean_ = np.asarray(total / len(X))
        spread = np.sqrt(np.maximum(squares / len(X) - self.mean_**2, 0))
        self.spread_ = np.where(spread > 0, spread, 1.0)
        return self

    def transform(self, X):
        """Return the pixels as float32."""
        form = Form(self.height, self.width, self.channels, self.bits)
        pixels = form.pixels(X[IMAGE]).astype("float32")
        pixels /= np.float32(2.0**self.bits - 1)
        pixels -= self.mean_.astype("float32")
        pixels /= self.spread_.astype("float32")
        return pixels
