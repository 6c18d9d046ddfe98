"""Time the example study as a new user meets it, and count how often TensorFlow is imported.

    python benchmarks/study.py

Clones the repository into an empty folder and runs `make study` there (installation and study), then the study alone
from nothing, then once more when there is nothing to do. The package index is reached as pip is set up to reach it.
"""

import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
COUNTER = """
import atexit, os, sys
def note():
    if "tensorflow" in sys.modules and os.environ.get("IMPORTS"):
        with open(os.environ["IMPORTS"], "a") as file:
            file.write(" ".join(sys.argv)[-60:] + chr(10))
atexit.register(note)
"""


def timed(command: list[str], folder: Path, **environment) -> float:
    """Run a command and return its wall time in seconds; stop where it fails."""
    began = time.monotonic()
    done = subprocess.run(command, cwd=folder, env={**os.environ, **environment}, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)} failed:\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}")
    return time.monotonic() - began


def main() -> None:
    """Measure and print a table."""
    with tempfile.TemporaryDirectory() as scratch:
        clone, counter, cache = (Path(scratch) / name for name in ("clone", "counter", "cache"))
        subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True)
        counter.mkdir()
        (counter / "sitecustomize.py").write_text(COUNTER)
        imports = Path(scratch) / "imports"
        whole = timed(["make", "study", "CORES=2"], clone, UV_CACHE_DIR=str(cache), PIP_NO_CACHE_DIR="1")
        for made in ("results", ".snakemake"):
            shutil.rmtree(clone / made)
        alone = timed(["make", "study", "CORES=2"], clone, PYTHONPATH=str(counter), IMPORTS=str(imports))
        again = timed([".venv/bin/snakemake", "--cores", "2"], clone)
        found = imports.read_text().splitlines() if imports.exists() else []
    print("| what | seconds |\n| --- | --- |")
    print(f"| fresh clone to report, installation included | {whole:.0f} |")
    print(f"| study alone | {alone:.0f} |")
    print(f"| nothing to do | {again:.1f} |")
    print(f"\nprocesses that imported TensorFlow: {len(found)}")


if __name__ == "__main__":
    main()
