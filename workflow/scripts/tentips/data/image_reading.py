"""Read the images that a sample sheet names, one at a time, into one size."""

from collections import Counter
from collections.abc import Callable, Iterator

import numpy as np
import pandas as pd

from tentips.data.datasets import IMAGE_ENDINGS
from tentips.data.formats.image_files import (
    NARROWED,
    PAGES,
    PALETTE,
    SEEN_THROUGH,
    TURNED,
    ImageFiles,
    NotAnImage,
    decoded,
    is_outside,
)
from tentips.data.image_features import HEIGHT, IMAGE, WIDTH
from tentips.errors import StudyError, listed

MOST_NUMBERS = 250_000_000  # of all images together: 1 GB as a network reads them
NOTES = {
    TURNED: "are turned upright, as their EXIF says",
    SEEN_THROUGH: "are transparent in places, which are taken as black; transparency itself is left out",
    NARROWED: "have colours of 16 bits, of which the upper 8 are read (save them as tif to keep all)",
    PALETTE: "have colours from a palette, read as red, green and blue",
    PAGES: "have several pages, which are taken as channels",
}


def read_images(path: str, sheet: pd.DataFrame, data: dict, announce: Callable[[str], None]) -> pd.DataFrame:
    """Read the image of each row of the sheet: `data.id`, its pixels as bytes, and the height and width it had.

    `data` is that section, resolved. `attrs` holds the facts: height, width, channels and bits of all. Raises StudyError in
    one line that names the files; `announce` is called with what was changed.
    """
    files = ImageFiles(path)
    images = [name for name in files.names if name.lower().endswith(IMAGE_ENDINGS)]
    if not images:
        raise StudyError(f"{files.name} holds no image; png, jpg and tif are read.")
    named = _named(files, images, sheet, data)
    unused = len(set(images) - set(named.values()))
    if unused:
        announce(f"{files.name}: {unused:,} images are named by no row of the sample sheet and are not read")
    gathered = _Gathered(files.name, _wanted(data["image_size"]), len(named))
    for sample, name in named.items():
        gathered.read(sample, name, files)
    return gathered.frame(data["id"], announce)


def _wanted(size: int | list[int] | None) -> tuple[int, int] | None:
    return size if size is None else (size, size) if isinstance(size, int) else (size[0], size[1])


def _named(files: ImageFiles, images: list[str], sheet: pd.DataFrame, data: dict) -> dict[str, str]:
    """Return the file of each sample. Without data.image, it is the one whose name, without its ending, is the sample's id."""
    ids, column = sheet[data["id"]].astype(str), data["image"]
    if column is None:
        stems: dict[str, list[str]] = {}
        for name in images:
            stems.setdefault(name.rsplit("/")[-1].rsplit(".", 1)[0], []).append(name)
        found = {sample: stems.get(sample, []) for sample in ids}
        where, what = (
            f"{files.name} has no image named as",
            "name its file in a column of the sample sheet (data.image)",
        )
    elif column not in sheet:
        raise StudyError(
            f"data.image is '{column}', but the sample sheet has no such column; it has: {listed(sheet.columns, 12)}."
        )
    else:
        written = sheet[column].astype(object).where(sheet[column].notna(), "").astype(str)
        outside = [f"{sample} ({name})" for sample, name in zip(ids, written, strict=True) if is_outside(name)]
        if outside:
            raise StudyError(
                f"column '{column}' of the sample sheet names files outside of {files.name} for sample {listed(outside, 3)}; "
                "write paths within it."
            )
        empty = ids[written.str.strip() == ""]
        if len(empty):
            raise StudyError(
                f"column '{column}' of the sample sheet is empty for sample {listed(empty, 3)}; name their images, or take these samples out."
            )
        found = {sample: files.find(name) for sample, name in zip(ids, written, strict=True)}
        where, what = f"{files.name} lacks the images of", "add them, or take these samples out"
    missing = [sample for sample, names in found.items() if not names]
    if missing:
        raise StudyError(f"{where} {len(missing):,} of {len(found):,} samples ({listed(missing, 3)}); {what}.")
    several = [f"{sample}: {listed(names, 2)}" for sample, names in found.items() if len(names) > 1]
    if several:
        raise StudyError(
            f"{files.name} has several images that the sheet may mean ({listed(several, 2)}); write their folders into the sheet, too."
        )
    return {sample: names[0] for sample, names in found.items()}


