"""Transfer: the body of a pretrained network under a new head, from scratch, frozen or fine-tuned.

`models.pretrained` names the network's file. Its head is left off; what led into it are the features that a new head reads. Three
networks compete, which differ in nothing else: `transfer_scratch` begins with weights of its own, `transfer_frozen` keeps the
pretrained ones, `transfer_finetuned` begins with them and trains them. How samples are brought before the network is in one module for
each kind of samples.
"""

from dataclasses import replace

from tentips.models.networks import convolution, optimisation, pretrained_images, pretrained_sequences
from tentips.models.networks.architecture import Architecture
from tentips.models.networks.optimisation import alternatives
from tentips.study.config import SCRATCH

FINETUNED = "transfer_finetuned"
LEARNING_RATE = {FINETUNED: (1e-5, 1e-2)}  # of pretrained weights: large steps would forget what they hold


def samples_of(pretrained: dict):
    """Return the module of the samples that the network reads, by what is declared of its reading."""
    return pretrained_images if "pixels" in pretrained else pretrained_sequences


def of_pretrained(registered: Architecture, pretrained: dict, both_strands: bool) -> Architecture:
    """Return the architecture `registered` (one of the three) on top of the network that `pretrained` describes.

    `pretrained` holds path, sha256, and what `study.config.reading` returns: of sequences letters (in the order of its input's planes),
    alphabet (in the order of the study's planes) and first (the first place that it reads, from 1; None: every window); of images pixels.
    """
    samples = samples_of(pretrained)

    def declare(hp) -> dict:
        low, high = LEARNING_RATE.get(registered.name, optimisation.LEARNING_RATE)
        head = {
            "units": hp.Choice("units", list(convolution.UNITS), default=0),
            "dropout": hp.Float("dropout", *convolution.DROPOUT[:2], step=convolution.DROPOUT[2], default=0.0),
            "learning_rate": hp.Float("learning_rate", low, high, sampling="log", default=min(1e-3, high / 10)),
            **samples.declare(hp, pretrained),
        }
        found = {**head, **optimisation.declare(hp, but=tuple(head))}
        return found | ({"both_strands": hp.Fixed("both_strands", both_strands)} if samples.STRANDS else {})

    def keras_model(settings, shape, outputs, task, weights=None):
        return _model(registered.name, pretrained, settings, shape, outputs, task, weights)

    def parameters(settings, shape, outputs) -> int:
        return convolution.trainable_parameters(keras_model(settings, shape, outputs, "classification"))

    return replace(
        registered,
        axes=samples.AXES,
        declare=declare,
        keras_model=keras_model,
        parameters=parameters,
        search_space=lambda: _search_space(registered.name, samples, pretrained),
        augment=samples.AUGMENT,
        as_measured=samples.AS_MEASURED,
    )


def _search_space(name: str, samples, pretrained: dict) -> str:
    """What is searched, in words, for the network of that name."""
    rates = LEARNING_RATE.get(name, optimisation.LEARNING_RATE)
    return (
        f"{samples.search_space(pretrained)}a hidden layer of {alternatives(convolution.UNITS)} units; dropout {convolution.DROPOUT[0]:g} to "
        f"{convolution.DROPOUT[1]:g} in steps of {convolution.DROPOUT[2]:g}; "
        f"{optimisation.search_space(rates, samples.BATCH_SIZES)}"
    )


def _model(name: str, pretrained: dict, settings: dict, shape, outputs: int, task: str, weights):
    """Build the Keras model for samples of `shape`."""
    import keras

    samples = samples_of(pretrained)
    inputs = keras.Input(shape, name=samples.INPUT)
    begun = {"own_weights": name == SCRATCH, "trained": name == FINETUNED}
    x = samples.features(inputs, settings, pretrained, begun)
    if settings["units"]:
        x = keras.layers.Dense(settings["units"], activation="relu")(x)
    if settings["dropout"]:
        x = keras.layers.Dropout(settings["dropout"])(x)
    return convolution.with_outputs(inputs, x, outputs, task, weights, name)
