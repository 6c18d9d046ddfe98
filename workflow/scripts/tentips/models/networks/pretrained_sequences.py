"""How a pretrained network reads sequences: its letters in its order, all places or windows of them, one strand or both."""

import os
from math import prod

from tentips.errors import StudyError
from tentips.models.networks import optimisation
from tentips.models.networks.optimisation import alternatives
from tentips.models.networks.pretrained_body import body_of, copy_of

AXES, INPUT = 2, "sequence"
AUGMENT, AS_MEASURED = None, False
STRANDS = True  # they may have two
BATCH_SIZES = optimisation.BATCH_SIZES
SUMMARIES = ("max", "average")


def declare(hp, pretrained: dict) -> dict:
    """Declare what is searched of the reading on a Keras Tuner `HyperParameters` and return the values it holds."""
    return {"summary": hp.Choice("summary", list(SUMMARIES), default="max")} if pretrained["first"] is None else {}


def search_space(pretrained: dict) -> str:
    """Return what is searched of the reading, in words, as the beginning of a sentence; "" where nothing is."""
    return (
        f"windows summarised by {alternatives(SUMMARIES)} where it reads several; "
        if pretrained["first"] is None
        else ""
    )


def words(pretrained: dict) -> str:
    """Return how it reads them, to follow "it reads"."""
    place = "every window" if pretrained["first"] is None else f"one window that begins at place {pretrained['first']}"
    return f"{place}, its letters in the order {pretrained['letters']}"


def features(inputs, settings: dict, pretrained: dict, weights: dict):
    """Return what the pretrained network makes of one-hot sequences, (rows, features); `weights` as `copy_of` takes them."""
    import keras

    letters = len(pretrained["letters"])
    body = body_of(pretrained["path"], pretrained["sha256"], AXES, os.getcwd())
    if body.input_shape[2] not in (None, letters):
        raise StudyError(
            f"{pretrained['path']} reads {body.input_shape[2]} numbers for each place, but models.transfer.letters names {letters} letters."
        )
    reading = copy_of(body, **weights)

    def of_strand(strand):
        windows = _windows(_in_its_letters(strand, pretrained), body.input_shape[1], pretrained["first"])
        if len(windows.shape) == 3:
            return keras.layers.Flatten()(reading(windows))
        count, width = windows.shape[1:3]
        each = reading(keras.ops.reshape(windows, (-1, width, inputs.shape[2])))
        each = keras.ops.reshape(keras.layers.Flatten()(each), (-1, count, prod(body.output_shape[1:])))
        return getattr(keras.layers, f"Global{settings['summary'].capitalize()}Pooling1D")()(each)

    if not settings["both_strands"]:
        return of_strand(inputs)
    # A with T and C with G: the complement is the order of the letters turned round.
    return keras.layers.Average()([of_strand(inputs), of_strand(keras.ops.flip(inputs, axis=(1, 2)))])


def _in_its_letters(planes, pretrained: dict):
    """The planes of letters in the order in which the pretrained network has them."""
    import keras

    letters, alphabet = pretrained["letters"], pretrained["alphabet"]
    if sorted(letters) != sorted(alphabet) or len(letters) != planes.shape[-1]:
        raise StudyError(
            f"models.transfer.letters is '{letters}', {len(letters)} letters, but the sequences of this study have {planes.shape[-1]}; "
            "a network that was pretrained on another alphabet cannot read them."
        )
    order = [alphabet.index(letter) for letter in letters]
    return planes if order == sorted(order) else keras.ops.take(planes, order, axis=-1)


def _windows(planes, width: int | None, first: int | None):
    """What the pretrained network reads: all of it, (rows, places, letters), or windows, (rows, windows, places, letters)."""
    from keras import ops

    if width is None and first is None:
        return planes
    length, first = planes.shape[1], first if first is None else first - 1
    if first is not None:
        width = length - first if width is None else width
        before, after = max(0, -first), max(0, first + width - length)
        begin = first + before
        return ops.pad(planes, ((0, 0), (before, after), (0, 0)))[:, begin : begin + width]
    if length <= width:
        return ops.pad(planes, ((0, 0), (0, width - length), (0, 0)))
    return ops.stack([planes[:, begin : begin + width] for begin in range(length - width + 1)], axis=1)
