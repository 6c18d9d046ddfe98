"""Transfer: what is taken of a pretrained network, which places and letters it reads, and files that are refused."""

import hashlib
import json
import zipfile

import keras
import numpy as np
import pytest
from small import recipe

from tentips.errors import StudyError
from tentips.models.networks import backend
from tentips.models.networks.architecture import architecture
from tentips.models.networks.keras_files import load_keras, save_keras
from tentips.models.networks.pack import Member, Pack
from tentips.models.networks.search import untuned
from tentips.models.networks.train import train
from tentips.models.networks.views import Views
from tentips.models.recipe import Recipe
from tentips.study.config import TRANSFER, reading

backend.choose("tensorflow", 0, True, 1)

RANDOM = np.random.default_rng(0)
PLANES = np.eye(4, dtype="float32")[RANDOM.integers(0, 4, (60, 12))]


@pytest.fixture(scope="module")
def pretrained(tmp_path_factory):
    """A network of six places with normalisation, whose moving averages are not those of a new one."""
    keras.utils.set_random_seed(1)
    layers = [keras.Input((6, 4)), keras.layers.Flatten(), keras.layers.Dense(5), keras.layers.BatchNormalization()]
    model = keras.Sequential([*layers, keras.layers.ReLU(), keras.layers.Dropout(0.5), keras.layers.Dense(1)])
    model.layers[2].set_weights([np.full(5, 1.5), np.full(5, 0.1), np.full(5, 0.2), np.full(5, 2.0)])
    path = tmp_path_factory.mktemp("pretrained") / "motif.keras"
    model.save(path)
    return path


def own(path, name="transfer_frozen", letters="ACGT", first=None, sha256="", both_strands=False, alphabet=None):
    asked = recipe()
    transfer = {"letters": letters, "first": first}
    about = {"path": str(path), "sha256": sha256, **reading(transfer, alphabet)}
    return architecture(name, Recipe(**{**vars(asked), "pretrained": about, "both_strands": both_strands}))


def model_of(kind, weights=None):
    return kind.keras_model(untuned(kind), PLANES.shape[1:], 2, "classification", weights)


def features(path, **options):
    """What the head of the frozen network reads."""
    model = model_of(own(path, **options))
    return keras.Model(model.inputs[0], model.get_layer("output").input).predict(PLANES, verbose=0)


def body(path):
    model = load_keras(path)
    return keras.Model(model.inputs[0], model.layers[-1].input)


def test_one_window_is_read_where_its_first_place_is_named(pretrained):
    assert np.allclose(features(pretrained, first=4), body(pretrained)(PLANES[:, 3:9]), atol=1e-6)
    before = np.concatenate([np.zeros((60, 2, 4)), PLANES[:, :4]], axis=1)
    assert np.allclose(features(pretrained, first=-1), body(pretrained)(before), atol=1e-6)
    after = np.concatenate([PLANES[:, 9:], np.zeros((60, 3, 4))], axis=1)
    assert np.allclose(features(pretrained, first=10), body(pretrained)(after), atol=1e-6)


def test_all_windows_are_read_otherwise(pretrained):
    windows = np.stack([body(pretrained)(PLANES[:, first : first + 6]) for first in range(7)])
    assert np.allclose(features(pretrained), windows.max(axis=0), atol=1e-6)


def test_each_study_has_its_own_network_though_it_is_called_the_same(pretrained, tmp_path, monkeypatch):
    read = []
    for seed in (1, 2):
        keras.utils.set_random_seed(seed)
        study = tmp_path / str(seed)
        study.mkdir()
        keras.models.clone_model(load_keras(pretrained)).save(study / "network.keras")
        monkeypatch.chdir(study)
        read.append(features("network.keras", first=1))
    assert np.abs(read[0] - read[1]).max() > 0.01


def test_planes_are_brought_into_the_order_of_its_letters(pretrained):
    turned = np.take(PLANES, [3, 2, 1, 0], axis=-1)
    assert np.allclose(features(pretrained, first=1, letters="TGCA"), body(pretrained)(turned[:, :6]), atol=1e-6)
    assert np.allclose(
        features(pretrained, first=1, letters="UGCA", alphabet="rna"), body(pretrained)(turned[:, :6]), atol=1e-6
    )
    assert np.allclose(
        features(pretrained, first=1, letters="wxyz", alphabet="ZYXW"), body(pretrained)(turned[:, :6]), atol=1e-6
    )


def test_both_strands_give_one_prediction(pretrained):
    model = model_of(own(pretrained, "transfer_finetuned", both_strands=True))
    assert np.allclose(model(PLANES), model(PLANES[:, ::-1, ::-1].copy()), atol=1e-6)


def trained(kind):
    truth = (PLANES[:, 3, 0] > 0).astype(int)
    settings = {**untuned(kind), "learning_rate": 1e-2}
    member = Member(settings, 0, np.arange(45), np.arange(45, 60), truth, 7, 8)
    [found] = train(Pack(kind, Views([PLANES]), [member], 2, "classification", 8))
    return model_of(kind, found.weights)


@pytest.mark.parametrize("name", TRANSFER)
def test_frozen_weights_stay_and_others_are_trained(pretrained, tmp_path, name):
    kind = own(pretrained, name)
    start, model = body(pretrained).get_weights(), trained(kind)
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


def place_by_place(folder):
    entry = keras.Input((None, 20))
    return written(folder, entry, keras.layers.Conv1D(1, 1)(keras.layers.Conv1D(3, 3, padding="same")(entry)))


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
        model_of(own(write(tmp_path)))
    assert "\n" not in str(refused.value)


def test_another_file_and_other_letters_are_refused(pretrained, tmp_path):
    with pytest.raises(StudyError, match=r"is not the file whose sha256 config/datasets\.tsv declares"):
        model_of(own(pretrained, sha256="0" * 64))
    assert model_of(own(pretrained, sha256=hashlib.sha256(pretrained.read_bytes()).hexdigest()))
    with pytest.raises(
        StudyError, match=r"reads 4 numbers for each place, but models\.transfer.letters names 3 letters"
    ):
        model_of(own(pretrained, letters="ACG"))
    with pytest.raises(StudyError, match=r"20 letters, but the sequences of this study have 4"):
        model_of(own(place_by_place(tmp_path), letters="ACDEFGHIKLMNPQRSTVWY"))
