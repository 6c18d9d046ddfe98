"""The entities of an RO-Crate: files, code, software, licences; each is there once, however often it is named."""

import base64
import re
from pathlib import Path
from urllib.parse import quote

from tentips.artifacts import sha256
from tentips.paths import ROOT

# The one term that is not RO-Crate's own. Said here, so that reading the crate takes no second context.
TERMS = {"sha256": "https://w3id.org/ro/terms/workflow-run#sha256"}
FORMATS = {
    ".csv": "text/csv",
    ".tsv": "text/tab-separated-values",
    ".txt": "text/plain",
    ".json": "application/json",
    ".jsonl": "application/jsonl",
    ".yaml": "application/yaml",
    ".md": "text/markdown",
    ".html": "text/html",
    ".svg": "image/svg+xml",
    ".gz": "application/gzip",
    ".parquet": "application/vnd.apache.parquet",
    ".h5ad": "application/x-hdf5",
    ".py": "text/x-python",
    ".keras": "application/zip",
    ".skops": "application/zip",
}


class Entities:
    """Adds entities to one crate (`crate`, from rocrate).

    `sources` are those of provenance.json; `shareable` are the paths of files that may be copied into the crate.
    """

    def __init__(self, sources: list[dict], shareable: set[str]):
        from rocrate.rocrate import ROCrate

        self.sources, self.shareable = {source["file"]: source for source in sources}, shareable
        self.crate, self.files = ROCrate(version="1.1"), {}
        self.crate.metadata.extra_terms = dict(TERMS)

    def parameter(self, name: str, kind: str, example):
        """A formal parameter of the workflow, with its example."""
        parameter = self.add(
            f"#parameter-{name}", "FormalParameter", name=name, additionalType=kind, workExample=example
        )
        example["exampleOfWork"] = parameter
        return parameter

    def named(self, paths: list[str]) -> list:
        """The files of these paths; those that are gone are left out."""
        files = [self.file(path) for path in paths]
        return [file for file in files if file]

    def file(self, path: str, copied: bool = False):
        """A file of the study: in the crate if it may be shared, else by the hash of its content (RFC 6920)."""
        if path in self.files:
            return self.files[path]
        source = self.sources.get(path)
        if not source and not Path(path).exists():
            return None
        digest = source["sha256"] if source else sha256(path)
        size = source["bytes"] if source else Path(path).stat().st_size
        properties = {"name": path, "sha256": digest, "contentSize": str(size)}
        if form := FORMATS.get(Path(path).suffix):
            properties["encodingFormat"] = form
        if copied or path in self.shareable:
            file = self.crate.add_file(path, path, properties=properties)
        else:
            from rocrate.model.data_entity import DataEntity

            file = self.crate.add(DataEntity(self.crate, _by_hash(digest, path), {"@type": "File", **properties}))
        if source:
            self._describe_source(file, source)
        self.files[path] = file
        return file

    def _describe_source(self, file, source: dict) -> None:
        file["identifier"], file["license"] = source["id"], self.licence(source["licence"])
        file["description"] = (
            f"{source['rows']:,} rows and {source['columns']:,} columns; obtained {source['obtained']}."
        )
        if source["version"]:
            file["version"] = source["version"]
        if source["source"].startswith(("http://", "https://")):
            file["url"] = source["source"]
        if source["citation"]:
            doi = re.search(r"10\.\d{4,9}/\S*[^\s.,;)]", source["citation"])
            uri = f"https://doi.org/{doi[0]}" if doi else f"#citation-{source['id']}"
            file["citation"] = self.add(uri, "ScholarlyArticle", name=source["citation"])

    def licence(self, licence: str | None):
        """A licence, by its SPDX identifier where it has one."""
        if not licence:
            return self.add(
                "#licence-not-declared", "CreativeWork", name="No licence is declared in config/datasets.tsv"
            )
        known = re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9.+-]*", licence)
        uri = f"https://spdx.org/licenses/{licence}" if known else f"#licence-{re.sub('[^A-Za-z0-9]+', '-', licence)}"
        return self.add(uri, "CreativeWork", name=licence, identifier=licence)

    def software(self, name: str, version: str):
        """A package of that version."""
        # A package URL (purl) is the absolute name of a package that the profile asks for.
        kind = "generic" if name == "python" else "pypi"
        uri = f"pkg:{kind}/{name}@{quote(version)}"
        return self.add(uri, "SoftwareApplication", name=name, softwareVersion=version)

    def code(self, path: Path, types):
        """A file of the workflow, copied into the crate."""
        relative = path.relative_to(ROOT).as_posix()
        properties = {"@type": types, "name": relative, "sha256": sha256(path)}
        properties["encodingFormat"] = FORMATS.get(path.suffix, "text/plain")
        return self.crate.add_file(path, relative, properties=properties)

    def add(self, uri: str, kind: str, **properties):
        """A contextual entity; the one of that id if it is there already."""
        from rocrate.model.contextentity import ContextEntity

        if uri.startswith("#"):
            # Names of files and features may hold what no identifier may.
            uri = f"#{quote(uri[1:])}"
        found = self.crate.get(uri)
        if found:
            return found
        entity = self.crate.add(ContextEntity(self.crate, uri, {"@type": kind}))
        for key, value in properties.items():
            entity[key] = single(value)
        return entity


def single(value):
    """A list of one as its entry, as RO-Crate recommends."""
    return value[0] if isinstance(value, list) and len(value) == 1 else value


def _by_hash(digest: str, path: str) -> str:
    """Name a file by the hash of its content; the path tells files of equal content apart."""
    encoded = base64.urlsafe_b64encode(bytes.fromhex(digest)).decode().rstrip("=")
    return f"ni:///sha-256;{encoded}?name={quote(path)}"
