"""What is taken of a pretrained network's file: it is checked before anything of it is loaded, and its head is left off."""

import functools
import json
import zipfile

from tentips import artifacts
from tentips.errors import StudyError
from tentips.models.networks.convolution import all_layers
from tentips.models.networks.keras_files import foreign_classes

SAMPLES = {2: ("sequences", "(places, letters)"), 3: ("images", "(height, width, channels)")}  # by their axes
MOMENTUM = (
    0.9  # of averages that begin anew: 0.99 suits the many steps of pretraining, and lags behind those of a small study
)
PREFIX = "pretrained_"  # of its layers among those of another network


@functools.lru_cache(maxsize=2)
def body_of(path: str, sha256: str, axes: int, study: str):
    """Return the pretrained network without its head, as a Keras model; its samples have `axes` axes.

    The head is the last layer with weights, if it is a linear map that all of the network leads to: a file that was saved without a head
    is taken whole. `study` is the folder that `path` begins in: one process may carry out several studies. Raises StudyError where the
    file cannot be used.
    """
    import keras

    _check_file(path, sha256)
    try:
        model = keras.saving.load_model(path, compile=False)
    except (OSError, ValueError, TypeError, KeyError) as error:
        reason = " ".join(str(error).split())[:200]
        raise StudyError(f"{path} cannot be loaded as a Keras network: {reason}") from error
    if len(model.inputs) != 1 or len(model.outputs) != 1 or len(model.input_shape) != axes + 1:
        samples, shape = SAMPLES[axes]
        raise StudyError(
            f"{path} takes {_shapes(model.inputs)} and gives {_shapes(model.outputs)}; tentips reads {samples} with it: one input of "
            f"{shape} and one output."
        )
    last = next((layer for layer in reversed(model.layers) if layer.weights), None)
    end = last.input if last is not None and _is_head(last, model) else model.outputs[0]
    body = keras.Model(model.inputs[0], end, name="pretrained")
    if not body.weights:
        raise StudyError(f"{path} has one layer with weights only; without it nothing that was learned is left.")
    return body


def _is_head(layer, model) -> bool:
    """Whether a layer maps each place by itself, and nothing of the network goes past it, as a sum with what was before would."""
    import keras

    linear = isinstance(layer, keras.layers.Dense) or set(getattr(layer, "kernel_size", ())) == {1}
    if not linear or layer.output is model.outputs[0]:
        return linear
    try:
        keras.Model(layer.output, model.outputs)
    except ValueError:
        return False
    return True


def copy_of(body, own_weights: bool, trained: bool, inputs=None):
    """Return a copy of the body as a Keras model, or, from `inputs` on, what it makes of them, its layers among those of the network.

    With `own_weights` it begins anew and is trained like any network. Else it has the pretrained weights, `trained` or kept;
    normalisation and dropout stay as in prediction: few rows would ruin what they hold. An explicit `training=False` would not do:
    Keras 3 overrides it with that of the model around it.
    """
    import keras

    if inputs is None:
        copy = found = keras.models.clone_model(body)
    else:
        copy, found = _led_on(body, inputs)
    # Each of them: a model that counts as trained does not tell those that were saved as fixed.
    for layer in all_layers(copy):
        layer.trainable = own_weights or trained
    if own_weights:
        for layer in _normalisations(copy):
            layer.momentum = min(layer.momentum, MOMENTUM)
        return found
    copy.set_weights(body.get_weights())
    for layer in _normalisations(copy):
        layer.trainable = False
    for layer in all_layers(copy):
        if "Dropout" in type(layer).__name__:
            layer.rate = 0.0
    return found


def _normalisations(model) -> list:
    """The layers whose averages move while they are trained."""
    import keras

    return [layer for layer in all_layers(model) if isinstance(layer, keras.layers.BatchNormalization)]


def _led_on(body, inputs):
    """A copy of the body and what it makes of `inputs`. Its layers are called otherwise than those of the network around them."""
    import keras

    tensors = []

    def renamed(layer):
        described = layer.get_config()
        return type(layer).from_config({**described, "name": f"{PREFIX}{layer.name}"})

    def called(layer, *arguments, **options):
        tensors.append(layer(*arguments, **options))
        return tensors[-1]

    # The copy is a model apart; what its layers, called one after the other, made of `inputs` at last is what leads on.
    copy = keras.models.clone_model(body, input_tensors=inputs, clone_function=renamed, call_function=called)
    return copy, tensors[-1]


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
