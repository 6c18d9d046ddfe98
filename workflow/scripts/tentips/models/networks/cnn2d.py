"""The convolutional network for images, which it reads as (height, width, channels): search space and Keras model."""

from tentips.models.networks import augmentation, convolution, optimisation

NAME = "cnn2d"
WIDTHS = (3, 5)


def declare(hp) -> dict:
    """Declare the search space on a Keras Tuner `HyperParameters` and return the values it holds."""
    return {
        **convolution.declare(hp, WIDTHS, 3, "average"),
        **augmentation.declare(hp),
        **optimisation.declare(hp),
    }


def search_space() -> str:
    """Return what is searched, in words."""
    return f"{convolution.search_space(WIDTHS)}; {augmentation.search_space()}; {optimisation.search_space()}"


def keras_model(settings: dict, shape: tuple[int, int, int], outputs: int, task: str, weights: list | None = None):
    """Build the Keras model for images of `shape`, (height, width, channels). It changes no image: `augmentation` does."""
    import keras

    inputs = keras.Input(shape, name="image")
    return convolution.with_outputs(inputs, convolution.features(inputs, settings, 2), outputs, task, weights, NAME)


def parameters(settings: dict, shape: tuple[int, int, int], outputs: int) -> int:
    """Return the number of trainable parameters."""
    return convolution.trainable_parameters(keras_model(settings, shape, outputs, "regression"))
