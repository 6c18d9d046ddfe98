"""The same picture is known again, however it was turned, lit or shrunk; another one is not."""

import numpy as np
import pandas as pd
import pytest

from tentips.data.image_features import Form
from tentips.data.image_likeness import ImageComparison
from tentips.simulate.image_study import ImageDesign, images


def compared(pictures):
    form = Form(*pictures.shape[1:], 8)
    return ImageComparison(pd.Series([each.tobytes() for each in pictures], dtype=object), form)


@pytest.mark.parametrize(
    "change",
    [
        lambda x: x,
        lambda x: np.rot90(x),
        lambda x: x[:, ::-1],
        lambda x: np.rot90(x[:, ::-1], 3),
        lambda x: np.clip(x * 0.7 + 40, 0, 255).astype("uint8"),
        lambda x: np.clip(x + np.random.default_rng(1).normal(0, 2, x.shape), 0, 255).astype("uint8"),
    ],
)
def test_a_copy_is_found_across_a_split(change):
    pictures, _, _ = images(ImageDesign(40, seed=3))
    both = np.concatenate([pictures, np.stack([change(each) for each in pictures[:5]])])
    pairs, looked = compared(both).near_between(np.arange(40, 45), np.arange(40), 0)
    assert looked == 5 and pairs["near_position"].tolist() == list(range(5))
    within, looked = compared(both).near_within(np.arange(45), 0)
    assert looked == 45 and within[["position", "near_position"]].to_numpy().tolist() == [
        [40 + row, row] for row in range(5)
    ]


def test_different_pictures_of_one_slide_are_no_copies():
    pictures, _, slides = images(ImageDesign(60, slides=6, seed=4))
    assert len(set(slides)) == 10
    assert not len(compared(pictures).near_within(np.arange(60), 0)[0])


def test_images_of_one_colour_are_alike_only_pixel_by_pixel():
    pictures = np.stack([np.full((16, 16, 3), value, "uint8") for value in (9, 9, 200)])
    comparison = compared(pictures)
    assert comparison.keys[0] == comparison.keys[1] != comparison.keys[2]
    assert not len(comparison.near_within(np.arange(3), 0)[0])
    assert comparison.near_between(np.arange(3), np.arange(0), 0)[0].empty
