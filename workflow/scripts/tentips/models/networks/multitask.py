"""The multilayer perceptron that learns other labels of the same samples beside the study's own (Caruana 1997).

One body for all labels, and a head, a linear map, for each. What comes out of training is body and own head: the plain
Keras model of `mlp`.
"""

from tentips.models.networks import mlp

WEIGHT = "others_weight"  # the setting that weighs the other labels' loss, that of the own label being 1
WEIGHTS = (0.1, 10.0)


def declare(hp) -> dict:
    """Declare the search space on a Keras Tuner `HyperParameters` and return the values it holds: that of `mlp`, and one more.

    `others_weight` is the weight of the mean loss of the other labels.
    """
    return {**mlp.declare(hp), WEIGHT: hp.Float(WEIGHT, *WEIGHTS, sampling="log", default=1.0)}


def search_space() -> str:
    """Return what is searched, in words."""
    return f"that of the multilayer perceptron, and the weight of the other labels' loss {WEIGHTS[0]:g} to {WEIGHTS[1]:g} (logarithmic)"


def keras_model(settings: dict, shape: tuple[int], outputs: int, task: str, weights: list | None = None):
    """Build the plain Keras model of body and own head for inputs of `shape`, (features,).

    Without `weights` it begins with kernels of the chosen initialiser.
    """
    import keras

    model = mlp.keras_model(settings, shape, outputs, task, weights)
    if weights is None:
        for layer in model.layers:
            if layer.name.startswith("dense_"):
                layer.kernel.assign(keras.initializers.get(settings["initialiser"])(layer.kernel.shape))
    return model
