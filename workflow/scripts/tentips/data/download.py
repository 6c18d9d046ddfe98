"""Download a source with pooch: checksum, progress bar, retries; the file appears whole or not at all."""

from collections.abc import Callable
from pathlib import Path

from tentips.data.datasets import Dataset
from tentips.errors import StudyError


def download(dataset: Dataset, path: str | Path, retries: int = 3, timeout: float = 60.0) -> None:
    """Download `dataset` to `path`.

    A broken connection is tried `retries` more times from the start; `timeout` is in seconds without an answer.
    Raises StudyError where the server refuses, keeps breaking off, or sends another file than the checksum says.
    """
    import pooch
    import requests

    path, shown = Path(path), dataset.shown_source
    pooch.get_logger().setLevel("WARNING")  # it would log the address with its secrets
    store = pooch.create(
        path=path.parent,
        base_url="",
        registry={path.name: f"sha256:{dataset.sha256}" if dataset.sha256 else None},
        urls={path.name: dataset.source},
        retry_if_failed=retries,
    )
    by_doi = dataset.source.startswith("doi:")
    as_sent = {"headers": {"Accept-Encoding": "identity"}, "hooks": {"response": _keep_packed(path)}}
    downloader = (pooch.DOIDownloader if by_doi else pooch.HTTPDownloader)(progressbar=True, timeout=timeout, **as_sent)
    try:
        store.fetch(path.name, downloader=downloader)
    except requests.exceptions.HTTPError as error:
        code = error.response.status_code if error.response is not None else "an error"
        raise StudyError(
            f"{shown} answered {code}; correct the source of '{dataset.id}' in config/datasets.tsv."
        ) from error
    except requests.exceptions.RequestException as error:
        raise StudyError(
            f"{shown} could not be read, {retries + 1} times in a row ({type(error).__name__}); check the network and run again."
        ) from error
    except ValueError as error:
        if "hash" not in str(error):
            raise StudyError(f"{shown}: {str(error).replace(dataset.source, shown)}") from error
        raise StudyError(
            f"{shown} is not the file that config/datasets.tsv names: its SHA-256 differs from {dataset.sha256}. Find out why before you change the checksum."
        ) from error


def _keep_packed(path: Path) -> Callable:
    """A hook that keeps a packed file as it is, where a server calls its packing an encoding of the transfer.

    Requests would unpack it on the way, and t.csv.gz would be no gzip file any more. Any other file is unpacked.
    """

    def keep(response, *_, **__):
        encoding = response.headers.get("Content-Encoding", "").lower()
        if path.suffix.lower() == ".gz" and encoding in ("gzip", "x-gzip"):
            stream = response.raw.stream
            response.raw.stream = lambda amount, decode_content=None: stream(amount, decode_content=False)
        return response

    return keep
