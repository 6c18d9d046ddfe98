"""Images in a folder or a zip archive: png, jpg and tif of 8 or 16 bits, decoded one at a time."""

import io
import os
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import numpy as np

from tentips.errors import StudyError, listed

MOST_PIXELS = 100_000_000  # of one image, by its header: more are not decoded
MOST_BYTES = 1_000_000_000  # of one file in an archive
MOST_CHANNELS = 16  # pages of a tif that are taken for channels
SIGNATURES = {
    b"\x89PNG\r\n\x1a\n": "png",
    b"\xff\xd8\xff": "jpg",
    b"II*\x00": "tif",
    b"MM\x00*": "tif",
    b"II+\x00": "tif",
}
ALPHA = (1, 2)  # what a tif's extra sample is where it is transparency
ORIENTATION = 274  # the tag of EXIF and TIFF that says how a camera was held
UPRIGHT: dict[int, Callable[[np.ndarray], np.ndarray]] = {
    2: lambda x: x[:, ::-1],
    3: lambda x: x[::-1, ::-1],
    4: lambda x: x[::-1],
    5: lambda x: x.swapaxes(0, 1),
    6: lambda x: x.swapaxes(0, 1)[:, ::-1],
    7: lambda x: x[::-1, ::-1].swapaxes(0, 1),
    8: lambda x: x.swapaxes(0, 1)[::-1],
}
TURNED, SEEN_THROUGH, NARROWED = "turned", "transparent", "narrowed"
PALETTE, PAGES = "palette", "pages"
BROKEN = (
    OSError,
    SyntaxError,
    ValueError,
    EOFError,
    LookupError,
    TypeError,
    ArithmeticError,
    MemoryError,
    RuntimeError,
)


class NotAnImage(Exception):
    """Why one file is not read, in words that follow its name."""


@dataclass(frozen=True)
class Decoded:
    """One image: `pixels` (height, width, channels), uint8 or uint16, and what was done to it (`TURNED` and the like)."""

    pixels: np.ndarray
    done: frozenset[str]


class ImageFiles:
    """The files of a folder, with its subfolders, or of a zip archive; nothing is unpacked on disk."""

    def __init__(self, path: str | Path):
        self.path, self.name, self.archive = Path(path), Path(path).name, None
        if self.path.is_dir():
            files = sorted(file for file in self.path.rglob("*") if file.is_file())
            self.names = [file.relative_to(self.path).as_posix() for file in files]
        else:
            try:
                self.archive = zipfile.ZipFile(self.path)
            except (zipfile.BadZipFile, OSError) as error:
                raise StudyError(f"{self.name} is no zip archive ({error}); obtain it again.") from error
            self.names = [each.filename for each in self.archive.infolist() if not each.is_dir()]
            outside = [name for name in self.names if is_outside(name)]
            if outside:
                raise StudyError(
                    f"{self.name}: {listed(outside, 3)} lies outside of the archive; it was not packed as images are. Pack the images anew."
                )
        self.names = [name for name in self.names if not _is_of_a_system(name)]
        self._by_name = {name: name for name in self.names}
        last: dict[str, list[str]] = {}
        for name in self.names:
            last.setdefault(PurePosixPath(name).name, []).append(name)
        self._by_last = last

    def find(self, written: str) -> list[str]:
        """Return the files that a name of the sheet may mean: the one at this path, else all of this name in any folder."""
        path = written.strip().replace("\\", "/").removeprefix("./")
        return [path] if path in self._by_name else self._by_last.get(path, [])

    def content(self, name: str) -> bytes:
        """Return the bytes of a file. Raises NotAnImage where it cannot be read."""
        try:
            if self.archive is None:
                size = os.stat(self.path / name).st_size
                return _allowed(size) and (self.path / name).read_bytes()
            return _allowed(self.archive.getinfo(name).file_size) and self.archive.read(name)
        except (zipfile.BadZipFile, NotImplementedError, *BROKEN) as error:
            raise NotAnImage(f"cannot be read: {error}") from error


def is_outside(name: str) -> bool:
    """Whether a path leaves the folder that it is relative to."""
    path = name.replace("\\", "/")
    return path.startswith("/") or ".." in path.split("/") or path[1:2] == ":"


def decoded(content: bytes) -> Decoded:
    """Decode one image. Raises NotAnImage with the reason: empty, no image, too large, cut off, of a kind that is not read."""
    kind = next((kind for signature, kind in SIGNATURES.items() if content.startswith(signature)), None)
    if not content:
        raise NotAnImage("is empty")
    if kind is None:
        page = content[:300].lstrip().lower().startswith((b"<!doctype", b"<html", b"<?xml"))
        raise NotAnImage("is a web page, no image" if page else "is no png, jpg or tif, whatever its name")
    try:
        return _by_tifffile(content) if kind == "tif" else _by_pillow(content)
    except BROKEN as error:
        raise NotAnImage(
            f"is damaged or cut off ({str(error).splitlines()[0] if str(error) else type(error).__name__})"
        ) from error


def _is_of_a_system(name: str) -> bool:
    return any(part.startswith((".", "__MACOSX")) or part == "Thumbs.db" for part in name.split("/"))


def _allowed(size: int) -> bool:
    if size > MOST_BYTES:
        raise NotAnImage(f"has {size / 1e9:.1f} GB, more than {MOST_BYTES / 1e9:.0f}")
    return True


