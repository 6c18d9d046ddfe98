"""What networks of convolutions share, along a sequence or over an image: their blocks, and the layers that end them."""

from math import prod

from tentips.models.networks.optimisation import alternatives

LAYERS = (1, 3)
FILTERS = (16, 32, 64)
DILATIONS = (1, 2)
POOLING = ("max", "average", "none")
SUMMARIES = ("max", "average", "flatten")
UNITS = (0, 32, 128)
ACTIVATIONS = ("relu", "gelu")
DROPOUT = (0.0, 0.4, 0.2)  # lowest, highest, step
MOST_NUMBERS = 64_000_000  # that one layer gives at once when rows are predicted: 256 MB


def declare(hp, widths: tuple[int, ...], default: int, summary: str) -> dict:
    """Declare the blocks' hyperparameters on Keras Tuner's `HyperParameters` and return the values it holds.

    `widths` are those of the kernel, `default` and `summary` the untuned ones.
    """
    return {
        "layers": hp.Int("layers", *LAYERS, default=2),
        "filters": hp.Choice("filters", list(FILTERS), default=32),
        "width": hp.Choice("width", list(widths), default=default),
        "dilation": hp.Choice("dilation", list(DILATIONS), default=1),
        "pooling": hp.Choice("pooling", list(POOLING), default="max"),
        "residual": hp.Boolean("residual", default=False),
        "batch_norm": hp.Boolean("batch_norm", default=False),
        "activation": hp.Choice("activation", list(ACTIVATIONS), default="relu"),
        "summary": hp.Choice("summary", list(SUMMARIES), default=summary),
        "units": hp.Choice("units", list(UNITS), default=32),
        "dropout": hp.Float("dropout", *DROPOUT[:2], step=DROPOUT[2], default=0.0),
    }


def search_space(widths: tuple[int, ...]) -> str:
    """Return what is searched of the blocks, in words."""
    return (
        f"{LAYERS[0]} to {LAYERS[1]} convolutions of {alternatives(FILTERS)} filters, {alternatives(widths)} wide, each dilated "
        f"{alternatives(DILATIONS)} times as much as the one before; pooling {alternatives(POOLING)}; residual connections or "
        f"none; batch normalisation or none; activation {alternatives(ACTIVATIONS)}; summarised over places by "
        f"{alternatives(SUMMARIES)}; a hidden layer of {alternatives(UNITS)} units; dropout {DROPOUT[0]:g} to {DROPOUT[1]:g} in "
        f"steps of {DROPOUT[2]:g}"
    )


def features(x, settings: dict, axes: int):
    """Return the vector in which convolutions over `axes` axes (1 or 2) end, (rows, units), from the Keras tensor `x`."""
    from keras import layers

    kind = f"{axes}D"
    convolution, norm = getattr(layers, f"Conv{kind}"), layers.BatchNormalization
    for number in range(settings["layers"]):
        before = x
        x = convolution(
            settings["filters"], settings["width"], padding="same", dilation_rate=settings["dilation"] ** number
        )(x)
        if settings["batch_norm"]:
            x = norm()(x)
        x = layers.Activation(settings["activation"])(x)
        if settings["residual"]:
            if before.shape[-1] != settings["filters"]:
                before = convolution(settings["filters"], 1, use_bias=False)(before)
            x = layers.Add()([before, x])
        if settings["pooling"] != "none" and min(x.shape[1 : 1 + axes]) >= 2:
            x = getattr(layers, f"{settings['pooling'].capitalize()}Pooling{kind}")(2)(x)
    if settings["summary"] == "flatten":
        x = layers.Flatten()(x)
    else:
        x = getattr(layers, f"Global{settings['summary'].capitalize()}Pooling{kind}")()(x)
    if settings["dropout"]:
        x = layers.Dropout(settings["dropout"])(x)
    if settings["units"]:
        x = layers.Dense(settings["units"], activation=settings["activation"])(x)
        if settings["dropout"]:
            x = layers.Dropout(settings["dropout"])(x)
    return x


def with_outputs(inputs, x, outputs: int, task: str, weights: list | None, name: str):
    """Return the Keras model from `inputs` to the outputs of a linear map of `x`, with `weights` where they are given."""
    import keras

    final = "softmax" if task == "classification" else "linear"
    model = keras.Model(inputs, keras.layers.Dense(outputs, activation=final, name="output")(x), name=name)
    if weights is not None:
        model.set_weights(weights)
    return model


def trainable_parameters(model) -> int:
    """Return the number of trainable parameters of a Keras model."""
    return sum(prod(each.shape) for each in model.trainable_variables)


def rows_at_once(model, most: int) -> int:
    """Return how many rows a Keras model may predict at once, at most `most`: a deep network of images makes much of each."""
    return max(1, min(most, MOST_NUMBERS // max(_made_of_a_row(model))))


def held_in_training(model, batch: int) -> int:
    """Return the bytes of what the layers make of a batch, all of which is kept until the gradient is there."""
    return 4 * batch * sum(_made_of_a_row(model))


def _made_of_a_row(model) -> list[int]:
    """How many numbers each layer makes of one row."""
    outputs = [each for layer in all_layers(model) if (each := getattr(layer, "output", None)) is not None]
    return [prod(size or 1 for size in each.shape[1:]) for each in outputs]


def all_layers(model):
    """Yield every layer of a Keras model, those of models inside it, too."""
    for layer in model.layers:
        yield layer
        yield from all_layers(layer) if hasattr(layer, "layers") else ()
