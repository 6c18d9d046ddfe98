"""The perceptron made for tables: bent numbers, decoupled weight decay and dropout; what of larger recipes was seen to help here."""

from functools import partial

from tentips.models.networks import mlp, optimisation
from tentips.models.networks.optimisation import alternatives

NAME = "tabular"
LAYERS = (1, 3)
UNITS = (64, 128, 256)
ACTIVATIONS = ("relu", "gelu")
DROPOUT = (0.0, 0.6)
WEIGHT_DECAY = (1e-2, 1e1)
LEARNING_RATE = (3e-4, 1e-2)
SEARCHED = mlp.Perceptrons.of(UNITS, LAYERS, ACTIVATIONS, batch_norm=False)


def declare(hp) -> dict:
    """Declare the search space on a Keras Tuner `HyperParameters` and return the values it holds.

    The defaults are the untuned network. Adam with decoupled weight decay is AdamW (Loshchilov and Hutter 2019, arXiv:1711.05101).
    """
    return {
        "layers": hp.Int("layers", *LAYERS, default=2),
        "units": hp.Choice("units", list(UNITS), default=128),
        "activation": hp.Choice("activation", list(ACTIVATIONS), default="relu"),
        "initialiser": hp.Fixed("initialiser", "glorot_uniform"),
        "batch_norm": hp.Fixed("batch_norm", False),
        "dropout": hp.Float("dropout", *DROPOUT, step=0.1, default=0.2),
        "l2": hp.Fixed("l2", 0.0),
        "weight_decay": hp.Float("weight_decay", *WEIGHT_DECAY, sampling="log", default=2.0),
        "optimiser": hp.Fixed("optimiser", "adam"),
        "learning_rate": hp.Float("learning_rate", *LEARNING_RATE, sampling="log", default=1e-3),
        **optimisation.declare(hp, but=("l2", "optimiser", "learning_rate")),
    }


def search_space() -> str:
    """Return what is searched, in words."""
    return (
        f"numbers scaled by their quartiles and bent so that none is far from the others; {LAYERS[0]} to {LAYERS[1]} hidden layers "
        f"of {alternatives(UNITS)} units each; activation {alternatives(ACTIVATIONS)}; dropout {DROPOUT[0]:g} to {DROPOUT[1]:g} in "
        f"steps of 0.1; AdamW with weight decay {WEIGHT_DECAY[0]:g} to {WEIGHT_DECAY[1]:g} and learning rate {LEARNING_RATE[0]:g} to "
        f"{LEARNING_RATE[1]:g} (both logarithmic), {alternatives(optimisation.SCHEDULES)}; batches of "
        f"{alternatives(optimisation.BATCH_SIZES)} rows"
    )


keras_model = partial(mlp.keras_model, name=NAME)
