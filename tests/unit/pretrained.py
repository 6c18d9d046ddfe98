"""Architectures of transfer on top of a small file, as the tests of them need them."""

import keras
import numpy as np
from small import recipe

from tentips.models.networks.architecture import architecture
from tentips.models.networks.keras_files import load_keras
from tentips.models.networks.pack import Member, Pack
from tentips.models.networks.search import untuned
from tentips.models.networks.train import train
from tentips.models.networks.views import Views
from tentips.models.recipe import Recipe
from tentips.study.config import reading

PLANES = np.eye(4, dtype="float32")[np.random.default_rng(0).integers(0, 4, (60, 12))]  # sequences of twelve letters
PIXELS = {"range": [0, 1], "mean": 0, "standard_deviation": 1, "order": "RGB", "size": None}


def transferred(path, name="transfer_frozen", transfer=None, sha256="", alphabet=None, both_strands=False):
    """The architecture of that name, whose pretrained network reads samples as `transfer` declares."""
    own = {"letters": None, "first": None, "pixels": None} | transfer
    about = {"path": str(path), "sha256": sha256, **reading(own, alphabet)}
    return architecture(name, Recipe(**{**vars(recipe()), "pretrained": about, "both_strands": both_strands}))


def of_images(path, name="transfer_frozen", sha256="", **pixels):
    return transferred(path, name, {"pixels": PIXELS | pixels}, sha256)


def body(path):
    """A network up to what its last layer reads."""
    model = load_keras(path)
    return keras.Model(model.inputs[0], model.layers[-1].input)


def model_of(kind, shape, weights=None):
    return kind.keras_model(untuned(kind), shape, 2, "classification", weights)


def features_of(kind, inputs):
    """What the head of a network reads."""
    model = model_of(kind, inputs.shape[1:])
    return keras.Model(model.inputs[0], model.get_layer("output").input).predict(inputs, verbose=0)


def trained(kind, inputs, truth, epochs=8, **settings):
    """The model after some epochs on three quarters of the rows."""
    settings, fit = {**untuned(kind), "learning_rate": 1e-2, **settings}, 3 * len(inputs) // 4
    member = Member(settings, 0, np.arange(fit), np.arange(fit, len(inputs)), truth, 7, epochs)
    classes = int(truth.max()) + 1
    [found] = train(Pack(kind, Views([inputs]), [member], classes, "classification", epochs))
    return kind.keras_model(settings, inputs.shape[1:], classes, "classification", found.weights)


def motif_network(folder):
    """A network of six places with normalisation, whose moving averages are not those of a new one."""
    keras.utils.set_random_seed(1)
    layers = [keras.Input((6, 4)), keras.layers.Flatten(), keras.layers.Dense(5), keras.layers.BatchNormalization()]
    model = keras.Sequential([*layers, keras.layers.ReLU(), keras.layers.Dropout(0.5), keras.layers.Dense(1)])
    model.layers[2].set_weights([np.full(5, 1.5), np.full(5, 0.1), np.full(5, 0.2), np.full(5, 2.0)])
    path = folder / "motif.keras"
    model.save(path)
    return path
