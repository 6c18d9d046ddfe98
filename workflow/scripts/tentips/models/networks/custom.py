"""A network of the study's own: `models.custom` names a Python file with `declare(hp)` and `build(settings, inputs, outputs)`.

It competes under the same rules as all others: the same trials, folds, stopping rows and seeds. What goes wrong in the file
is told as its author's, with the line.
"""

import contextlib
import importlib.util
import traceback
from dataclasses import replace
from pathlib import Path

from tentips.errors import StudyError
from tentips.models.networks import convolution, optimisation
from tentips.models.networks.architecture import Architecture


def from_file(registered: Architecture, path: str | Path) -> Architecture:
    """Return the architecture whose search space and model the file at `path` declares and builds.

    `declare(hp)` declares hyperparameters on Keras Tuner's `HyperParameters` and returns a dictionary of settings; those of
    training that it does not hold (l2, optimiser, learning_rate, schedule, batch_size) are added. `build(settings, inputs,
    outputs)` takes the Keras tensor of the inputs and returns one of shape (None, outputs): before the softmax, or a value.
    """
    path = Path(path)
    with _as_the_authors(path):
        spec = importlib.util.spec_from_file_location("custom_network", path)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)

    def declare(hp) -> dict:
        with _as_the_authors(path):
            own = module.declare(hp)
        if not isinstance(own, dict):
            raise StudyError(f"{path}: declare(hp) returned {_kind(own)}; it must return a dictionary of settings.")
        return {**own, **optimisation.declare(hp, but=tuple(own))}

    def keras_model(settings, shape, outputs, task, weights=None):
        return _model(path, module.build, settings, shape, outputs, task, weights)

    def parameters(settings, shape, outputs) -> int:
        return convolution.trainable_parameters(keras_model(settings, shape, outputs, "classification"))

    return replace(registered, declare=declare, keras_model=keras_model, parameters=parameters)


def _model(path: Path, build, settings: dict, shape: tuple[int, ...], outputs: int, task: str, weights):
    import keras

    inputs = keras.Input(shape, name="inputs")
    with _as_the_authors(path):
        x = build(dict(settings), inputs, outputs)
    if not isinstance(x, keras.KerasTensor):
        raise StudyError(
            f"{path}: build(settings, inputs, outputs) returned {_kind(x)}; it must return a Keras tensor."
        )
    if tuple(x.shape) != (None, outputs):
        raise StudyError(
            f"{path}: build(settings, inputs, outputs) returned a tensor of shape {tuple(x.shape)}; it must be "
            f"{(None, outputs)}, one number for each output."
        )
    if task == "classification":
        x = keras.layers.Activation("softmax", name="probabilities")(x)
    else:
        # The label's own unit comes in here, whatever the file builds; it is not trained.
        x = keras.layers.Dense(1, kernel_initializer="ones", trainable=False, name="output")(x)
    model = keras.Model(inputs, x, name="custom")
    for layer in convolution.all_layers(model):
        _check_layer(path, layer)
    if weights is not None:
        model.set_weights(weights)
    return model


def _check_layer(path: Path, layer) -> None:
    kind = type(layer)
    if kind.__name__ == "Lambda" or not kind.__module__.startswith("keras."):
        raise StudyError(
            f"{path}: build uses the layer '{layer.name}' of type {kind.__name__}, which cannot be loaded again without this "
            "file; use Keras's own layers and keras.ops."
        )


@contextlib.contextmanager
def _as_the_authors(path: Path):
    """Raise what goes wrong inside as a StudyError that names the file's line."""
    try:
        yield
    except StudyError:
        raise
    except Exception as error:
        frames = [
            each
            for each in traceback.extract_tb(error.__traceback__)
            if Path(each.filename).resolve() == path.resolve()
        ]
        line = frames[-1].lineno if frames else getattr(error, "lineno", None)
        where = f"{path}, line {line}" if line else str(path)
        reason = " ".join(str(error).split()) or "no message"
        raise StudyError(
            f"{where}: {type(error).__name__}: {reason}. The mistake is in your network, not in tentips."
        ) from error


def _kind(value) -> str:
    return "nothing" if value is None else f"a {type(value).__name__}"
