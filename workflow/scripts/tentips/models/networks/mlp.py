"""The multilayer perceptron: its hyperparameters, and the plain Keras model that a trained one becomes."""

import itertools
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr, ndtri

from tentips.models.networks import optimisation
from tentips.models.networks.optimisation import alternatives

NAME = "mlp"
LAYERS = (1, 3)
UNITS = (16, 32, 64, 128)
ACTIVATIONS = ("relu", "gelu", "tanh")
INITIALISERS = ("glorot_uniform", "he_normal", "lecun_normal")
NORM_EPSILON = 1e-3
NORM_MOMENTUM = 0.9
CUT_NORMAL = 0.87962566103423978  # standard deviation of a standard normal distribution cut at -2 and 2


@dataclass(frozen=True)
class Perceptrons:
    """What a search may propose that the packed kernel trains, so that one program serves all of it.

    `sizes` are (units, layers), each as likely as the others; `batch_norm` says whether any has batch normalisation.
    """

    sizes: tuple[tuple[int, int], ...]
    activations: tuple[str, ...]
    batch_norm: bool

    @classmethod
    def of(cls, units: tuple[int, ...], layers: tuple[int, int], activations: tuple[str, ...], batch_norm: bool):
        """Return those of every width with every depth."""
        return cls(tuple(itertools.product(units, range(layers[0], layers[1] + 1))), activations, batch_norm)


SEARCHED = Perceptrons.of(UNITS, LAYERS, ACTIVATIONS, batch_norm=True)


def declare(hp) -> dict:
    """Declare the search space on a Keras Tuner `HyperParameters` and return the values it holds.

    The defaults are the untuned network: one hidden layer of 64 units, ReLU, Adam at 0.001, as Keras sets them.
    """
    return {
        "layers": hp.Int("layers", *LAYERS, default=1),
        "units": hp.Choice("units", list(UNITS), default=64),
        "activation": hp.Choice("activation", list(ACTIVATIONS), default="relu"),
        "initialiser": hp.Choice("initialiser", list(INITIALISERS), default="glorot_uniform"),
        "batch_norm": hp.Boolean("batch_norm", default=False),
        "dropout": hp.Float("dropout", 0.0, 0.5, step=0.1, default=0.0),
        **optimisation.declare(hp),
    }


def search_space() -> str:
    """Return what is searched, in words."""
    return (
        f"{LAYERS[0]} to {LAYERS[1]} hidden layers of {alternatives(UNITS)} units each; activation {alternatives(ACTIVATIONS)}; "
        f"initialiser {alternatives(INITIALISERS)}; batch normalisation or none; dropout 0 to 0.5 in steps of 0.1; "
        f"{optimisation.search_space()}"
    )


def shapes(settings: dict, features: int, outputs: int) -> list[tuple[int, int]]:
    """Return the shape (inputs, units) of each dense layer, the last one included."""
    widths = [features] + [settings["units"]] * settings["layers"] + [outputs]
    return list(itertools.pairwise(widths))


def parameters(settings: dict, shape: tuple[int], outputs: int) -> int:
    """Return the number of trainable parameters; `shape` is that of one row's input, (features,)."""
    dense = sum(inputs * units + units for inputs, units in shapes(settings, *shape, outputs))
    return dense + (2 * settings["units"] * settings["layers"] if settings["batch_norm"] else 0)


def initial_kernels(settings: dict, features: int, outputs: int, seed: int) -> list[np.ndarray]:
    """Draw the initial weight matrices as the chosen Keras initialiser does; biases begin at 0.

    Drawn here rather than by Keras, every backend begins with the same weights, and JAX compiles nothing for it.
    """
    drawn = []
    for layer, shape in enumerate(shapes(settings, features, outputs)):
        name = "glorot_uniform" if layer == settings["layers"] else settings["initialiser"]
        random, (inputs, units) = np.random.default_rng([int(seed), layer]), shape
        if name == "glorot_uniform":  # Glorot and Bengio 2010
            reach = np.sqrt(6 / (inputs + units))
            kernel = random.uniform(-reach, reach, shape)
        else:  # He et al. 2015; LeCun et al. 1998: a normal distribution cut at two standard deviations
            spread = np.sqrt({"he_normal": 2, "lecun_normal": 1}[name] / inputs)
            kernel = ndtri(random.uniform(ndtr(-2), ndtr(2), shape)) * spread / CUT_NORMAL
        drawn.append(kernel.astype("float32"))
    return drawn


def keras_model(
    settings: dict,
    shape: tuple[int],
    outputs: int,
    task: str,
    weights: list[np.ndarray] | None = None,
    name: str = NAME,
):
    """Build the plain Keras model of these settings for inputs of `shape`, (features,).

    With `weights` in the order of its layers where they are given. `name` is what the model is called.
    """
    import keras

    layers = [keras.Input(shape, name="features")]
    for number in range(settings["layers"]):
        layers.append(keras.layers.Dense(settings["units"], name=f"dense_{number + 1}"))
        if settings["batch_norm"]:
            layers.append(
                keras.layers.BatchNormalization(epsilon=NORM_EPSILON, momentum=NORM_MOMENTUM, name=f"norm_{number + 1}")
            )
        layers.append(keras.layers.Activation(settings["activation"], name=f"activation_{number + 1}"))
        if settings["dropout"] > 0:
            layers.append(keras.layers.Dropout(settings["dropout"], name=f"dropout_{number + 1}"))
    final = "softmax" if task == "classification" else "linear"
    layers.append(keras.layers.Dense(outputs, activation=final, name="output"))
    model = keras.Sequential(layers, name=name)
    if weights is not None:
        model.set_weights(weights)
    return model