class _Gathered:
    """The images read so far, all of one size; `wanted` is (height, width), or None where all must have one already."""

    def __init__(self, source: str, wanted: tuple[int, int] | None, expected: int):
        self.source, self.wanted, self.expected = source, wanted, expected
        self.rows: list[tuple[str, bytes, int, int]] = []
        self.refused: list[str] = []
        self.done: Counter = Counter()
        self.sizes: Counter = Counter()
        self.kinds: dict[tuple[int, int], list[str]] = {}
        self.plain: list[str] = []

    def read(self, sample: str, name: str, files: ImageFiles) -> None:
        """Decode one image, bring it to the size, and keep its bytes."""
        try:
            image = decoded(files.content(name))
        except NotAnImage as error:
            self.refused.append(f"{name} {error}")
            return
        pixels = image.pixels
        height, width, channels = pixels.shape
        size = self.wanted or (height, width)
        self._check_memory(size, channels, name)
        self.done.update(image.done)
        self.sizes[height, width] += 1
        self.kinds.setdefault((channels, pixels.dtype.itemsize * 8), []).append(name)
        if pixels.min() == pixels.max():
            self.plain.append(name)
        if len(self.sizes) > 1 and self.wanted is None:
            self.rows.clear()  # it will be refused: only sizes are of interest
            return
        self.rows.append((sample, resized(pixels, size).tobytes(), height, width))

    def _check_memory(self, size: tuple[int, int], channels: int, name: str) -> None:
        numbers = self.expected * size[0] * size[1] * channels
        if numbers > MOST_NUMBERS:
            side = int((MOST_NUMBERS / (self.expected * channels)) ** 0.5)
            raise StudyError(
                f"{self.source}: {self.expected:,} images of {size[0]:,} x {size[1]:,} pixels with {channels} channels ({name}) are "
                f"{numbers:.1e} numbers, too many to be held in memory; set data.image_size to {side} or less."
            )

    def frame(self, id_column: str, announce: Callable[[str], None]) -> pd.DataFrame:
        """Return the table of all images, once they agree in size, channels and bits."""
        if self.refused:
            raise StudyError(
                f"{self.source}: {len(self.refused):,} of {self.expected:,} images are not read: {listed(self.refused, 3)}. Obtain them again, "
                "or take these samples out."
            )
        self._check_sizes()
        channels, bits = self._kind()
        height, width = self.wanted or next(iter(self.sizes))
        for note in self._notes(height, width, channels, bits):
            announce(f"{self.source}: {note}")
        frame = pd.DataFrame(self.rows, columns=[id_column, IMAGE, HEIGHT, WIDTH])
        one = height * width * bits // 8
        grey = [len(each) == one for each in frame[IMAGE]]
        if channels > 1 and any(grey):
            kind = f"uint{bits}"
            frame[IMAGE] = [
                np.repeat(np.frombuffer(each, kind), channels).tobytes() if is_grey else each
                for each, is_grey in zip(frame[IMAGE], grey, strict=True)
            ]
        frame[IMAGE] = frame[IMAGE].astype(object)
        frame.attrs = {
            "height": height,
            "width": width,
            "channels": channels,
            "bits": bits,
            "sizes_differ": len(self.sizes) > 1,
        }
        return frame

    def _check_sizes(self) -> None:
        if self.wanted is not None or len(self.sizes) == 1:
            return
        common = [f"{height} x {width} ({count:,} images)" for (height, width), count in self.sizes.most_common(3)]
        side = max(8, min(min(size) for size in self.sizes))
        raise StudyError(
            f"{self.source}: images have {len(self.sizes):,} different sizes (height x width: {listed(common)}); set data.image_size, for "
            f"instance to {min(side, 128)}, to which all are resized."
        )

    def _kind(self) -> tuple[int, int]:
        """The channels and bits of all images; grey ones among those of three colours are read as such."""
        counts = [
            f"{channels} channels of {bits} bits: {len(names):,}, such as {names[0]}"
            for (channels, bits), names in self.kinds.items()
        ]
        if len({bits for _, bits in self.kinds}) > 1 or {channels for channels, _ in self.kinds} not in (
            {1, 3},
            *({each[0]} for each in self.kinds),
        ):
            raise StudyError(
                f"{self.source}: images are of different kinds ({listed(counts, 4)}); save all of them in one."
            )
        return max(channels for channels, _ in self.kinds), next(iter(self.kinds))[1]

    def _notes(self, height: int, width: int, channels: int, bits: int) -> Iterator[str]:
        resized = sum(count for size, count in self.sizes.items() if size != (height, width))
        colours = {1: "grey", 3: "red, green and blue"}.get(channels, f"{channels} channels")
        yield f"{self.expected:,} images of {height} x {width} pixels, {colours}, {bits} bits"
        if resized:
            heights, widths = zip(*self.sizes, strict=True)
            stretched = sum(count for (h, w), count in self.sizes.items() if abs(h * width / (w * height) - 1) > 0.02)
            bent = f"; the proportions of {stretched:,} change by that" * bool(stretched)
            yield (
                f"{resized:,} images (height {min(heights):,} to {max(heights):,}, width {min(widths):,} to {max(widths):,}) are resized "
                f"to data.image_size{bent}"
            )
        grey = len(self.kinds.get((1, bits), ()))
        if channels > 1 and grey:
            yield f"{grey:,} grey images among coloured ones get three equal colours; make sure that colour does not give the label away"
        for key, count in self.done.items():
            yield f"{count:,} images {NOTES[key]}"
        if self.plain:
            yield f"{len(self.plain):,} images have one colour in all pixels ({listed(self.plain, 3)})"


def resized(pixels: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """Return an image, (height, width, channels), in another `size` (height, width), its values in the same range."""
    if pixels.shape[:2] == size:
        return pixels
    from skimage.transform import resize

    return np.round(resize(pixels, size, order=1, anti_aliasing=True, preserve_range=True)).astype(pixels.dtype)
