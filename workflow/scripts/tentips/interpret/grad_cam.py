"""Grad-CAM: where in an image the last convolution of a network finds what raises a class."""

import numpy as np

SMALLEST = 1e-30  # of a probability whose logarithm is taken


def last_places(network):
    """Return the last layer of a Keras model whose output has height, width and channels, pooling left out; None without one."""
    found = [layer for layer in network.layers if len(getattr(getattr(layer, "output", None), "shape", ())) == 4]
    found = [layer for layer in found if not type(layer).__name__.endswith(("Pooling2D", "InputLayer"))]
    return found[-1] if found else None


def grad_cam(network, matrix: np.ndarray, output: int, classification: bool) -> np.ndarray | None:
    """Return maps (rows, height, width) of prepared images `matrix` for one output of a Keras model, on either backend.

    Each channel of the last convolution is weighted by the mean gradient of the output over its places, and the channels are added up
    (Selvaraju et al. 2017, arXiv:1610.02391). The gradient is that of the log-odds of a class, as that of a probability vanishes where the
    network is sure. Negative values, which the authors cut off, speak against the class. None where the network has no such layer.
    """
    import keras

    from tentips.models.networks.backend import value_and_gradient

    layer = last_places(network)
    if layer is None:
        return None
    before = keras.Model(network.inputs, layer.output)
    after = keras.Model(layer.output, network.outputs)

    def summed(planes):
        predicted = after(planes[0], training=False)
        predicted = predicted[0] if isinstance(predicted, list) else predicted
        if not classification:
            return keras.ops.sum(predicted[:, output]), 0.0
        own = predicted[:, output]
        others = keras.ops.sum(predicted[:, :output], axis=1) + keras.ops.sum(predicted[:, output + 1 :], axis=1)
        odds = keras.ops.log(keras.ops.maximum(own, SMALLEST)) - keras.ops.log(keras.ops.maximum(others, SMALLEST))
        return keras.ops.sum(odds), 0.0

    planes = np.asarray(before.predict(matrix, verbose=0), dtype="float32")
    _, (gradient,) = value_and_gradient(summed)([keras.ops.convert_to_tensor(planes)])
    weights = keras.ops.convert_to_numpy(gradient).mean(axis=(1, 2), keepdims=True)
    return (planes * weights).sum(axis=-1)
