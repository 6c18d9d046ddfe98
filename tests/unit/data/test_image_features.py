"""Features of images follow colour, edges and texture, and pixels are scaled by what training rows hold."""

import numpy as np
import pandas as pd
import pytest

from tentips.data.image_features import Form, ImagePlanes, ImageTable, image_table

FORM = Form(16, 16, 3, 8)


def frame(images):
    return pd.DataFrame(
        {"image": pd.Series([each.tobytes() for each in images], dtype=object), "height": 20, "width": 10}
    )


def test_moments_of_colours_are_those_of_the_pixels():
    image = np.zeros((16, 16, 3), dtype="uint8")
    image[:4, :, 0] = 255
    row = image_table(frame([image]), FORM).iloc[0]
    assert row["mean of red"] == pytest.approx(0.25) and row["mean of green"] == 0
    assert row["spread of red"] == pytest.approx(np.sqrt(0.25 * 0.75))
    assert row["skewness of red"] == pytest.approx(np.cbrt(0.25 * 0.75 * 0.5))


def test_edges_know_direction_and_place():
    image = np.zeros((16, 16, 3), dtype="uint8")
    image[:4, 2:] = 200  # an upright edge in the upper left cell: brightness changes along the row
    table = image_table(frame([image, image.swapaxes(0, 1)]), FORM)
    edges = table.filter(regex="^edges at .* in row 1 column 1$")
    assert list(edges.T.idxmax()) == ["edges at 0 degrees in row 1 column 1", "edges at 80 degrees in row 1 column 1"]
    assert (table.filter(like="in row 4 column 4") == 0).all(axis=None)


def test_texture_is_a_share_of_pixels():
    noise = np.random.default_rng(0).integers(0, 255, (16, 16, 3), dtype="uint8")
    table = image_table(frame([np.full((16, 16, 3), 9, "uint8"), noise]), FORM)
    for radius in (1, 2):
        texture = table.filter(regex=f"^texture .* at radius {radius}$")
        assert texture.shape[1] == 10 and texture.sum(axis=1).to_numpy() == pytest.approx(1)
        assert texture.iloc[0].max() == 1 > texture.iloc[1].max()
    assert table.notna().all(axis=None)


def test_the_size_of_files_is_a_feature_where_it_differs():
    pixels = frame([np.full((16, 16, 3), 9, "uint8")])
    table = ImageTable(16, 16, 3, 8, sizes_differ=True).fit_transform(pixels)
    assert table.loc[0, ["height", "width"]].tolist() == [20, 10] and table.shape[1] == 175
    assert "height" not in ImageTable.of(FORM).fit_transform(pixels)


def test_pixels_are_scaled_by_training_rows():
    random = np.random.default_rng(1)
    images = frame(random.integers(0, 65535, (6, 16, 16, 2), dtype="uint16"))
    planes = ImagePlanes(16, 16, 2, 16).fit(images.iloc[:4])
    found = planes.transform(images)
    assert found.shape == (6, 16, 16, 2) and found.dtype == np.float32
    assert found[:4].mean(axis=(0, 1, 2)) == pytest.approx([0, 0], abs=1e-5)
    assert found[:4].std(axis=(0, 1, 2)) == pytest.approx([1, 1], abs=1e-5)
    assert abs(found[4:].mean()) > 1e-4
    assert (
        ImagePlanes(16, 16, 2, 16)
        .fit(images.iloc[:4].map(lambda x: x if isinstance(x, int) else bytes(len(x))))
        .transform(images.iloc[:1])
        >= 0
    ).all()
