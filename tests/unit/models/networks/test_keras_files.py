"""Keras files that are damaged, and the backend that reads none of a user's own settings."""

import os
import subprocess
import sys
import zipfile

import pytest

from tentips.errors import StudyError
from tentips.models.networks.keras_files import load_keras, save_keras
from tentips.paths import SCRIPTS


def network():
    import keras

    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)])
    return model


def cut(path):
    path.write_bytes(path.read_bytes()[:-200])


def flipped(path):
    with zipfile.ZipFile(path) as packed:
        place = packed.getinfo("model.weights.h5").header_offset + 4000
    content = bytearray(path.read_bytes())
    content[place] ^= 1
    path.write_bytes(content)


def emptied(path):
    path.write_bytes(b"")


@pytest.mark.parametrize("damage", [cut, flipped, emptied])
def test_a_damaged_network_is_called_damaged_with_what_to_delete(tmp_path, damage):
    path = tmp_path / "1_1.keras"
    save_keras(network(), path)
    load_keras(path)
    damage(path)
    with pytest.raises(StudyError, match=r"1_1.keras is damaged, or .*Delete it and run the same command again"):
        load_keras(path)


def test_a_users_own_settings_of_keras_do_not_count(tmp_path):
    (tmp_path / ".keras").mkdir()
    settings = '{"floatx": "float16", "epsilon": 0.1, "backend": "torch", "image_data_format": "channels_first"}'
    (tmp_path / ".keras" / "keras.json").write_text(settings)
    code = (
        "from tentips.models.networks import backend\nbackend.choose('jax', 0, True)\nimport keras\n"
        "print(keras.config.floatx(), keras.config.epsilon(), keras.config.backend(), keras.config.image_data_format(), keras.config.max_epochs())"
    )
    own = {"HOME": str(tmp_path), "PYTHONPATH": str(SCRIPTS), "KERAS_MAX_EPOCHS": "1", "KERAS_BACKEND": "torch"}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env={**os.environ, **own})
    assert done.stdout.split() == ["float32", "1e-07", "jax", "channels_last", "None"], done.stderr[-2000:]
    assert (tmp_path / ".keras" / "keras.json").read_text() == settings