def _check_size(height: int, width: int) -> None:
    if height * width > MOST_PIXELS:
        raise NotAnImage(
            f"has {height:,} x {width:,} pixels, more than {MOST_PIXELS // 10**6} million; cut it into parts or shrink it"
        )


def _by_pillow(content: bytes) -> Decoded:
    from PIL import Image

    Image.MAX_IMAGE_PIXELS = None  # `_check_size` is asked instead, before any pixel is decoded
    done = set()
    with Image.open(io.BytesIO(content)) as image:
        _check_size(image.height, image.width)
        if getattr(image, "n_frames", 1) > 1:
            raise NotAnImage(f"holds {image.n_frames} pictures; save one of them")
        turn = image.getexif().get(ORIENTATION, 1)
        wide = bool(image.tile) and "16" in str(image.tile[0][3]) and image.mode in ("RGB", "RGBA", "LA")
        image.load()
        mode = image.mode
        if mode == "P":
            done.add(PALETTE)
        if mode in ("LA", "PA", "RGBA") or "transparency" in image.info:
            pixels = np.asarray(image.convert("LA" if mode in ("L", "LA", "1") else "RGBA"))
            pixels, clear = _without_alpha(pixels)
            done |= {SEEN_THROUGH} if clear else set()
        elif mode in ("1", "L"):
            pixels = np.asarray(image.convert("L"))
        elif mode.startswith("I"):
            pixels = np.asarray(image)
            if pixels.min() < 0 or pixels.max() > 65535:
                raise NotAnImage("has numbers beyond 16 bits; save it with 8 or 16 bits")
            pixels = pixels.astype("uint16")
        elif mode == "F":
            raise NotAnImage("has numbers with decimals; save it with 8 or 16 bits")
        else:
            pixels = np.asarray(image.convert("RGB"))
        if wide and pixels.dtype == np.uint8:
            done.add(NARROWED)
    return _finished(pixels, turn, done)


def _by_tifffile(content: bytes) -> Decoded:
    import tifffile

    done = set()
    with tifffile.TiffFile(io.BytesIO(content)) as file:
        if len(file.series) != 1:
            raise NotAnImage(f"holds {len(file.series)} pictures of different kinds; save one of them")
        series, page = file.series[0], file.pages[0]
        kept = [axis for axis, size in zip(series.axes, series.shape, strict=True) if size > 1 or axis in "YX"]
        axes, sizes = "".join(kept), dict(zip(series.axes, series.shape, strict=True))
        _check_size(sizes["Y"], sizes["X"])
        extra = axes.replace("Y", "").replace("X", "")
        if len(extra) > 1 or "YX" not in axes or extra not in ("", *"SCQI") or (extra and sizes[extra] > MOST_CHANNELS):
            raise NotAnImage(
                f"is a stack ({' x '.join(f'{sizes[axis]} {axis}' for axis in axes)}); save one plane, or its projection"
            )
        if series.dtype not in (np.uint8, np.uint16, np.bool_):
            raise NotAnImage(f"holds numbers of the kind {series.dtype}; save it with 8 or 16 bits")
        if page.photometric == tifffile.PHOTOMETRIC.PALETTE or page.photometric == tifffile.PHOTOMETRIC.YCBCR:
            return _by_pillow(content)
        try:
            pixels = series.asarray()
        except ValueError as error:
            if "imagecodecs" not in str(error):
                raise
            return _packed(content, str(page.compression.name))
        turn = page.tags[ORIENTATION].value if ORIENTATION in page.tags else 1
        white_is_zero = page.photometric == tifffile.PHOTOMETRIC.MINISWHITE
        has_alpha = extra == "S" and page.extrasamples and page.extrasamples[-1] in ALPHA
    pixels = pixels.reshape([sizes[axis] for axis in axes])
    pixels = np.moveaxis(pixels, axes.index(extra), -1) if extra else pixels
    pixels = pixels.astype("uint8") * 255 if pixels.dtype == np.bool_ else pixels
    if white_is_zero:
        pixels = np.iinfo(pixels.dtype).max - pixels
    if extra in ("Q", "I") and extra:
        done.add(PAGES)
    if has_alpha:
        pixels, clear = _without_alpha(pixels)
        done |= {SEEN_THROUGH} if clear else set()
    return _finished(pixels, turn, done)


def _packed(content: bytes, compression: str) -> Decoded:
    """Read a tif whose compression Pillow alone knows, as long as Pillow gives all of it."""
    try:
        return _by_pillow(content)
    except BROKEN as error:
        raise NotAnImage(
            f"is packed by {compression} in a form that is not read; save it without compression"
        ) from error


def _without_alpha(pixels: np.ndarray) -> tuple[np.ndarray, bool]:
    """Return the colours, black where the image is transparent, and whether it is so anywhere."""
    most = np.iinfo(pixels.dtype).max
    alpha = pixels[..., -1:].astype(float) / most
    if (alpha == 1).all():
        return pixels[..., :-1], False
    return np.round(pixels[..., :-1] * alpha).astype(pixels.dtype), True


def _finished(pixels: np.ndarray, turn: int, done: set[str]) -> Decoded:
    pixels = pixels[..., None] if pixels.ndim == 2 else pixels
    if turn in UPRIGHT:
        pixels, done = UPRIGHT[turn](pixels), done | {TURNED}
    return Decoded(np.ascontiguousarray(pixels, dtype=pixels.dtype.newbyteorder("=")), frozenset(done))
