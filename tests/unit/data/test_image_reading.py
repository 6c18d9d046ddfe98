"""Images are read from a folder or an archive, brought to one size, and refused in one line that names the file."""

import io
import zipfile

import numpy as np
import pandas as pd
import pytest
import tifffile
from PIL import Image

from tentips.data import image_reading
from tentips.data.image_reading import read_images
from tentips.errors import StudyError

RANDOM = np.random.default_rng(0)
COLOUR = RANDOM.integers(0, 256, (10, 8, 3), dtype="uint8")


def png(pixels, **options):
    packed = io.BytesIO()
    Image.fromarray(pixels).save(packed, "png", **options)
    return packed.getvalue()


def tif(pixels, **options):
    packed = io.BytesIO()
    tifffile.imwrite(packed, pixels, **options)
    return packed.getvalue()


def read(folder, files, size=None, names=None, column="file"):
    """Read these files, (name: bytes), of samples s0, s1 and so on that the sheet names by `names`."""
    for name, content in files.items():
        (folder / "x" / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / "x" / name).write_bytes(content)
    names, notes = names or list(files), []
    sheet = pd.DataFrame({"id": [f"s{number}" for number in range(len(names))], "file": names})
    frame = read_images(folder / "x", sheet, {"id": "id", "image": column, "image_size": size}, notes.append)
    return frame, " ".join(notes)


def pixels(frame, row=0):
    facts = frame.attrs
    return np.frombuffer(frame["image"][row], f"uint{facts['bits']}").reshape(
        facts["height"], facts["width"], facts["channels"]
    )


def refused(folder, files, text, **options):
    with pytest.raises(StudyError, match=text) as error:
        read(folder, files, **options)
    assert "\n" not in str(error.value)


def test_pixels_are_those_of_the_file(tmp_path):
    frame, told = read(
        tmp_path, {"a.png": png(COLOUR), "b.tif": tif(COLOUR[::-1], photometric="rgb"), "sub/c.png": png(COLOUR)}
    )
    assert (pixels(frame) == COLOUR).all() and (pixels(frame, 1) == COLOUR[::-1]).all()
    assert frame.attrs == {"height": 10, "width": 8, "channels": 3, "bits": 8, "sizes_differ": False}
    assert frame[["id", "height", "width"]].to_numpy().tolist() == [[f"s{row}", 10, 8] for row in range(3)]
    assert told == "x: 3 images of 10 x 8 pixels, red, green and blue, 8 bits"


def test_sixteen_bits_and_many_channels_are_kept(tmp_path):
    wide = RANDOM.integers(0, 65536, (9, 8), dtype="uint16")
    frame, _ = read(tmp_path, {"a.png": png(wide), "b.tif": tif(wide)})
    assert (
        frame.attrs["bits"] == 16 and (pixels(frame)[..., 0] == wide).all() and (pixels(frame, 1)[..., 0] == wide).all()
    )
    planes = RANDOM.integers(0, 65536, (5, 9, 8), dtype="uint16")
    (tmp_path / "many").mkdir()
    files = {
        "a.tif": tif(planes, metadata={"axes": "CYX"}),
        "b.tif": tif(planes, photometric="minisblack", metadata=None),
    }
    frame, told = read(tmp_path / "many", files)
    assert frame.attrs["channels"] == 5 and all(
        (pixels(frame, row) == np.moveaxis(planes, 0, -1)).all() for row in (0, 1)
    )
    assert "1 images have several pages, which are taken as channels" in told


def test_a_turned_photograph_is_upright(tmp_path):
    exif = Image.Exif()
    exif[274] = 6
    frame, told = read(tmp_path, {"a.png": png(np.rot90(COLOUR), exif=exif), "b.png": png(COLOUR)})
    assert (pixels(frame) == COLOUR).all()
    assert "1 images are turned upright" in told


def test_transparency_is_left_out(tmp_path):
    alpha = np.full((10, 8, 1), 255, dtype="uint8")
    clear = alpha.copy()
    clear[0] = 0
    files = {
        "a.png": png(np.concatenate([COLOUR, alpha], axis=-1)),
        "b.png": png(np.concatenate([COLOUR, clear], axis=-1)),
    }
    frame, told = read(tmp_path, files)
    assert (pixels(frame) == COLOUR).all()
    assert (pixels(frame, 1)[1:] == COLOUR[1:]).all() and not pixels(frame, 1)[0].any()
    assert "1 images are transparent in places, which are taken as black" in told


def test_sizes_must_agree_or_are_made_to(tmp_path):
    files = {
        "a.png": png(COLOUR),
        "b.png": png(np.full((20, 16, 3), 200, dtype="uint8")),
        "c.png": png(np.full((30, 10, 3), 9, dtype="uint8")),
    }
    refused(
        tmp_path,
        files,
        r"3 different sizes \(height x width: 10 x 8 \(1 images\).*set data.image_size, for instance to 8",
    )
    frame, told = read(tmp_path, files, size=[10, 8])
    assert (pixels(frame) == COLOUR).all() and (pixels(frame, 1) == 200).all()
    assert frame.attrs["sizes_differ"] and frame["height"].tolist() == [10, 20, 30]
    assert (
        "2 images (height 10 to 30, width 8 to 16) are resized to data.image_size; the proportions of 1 change by that"
        in told
    )
    assert "2 images have one colour in all pixels (b.png, c.png)" in told


