"""The convolutional network for sequences, which it reads as (positions, letters): search space and Keras model."""

from tentips.models.networks import convolution, optimisation
from tentips.models.networks.optimisation import alternatives

NAME = "cnn1d"
WIDTHS = (3, 7, 11)
EMBEDDINGS = (0, 8)  # numbers by which a letter is described; 0: its letter alone


def declare(hp, both_strands: bool = False) -> dict:
    """Declare the search space on a Keras Tuner `HyperParameters` and return the values it holds.

    `both_strands`, of DNA, is no hyperparameter: the study declares it.
    """
    return {
        "embedding": hp.Choice("embedding", list(EMBEDDINGS), default=0),
        **convolution.declare(hp, WIDTHS, 7, "max"),
        **optimisation.declare(hp),
        "both_strands": hp.Fixed("both_strands", both_strands),
    }


def search_space() -> str:
    """Return what is searched, in words."""
    return (
        f"letters as they are or embedded in {alternatives(EMBEDDINGS[1:])} numbers; {convolution.search_space(WIDTHS)}; "
        f"{optimisation.search_space()}"
    )


def keras_model(settings: dict, shape: tuple[int, int], outputs: int, task: str, weights: list | None = None):
    """Build the Keras model for one-hot sequences of `shape`, (positions, letters), letters of DNA in the order ACGT.

    With `both_strands` the same convolutions read the sequence and its reverse complement, and the mean of both goes on:
    a sequence and its reverse complement get the same prediction, in training as later.
    """
    import keras

    inputs, strand = keras.Input(shape, name="sequence"), keras.Input(shape)
    x = keras.layers.Dense(settings["embedding"], use_bias=False)(strand) if settings["embedding"] else strand
    reader = keras.Model(strand, convolution.features(x, settings, 1), name="reader")
    x = reader(inputs)
    if settings.get("both_strands"):
        # A with T and C with G: the complement is the order of the letters turned round.
        x = keras.layers.Average()([x, reader(keras.ops.flip(inputs, axis=(1, 2)))])
    return convolution.with_outputs(inputs, x, outputs, task, weights, NAME)


def parameters(settings: dict, shape: tuple[int, int], outputs: int) -> int:
    """Return the number of trainable parameters."""
    return convolution.trainable_parameters(keras_model(settings, shape, outputs, "regression"))
