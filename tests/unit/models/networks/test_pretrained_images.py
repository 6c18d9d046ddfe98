"""A pretrained network reads images: at which size, in which channels, in which numbers; and what of the study's images it is given."""

import keras
import numpy as np
import pandas as pd
import pytest
from pretrained import PIXELS, features_of, model_of, of_images

from tentips.data.images import Images
from tentips.data.rows import Rows
from tentips.errors import StudyError
from tentips.models.networks import backend, pretrained_images
from tentips.models.networks.keras_files import load_keras, save_keras
from tentips.simulate.image_study import ImageDesign, images

backend.choose("tensorflow", 0, True, 1)

RANDOM = np.random.default_rng(0)
PICTURES = RANDOM.random((10, 12, 12, 3)).astype("float32")


def network(folder, shape=(None, None, 3), name="same.keras"):
    """A network whose features are the mean of each channel of what it is given."""
    channels = shape[-1]
    entry = keras.Input(shape)
    same = keras.layers.Conv2D(channels, 1, use_bias=False, name="output")(entry)
    model = keras.Model(entry, keras.layers.Dense(2)(keras.layers.GlobalAveragePooling2D()(same)))
    model.layers[1].set_weights([np.eye(channels)[None, None]])
    model.save(folder / name)
    return folder / name


def test_pixels_are_in_the_numbers_that_are_declared(tmp_path):
    path, means = network(tmp_path), PICTURES.mean(axis=(1, 2))
    np.testing.assert_allclose(features_of(of_images(path), PICTURES), means, atol=1e-5)
    for pixels, expected in (
        ({"range": [0, 255], "mean": 127, "standard_deviation": 128}, (255 * means - 127) / 128),
        ({"range": [-1, 1]}, 2 * means - 1),
        (
            {"mean": [0.485, 0.456, 0.406], "standard_deviation": [0.229, 0.224, 0.225]},
            (means - [0.485, 0.456, 0.406]) / [0.229, 0.224, 0.225],
        ),
        (
            {"range": [0, 255], "mean": [103.939, 116.779, 123.68], "order": "BGR"},
            255 * means[:, ::-1] - [103.939, 116.779, 123.68],
        ),
    ):
        np.testing.assert_allclose(features_of(of_images(path, **pixels), PICTURES), expected, rtol=1e-4, atol=1e-4)


def test_grey_images_are_given_as_equal_channels(tmp_path):
    grey = PICTURES[..., :1]
    found = features_of(of_images(network(tmp_path), mean=[0, 0.5, 1]), grey)
    np.testing.assert_allclose(found, grey.mean(axis=(1, 2)) - [0, 0.5, 1], atol=1e-5)


def of_size(folder, side):
    """A network of a fixed size, whose features are all pixels."""
    entry = keras.Input((side, side, 1))
    same = keras.layers.Conv2D(1, 1, use_bias=False)(entry)
    model = keras.Model(entry, keras.layers.Dense(2)(keras.layers.Flatten()(same)))
    model.layers[1].set_weights([np.ones((1, 1, 1, 1))])
    model.save(folder / f"{side}.keras")
    return folder / f"{side}.keras"


def test_images_are_brought_to_the_size_of_the_network(tmp_path):
    quarters = np.kron(np.arange(4.0).reshape(2, 2), np.ones((6, 6)))[None, :, :, None].astype("float32")
    for side in (4, 12, 32):
        [found] = features_of(of_images(of_size(tmp_path, side)), quarters).reshape(1, side, side)
        assert found[[0, 0, -1, -1], [0, -1, 0, -1]] == pytest.approx([0, 1, 2, 3], abs=1e-5), "corners stay corners"
    chess = np.indices((12, 12)).sum(axis=0)[None, :, :, None] % 2
    found = features_of(of_images(of_size(tmp_path, 4)), chess.astype("float32"))
    assert found == pytest.approx(0.5, abs=0.1), "no pixel is left out where images are shrunk"


def test_a_network_of_any_size_reads_them_as_they_are_or_at_the_declared_size(tmp_path):
    path = network(tmp_path)
    shapes = {
        size: model_of(of_images(path, size=size), (12, 10, 3)).get_layer("pretrained_output").output.shape
        for size in (None, 24)
    }
    assert shapes == {None: (None, 12, 10, 3), 24: (None, 24, 24, 3)}


