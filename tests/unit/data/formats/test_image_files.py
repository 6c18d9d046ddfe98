"""Files of images are found by what a sheet writes; eight ways to hold a camera are turned back."""

import io

import numpy as np
import pytest
from PIL import Image, ImageOps

from tentips.data.formats import image_files
from tentips.data.formats.image_files import UPRIGHT, ImageFiles, NotAnImage, decoded, is_outside


@pytest.mark.parametrize("turn", range(1, 9))
def test_images_are_turned_as_pillow_turns_them(turn):
    pixels = np.arange(24, dtype="uint8").reshape(4, 6)
    exif, packed = Image.Exif(), io.BytesIO()
    exif[274] = turn
    Image.fromarray(pixels).save(packed, "png", exif=exif)
    meant = np.asarray(ImageOps.exif_transpose(Image.open(io.BytesIO(packed.getvalue()))))
    assert (decoded(packed.getvalue()).pixels[..., 0] == meant).all()
    assert turn == 1 or turn in UPRIGHT


def test_a_name_is_found_with_or_without_its_folder(tmp_path):
    for name in ("a/x.png", "b/x.png", "b/y.png"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    files = ImageFiles(tmp_path)
    assert files.find("y.png") == ["b/y.png"] and files.find("./a/x.png") == ["a/x.png"] == files.find("a\\x.png")
    assert files.find("x.png") == ["a/x.png", "b/x.png"] and files.find("z.png") == []
    assert [name for name in ("../x", "a/../../x", "/x", "C:/x", "a/x", "..x/y") if is_outside(name)] == [
        "../x",
        "a/../../x",
        "/x",
        "C:/x",
    ]


def test_a_file_that_is_too_large_is_not_read(tmp_path, monkeypatch):
    (tmp_path / "a.png").write_bytes(b"12345")
    monkeypatch.setattr(image_files, "MOST_BYTES", 4)
    with pytest.raises(NotAnImage, match="more than 0"):
        ImageFiles(tmp_path).content("a.png")
