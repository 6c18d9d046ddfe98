"""Images go through all that rows do: tables, pixels, tiles and disorder."""

import numpy as np
import pandas as pd
import pytest
from small import resolved

from tentips.artifacts import read_parquet, write_parquet
from tentips.data.images import Images
from tentips.data.modality import modality
from tentips.errors import StudyError
from tentips.models.pipeline_files import load_pipeline, save_pipeline
from tentips.simulate.image_study import ImageDesign, images

FACTS = {"height": 16, "width": 16, "channels": 3, "bits": 8, "sizes_differ": False}


@pytest.fixture
def measured():
    pictures, _, _ = images(ImageDesign(12, side=16))
    frame = pd.DataFrame(
        {"image": pd.Series([each.tobytes() for each in pictures], dtype=object), "height": 16, "width": 16}
    )
    frame.attrs = FACTS
    return frame


def test_a_file_gives_the_same_images_back(tmp_path, measured):
    write_parquet(measured, tmp_path / "x.parquet")
    again = read_parquet(tmp_path / "x.parquet")
    kind = modality("image", again.attrs)
    pd.testing.assert_frame_equal(kind.table(kind.inputs(again)), kind.table(kind.inputs(measured)))


def test_preparations_are_saved_and_give_the_same(tmp_path, measured):
    kind = Images(FACTS)
    for axes, shape in ((1, (12, 173)), (3, (12, 16, 16, 3))):
        fitted = kind.preparation(measured, resolved()["preprocess"], "classification", axes).fit(
            measured.iloc[:8], np.arange(8) % 2
        )
        save_pipeline(fitted, tmp_path / f"{axes}.skops")
        found = np.asarray(load_pipeline(tmp_path / f"{axes}.skops").transform(measured))
        assert found.shape == shape
        np.testing.assert_array_equal(found, fitted.transform(measured))


def test_tiles_are_exchanged_and_no_other_pixel(measured):
    kind = Images(FACTS)
    before, order = kind.form.pixels(measured["image"]), np.roll(np.arange(12), 1)
    after = kind.form.pixels(kind.exchanged(measured, ["tile in row 2 column 1"], order)["image"])
    assert len(kind.parts(measured)) == 16
    assert (after[:, 4:8, :4] == before[order][:, 4:8, :4]).all()
    changed = (after != before).any(axis=(0, 3))
    assert changed[4:8, :4].any() and changed.sum() == changed[4:8, :4].sum()


def test_disorder_moves_the_pixels_of_all_images_alike(measured):
    kind = Images(FACTS)
    before, after = (
        kind.form.pixels(each["image"]).reshape(12, 256, 3)
        for each in (measured, kind.disordered(measured, np.random.default_rng(0)))
    )
    assert (before != after).any()
    places = [np.flatnonzero((before[:, place] == after[:, 0]).all(axis=(0, 1))) for place in range(256)]
    assert sum(map(len, places)) >= 1
    assert (np.sort(before.reshape(12, -1)) == np.sort(after.reshape(12, -1))).all()


def test_equal_images_are_refused(measured):
    measured["image"] = measured["image"].iloc[0]
    with pytest.raises(StudyError, match="one and the same image"):
        Images(FACTS).check(measured, pd.Series(range(12)), {})


def test_what_images_are_is_said(measured):
    said = Images(FACTS).summary(measured)
    assert said["features"] == 173 and said["images"] == FACTS
    assert said["inputs"] == "images (16 x 16 pixels, in colour, 8 bits; 173 features of them for simpler models)"
