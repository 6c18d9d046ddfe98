"""Transfer: the body of a pretrained network under a new head, from scratch, frozen or fine-tuned.

`models.pretrained` names the network's file. Its last layer with weights is left off; what led into it are the features that a
new head reads. Three networks compete, which differ in nothing else: `transfer_scratch` begins with weights of its own,
`transfer_frozen` keeps the pretrained ones, `transfer_finetuned` begins with them and trains them. Where the pretrained network reads
fewer places than a sequence has, it reads every window of it, or the one that `models.transfer.first` names.
"""

import functools
import json
import os
import zipfile
from dataclasses import replace
from math import prod

from tentips import artifacts
from tentips.errors import StudyError
from tentips.models.networks import convolution, optimisation
from tentips.models.networks.architecture import Architecture
from tentips.models.networks.convolution import all_layers
from tentips.models.networks.keras_files import foreign_classes
from tentips.models.networks.optimisation import alternatives

SUMMARIES = ("max", "average")
LEARNING_RATE = {"transfer_finetuned": (1e-5, 1e-2)}  # of pretrained weights: large steps would forget what they hold


def of_pretrained(registered: Architecture, pretrained: dict, both_strands: bool) -> Architecture:
    """Return the architecture `registered` (one of the three) on top of the network that `pretrained` describes.

    `pretrained` holds path, sha256, letters (in the order of its input's planes), alphabet (in the order of the study's planes) and
    first (the first place that it reads, from 1; None: every window).
    """

    def declare(hp) -> dict:
        low, high = LEARNING_RATE.get(registered.name, optimisation.LEARNING_RATE)
        own = {
            "units": hp.Choice("units", list(convolution.UNITS), default=0),
            "dropout": hp.Float("dropout", *convolution.DROPOUT[:2], step=convolution.DROPOUT[2], default=0.0),
            "learning_rate": hp.Float("learning_rate", low, high, sampling="log", default=min(1e-3, high / 10)),
        }
        if pretrained["first"] is None:
            own["summary"] = hp.Choice("summary", list(SUMMARIES), default="max")
        return {
            **own,
            **optimisation.declare(hp, but=("learning_rate",)),
            "both_strands": hp.Fixed("both_strands", both_strands),
        }

    def keras_model(settings, shape, outputs, task, weights=None):
        return _model(registered.name, pretrained, settings, shape, outputs, task, weights)

    def parameters(settings, shape, outputs) -> int:
        return convolution.trainable_parameters(keras_model(settings, shape, outputs, "classification"))

    return replace(registered, declare=declare, keras_model=keras_model, parameters=parameters)


def search_space(name: str) -> str:
    """Return what is searched, in words, for the network of that name."""
    return (
        f"windows summarised by {alternatives(SUMMARIES)} where it reads several; a hidden layer of {alternatives(convolution.UNITS)} "
        f"units; dropout {convolution.DROPOUT[0]:g} to {convolution.DROPOUT[1]:g} in steps of {convolution.DROPOUT[2]:g}; "
        f"{optimisation.search_space(LEARNING_RATE.get(name, optimisation.LEARNING_RATE))}"
    )


def _model(name: str, pretrained: dict, settings: dict, shape, outputs: int, task: str, weights):
    """Build the Keras model for one-hot sequences of `shape`, (positions, letters)."""
    import keras

    inputs = keras.Input(shape, name="sequence")
    body = _body(pretrained["path"], pretrained["sha256"], len(pretrained["letters"]), os.getcwd())
    reading = _with_weights(body, name) if name != "transfer_scratch" else keras.models.clone_model(body)

    def features(strand):
        windows = _windows(_in_its_letters(strand, pretrained), body.input_shape[1], pretrained["first"])
        if len(windows.shape) == 3:
            return keras.layers.Flatten()(reading(windows))
        count, width = windows.shape[1:3]
        each = reading(keras.ops.reshape(windows, (-1, width, shape[1])))
        each = keras.ops.reshape(keras.layers.Flatten()(each), (-1, count, prod(body.output_shape[1:])))
        return getattr(keras.layers, f"Global{settings['summary'].capitalize()}Pooling1D")()(each)

    x = features(inputs)
    if settings["both_strands"]:
        # A with T and C with G: the complement is the order of the letters turned round.
        x = keras.layers.Average()([x, features(keras.ops.flip(inputs, axis=(1, 2)))])
    if settings["units"]:
        x = keras.layers.Dense(settings["units"], activation="relu")(x)
    if settings["dropout"]:
        x = keras.layers.Dropout(settings["dropout"])(x)
    return convolution.with_outputs(inputs, x, outputs, task, weights, name)


