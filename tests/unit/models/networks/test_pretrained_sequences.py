"""A pretrained network reads sequences: which places, which letters, which strands."""

import keras
import numpy as np
import pytest
from pretrained import PLANES, body, features_of, model_of, motif_network, transferred

from tentips.errors import StudyError
from tentips.models.networks import backend, pretrained_sequences
from tentips.models.networks.keras_files import load_keras

backend.choose("tensorflow", 0, True, 1)


@pytest.fixture(scope="module")
def pretrained(tmp_path_factory):
    return motif_network(tmp_path_factory.mktemp("pretrained"))


def own(path, name="transfer_frozen", letters="ACGT", first=None, **options):
    return transferred(path, name, {"letters": letters, "first": first}, **options)


def features(path, **options):
    return features_of(own(path, **options), PLANES)


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
    model = model_of(own(pretrained, "transfer_finetuned", both_strands=True), PLANES.shape[1:])
    assert np.allclose(model(PLANES), model(PLANES[:, ::-1, ::-1].copy()), atol=1e-6)


def place_by_place(folder):
    entry = keras.Input((None, 20))
    model = keras.Model(entry, keras.layers.Conv1D(1, 1)(keras.layers.Conv1D(3, 3, padding="same")(entry)))
    model.save(folder / "network.keras")
    return folder / "network.keras"


def test_other_letters_are_refused(pretrained, tmp_path):
    with pytest.raises(
        StudyError, match=r"reads 4 numbers for each place, but models\.transfer.letters names 3 letters"
    ):
        features(pretrained, letters="ACG")
    with pytest.raises(StudyError, match=r"20 letters, but the sequences of this study have 4"):
        features(place_by_place(tmp_path), letters="ACDEFGHIKLMNPQRSTVWY")


def test_the_methods_say_how_it_reads():
    how = {"letters": "ACGT", "alphabet": "ACGT", "first": None}
    assert pretrained_sequences.words(how) == "every window, its letters in the order ACGT"
    assert "summarised by max or average where" in pretrained_sequences.search_space(how)
    placed = how | {"first": 26}
    assert pretrained_sequences.words(placed).startswith("one window that begins at place 26, its letters")
    assert pretrained_sequences.search_space(placed) == ""
