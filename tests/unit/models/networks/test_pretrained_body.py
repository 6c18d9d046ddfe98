"""What is taken of a pretrained file: its head is left off where it has one; files that cannot be used are refused."""

import hashlib
import json
import zipfile

import keras
import numpy as np
import pytest
from pretrained import features_of, model_of, motif_network, of_images, transferred

from tentips.errors import StudyError
from tentips.models.networks import backend
from tentips.models.networks.pretrained_body import body_of, copy_of

backend.choose("tensorflow", 0, True, 1)


def written(folder, inputs, outputs, name="network.keras"):
    keras.Model(inputs, outputs).save(folder / name)
    return folder / name


def lambda_layer(folder, name):
    entry = keras.Input((6, 4))
    x = keras.layers.Lambda(lambda x: x * 2, output_shape=(6, 4))(entry)
    return written(folder, entry, keras.layers.Dense(1)(keras.layers.Flatten()(x)), name)


def of_another_module(folder):
    """A network whose description asks Keras for a function that is no layer."""
    path = one_layer(folder)
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    description = json.loads(parts["config.json"])
    description["config"]["layers"][1] |= {"module": "keras.utils", "class_name": "get_file"}
    with zipfile.ZipFile(folder / "other.keras", "w") as archive:
        for name, content in (parts | {"config.json": json.dumps(description)}).items():
            archive.writestr(name, content)
    return folder / "other.keras"


def two_inputs(folder):
    entries = [keras.Input((6, 4)), keras.Input((3,))]
    x = keras.layers.Concatenate()([keras.layers.Flatten()(entries[0]), entries[1]])
    return written(folder, entries, keras.layers.Dense(1)(x))


def one_layer(folder):
    entry = keras.Input((6, 4))
    return written(folder, entry, keras.layers.Dense(1)(keras.layers.Flatten()(entry)))


def cut_off(folder):
    whole = two_inputs(folder).read_bytes()
    (folder / "half.keras").write_bytes(whole[: len(whole) // 2])
    return folder / "half.keras"


def weights_alone(folder):
    entry = keras.Input((6, 4))
    keras.Model(entry, keras.layers.Dense(1)(keras.layers.Flatten()(entry))).save_weights(folder / "only.weights.h5")
    return folder / "only.weights.h5"


@pytest.mark.parametrize(
    ("write", "reason"),
    [
        (lambda folder: lambda_layer(folder, "a.keras"), "has a layer of type Lambda, which runs code of its own"),
        (lambda folder: lambda_layer(folder, "a.h5"), "has a layer of type Lambda, which runs code of its own"),
        (of_another_module, "has a layer of type get_file, which runs code of its own"),
        (two_inputs, r"takes \(6, 4\) and \(3,\) and gives \(1,\); tentips reads sequences with it"),
        (one_layer, "has one layer with weights only"),
        (cut_off, "is no whole Keras network"),
        (weights_alone, "is no whole Keras network"),
    ],
)
def test_files_that_cannot_be_used_are_refused_in_one_line(tmp_path, write, reason):
    with pytest.raises(StudyError, match=reason) as refused:
        model_of(transferred(write(tmp_path), transfer={"letters": "ACGT"}), (12, 4))
    assert "\n" not in str(refused.value)


def test_another_file_is_refused(tmp_path):
    path = motif_network(tmp_path)
    with pytest.raises(StudyError, match=r"is not the file whose sha256 config/datasets\.tsv declares"):
        body_of(str(path), "0" * 64, 2, "")
    assert body_of(str(path), hashlib.sha256(path.read_bytes()).hexdigest(), 2, "").output_shape == (None, 5)


def test_sequences_and_images_are_told_apart_by_the_axes_of_the_input(tmp_path):
    with pytest.raises(
        StudyError, match=r"takes \(6, 4\) and gives \(1,\); tentips reads images with it: one input of"
    ):
        model_of(of_images(motif_network(tmp_path)), (6, 4, 1))


def residual(x, filters=4):
    return keras.layers.Add()([x, keras.layers.Conv2D(filters, 1, name="branch")(keras.layers.ReLU()(x))])


ENDS = {
    "classes": (lambda x: keras.layers.Dense(3)(keras.layers.GlobalAveragePooling2D()(x)), 2),
    "classes of each place": (lambda x: keras.layers.Activation("softmax")(keras.layers.Conv2D(2, 1)(x)), 4),
    # saved without a head: nothing is left off
    "pooled": (keras.layers.GlobalMaxPooling2D(), 2),
    "normalised": (lambda x: keras.layers.ReLU()(keras.layers.BatchNormalization()(x)), 4),
    "convolved": (lambda x: keras.layers.MaxPooling2D()(keras.layers.Conv2D(4, 3, padding="same", name="end")(x)), 4),
    "a sum, past which the input goes": (residual, 4),
}


@pytest.mark.parametrize("end", ENDS)
def test_a_head_is_left_off_and_nothing_else(tmp_path, end):
    finish, axes = ENDS[end]
    entry = keras.Input((8, 8, 3))
    first = keras.layers.Conv2D(4, 3, padding="same", name="first")(entry)
    whole = keras.Model(entry, finish(first))
    whole.save(tmp_path / "network.keras")
    body = body_of(str(tmp_path / "network.keras"), "", 3, end)
    images = np.random.default_rng(0).random((5, 8, 8, 3))
    if end == "classes":
        expected = keras.Model(entry, whole.layers[-2].output)
    else:
        expected = keras.Model(entry, first) if end == "classes of each place" else whole
    assert len(body.output_shape) == axes
    np.testing.assert_allclose(body.predict(images, verbose=0), expected.predict(images, verbose=0), atol=1e-6)


def test_sums_that_are_no_layers_are_read_and_copied(tmp_path):
    entry = keras.Input((8, 8, 3))
    first = keras.layers.Conv2D(4, 3, padding="same")(entry)
    added = keras.ops.relu(first + 2 * first)
    head = keras.layers.Dense(2)(keras.layers.GlobalAveragePooling2D()(added))
    keras.Model(entry, head).save(tmp_path / "network.keras")
    images = np.random.default_rng(0).random((5, 8, 8, 3)).astype("float32")
    expected = keras.Model(entry, added).predict(images, verbose=0).mean(axis=(1, 2))
    found = features_of(of_images(tmp_path / "network.keras"), images)
    np.testing.assert_allclose(found, expected, atol=1e-6)


def test_layers_that_were_saved_as_fixed_are_trained_where_a_network_trains_its_own(tmp_path):
    entry = keras.Input((8, 8, 3))
    fixed = keras.layers.Conv2D(4, 3, trainable=False)(entry)
    pooled = keras.layers.GlobalAveragePooling2D()(fixed)
    keras.Model(entry, keras.layers.Dense(2)(pooled)).save(tmp_path / "network.keras")
    body = body_of(str(tmp_path / "network.keras"), "", 3, "fixed")
    copies = {
        "own": copy_of(body, own_weights=True, trained=False),
        "kept": copy_of(body, own_weights=False, trained=False),
        "trained": copy_of(body, own_weights=False, trained=True),
    }
    assert {name: len(copy.trainable_weights) for name, copy in copies.items()} == {"own": 2, "kept": 0, "trained": 2}
    same = {name: np.allclose(copy.get_weights()[0], body.get_weights()[0]) for name, copy in copies.items()}
    assert same == {"own": False, "kept": True, "trained": True}
