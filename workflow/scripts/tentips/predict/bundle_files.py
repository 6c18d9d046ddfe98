"""A bundle that somebody gave away: checked before anything in it is loaded."""

import json
import zipfile
from pathlib import Path

from tentips.artifacts import read_json, sha256
from tentips.errors import StudyError, listed
from tentips.models.final_models import FinalModel, load
from tentips.models.model_sheet import FORMAT
from tentips.models.networks.keras_files import foreign_classes

SHEET, SUMS, MODEL = "model_sheet.json", "SHA256SUMS", "model"
HARMLESS = (".keras", ".skops", ".json")  # what a model consists of; anything else may run code when it is loaded


def open_bundle(folder: str | Path) -> tuple[dict, FinalModel]:
    """Check an unpacked bundle and load its model: (sheet, model).

    Raises StudyError where a file was changed, added or taken out, where the bundle has another format, and where the model
    holds anything that could run code: a pickle, a Lambda layer, a type that no model of this workflow has.
    """
    folder = Path(folder)
    check_sums(folder)
    sheet = read_json(folder / SHEET)
    if sheet.get("format") != FORMAT:
        raise StudyError(
            f"the bundle has format {sheet.get('format')}, this version reads format {FORMAT}; use the version of tentips that is named in its README."
        )
    for file in sorted((folder / MODEL).rglob("*")):
        if file.is_file() and file.suffix not in HARMLESS:
            raise StudyError(
                f"{file.relative_to(folder)} is no .keras, .skops or .json file; it could run code when it is loaded, and is not."
            )
        if file.suffix == ".keras":
            check_network(file)
    if any(part.suffix == ".keras" for part in (folder / MODEL).rglob("*")):
        from tentips.models.networks import backend

        backend.choose("tensorflow", 0, True, 1)
    return sheet, load(sheet["model"], sheet["repeat"], folder=str(folder / MODEL))


def unpack(archive: str | Path, folder: str | Path) -> Path:
    """Unpack a bundle and return its folder; raises StudyError where it is no zip archive or is not there."""
    try:
        with zipfile.ZipFile(archive) as packed:
            packed.extractall(folder)
    except (OSError, zipfile.BadZipFile) as error:
        raise StudyError(f"{archive} cannot be read as a bundle: {error}.") from None
    return Path(folder)


def check_sums(folder: Path) -> None:
    """Raise StudyError where files and SHA256SUMS disagree; that file itself, and what Python compiles, do not count."""
    sums = folder / SUMS
    if not sums.is_file():
        raise StudyError(f"{folder} holds no {SUMS}; it is no bundle, or not a whole one.")
    listed_sums = {name: digest for digest, name in (line.split("  ", 1) for line in sums.read_text().splitlines())}
    present = {
        file.relative_to(folder).as_posix(): file
        for file in folder.rglob("*")
        if file.is_file() and file != sums and "__pycache__" not in file.parts
    }
    changed = [name for name, digest in listed_sums.items() if name in present and sha256(present[name]) != digest]
    missing = [name for name in listed_sums if name not in present]
    parts = {name.split("/")[0] for name in listed_sums if "/" in name}
    # Beside the bundle's own files its user may put tables; into its folders nobody puts anything.
    added = [name for name in present if name not in listed_sums and name.split("/")[0] in parts and "/" in name]
    for what, names in (("was changed", changed), ("is missing", missing), ("was added", added)):
        if names:
            raise StudyError(
                f"{listed(sorted(names), 3)} {what} since the bundle was made (its checksum does not agree); get the bundle again from where it comes from."
            )


def check_network(path: Path) -> None:
    """Raise StudyError where a .keras file holds a layer that is not one of Keras's own, or a Lambda layer."""
    try:
        with zipfile.ZipFile(path) as archive:
            config = json.loads(archive.read("config.json"))
    except (zipfile.BadZipFile, KeyError, json.JSONDecodeError) as error:
        raise StudyError(f"{path.name} is no .keras file ({error}).") from None
    foreign = sorted(set(foreign_classes(config)))
    if foreign:
        raise StudyError(
            f"{path.name} holds {listed(foreign)}, which could run code when it is loaded; a network of this workflow has no such layer. It is not loaded."
        )
