"""Images: one column of pixels, all of one size, and the size that each file had."""

import itertools
from dataclasses import asdict
from typing import ClassVar

import numpy as np
import pandas as pd
from sklearn.pipeline import Pipeline

from tentips.data.image_features import HEIGHT, IMAGE, WIDTH, Form, ImagePlanes, ImageTable, image_table
from tentips.data.image_likeness import ImageComparison
from tentips.data.modality import Comparison, Modality, Perturbations
from tentips.data.preparation import preparation
from tentips.errors import StudyError

TILES = 4  # along each side, whose importance is asked for
PLACES = 8  # along each side, that are covered one after the other
PICTURE = 64  # pixels of a side that is shown, at most
COVER = 2  # places that a cover is wide: it goes beyond its own place by half of one on each side


class Images(Modality):
    """Images: simpler models see colour moments, edges and texture, networks that know place the pixels."""

    name = "image"
    axes = 3
    units: ClassVar[dict[str, str]] = {HEIGHT: "pixels", WIDTH: "pixels"}
    noun = "images"
    perturbation = "occlusion"
    perturbed = "covered by the image's own mean colour"
    most_perturbed = 2_000
    disorder = "the pixels of all images moved to other places, the same in each"
    order = "neighbourhood of pixels"
    without_order = "colours do as well as shapes. Prefer simpler models, and do not speak of shapes that it has found"

    def __init__(self, facts: dict | None = None):
        self.facts = facts or {}

    def found(self, facts: dict) -> "Images":
        """Return the modality of images of this size and kind."""
        return Images(facts)

    @property
    def form(self) -> Form:
        """How the images lie in memory."""
        return Form(**{key: self.facts[key] for key in ("height", "width", "channels", "bits", "sizes_differ")})

    def choose(self, features: pd.DataFrame, data: dict, roles: dict) -> tuple[pd.DataFrame, list[dict]]:
        """Take the pixels and the size of the file."""
        return features[[data["id"], IMAGE, HEIGHT, WIDTH]], []

    def check(self, features: pd.DataFrame, ids: pd.Series, preprocess: dict) -> None:
        """Refuse images that are all the same."""
        if features[IMAGE].nunique() < 2:
            raise StudyError("all samples have one and the same image; there is nothing to learn from.")

    def described(self, measured: pd.DataFrame) -> pd.DataFrame:
        """The size of the file."""
        return measured[[HEIGHT, WIDTH]].astype(float)

    def inputs(self, measured: pd.DataFrame) -> pd.DataFrame:
        """The pixels as bytes, and the size of the file."""
        return measured[[IMAGE, HEIGHT, WIDTH]]

    def table(self, inputs: pd.DataFrame) -> pd.DataFrame:
        """Moments of colours, edges in a grid of cells, texture, and the size of the file where it differs."""
        return image_table(inputs, self.form)

    def preparation(self, inputs: pd.DataFrame, options: dict, task: str, axes: int | None = 1):
        """Prepare the table as any other, or give the pixels, of which scale and mean of each channel are learned."""
        form = self.form
        if axes != 1:
            return ImagePlanes(*form.shape, form.bits)
        return Pipeline(
            [("table", ImageTable.of(form)), *preparation(self.table(inputs.iloc[:2]), options, task).steps]
        )

    def comparison(self, inputs: pd.DataFrame) -> Comparison:
        """Compare images by their pixels, and by what is left of them when they are shrunk."""
        return ImageComparison(inputs[IMAGE], self.form)

    def parts(self, inputs: pd.DataFrame) -> list[str]:
        """Tiles, by their row and column from the upper left."""
        return list(self._tiles())

    def exchanged(self, inputs: pd.DataFrame, parts: list[str], order: np.ndarray) -> pd.DataFrame:
        """Give each image these tiles of the image that `order` names."""
        tiles, own = self._tiles(), self.form.pixels(inputs[IMAGE])
        changed = own.copy()
        for part in parts:
            changed[:, *tiles[part]] = own[order][:, *tiles[part]]
        return self._with(inputs, changed)

    def perturb(self, inputs: pd.DataFrame, random: np.random.Generator) -> Perturbations:
        """Cover each place by a square of the image's mean colour (occlusion; Zeiler and Fergus 2014, arXiv:1311.2901)."""
        [own] = self.form.pixels(inputs[IMAGE])
        rows, columns = (_covers(size) for size in self.form.shape[:2])
        colour = own.mean(axis=(0, 1)).round().astype(own.dtype)
        changed = np.repeat(own[None], len(rows) * len(columns), axis=0)
        for number, (row, column) in enumerate(itertools.product(rows, columns)):
            changed[number, row, column] = colour
        copies = inputs.iloc[[0] * len(changed)].reset_index(drop=True)
        return Perturbations(self._with(copies, changed), np.arange(len(changed)), (len(rows), len(columns)))

    def at_places(self, maps: np.ndarray) -> np.ndarray:
        """Resize maps of any height and width, (samples, height, width), to one value for each place."""
        from skimage.transform import resize

        shape = tuple(len(_covers(size)) for size in self.form.shape[:2])
        return np.stack([resize(each, shape, order=1, mode="edge", anti_aliasing=True) for each in maps])

    def pictures(self, inputs: pd.DataFrame) -> np.ndarray:
        """The pixels as red, green and blue, at most `PICTURE` on a side; of other channels than three the first one, in grey."""
        form = self.form
        step = max(1, -(-max(form.height, form.width) // PICTURE))
        pixels = form.pixels(inputs[IMAGE])[:, ::step, ::step]
        pixels = pixels / (255 if form.bits == 8 else max(1, pixels.max()))
        return pixels if form.channels == 3 else np.repeat(pixels[..., :1], 3, axis=-1)

    def disordered(self, inputs: pd.DataFrame, random: np.random.Generator) -> pd.DataFrame:
        """Move the pixels of all images to other places, by one permutation: colours stay, what is beside what is gone."""
        pixels = self.form.pixels(inputs[IMAGE])
        flat = pixels.reshape(len(inputs), -1, self.form.channels)
        return self._with(inputs, flat[:, random.permutation(flat.shape[1])])

    def summary(self, inputs: pd.DataFrame) -> dict:
        """Return the number of features that simpler models see, and what the images are."""
        form, features = self.form, self.table(inputs.iloc[:2]).shape[1]
        size = f"{form.height} x {form.width} pixels"
        channels = {1: "grey", 3: "in colour"}.get(form.channels, f"with {form.channels} channels")
        sizes = ", the size of the file" if form.sizes_differ else ""
        return {
            "features": features,
            "inputs": f"images ({size}, {channels}, {form.bits} bits; {features:,} features of them for simpler models)",
            "seen": f"simpler models take {features:,} features of each image (mean, spread and skewness of each channel, directions of edges "
            f"in {TILES} x {TILES} cells, local binary patterns{sizes}); networks that know place take all pixels",
            "images": asdict(form),
        }

    def _tiles(self) -> dict[str, tuple[slice, slice]]:
        rows, columns = (np.linspace(0, size, TILES + 1).round().astype(int) for size in self.form.shape[:2])
        return {
            f"tile in row {row + 1} column {column + 1}": (
                slice(*rows[row : row + 2]),
                slice(*columns[column : column + 2]),
            )
            for row in range(TILES)
            for column in range(TILES)
        }

    def _with(self, inputs: pd.DataFrame, pixels: np.ndarray) -> pd.DataFrame:
        images = [each.tobytes() for each in np.ascontiguousarray(pixels)]
        return inputs.assign(**{IMAGE: pd.Series(images, index=inputs.index, dtype=object)})


def _covers(size: int) -> list[slice]:
    """The pixels that are covered for each place along a side of `size` pixels."""
    places = min(PLACES, size)
    middles, half = (np.arange(places) + 0.5) * size / places, COVER * size / places / 2
    starts, ends = np.floor(middles - half).clip(0), np.ceil(middles + half).clip(max=size)
    return [slice(int(start), int(end)) for start, end in zip(starts, ends, strict=True)]
