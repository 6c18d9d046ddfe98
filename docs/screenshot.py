"""Take the picture of a finished report that the README shows, and write what its first screen says into the picture.

    python docs/screenshot.py results/report/report.html docs/report.png

The sentences are kept as the picture's Description, by which a test sees whether the picture is still that of the example.
"""

import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image, PngImagePlugin

WIDTH, HEIGHT = 960, 1200


def sentences(report: Path) -> str:
    """Return the answers on the report's first screen, a line each."""
    verdict = json.loads((report.parent / "scorecard.json").read_text(encoding="utf-8"))["verdict"]
    return "\n".join(verdict["parts"] or [verdict["text"]])


def take(report: Path, picture: Path) -> None:
    """Write the first screen of `report` to `picture`. Raises CalledProcessError where Chromium fails."""
    browser = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if not browser:
        sys.exit("error: taking a picture needs Chromium: apt-get install chromium")
    with tempfile.TemporaryDirectory() as folder:
        raw = Path(folder) / "raw.png"
        options = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        options += ["--hide-scrollbars", f"--user-data-dir={folder}/profile", f"--window-size={WIDTH},{HEIGHT}"]
        subprocess.run(
            [browser, *options, f"--screenshot={raw}", report.resolve().as_uri()], check=True, capture_output=True
        )
        said = PngImagePlugin.PngInfo()
        said.add_text("Description", sentences(report))
        Image.open(raw).convert("P", palette=Image.Palette.ADAPTIVE).save(picture, pnginfo=said, optimize=True)


if __name__ == "__main__":
    take(Path(sys.argv[1]), Path(sys.argv[2]))