def _with_weights(body, name: str):
    """A copy of the body with its weights. Normalisation and dropout stay as in prediction: few rows would ruin what they hold.

    An explicit `training=False` would not do: Keras 3 overrides it with that of the model around it.
    """
    import keras

    copy = keras.models.clone_model(body)
    copy.set_weights(body.get_weights())
    copy.trainable = name == "transfer_finetuned"
    for layer in all_layers(copy):
        if isinstance(layer, keras.layers.BatchNormalization):
            layer.trainable = False
        elif "Dropout" in type(layer).__name__:
            layer.rate = 0.0
    return copy


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


@functools.lru_cache(maxsize=2)
def _body(path: str, sha256: str, letters: int, study: str):
    """The pretrained network up to what its last layer with weights reads; `letters` is how many it should have planes for.

    `study` is the folder that `path` begins in: one process may carry out several studies. Raises StudyError where it cannot be used.
    """
    import keras

    _check_file(path, sha256)
    try:
        model = keras.saving.load_model(path, compile=False)
    except (OSError, ValueError, TypeError, KeyError) as error:
        reason = " ".join(str(error).split())[:200]
        raise StudyError(f"{path} cannot be loaded as a Keras network: {reason}") from error
    if len(model.inputs) != 1 or len(model.outputs) != 1 or len(model.input_shape) != 3:
        raise StudyError(
            f"{path} takes {_shapes(model.inputs)} and gives {_shapes(model.outputs)}; tentips reads sequences with it: one input of "
            "(places, letters) and one output."
        )
    if model.input_shape[2] not in (None, letters):
        raise StudyError(
            f"{path} reads {model.input_shape[2]} numbers for each place, but models.transfer.letters names {letters} letters."
        )
    last = next(layer for layer in reversed(model.layers) if layer.weights)
    body = keras.Model(model.inputs[0], last.input, name="pretrained")
    if not body.weights:
        raise StudyError(f"{path} has one layer with weights only; without it nothing that was learned is left.")
    return body


def _check_file(path: str, sha256: str) -> None:
    """Refuse a file that is not the declared one, and layers that run code of their own, before any of it is loaded."""
    if sha256 and artifacts.sha256(path) != sha256:
        raise StudyError(f"{path} is not the file whose sha256 config/datasets.tsv declares; obtain it again.")
    for kind in foreign_classes(_description(path), of_old_files=not zipfile.is_zipfile(path)):
        raise StudyError(
            f"{path} has a layer of type {kind}, which runs code of its own and is not loaded; save the network with Keras's own "
            "layers alone."
        )


def _description(path: str) -> dict:
    """The description of the layers that a file holds, read without loading any of them."""
    import h5py

    try:
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                return json.loads(archive.read("config.json"))
        with h5py.File(path) as file:
            text = file.attrs["model_config"]
        return json.loads(text)
    except (OSError, KeyError, ValueError) as error:
        raise StudyError(
            f"{path} is no whole Keras network (.keras, or .h5 with its layers); weights alone are not enough."
        ) from error


def _shapes(tensors) -> str:
    return " and ".join(str(tuple(each.shape)[1:]) for each in tensors)
