"""Networks to transfer from whose worth is known: of sequences, one filter is a motif, or none is; of images, none is."""

from pathlib import Path

import numpy as np

from tentips.models.networks import backend

FILTERS, WIDTH = 8, 7


def write_pretrained(path: str | Path, letters: str, motif: str, seed: int = 0) -> None:
    """Write a Keras network that reads sequences of any length; where `motif` is given, its first filter answers to that alone.

    The other filters are drawn by chance and answer to most sequences.
    """
    backend.choose("tensorflow", 0, True, 1)  # once Keras has run, a process cannot be set up otherwise
    import keras

    random = np.random.default_rng(seed)
    kernel = random.normal(0, 0.5, (WIDTH, len(letters), FILTERS))
    bias = np.zeros(FILTERS)
    if motif:
        kernel[:, :, 0] = [[letter == each for each in letters] for letter in motif]
        bias[0] = 1.5 - len(motif)  # one letter may differ
    inputs = keras.Input((None, len(letters)))
    convolved = keras.layers.Conv1D(FILTERS, WIDTH, activation="relu")(inputs)
    model = keras.Model(inputs, keras.layers.Dense(1)(keras.layers.GlobalMaxPooling1D()(convolved)))
    model.layers[1].set_weights([kernel, bias])
    model.save(path)


def write_pretrained_images(path: str | Path, seed: int = 0) -> None:
    """Write a Keras network that reads coloured images of any size, whose filters were drawn by chance."""
    backend.choose("tensorflow", 0, True, 1)
    import keras

    keras.utils.set_random_seed(seed)
    inputs = keras.Input((None, None, 3))
    x = keras.layers.Conv2D(FILTERS, 3, strides=2, padding="same")(inputs)
    x = keras.layers.ReLU()(keras.layers.BatchNormalization()(x))
    keras.Model(inputs, keras.layers.Dense(1)(keras.layers.GlobalAveragePooling2D()(x))).save(path)
