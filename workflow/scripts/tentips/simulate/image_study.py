"""Simulated studies of images whose truth is known: what tells the classes apart, and which images are copies or of one slide."""

import hashlib
import io
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from tentips.simulate.pretrained_network import write_pretrained_images
from tentips.simulate.writing import write_config
from tentips.study.config import TRANSFER

FOLDER = "resources/simulated"


@dataclass(frozen=True)
class ImageDesign:
    """Coloured images of `side` x `side` pixels, each with a bar somewhere, on a background with noise.

    `signal` is shape (the bar lies in one class and stands in the other), colour (the background of one class is redder) or none
    (labels by chance). `slides` is how many images come from one slide; they share a background of their own and their label.
    `copies` is how many images show one picture, turned or flipped. `mark` puts a light corner on images of the second class.
    `pretrained` gives the study a network to begin with that has learned nothing.
    """

    samples: int = 120
    side: int = 24
    signal: str = "shape"
    slides: int = 1
    copies: int = 1
    mark: bool = False
    pretrained: bool = False
    seed: int = 0


def images(design: ImageDesign) -> tuple[np.ndarray, list[str], list[str]]:
    """Return the images (rows, side, side, 3) as uint8, the label of each, case or control, and its slide."""
    random = np.random.default_rng(design.seed)
    pictures, labels, slides = [], [], []
    alike = max(design.slides, design.copies)
    for slide in range(-(-design.samples // alike)):
        case = slide % 2 == 1
        ground = random.normal(0.4, 0.08, 3) + (np.array([0.15, 0, 0]) if design.signal == "colour" and case else 0)
        texture = random.normal(0, 0.06, (design.side, design.side, 1))
        picture = _picture(design, case, ground, texture, random)
        for number in range(min(alike, design.samples - len(pictures))):
            if design.copies > 1:
                turned = np.rot90(picture, number % 4)
                pictures.append(turned[:, ::-1] if number >= 4 else turned)
            else:
                pictures.append(_picture(design, case, ground, texture, random))
            labels.append("case" if case else "control")
            slides.append(f"slide_{slide:03d}")
    found = np.stack(pictures)
    if design.signal == "none":
        labels = [str(each) for each in random.permutation(labels)]
    if design.mark:
        found[np.array(labels) == "case", :3, :3] = 1.0
    order = random.permutation(len(found))
    whole = np.round(np.clip(found, 0, 1) * 255).astype("uint8")
    return whole[order], [labels[row] for row in order], [slides[row] for row in order]


def write_images(design: ImageDesign, folder: str | Path, overlay: dict | None = None) -> None:
    """Write a study that the workflow can carry out; `overlay` (section to keys) is laid over its config."""
    from PIL import Image

    folder, (pictures, labels, slides) = Path(folder), images(design)
    (folder / FOLDER / "images").mkdir(parents=True, exist_ok=True)
    lines = ["sample,file,label,slide"]
    for number, (picture, label, slide) in enumerate(zip(pictures, labels, slides, strict=True)):
        packed = io.BytesIO()
        Image.fromarray(picture).save(packed, "png")
        (folder / FOLDER / "images" / f"image_{number}.png").write_bytes(packed.getvalue())
        lines.append(f"s{number},image_{number}.png,{label},{slide}")
    text = "\n".join(lines) + "\n"
    (folder / FOLDER / "samples.csv").write_text(text, encoding="utf-8")
    checksum = hashlib.sha256(text.encode()).hexdigest()
    source = [f"seed {design.seed}", "CC0-1.0", "Simulated by tentips"]
    rows = [
        ["simulated", f"{FOLDER}/images", "", *source],
        ["simulated_samples", f"{FOLDER}/samples.csv", checksum, *source],
    ]
    config = {
        "study": {"title": "Simulated images", "question": "Can the class of an image be predicted?"},
        "data": {
            "modality": "image",
            "features": "simulated",
            "samples": "simulated_samples",
            "id": "sample",
            "image": "file",
            "label": "label",
            "positive": "case",
            "ignored": ["slide"],
        },
        "models": {"networks": ["cnn2d"]},
    }
    if design.pretrained:
        write_pretrained_images(folder / FOLDER / "network.keras", design.seed)
        rows.append(["pretrained", f"{FOLDER}/network.keras", "", *source])
        transfer = {
            "pixels": {"range": [0, 255], "mean": 127, "standard_deviation": 128, "size": 24},
            "overlap": "none",
        }
        config["models"] = {"networks": ["cnn2d", *TRANSFER], "pretrained": "pretrained", "transfer": transfer}
    write_config(folder, config, overlay, rows)


def _picture(
    design: ImageDesign, case: bool, ground: np.ndarray, texture: np.ndarray, random: np.random.Generator
) -> np.ndarray:
    side = design.side
    picture = np.tile(ground, (side, side, 1)) + texture + random.normal(0, 0.04, (side, side, 3))
    long, top, left = side // 2, *random.integers(3, side - side // 2 - 1, 2)
    lies = case if design.signal == "shape" else random.random() < 0.5
    height, width = (3, long) if lies else (long, 3)
    picture[top : top + height, left : left + width] += 0.35
    return picture
