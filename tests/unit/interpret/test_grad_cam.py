"""Grad-CAM of a network whose weights are set by hand."""

import subprocess
import sys

import pytest

from tentips.paths import SCRIPTS

CODE = """
import numpy as np
from tentips.models.networks import backend
backend.choose("tensorflow", 0, True, 1)
import keras
from keras import layers
from tentips.interpret.grad_cam import grad_cam, last_places
inputs = keras.Input((8, 8, 1))
# The first filter finds light, the second dark; light speaks for the second class, twice as much as dark speaks against it.
planes = layers.Activation("relu")(layers.Conv2D(2, 1, name="filters")(inputs))
pooled = layers.GlobalAveragePooling2D()(layers.MaxPooling2D(2)(planes))
model = keras.Model(inputs, layers.Dense(2, activation="softmax")(pooled))
model.set_weights([np.array([[[[1.0, -1.0]]]]), np.zeros(2), np.array([[0.0, 2.0], [0.0, -1.0]]), np.zeros(2)])
images = np.zeros((2, 8, 8, 1), dtype="float32")
images[0, 1, 6], images[0, 5, 2], images[1, 3, 3] = 1.0, -1.0, 300.0
assert type(last_places(model)).__name__ == "Activation"
found = grad_cam(model, images, 1, True)
assert found.shape == (2, 8, 8)
# d log-odds / d plane = weight / 16 on the largest pixel of each 2 x 2, a quarter of all 64 on average.
assert abs(found[0, 1, 6] - 2 / 64) < 1e-6 and found[0].argmax() == 14, found[0, 1, 6]
assert np.isfinite(found).all() and found[1].argmax() == 27 and abs(found[1, 3, 3] - 300 * 2 / 64) < 1e-3  # the probability is 1 to the last bit
other = grad_cam(model, images[:1], 0, True)
assert np.allclose(other[0], -found[0], atol=1e-6)
assert last_places(keras.Sequential([keras.Input((3,)), layers.Dense(2)])) is None
"""


@pytest.mark.slow
def test_the_pixel_that_speaks_for_a_class_is_found():
    done = subprocess.run([sys.executable, "-c", CODE], cwd=SCRIPTS, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]
