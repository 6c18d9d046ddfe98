"""How a pretrained network reads images: at its size, with its channels, its pixels in the numbers that it was trained on."""

import os

import numpy as np

from tentips.errors import StudyError
from tentips.models.networks import augmentation
from tentips.models.networks.pretrained_body import body_of, copy_of

AXES, INPUT = 3, "image"
AUGMENT, AS_MEASURED = augmentation.augment, True
STRANDS = False
BATCH_SIZES = (16, 32)  # what a deep network makes of 128 images of 224 x 224 pixels takes 10 GB while it is trained


def declare(hp, pretrained: dict) -> dict:
    """Declare what is searched of the reading on a Keras Tuner `HyperParameters` and return the values it holds."""
    return {**augmentation.declare(hp), "batch_size": hp.Choice("batch_size", list(BATCH_SIZES), default=32)}


def search_space(pretrained: dict) -> str:
    """Return what is searched of the reading, in words, as the beginning of a sentence."""
    return f"{augmentation.search_space()}; "


def words(pretrained: dict) -> str:
    """Return how it reads them, to follow "it reads"."""
    pixels = pretrained["pixels"]
    side, (black, white) = pixels["size"], pixels["range"]
    size = (
        f"images at {side} x {side} pixels"
        if side
        else "images at the size that it was built for, or at theirs where it takes any"
    )
    less = (
        ""
        if _plain(pixels)
        else f", less {_shown(pixels['mean'])} and divided by {_shown(pixels['standard_deviation'])}"
    )
    order = "" if pixels["order"] == "RGB" else ", blue first"
    return f"{size}, black as {black:g} and white as {white:g}{less}{order}"


def features(inputs, settings: dict, pretrained: dict, weights: dict):
    """Return what the pretrained network makes of images between 0 and 1, (rows, features); `weights` as `copy_of` takes them.

    Features that still have places, (rows, height, width, channels), are averaged over them.
    """
    import keras

    path, pixels = pretrained["path"], pretrained["pixels"]
    body = body_of(path, pretrained["sha256"], AXES, os.getcwd())
    x = _in_its_pixels(_at_its_size(_in_its_channels(inputs, body, path), body, path, pixels["size"]), path, pixels)
    try:
        found = copy_of(body, **weights, inputs=x)
    except ValueError as error:
        height, width = x.shape[1:3]
        raise StudyError(
            f"{path} cannot read images of {height} x {width} pixels: {' '.join(str(error).split())[:200]}. Where they are too small for "
            "it, declare the size to which they are to be brought as models.transfer.pixels.size."
        ) from error
    if len(found.shape) == 4:
        return keras.layers.GlobalAveragePooling2D(name="over_places")(found)
    return keras.layers.Flatten(name="features")(found)


def _in_its_channels(x, body, path: str):
    """Grey images are given to a network of several channels as equal channels."""
    import keras

    wanted, own = body.input_shape[3], x.shape[3]
    if wanted == own:
        return x
    if own != 1:
        raise StudyError(
            f"{path} reads images of {wanted} {'channel' if wanted == 1 else 'channels'}, but those of this study have {own}; choose the "
            "channels that it knows, or another network. Grey images can be read by all."
        )
    return keras.layers.Concatenate(dtype="float32", name="channels")([x] * wanted)


def _at_its_size(x, body, path: str, side: int | None):
    """Images are stretched to the size that the network has, or to the declared one where it has none."""
    import keras

    fixed, declared = body.input_shape[1:3], (side, side)
    for own in fixed:
        if side and own not in (None, side):
            raise StudyError(
                f"models.transfer.pixels.size is {side}, but {path} reads {_shown(fixed, ' x ')} pixels; leave it out."
            )
    own = x.shape[1:3]
    size = tuple(a or b or c for a, b, c in zip(fixed, declared, own, strict=True))
    if size == own:
        return x
    shrunk = size[0] < own[0] or size[1] < own[1]
    return keras.layers.Resizing(*size, antialias=shrunk, dtype="float32", name="size")(x)


def _in_its_pixels(x, path: str, pixels: dict):
    """Pixels between 0 and 1 as the network was given them."""
    import keras

    channels, (black, white) = x.shape[3], pixels["range"]
    for key in ("mean", "standard_deviation"):
        if np.size(pixels[key]) not in (1, channels):
            raise StudyError(
                f"models.transfer.pixels.{key} has {np.size(pixels[key])} numbers, but {path} reads images of {channels} channels."
            )
    if pixels["order"] != "RGB":
        if channels != 3:
            raise StudyError(
                f"models.transfer.pixels.order is {pixels['order']}, but {path} reads images of {channels} channels."
            )
        x = keras.ops.flip(x, axis=-1)
    scale = (white - black) / np.asarray(pixels["standard_deviation"], float)
    offset = (black - np.asarray(pixels["mean"], float)) / np.asarray(pixels["standard_deviation"], float)
    every = np.ones(channels)
    rescaling = keras.layers.Rescaling(
        (scale * every).tolist(), (offset * every).tolist(), dtype="float32", name="pixels"
    )
    return rescaling(x)


def _plain(pixels: dict) -> bool:
    return not np.any(pixels["mean"]) and bool(np.all(np.asarray(pixels["standard_deviation"]) == 1))


def _shown(numbers, between: str = ", ") -> str:
    return between.join(f"{each:g}" if each is not None else "any" for each in np.atleast_1d(numbers))