def test_maps_are_averaged_over_places(tmp_path):
    entry = keras.Input((None, None, 3))
    keras.Model(entry, keras.layers.BatchNormalization()(entry)).save(tmp_path / "map.keras")
    found = features_of(of_images(tmp_path / "map.keras"), PICTURES)
    np.testing.assert_allclose(found, PICTURES.mean(axis=(1, 2)) / np.sqrt(1.001), rtol=1e-4)


@pytest.mark.parametrize(
    ("shape", "pixels", "images", "reason"),
    [
        ((None, None, 3), {}, (12, 12, 4), "reads images of 3 channels, but those of this study have 4"),
        ((None, None, 1), {}, (12, 12, 3), "reads images of 1 channel, but those of this study have 3"),
        ((16, 16, 3), {"size": 24}, (12, 12, 3), "pixels.size is 24, but .* reads 16 x 16 pixels; leave it out"),
        ((16, 16, 3), {"mean": [1, 2]}, (12, 12, 3), "mean has 2 numbers, but .* reads images of 3 channels"),
        ((16, 16, 2), {"order": "BGR"}, (12, 12, 1), "order is BGR, but .* reads images of 2 channels"),
    ],
)
def test_images_that_it_cannot_read_are_refused_in_one_line(tmp_path, shape, pixels, images, reason):
    with pytest.raises(StudyError, match=reason) as refused:
        model_of(of_images(network(tmp_path, shape), **pixels), images)
    assert "\n" not in str(refused.value)


def test_images_that_are_too_small_are_refused_with_what_to_declare(tmp_path):
    entry = keras.Input((None, None, 3))
    narrow = keras.layers.Conv2D(2, 9)(keras.layers.Conv2D(2, 9)(entry))
    keras.Model(entry, keras.layers.Dense(2)(keras.layers.GlobalMaxPooling2D()(narrow))).save(tmp_path / "deep.keras")
    with pytest.raises(StudyError, match=r"cannot read images of 12 x 12 pixels: .*models\.transfer\.pixels\.size"):
        model_of(of_images(tmp_path / "deep.keras"), (12, 12, 3))
    assert model_of(of_images(tmp_path / "deep.keras", size=17), (12, 12, 3))


def test_the_networks_are_given_pixels_as_they_were_measured(tmp_path):
    pictures, labels, _ = images(ImageDesign(12, side=16))
    frame = pd.DataFrame({"image": pd.Series([each.tobytes() for each in pictures], dtype=object), "height": 16})
    truth = (np.array(labels) == "case").astype(int)
    facts = {"height": 16, "width": 16, "channels": 3, "bits": 8, "sizes_differ": False}
    rows = Rows(
        np.arange(12).astype(object),
        frame.assign(width=16),
        truth,
        truth,
        np.arange(12),
        np.arange(12) % 2,
        ["a", "b"],
        "classification",
        modality=Images(facts),
    )
    kind = of_images(network(tmp_path))
    assert kind.axes == 3
    found = kind.preparation(rows, {}).fit(rows.inputs.iloc[:4]).transform(rows.inputs)
    np.testing.assert_allclose(found, pictures / 255, atol=1e-6)


def test_what_is_saved_predicts_the_same_without_the_pretrained_file(tmp_path):
    path = network(tmp_path)
    grey = PICTURES[..., :1]
    for name, pixels in (("a", {"size": 16, "range": [0, 255], "mean": [1, 2, 3]}), ("b", {"order": "BGR"})):
        model = model_of(of_images(path, "transfer_finetuned", **pixels), grey.shape[1:])
        save_keras(model, tmp_path / f"{name}.keras")
        expected = model.predict(grey, verbose=0)
        np.testing.assert_allclose(load_keras(tmp_path / f"{name}.keras").predict(grey, verbose=0), expected, atol=1e-6)


def test_the_methods_say_how_it_reads():
    pixels = PIXELS | {"range": [0, 255], "mean": 127, "standard_deviation": [128, 128, 127], "size": 96}
    assert pretrained_images.words({"pixels": pixels}) == (
        "images at 96 x 96 pixels, black as 0 and white as 255, less 127 and divided by 128, 128, 127"
    )
    assert pretrained_images.words({"pixels": PIXELS | {"order": "BGR"}}).endswith(
        "black as 0 and white as 1, blue first"
    )
    assert pretrained_images.search_space({"pixels": pixels}).startswith("training images flipped or not")
