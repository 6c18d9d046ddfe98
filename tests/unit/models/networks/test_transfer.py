"""Transfer: weights of its own, kept, or trained on; what is saved predicts the same."""

import keras
import keras_tuner
import numpy as np
import pytest
from pretrained import PLANES, body, motif_network, of_images, trained, transferred

from tentips.interpret.grad_cam import grad_cam, last_places
from tentips.models.networks import backend
from tentips.models.networks.keras_files import load_keras, save_keras
from tentips.models.networks.search import untuned
from tentips.models.networks.transfer import samples_of
from tentips.study.config import TRANSFER

backend.choose("tensorflow", 0, True, 1)

RANDOM = np.random.default_rng(0)


@pytest.fixture(scope="module")
def pretrained(tmp_path_factory):
    return motif_network(tmp_path_factory.mktemp("pretrained"))


def own(path, name="transfer_frozen"):
    return transferred(path, name, {"letters": "ACGT"})


@pytest.mark.parametrize("name", TRANSFER)
def test_frozen_weights_stay_and_others_are_trained(pretrained, tmp_path, name):
    kind = own(pretrained, name)
    start = body(pretrained).get_weights()
    model = trained(kind, PLANES, (PLANES[:, 3, 0] > 0).astype(int))
    [reading_layer] = [layer for layer in model.layers if hasattr(layer, "layers")]
    kernel, _, *normalisation = reading_layer.get_weights()
    moving, moving_start = normalisation[2:], start[4:]
    assert np.allclose(kernel, start[0], atol=1e-7) == (name == "transfer_frozen")
    # in training, too, pretrained normalisation is that of prediction
    assert all(map(np.allclose, moving, moving_start)) == (name != "transfer_scratch")
    [dropout] = [layer for layer in reading_layer.layers if isinstance(layer, keras.layers.Dropout)]
    assert dropout.rate == (0.5 if name == "transfer_scratch" else 0)
    if name == "transfer_finetuned":
        assert np.corrcoef(kernel.ravel(), start[0].ravel())[0, 1] > 0.9
    dense, scale_and_shift, head = 6 * 4 * 5 + 5, 10, 5 * 2 + 2
    expected = {
        "transfer_scratch": dense + scale_and_shift + head,
        "transfer_frozen": head,
        "transfer_finetuned": dense + head,
    }
    assert kind.parameters(untuned(kind), PLANES.shape[1:], 2) == expected[name]
    save_keras(model, tmp_path / "final.keras")
    assert np.allclose(
        load_keras(tmp_path / "final.keras").predict(PLANES, verbose=0), model.predict(PLANES, verbose=0)
    )


def test_fine_tuning_takes_smaller_steps_than_training_from_scratch(pretrained):
    spaces = {name: own(pretrained, name).search_space() for name in TRANSFER}
    assert "learning rate 1e-05 to 0.01 (logarithmic)" in spaces["transfer_finetuned"]
    assert "learning rate 0.0001 to 0.1 (logarithmic)" in spaces["transfer_scratch"]


def image_network(folder):
    """A network of images with normalisation, whose moving averages are not those of a new one, and dropout."""
    entry = keras.Input((None, None, 3), name="image")
    x = keras.layers.Conv2D(4, 3, name="output")(entry)
    x = keras.layers.ReLU()(keras.layers.BatchNormalization(name="normalised")(x))
    x = keras.layers.Dropout(0.5, name="dropout")(keras.layers.GlobalAveragePooling2D()(x))
    model = keras.Model(entry, keras.layers.Dense(5)(x))
    model.get_layer("normalised").set_weights([np.full(4, 1.5), np.full(4, 0.1), np.full(4, 0.2), np.full(4, 2.0)])
    model.save(folder / "images.keras")
    return folder / "images.keras"


@pytest.mark.parametrize("name", TRANSFER)
def test_images_are_learned_in_the_same_three_ways(tmp_path, name):
    path, images = image_network(tmp_path), RANDOM.random((40, 10, 10, 1)).astype("float32")
    truth, start = (images.mean(axis=(1, 2, 3)) > 0.5).astype(int), load_keras(path)
    kind = of_images(path, name, range=[0, 255], size=12)
    settings = {"flip": True, "rotation": True, "shift": 0.1, "contrast": 0.2, "units": 32}
    model = trained(kind, images, truth, **settings)
    kernel, before = (
        each.get_weights()[0] for each in (model.get_layer("pretrained_output"), start.get_layer("output"))
    )
    assert np.allclose(kernel, before, atol=1e-7) == (name == "transfer_frozen")
    *_, mean, variance = model.get_layer("pretrained_normalised").get_weights()
    assert (np.allclose(mean, 0.2) and np.allclose(variance, 2.0)) == (name != "transfer_scratch")
    momentum = model.get_layer("pretrained_normalised").momentum
    assert momentum == (0.9 if name == "transfer_scratch" else 0.99), (
        "few steps are enough for averages that begin anew"
    )
    assert model.get_layer("pretrained_dropout").rate == (0.5 if name == "transfer_scratch" else 0)
    body = {"transfer_scratch": 112 + 8, "transfer_frozen": 0, "transfer_finetuned": 112}[name]
    assert kind.parameters({**untuned(kind), **settings}, (10, 10, 1), 2) == body + 5 * 32 + 33 * 2
    assert "both_strands" not in untuned(kind) and untuned(kind)["batch_size"] in (16, 32)


def test_the_places_where_it_looks_are_those_of_its_last_map(tmp_path):
    model = of_images(image_network(tmp_path)).keras_model(
        untuned(of_images(image_network(tmp_path))), (10, 10, 3), 2, "classification"
    )
    assert last_places(model).output.shape == (None, 8, 8, 4)
    maps = grad_cam(model, RANDOM.random((3, 10, 10, 3)).astype("float32"), 1, True)
    assert maps.shape == (3, 8, 8) and np.isfinite(maps).all() and maps.std() > 0


def test_the_search_is_told_by_what_it_reads(pretrained, tmp_path):
    images = of_images(image_network(tmp_path), "transfer_finetuned").search_space()
    assert images.startswith("training images flipped or not") and "batches of 16 or 32 rows" in images
    assert (
        own(pretrained)
        .search_space()
        .startswith("windows summarised by max or average where it reads several; a hidden")
    )
    assert samples_of({"pixels": {}}).AXES == 3 and samples_of({"letters": "ACGT"}).AXES == 2


def test_what_is_drawn_for_sequences_does_not_depend_on_their_strands(pretrained):
    space = keras_tuner.HyperParameters()
    own(pretrained).declare(space)
    names = [each.name for each in space.space]
    # A search draws in this order, and a fixed value takes a draw of its own.
    assert names[:4] == ["units", "dropout", "learning_rate", "summary"] and names[-1] == "both_strands"
