"""A study whose measurements come from a server."""

import functools
import http.server
import json
import threading

import pytest
from conftest import ROOT, set_up_study, snakemake


@pytest.fixture
def server():
    """A file server on this machine that shows the example data; its address."""
    folder = ROOT / "resources" / "penguins"
    handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=folder)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{running.server_port}"
        running.shutdown()


def point_to(folder, address, **replaced):
    registry = folder / "config/datasets.tsv"
    text = registry.read_text().replace("resources/penguins/features.csv", f"{address}/features.csv")
    for old, new in replaced.items():
        text = text.replace(old, new)
    registry.write_text(text)


def test_a_source_is_downloaded_once_checked_and_named_in_the_provenance(tmp_path, server):
    folder = set_up_study(tmp_path / "study")
    (folder / "resources/penguins/features.csv").unlink()
    point_to(folder, server)
    done = snakemake(folder, "results/data/provenance.json")
    assert done.returncode == 0, done.stdout[-3000:]
    kept = folder / "resources/downloads/penguins/features.csv"
    assert kept.read_bytes() == (ROOT / "resources/penguins/features.csv").read_bytes()
    source = json.loads((folder / "results/data/provenance.json").read_text())["sources"][0]
    assert source["source"] == f"{server}/features.csv"
    assert source["sha256"] == source["sha256_declared"]
    assert "Nothing to be done" in snakemake(folder, "results/data/provenance.json").stdout


def test_secrets_of_an_address_stay_in_the_registry(tmp_path, server):
    """User, password and signature are in no result, no log and nothing that Snakemake keeps; a renewed one makes nothing anew."""
    folder = set_up_study(tmp_path / "study")
    (folder / "resources/penguins/features.csv").unlink()
    point_to(
        folder,
        server.replace("http://", "http://user:hunter2@"),
        **{"/features.csv": "/features.csv?sig=hunter3#hunter4"},
    )
    done = snakemake(folder, "results/data/provenance.json")
    assert done.returncode == 0, done.stdout[-3000:]
    holding = [file for file in folder.rglob("*") if file.is_file() and b"hunter" in file.read_bytes()]
    assert holding == [folder / "config/datasets.tsv"] and "hunter" not in done.stdout
    assert (
        json.loads((folder / "results/data/provenance.json").read_text())["sources"][0]["source"]
        == f"{server}/features.csv"
    )
    registry = folder / "config/datasets.tsv"
    registry.write_text(registry.read_text().replace("hunter3", "hunter5"))
    assert "Nothing to be done" in snakemake(folder, "results/data/provenance.json").stdout


def test_a_source_that_is_not_there_is_told_in_one_line(tmp_path, server):
    folder = set_up_study(tmp_path / "study")
    point_to(folder, f"{server}/elsewhere")
    done = snakemake(folder, "results/data/provenance.json")
    assert done.returncode == 1
    assert f"{server}/elsewhere/features.csv answered 404" in done.stdout
    assert "Traceback" not in done.stdout
    assert not list((folder / "resources/downloads").rglob("*.csv"))
