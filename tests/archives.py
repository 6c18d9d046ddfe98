"""Every byte of a file that is meant for others, also of what is packed in it."""

import base64
import io
import re
import zipfile
import zlib
from pathlib import Path

import pandas as pd


def contents(name, content):
    """Yield (name, bytes) of a file and of all that is packed in it."""
    yield name, content
    if zipfile.is_zipfile(io.BytesIO(content)):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for inner in archive.namelist():
                yield from contents(f"{name}!{inner}", archive.read(inner))
    elif name.endswith(".parquet"):
        yield f"{name}!", pd.read_parquet(io.BytesIO(content)).to_csv().encode()
    elif content.startswith(b"\x89PNG"):
        for kind, data in re.findall(rb"(zTXt|iTXt|tEXt)(.{0,20000}?)IDAT", content, re.DOTALL):
            yield f"{name}!{kind.decode()}", data
            for begin in (match.start() for match in re.finditer(rb"\x78[\x01\x9c\xda]", data)):
                yield f"{name}!{kind.decode()}", zlib.decompressobj().decompress(data[begin:])
    if name.endswith((".html", ".ipynb", ".json")):
        # Snakemake's report and Vega carry data as base64.
        for packed in re.findall(rb"base64,([A-Za-z0-9+/=]{40,})", content):
            yield from contents(f"{name}!base64", base64.b64decode(packed + b"=" * (-len(packed) % 4)))


def holding(file: Path, texts: list[bytes]) -> set[bytes]:
    """Return those of `texts` that the file, or something packed in it, holds."""
    return {text for _, content in contents(file.name, file.read_bytes()) for text in texts if text in content}
