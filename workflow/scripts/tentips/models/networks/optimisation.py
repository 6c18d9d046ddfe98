"""The hyperparameters of training that all architectures share: weight decay, optimiser, learning rate, batch size."""

import numpy as np

OPTIMISERS = ("adam", "rmsprop", "sgd")
SCHEDULES = ("constant", "cosine", "exponential")
BATCH_SIZES = (32, 128)
LEARNING_RATE = (1e-4, 1e-1)
L2 = (1e-6, 1e-2)
MOMENTUM = 0.9  # of SGD, and the decay of Adam's first moment (Kingma and Ba 2015)
ADAM_SECOND = 0.999
RMSPROP = 0.9
OPTIMISER_EPSILON = 1e-7


def declare(hp, but: tuple[str, ...] = ()) -> dict:
    """Declare them on a Keras Tuner `HyperParameters`, all `but` these, and return the values it holds.

    The defaults are those of Keras.
    """
    ways = {
        "l2": lambda name: hp.Float(name, *L2, sampling="log", default=1e-6),
        "optimiser": lambda name: hp.Choice(name, list(OPTIMISERS), default="adam"),
        "learning_rate": lambda name: hp.Float(name, *LEARNING_RATE, sampling="log", default=1e-3),
        "schedule": lambda name: hp.Choice(name, list(SCHEDULES), default="constant"),
        "batch_size": lambda name: hp.Choice(name, list(BATCH_SIZES), default=32),
    }
    return {name: declared(name) for name, declared in ways.items() if name not in but}


def learning_rates(settings: dict, epochs: int) -> np.ndarray:
    """Return the learning rate of each epoch: constant, half a cosine to 0, or exponential to a hundredth."""
    share = np.arange(epochs) / max(epochs, 1)
    curve = {
        "constant": np.ones(epochs),
        "cosine": 0.5 * (1 + np.cos(np.pi * share)),
        "exponential": 0.01**share,
    }[settings["schedule"]]
    return settings["learning_rate"] * curve


def search_space(rates: tuple[float, float] = LEARNING_RATE, batch_sizes: tuple[int, ...] = BATCH_SIZES) -> str:
    """Return what is searched, in words, as the end of a sentence; learning rates and batches may have values of their own."""
    return (
        f"L2 penalty {L2[0]:g} to {L2[1]:g} (logarithmic); optimiser {alternatives(OPTIMISERS)}; learning rate "
        f"{rates[0]:g} to {rates[1]:g} (logarithmic), {alternatives(SCHEDULES)}; batches of "
        f"{alternatives(batch_sizes)} rows"
    )


def alternatives(values) -> str:
    """Return "16, 32 or 64"."""
    *first, last = map(str, values)
    return f"{', '.join(first)} or {last}" if first else last
