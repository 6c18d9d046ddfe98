"""The made-up samples of a bundle: what new samples look like, with no sample of the data among them."""

from pathlib import Path

import numpy as np
import pandas as pd

from tentips.data.alphabets import letters_of
from tentips.data.image_features import Form
from tentips.data.modality import modality
from tentips.models.model_sheet import CATEGORY

PLACES = (0.25, 0.5, 0.75)  # where three made-up samples lie in the range of each number
# The file or the folder of examples by modality, and what new samples are, in words.
EXAMPLES = {"tabular": "examples.csv", "sequence": "examples.fasta", "image": "examples"}
NEW = {
    "tabular": "A table of new samples has one row per sample and the columns of `examples.csv`, in any order;",
    "sequence": "New sequences are FASTA (also .gz), the id first in each header;",
    "image": "New images are a folder or a zip archive of png, jpg or tif; the id of each is its file's name;",
}


def takes(sheet: dict) -> str:
    """Return in words what the model predicts from."""
    kind = modality(sheet["modality"], sheet["facts"])
    if sheet["modality"] == "tabular":
        return f"{len(sheet['features'])} features"
    if sheet["modality"] == "sequence":
        return f"{kind.noun} of at most {kind.view.length:,} letters"
    return f"{kind.noun} of {kind.form.height} x {kind.form.width} pixels"


def write_examples(sheet: dict, folder: Path) -> None:
    """Write three made-up samples into `folder`, as `EXAMPLES` names them; the same sheet gives the same samples."""
    target = folder / EXAMPLES[sheet["modality"]]
    if sheet["modality"] == "tabular":
        example_table(sheet).to_csv(target, index=False)
    elif sheet["modality"] == "sequence":
        text = "".join(f">example_{number}\n{letters}\n" for number, letters in enumerate(example_sequences(sheet), 1))
        target.write_text(text, encoding="utf-8")
    else:
        _write_images(example_images(sheet), target)


def example_table(sheet: dict) -> pd.DataFrame:
    """Return three samples: numbers at fixed places of their range, categories in turn."""
    columns = {sheet["id"]: [f"example {number + 1}" for number in range(len(PLACES))]}
    for feature in sheet["features"]:
        if feature["type"] == CATEGORY:
            known = feature["categories"] or [None]
            columns[feature["name"]] = [known[number % len(known)] for number in range(len(PLACES))]
        else:
            low, high = (0.0 if feature[end] is None else feature[end] for end in ("low", "high"))
            columns[feature["name"]] = [low + place * (high - low) for place in PLACES]
    return pd.DataFrame(columns)


def example_sequences(sheet: dict) -> list[str]:
    """Return three sequences of letters drawn at random, of the length that models take."""
    random, letters = np.random.default_rng(0), list(letters_of(sheet["facts"]["alphabet"]))
    return ["".join(random.choice(letters, sheet["facts"]["length"])) for _ in PLACES]


def example_images(sheet: dict) -> list[np.ndarray]:
    """Return three images of one slope each, from dark to bright, (height, width, channels)."""
    form = Form(**sheet["facts"])
    slope = np.linspace(0, 2**form.bits - 1, form.width)
    return [np.broadcast_to((place * slope)[None, :, None], form.shape).astype(f"uint{form.bits}") for place in PLACES]


def _write_images(images: list[np.ndarray], folder: Path) -> None:
    folder.mkdir()
    for number, pixels in enumerate(images, 1):
        if pixels.dtype == np.uint8 and pixels.shape[2] in (1, 3):
            from PIL import Image

            Image.fromarray(pixels[:, :, 0] if pixels.shape[2] == 1 else pixels).save(folder / f"example_{number}.png")
        else:
            import tifffile

            # Channels first, as pages: so a tif of any number of them is read.
            tifffile.imwrite(folder / f"example_{number}.tif", np.moveaxis(pixels, 2, 0), photometric="minisblack")
