"""Measure what the membership audit of a network costs: shadow models trained in one pack against one at a time, in turn.

    python benchmarks/privacy.py STUDY [SHADOWS] [ALONE]

STUDY is the folder of a finished study of a table. SHADOWS (64) networks with the settings that the study chose learn from halves of
its samples in one pack; ALONE (8) of the same halves are learned one at a time by the same function. Prints seconds per shadow
model, their ratio, and how well the attack tells whom the shadow models knew.
"""

import os
import sys
import time
from pathlib import Path
from types import SimpleNamespace

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
sys.path.insert(0, str(Path(__file__).parents[1] / "workflow" / "scripts"))

import numpy as np
import yaml

from tentips.artifacts import read_json, read_parquet
from tentips.data.row_options import RowOptions
from tentips.data.rows import development_rows, held_out_rows
from tentips.models.networks import backend
from tentips.models.recipe import Recipe
from tentips.privacy import shadows
from tentips.privacy.private_networks import attack_measures


def main() -> None:
    """Train shadow models both ways and print a table."""
    study, number = Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 64
    alone = int(sys.argv[3]) if len(sys.argv) > 3 else 8
    backend.choose("tensorflow", 0, True, 2)
    results = study / "results"
    config = yaml.safe_load((results / "config.yaml").read_text(encoding="utf-8"))
    recipe, options = Recipe.of(config), RowOptions.of(config)
    best = read_json(results / "network/mlp/best.json")["repeats"]["1"]
    files = [
        results / f"split/{part}/1/{name}.parquet"
        for part in ("development", "test")
        for name in ("features", "samples")
    ]
    paths = SimpleNamespace(features=files[0], samples=files[1], test_features=files[2], test_samples=files[3])
    paths.split = results / "split/split.parquet"
    parts = development_rows(paths, options), held_out_rows(paths, options, best["classes"])
    rows, _ = shadows.pooled(*parts, tuple(read_parquet(file)["group"].to_numpy() for file in files[1::2]))
    seed, fraction = recipe.tuning["seed"], recipe.tuning["stopping_fraction"]
    inside = shadows.halves(rows, number, fraction, seed)
    seconds = {}
    began = time.perf_counter()
    together = shadows.of_network("mlp", best["settings"], rows, inside, recipe)
    seconds["in one pack"] = (time.perf_counter() - began) / number
    began = time.perf_counter()
    for half in inside[:alone]:
        shadows.of_network("mlp", best["settings"], rows, half[None], recipe)
    seconds["one at a time"] = (time.perf_counter() - began) / alone
    print(f"{len(rows.ids):,} samples, {number} shadow models, {alone} of them alone")
    for name, each in seconds.items():
        print(f"{name}: {each:.2f} s per shadow model")
    print(f"ratio: {seconds['one at a time'] / seconds['in one pack']:.1f}")
    for name, interval in attack_measures(together, rows, inside, 0.95, seed).items():
        print(f"attack, {name}: {interval.value:.3f} ({interval.low:.3f} to {interval.high:.3f})")
    assert np.isfinite(together).all()


if __name__ == "__main__":
    main()
