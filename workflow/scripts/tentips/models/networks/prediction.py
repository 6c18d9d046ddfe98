"""What a packed network predicts, in numpy as its Keras model would."""

import numpy as np

from tentips.models.networks import mlp


def predict_rows(settings: dict, weights: list[np.ndarray], matrix: np.ndarray, task: str) -> np.ndarray:
    """Predict with one trained network in numpy, as its Keras model would: (rows, classes) or (rows,)."""
    from scipy.special import erf, softmax

    activations = {
        "relu": lambda z: np.maximum(z, 0),
        "tanh": np.tanh,
        "gelu": lambda z: 0.5 * z * (1 + erf(z / np.sqrt(2.0))),
    }
    h, position = matrix, 0
    for _ in range(settings["layers"]):
        h = h @ weights[position] + weights[position + 1]
        position += 2
        if settings["batch_norm"]:
            scale, shift, mean, variance = weights[position : position + 4]
            h = (h - mean) / np.sqrt(variance + mlp.NORM_EPSILON) * scale + shift
            position += 4
        h = activations[settings["activation"]](h)
    outputs = h @ weights[-2] + weights[-1]
    return softmax(outputs, axis=1) if task == "classification" else outputs[:, 0]
