"""Augmented images are what they are said to be."""

import keras_tuner
import numpy as np

from tentips.models.networks import augmentation, backend

backend.choose("tensorflow", 0, True, 1)


def test_augmented_images_are_flipped_turned_shifted_and_contrasted():
    image = np.random.default_rng(0).normal(size=(1, 6, 6, 2)).astype("float32")
    plain = augmentation.declare(keras_tuner.HyperParameters())

    def augmented(noise, **settings):
        noise = np.array([noise], "float32")
        return np.asarray(augmentation.augment({**plain, **settings}, image, noise))[0]

    still = [0.1, 0.1, 0.1, 0.1, 0.5, 0.5, 0.5]
    everything = {"flip": True, "rotation": True, "shift": 0.4, "contrast": 0.2}
    np.testing.assert_array_equal(augmented([0.9] * 7), image[0])
    np.testing.assert_allclose(augmented(still, **everything), image[0], atol=1e-6)
    np.testing.assert_array_equal(augmented([0.9, *still[1:]], flip=True), image[0, :, ::-1])
    np.testing.assert_array_equal(augmented([0.1, 0.9, *still[2:]], flip=True), image[0, ::-1])
    quarter = augmented([0, 0, 0, 0.9, 0.5, 0.5, 0.5], rotation=True)
    np.testing.assert_array_equal(quarter, np.rot90(image[0], -1))
    # noise of 1 shifts by 0.4 x 6 = 2 places down; the edge is repeated
    down = augmented([0, 0, 0, 0, 1.0, 0.5, 0.5], shift=0.4)
    np.testing.assert_allclose(down, image[0][[0, 0, 0, 1, 2, 3]], atol=1e-6)
    strong = augmented([0, 0, 0, 0, 0.5, 0.5, 1.0], contrast=0.2)
    np.testing.assert_allclose(strong.std(axis=(0, 1)), 1.2 * image[0].std(axis=(0, 1)), rtol=1e-4)
    np.testing.assert_allclose(strong.mean(axis=(0, 1)), image[0].mean(axis=(0, 1)), atol=1e-5)
