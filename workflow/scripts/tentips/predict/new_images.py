"""New images in a folder or a zip archive, decoded a part at a time."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from tentips.data.datasets import IMAGE_ENDINGS
from tentips.data.formats.image_files import ImageFiles, NotAnImage, decoded
from tentips.data.image_features import HEIGHT, IMAGE, WIDTH, Form, described
from tentips.data.image_reading import resized
from tentips.errors import StudyError, listed
from tentips.predict.new_samples import AT_ONCE, NewSamples, Part, in_parts, refuse_twice

MOST_NUMBERS = 50_000_000  # of the pixels of one part: 200 MB as a network reads them


@dataclass(frozen=True)
class NewImages(NewSamples):
    """New images: `names` maps the id of each to its file."""

    names: dict[str, str]

    def parts(self, at_once: int = AT_ONCE) -> Iterator[Part]:
        """Yield the images part by part, brought to the size, the channels and the bits that the model takes."""
        kind, files = self.modality, ImageFiles(self.path)
        form = kind.form
        at_once = max(1, min(at_once, MOST_NUMBERS // (form.height * form.width * form.channels)))
        for named in in_parts(self.names.items(), at_once):
            rows, refused = [], []
            for _, name in named:
                try:
                    rows.append(_read(files, name, form))
                except NotAnImage as error:
                    refused.append(f"{name} {error}")
            if refused:
                raise StudyError(
                    f"{files.name}: {len(refused):,} images are not read: {listed(refused, 3)}. Obtain them again, or take them out."
                )
            measured = pd.DataFrame(rows, columns=[IMAGE, HEIGHT, WIDTH]).astype({IMAGE: object})
            yield Part(pd.Series([sample for sample, _ in named], dtype=object), measured, kind.described(measured))
            described.cache_clear()  # else the features of all images are kept


def check(path: str | Path, sheet: dict) -> NewImages:
    """Check a folder or a zip archive of new images. The id is the name of the file, with its folders where two share a name.

    Raises StudyError in one line: nothing there, no archive, no image, two images of one name in one folder. Each image is
    looked at by `parts`.
    """
    path = Path(path)
    if not path.exists():
        raise StudyError(
            f"there is no {path}; give the folder or the zip archive of new images: --config predict=FOLDER."
        )
    files = ImageFiles(path)
    names = [name for name in files.names if name.lower().endswith(IMAGE_ENDINGS)]
    if not names:
        raise StudyError(f"{files.name} holds no image; png, jpg and tif are read.")
    whole = [name.rsplit(".", 1)[0] for name in names]
    short = [name.rsplit("/", 1)[-1] for name in whole]
    ids = short if len(set(short)) == len(short) else whole
    refuse_twice(files.name, sorted(name for name, count in Counter(ids).items() if count > 1))
    others = len(files.names) - len(names)
    notices = [f"{files.name}: {others:,} files that are no images are not looked at"] if others else []
    if ids is not short:
        notices.append(f"{files.name}: images in several folders have one name; ids hold their folders")
    return NewImages(path, sheet, len(names), notices, dict(zip(ids, names, strict=True)))


def _read(files: ImageFiles, name: str, form: Form) -> tuple[bytes, int, int]:
    """The pixels of one image as bytes, and the height and width of its file."""
    pixels = decoded(files.content(name)).pixels
    height, width, channels = pixels.shape
    if channels == 1 and form.channels == 3:
        pixels = np.repeat(pixels, 3, axis=2)
    if pixels.shape[2] != form.channels or pixels.dtype.itemsize * 8 != form.bits:
        raise NotAnImage(
            f"has {channels} channels of {pixels.dtype.itemsize * 8} bits, where the model takes {form.channels} of {form.bits}"
        )
    return np.ascontiguousarray(resized(pixels, form.shape[:2])).tobytes(), height, width