def test_grey_among_colour_is_said_and_bits_must_agree(tmp_path):
    grey = COLOUR[..., 0]
    frame, told = read(tmp_path, {"a.png": png(COLOUR), "b.png": png(grey)})
    assert (pixels(frame, 1) == grey[..., None]).all() and "1 grey images among coloured ones" in told
    refused(
        tmp_path,
        {"a.png": png(grey), "b.png": png(grey.astype("uint16"))},
        "of different kinds .*such as b.png.*save all of them in one",
    )


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "b.png is empty"),
        (b"<!DOCTYPE html><html>not found", "b.png is a web page, no image"),
        (b"GIF89a....", "b.png is no png, jpg or tif, whatever its name"),
        (png(COLOUR)[:120], "b.png is damaged or cut off"),
        (
            tif(np.zeros((4, 6, 10, 8), "uint8"), photometric="minisblack", metadata={"axes": "ZCYX"}),
            r"b.png is a stack \(4 Z x 6 C x 10 Y x 8 X\)",
        ),
        (tif(np.zeros((10, 8), "float32")), "b.png holds numbers of the kind float32; save it with 8 or 16 bits"),
    ],
)
def test_a_file_that_is_no_image_is_named(tmp_path, content, reason):
    refused(
        tmp_path,
        {"a.png": png(COLOUR), "b.png": content},
        f"x: 1 of 2 images are not read: {reason}.*Obtain them again",
    )


def test_a_huge_image_is_refused_by_its_header(tmp_path, monkeypatch):
    packed = png(np.zeros((8, 8), "uint8"))
    bomb = packed[:16] + (30_000).to_bytes(4, "big") * 2 + packed[24:]
    import zlib

    bomb = bomb[:29] + zlib.crc32(bomb[12:29]).to_bytes(4, "big") + bomb[33:]
    refused(
        tmp_path,
        {"a.png": bomb},
        "a.png has 30,000 x 30,000 pixels, more than 100 million; cut it into parts or shrink it",
    )
    monkeypatch.setattr(image_reading, "MOST_NUMBERS", 400)
    refused(
        tmp_path,
        {"a.png": png(COLOUR), "b.png": png(COLOUR)},
        "2 images of 10 x 8 pixels .*too many to be held.*set data.image_size to 8 or less",
    )


def test_the_sheet_names_the_files(tmp_path):
    files = {"one/a.png": png(COLOUR), "two/a.png": png(COLOUR[::-1]), "b.png": png(COLOUR), ".DS_Store": b"x"}
    refused(
        tmp_path,
        files,
        r"several images that the sheet may mean \(s0: one/a.png, two/a.png\)",
        names=["a.png", "b.png"],
    )
    frame, told = read(tmp_path, files, names=["two/a.png", "b.png"])
    assert (pixels(frame) == COLOUR[::-1]).all() and "1 images are named by no row" in told
    refused(tmp_path, files, r"x lacks the images of 1 of 2 samples \(s1\); add them", names=["two/a.png", "c.png"])
    refused(
        tmp_path,
        files,
        r"names files outside of x for sample s1 \(../../secret.png\)",
        names=["b.png", "../../secret.png"],
    )
    refused(tmp_path, files, "'file' of the sample sheet is empty for sample s0", names=[None, "b.png"])
    refused(
        tmp_path,
        files,
        "no image named as 2 of 2 samples .s0, s1.; name its file in a column",
        names=["b.png", "b.png"],
        column=None,
    )


def test_without_a_column_the_id_names_the_file(tmp_path):
    frame, _ = read(tmp_path, {"s1.png": png(COLOUR[::-1]), "deep/s0.png": png(COLOUR)}, column=None)
    assert (pixels(frame) == COLOUR).all() and frame["id"].tolist() == ["s0", "s1"]


def test_an_archive_is_read_without_being_unpacked(tmp_path):
    def archive(**names):
        with zipfile.ZipFile(tmp_path / "x.zip", "w", zipfile.ZIP_DEFLATED) as file:
            for name, content in names.values():
                file.writestr(name, content)

    sheet = pd.DataFrame({"id": ["s0"], "file": ["a.png"]})
    data, announce = {"id": "id", "image": "file", "image_size": None}, lambda note: None
    archive(image=("images/a.png", png(COLOUR)), mac=("__MACOSX/images/._a.png", b"x"))
    assert (pixels(read_images(tmp_path / "x.zip", sheet, data, announce)) == COLOUR).all()
    archive(image=("images/a.png", png(COLOUR)), out=("../../a.png", png(COLOUR)))
    with pytest.raises(StudyError, match=r"x.zip: ../../a.png lies outside of the archive"):
        read_images(tmp_path / "x.zip", sheet, data, announce)
    (tmp_path / "x.zip").write_bytes(b"no archive")
    with pytest.raises(StudyError, match=r"x.zip is no zip archive"):
        read_images(tmp_path / "x.zip", sheet, data, announce)
