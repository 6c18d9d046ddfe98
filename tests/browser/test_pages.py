"""The pages in a real browser: they can be read on a desk and on a phone, in light and dark, without any network."""

import re
import shutil
import subprocess
from pathlib import Path

import matplotlib.image
import numpy as np
import pytest

pytestmark = pytest.mark.slow
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--hide-scrollbars"]
OFFLINE = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND",
]


def browse(page: Path, scratch: Path, *arguments: str) -> subprocess.CompletedProcess:
    assert CHROMIUM, "these tests need Chromium: apt-get install chromium, as .ci/run does"
    command = [CHROMIUM, *FLAGS, *OFFLINE, f"--user-data-dir={scratch / 'profile'}", *arguments, page.as_uri()]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)


def screenshot(page: Path, scratch: Path, width: int, height: int, *arguments: str) -> np.ndarray:
    """Return the page as an array (height, width, 3) of values from 0 to 1."""
    target = scratch / "page.png"
    browse(page, scratch, f"--window-size={width},{height}", f"--screenshot={target}", *arguments)
    return matplotlib.image.imread(target)[:, :, :3]


@pytest.fixture(params=["report/report.html", "explore/explore.html"])
def page(study, request) -> Path:
    return study / "results" / request.param


@pytest.mark.parametrize("width", [1000, 500])
def test_a_page_fits_its_window_and_is_not_empty(page, tmp_path, width):
    picture = screenshot(page, tmp_path, width, 3000)
    assert picture.shape[1] == width
    ink = (np.abs(picture - picture[0, 0]).max(axis=2) > 0.3).mean()
    assert 0.01 < ink < 0.5
    # Nothing is cut off at the right: the margin stays free.
    assert (np.abs(picture[:, -6:] - picture[0, 0]).max() < 0.05).all()


def test_dark_follows_the_readers_choice(page, tmp_path):
    light = screenshot(page, tmp_path, 1000, 1500)
    dark = screenshot(page, tmp_path, 1000, 1500, "--blink-settings=preferredColorScheme=0")
    assert light[0, 0].mean() > 0.95
    assert dark[0, 0].mean() < 0.15


def test_every_figure_has_a_drawing_with_words(page, tmp_path):
    dom = browse(page, tmp_path, "--dump-dom").stdout
    figures = re.findall(r"<figure.*?</figure>", dom, re.DOTALL)
    assert len(figures) >= 4
    for figure in figures:
        assert 'role="img"' in figure and re.search(r'aria-label="[^"]{20,}"', figure)
        assert len(re.findall(r"<text", figure)) >= 4
        assert re.search(r"<figcaption><b>Figure \d+\.</b> .{40,}</figcaption>", figure)
    names = re.findall(r' id="([^"]+)"', dom)
    assert len(names) == len(set(names)), "identifiers repeat"
