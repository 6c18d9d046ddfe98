"""New images are decoded a part at a time, as the model's own were, and refused in one line."""

import io
import zipfile

import numpy as np
import pytest
from PIL import Image

from tentips.errors import StudyError
from tentips.predict import new_files
from tentips.predict.new_images import check

SHEET = {"modality": "image", "facts": {"height": 4, "width": 6, "channels": 3, "bits": 8, "sizes_differ": False}}
RANDOM = np.random.default_rng(0)
COLOURED = RANDOM.integers(0, 255, (4, 6, 3)).astype("uint8")


def png(pixels):
    packed = io.BytesIO()
    Image.fromarray(pixels).save(packed, "png")
    return packed.getvalue()


def folder(path, **files):
    for name, content in files.items():
        file = path / name.replace("__", "/").replace("_png", ".png")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    return path


def test_images_come_in_the_form_that_the_model_takes(tmp_path):
    grey, large = COLOURED[:, :, 0], np.repeat(np.repeat(COLOURED, 2, 0), 2, 1)
    found = new_files.check(folder(tmp_path / "new", a_png=png(COLOURED), b_png=png(grey), c_png=png(large)), SHEET)
    parts = list(found.parts(2))
    assert found.rows == 3 and [list(part.ids) for part in parts] == [["a", "b"], ["c"]]
    form = found.modality.form
    first, second = form.pixels(parts[0].measured["image"])
    assert (first == COLOURED).all() and (second == grey[:, :, None]).all()
    [shrunk] = form.pixels(parts[1].measured["image"])
    assert np.abs(shrunk.astype(float) - COLOURED).mean() < 40 and parts[1].described.to_numpy().tolist() == [[8, 12]]


def test_ids_hold_folders_where_names_are_shared_and_others_are_told(tmp_path):
    with zipfile.ZipFile(tmp_path / "new.zip", "w") as archive:
        for name in ("one/a.png", "two/a.png"):
            archive.writestr(name, png(COLOURED))
        archive.writestr("labels.csv", "a,case")
    found = check(tmp_path / "new.zip", SHEET)
    assert list(found.names) == ["one/a", "two/a"] and len(found.notices) == 2
    assert found.notices[0] == "new.zip: 1 files that are no images are not looked at"


@pytest.mark.parametrize(
    ("files", "line"),
    [
        ({}, "new holds no image; png, jpg and tif are read"),
        ({"labels.csv": b"a,case"}, "new holds no image"),
        ({"a_png": png(COLOURED), "a.tif": b"II*\x00"}, "new: id a is there more than once; ids must differ"),
        ({"a_png": b""}, r"1 images are not read: a.png is empty"),
        ({"a_png": png(COLOURED)[:60]}, "a.png is damaged or cut off"),
        ({"a_png": b"<html>"}, "a.png is a web page, no image"),
        (
            {"a_png": png((COLOURED[:, :, 0] * 9).astype("uint16"))},
            "a.png has 1 channels of 16 bits, where the model takes 3 of 8",
        ),
    ],
)
def test_what_is_no_image_of_the_model_is_refused_in_one_line(tmp_path, files, line):
    (tmp_path / "new").mkdir()
    with pytest.raises(StudyError, match=line) as error:
        list(check(folder(tmp_path / "new", **files), SHEET).parts())
    assert "\n" not in str(error.value)


def test_nothing_and_no_archive_are_told(tmp_path):
    with pytest.raises(StudyError, match="there is no"):
        check(tmp_path / "nothing", SHEET)
    (tmp_path / "new.csv").write_text("a,b")
    with pytest.raises(StudyError, match=r"new.csv is no zip archive"):
        check(tmp_path / "new.csv", SHEET)
