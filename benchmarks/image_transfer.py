"""Ask what pretrained weights bring to a study of images: the three networks of transfer on parts of the example of blood cells.

    python benchmarks/image_transfer.py NETWORK.keras [--size 64] [--epochs 20] [--threads 2]

NETWORK.keras is what tests/pretrained/efficientnet_lite0.py writes. All cells take part, in three folds by photograph; the crops keep
their 48 x 48 pixels and are enlarged to `--size` for the network. `cnn2d`, which is small and begins with weights of its own, runs beside them.
Nothing is tuned: the untuned settings with batches of 16, the learning rates below, and the weights of the best of `--epochs` epochs by
the stopping rows; `cnn2d` has three times as many.
"""

import argparse
import os
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

for name in ("OPENBLAS", "OMP", "MKL", "NUMBA"):
    os.environ.setdefault(f"{name}_NUM_THREADS", "1")

import numpy as np
import pandas as pd

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "workflow" / "scripts"))

SHARES = (0.139, 0.555, 1.0)  # of the photographs: about 50, 200 and all cells
SMALL, MORE = "cnn2d", 3  # which has so many times the epochs
RATES = {"transfer_scratch": 1e-3, "transfer_frozen": 1e-2, "transfer_finetuned": 1e-4, SMALL: 1e-3}
METRICS = ("roc_auc", "balanced_accuracy")


def blood_rows():
    """The cells as `Rows` in three folds that divide no photograph."""
    from sklearn.model_selection import StratifiedGroupKFold

    from tentips.data.image_reading import read_images
    from tentips.data.modality import modality
    from tentips.data.rows import Rows

    folder = ROOT / "resources" / "blood"
    sheet = pd.read_csv(folder / "samples.tsv", sep="\t")
    read = read_images(folder / "images.zip", sheet, {"id": "sample", "image": "file", "image_size": None}, print)
    truth, classes = pd.factorize(sheet["cell"], sort=True)
    groups, fold = pd.factorize(sheet["photograph"])[0], np.zeros(len(sheet), int)
    for number, (_, tune) in enumerate(
        StratifiedGroupKFold(3, shuffle=True, random_state=1).split(sheet, truth, groups)
    ):
        fold[tune] = number
    kind = modality("image", read.attrs)
    return Rows(
        ids=sheet["sample"].to_numpy(object),
        features=kind.inputs(read),
        truth=truth,
        strata=truth,
        groups=groups,
        fold=fold,
        classes=list(classes),
        task="classification",
        modality=kind,
    )


def contenders_of(path: str, size: int, epochs: int, threads: int) -> list:
    """The networks with their settings, as rule `transfer` compares them."""
    from tentips.controls.trainings import Contender
    from tentips.models.networks.architecture import architecture
    from tentips.models.networks.search import untuned
    from tentips.models.recipe import Recipe
    from tentips.study.resolution import resolve

    pixels = {"range": [0, 255], "mean": 127, "standard_deviation": 128, "size": size}
    networks = {"networks": list(RATES), "pretrained": "network", "transfer": {"pixels": pixels}}
    config = resolve(
        {
            "study": {"title": "t", "question": "q"},
            "data": {"modality": "image", "features": "f", "samples": "s", "id": "sample", "label": "cell"},
            "models": networks,
            "tuning": {"epochs": epochs, "patience": epochs},
        }
    )
    recipe, found = Recipe.of(config, {"path": path, "sha256": ""}), []
    longer = replace(recipe, tuning={**recipe.tuning, "epochs": MORE * epochs, "patience": MORE * epochs})
    for name, rate in RATES.items():
        own = longer if name == SMALL else recipe
        settings = untuned(architecture(name, own)) | {"learning_rate": rate, "batch_size": 16}
        found.append(Contender("network", name, settings, own, threads))
    return found


def main() -> None:
    """Train all of them and print a table for each metric."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("network")
    parser.add_argument("--size", type=int, default=64)
    parser.add_argument("--epochs", type=int, default=20)
    parser.add_argument("--threads", type=int, default=2)
    given = parser.parse_args()
    from tentips.models.networks import backend

    backend.choose("tensorflow", 0, True, given.threads)
    from tentips.controls.kept_trainings import KeptTrainings
    from tentips.controls.transfer_curve import transfer_curve

    rows, began = blood_rows(), time.monotonic()
    contenders = contenders_of(given.network, given.size, given.epochs, given.threads)
    with tempfile.TemporaryDirectory() as folder:
        for metric in METRICS:
            table = transfer_curve(
                contenders, rows, metric, 0.95, lambda text: None, KeptTrainings(folder, "x"), SHARES
            )
            print(f"\n{metric} ({time.monotonic() - began:.0f} s)\n{table.round(4).to_string(index=False)}", flush=True)


if __name__ == "__main__":
    main()
