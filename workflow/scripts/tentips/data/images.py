"""Images: one column of pixels, all of one size, and the size that each file had."""

from dataclasses import asdict

import numpy as np
import pandas as pd
from sklearn.pipeline import Pipeline

from tentips.data.image_features import HEIGHT, IMAGE, WIDTH, Form, ImagePlanes, ImageTable, image_table
from tentips.data.image_likeness import ImageComparison
from tentips.data.modality import Comparison, Modality
from tentips.data.preparation import preparation
from tentips.errors import StudyError

TILES = 4  # along each side, whose importance is asked for


class Images(Modality):
    """Images: simpler models see colour moments, edges and texture, networks that know place the pixels."""

    name = "image"
    axes = 3
    noun = "images"
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
