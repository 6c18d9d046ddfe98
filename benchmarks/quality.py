"""How often the checks of the data's quality are right: false alarms on clean studies, detection of planted ones, real data.

    python benchmarks/quality.py [--clean 200] [--each 20] [--only SECTION ...] [--data DATA]

Sections are clean, groups, noise, twins and missing. DATA is a folder as for real_data.py; its studies are set up as there,
and again with the group withheld, up to the rule quality. Nothing is trained but what that rule trains.
"""

import argparse
import copy
import sys
import tempfile
from collections import Counter
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import yaml

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT / "workflow" / "scripts"), str(ROOT / "benchmarks")]

from real_data import STUDIES

from tentips import artifacts
from tentips.checks.registry import REGISTRY
from tentips.data import readers
from tentips.data.row_options import RowOptions
from tentips.data.rows import read_rows
from tentips.data.split import split_table
from tentips.data.tidy import tidy
from tentips.explore.exploration import missing_values
from tentips.quality import quality_tables
from tentips.simulate.simulation import study
from tentips.study.config import role_columns, split_strategy
from tentips.study.resolution import resolve

CHECKS = ("hidden-groups", "duplicates", "label-noise", "missingness")
ALARMS = ("warn", "fail")
# Clean studies: shapes, signals, kinds of label; nothing is wrong with any of them.
CLEAN = [
    {"samples": 300, "features": 20, "signal": 2.5},
    {"samples": 150, "features": 5, "signal": 1.0},
    {"samples": 100, "features": 300, "signal": 2.0},
    {"samples": 600, "features": 30, "signal": 1.5, "batches": 4, "batch_shift": 1.0, "covariate_strength": 0.5},
    {"samples": 300, "features": 40, "sites": 6, "site_shift": 1.0, "classes": 3, "signal": 3.0},
    {"samples": 300, "features": 20, "group_size": 3, "icc": 0.6, "replicate_ids": True, "signal": 2.5},
    {"samples": 240, "features": 20, "group_size": 2, "icc": 0.5, "label_varies": True, "signal": 2.0},
    {"samples": 250, "features": 30, "task": "regression", "days": 100, "drift": 1.5},
    {"samples": 400, "features": 60, "scale": "counts", "imbalance": 0.2, "missing": 0.1, "block_size": 10},
    {"samples": 300, "features": 12, "correlation": 0.9, "block_size": 6, "interaction": 1.6, "signal": 0.0},
]


def development(features: pd.DataFrame, sheet: pd.DataFrame, config: dict):
    """Return rows, measured features, samples and resolved config of the development part of repeat 1."""
    config = resolve(config)
    tidied = tidy(features, sheet, config, role_columns(config))
    table = split_table(tidied.samples, config, split_strategy(config))
    train = (table[table["repeat"] == 1]["role"] == "train").to_numpy()
    with tempfile.TemporaryDirectory() as folder:
        files = [f"{folder}/{name}.parquet" for name in ("features", "samples", "split")]
        for frame, file in zip((tidied.features[train], tidied.samples[train], table), files, strict=True):
            artifacts.write_parquet(frame, file)
        rows = read_rows(*files, 1, "train", RowOptions.of(config))
        measured, samples = (artifacts.read_parquet(file) for file in files[:2])
    return rows, measured.drop(columns="sample"), samples, config


def of_simulated(change=None, **arguments):
    """Simulate a study and return its development part; `change` alters features and sheet first."""
    simulated = study(**arguments)
    features, sheet = simulated.features, simulated.samples
    if change:
        features, sheet = change(features, sheet)
    data = {"features": "f", "samples": "s", "id": "sample", "label": "label", "task": simulated.design.task}
    roles = {"group": "patient", "batch": "batch", "site": "site", "time": "day", "covariates": "age"}
    data |= {role: column for role, column in roles.items() if column in sheet}
    config = {"study": {"title": "-", "question": "-"}, "data": data, "split": {"folds": 3}}
    config["split"]["strategy"] = "group" if "group" in data else "random"
    return development(features, sheet, config)


def judged(rows, measured, samples, config, only=CHECKS) -> dict:
    """Carry the rule quality out and return its checks by name, with the table of label noise."""
    settings = config["preprocess"], config["evaluation"]["confidence"], config["split"]["seed"]
    roles, ignored = role_columns(config), config["data"]["ignored"]
    found = quality_tables.quality_tables(rows, measured, samples, roles, ignored, *settings)
    results = SimpleNamespace(config=config, quality=found, exploration={"missingness": missing_values(measured)})
    return {name: REGISTRY[name](results) for name in only} | {"noise": found["noise"]}


def clean(n: int) -> None:
    """Count alarms over clean studies."""
    alarms, told, skipped = Counter(), [], Counter()
    for number in range(n):
        arguments = CLEAN[number % len(CLEAN)]
        checks = judged(*of_simulated(seed=1000 + number, **arguments))
        for name in CHECKS:
            if checks[name].status in ALARMS and not (name == "missingness" and arguments.get("missing", 0) >= 0.1 and "tells" not in checks[name].finding):  # fmt: skip
                alarms[name] += 1
                told.append(f"{name}, shape {number % len(CLEAN)}: {checks[name].finding}")
            skipped[name] += checks[name].status == "skip"
    print(f"\n## {n} clean studies of {len(CLEAN)} shapes\n\n| check | alarms | not to be told |\n| --- | --- | --- |")
    for name in CHECKS:
        print(f"| {name} | {alarms[name]} ({alarms[name] / n:.1%}) | {skipped[name]} |")
    print(*told, sep="\n", flush=True)


def by_patient(features, sheet):
    """Rows in the order of a sheet that was filled in patient by patient, under neutral ids."""
    order = sheet["sample"].str.split("_").str[0].argsort(kind="stable").to_numpy()
    names = [f"S{number:04d}" for number in range(len(sheet))]
    return tuple(frame.iloc[order].reset_index(drop=True).assign(sample=names) for frame in (features, sheet))


def groups(each: int) -> None:
    """Hidden patients: how often they are seen, from ids, and from the order of the sheet under neutral ids."""
    print("\n## Hidden groups: share of studies flagged (fail or warn), and failed\n")
    print(
        "| samples | features | rows a patient | ICC | ids of replicates | neutral ids, in order |\n| - | - | - | - | - | - |"
    )
    for samples, features in ((120, 10), (240, 50)):
        for size in (2, 6):
            for icc in (0.0, 0.3, 0.6, 0.9):
                cells = []
                for change in (None, by_patient):
                    found = Counter()
                    for seed in range(each):
                        arguments = {
                            "samples": samples,
                            "features": features,
                            "group_size": size,
                            "icc": icc,
                            "seed": seed,
                        }
                        part = of_simulated(change, hide_groups=True, replicate_ids=True, **arguments)
                        found[groups_alone(*part).status] += 1
                    cells.append(f"{(found['fail'] + found['warn']) / each:.0%}, {found['fail'] / each:.0%}")
                print(f"| {samples} | {features} | {size} | {icc} | {' | '.join(cells)} |", flush=True)


def groups_alone(rows, measured, samples, config):
    """The check hidden-groups without the other tables."""
    table = quality_tables.hidden_groups(
        rows, samples, role_columns(config), config["data"]["ignored"], config["preprocess"]
    )
    return REGISTRY["hidden-groups"](SimpleNamespace(config=config, quality={"hidden_groups": table}))


def noise(each: int) -> None:
    """Wrong labels: estimate, interval, and what confident learning says with and without its null."""
    print("\n## Label noise: means over studies of 400 samples (300 for development) with 20 features\n")
    print("| best ROC AUC | true share | estimate | interval holds it | flagged | not to be told | confident learning | its null |\n| - | - | - | - | - | - | - | - |")  # fmt: skip
    for signal in (1.0, 1.5, 2.5, 3.5, 5.0):
        for share in (0.0, 0.05, 0.1, 0.2):
            found, status = [], Counter()
            for seed in range(each):
                rows, _, _, config = of_simulated(samples=400, features=20, signal=signal, label_noise=share, seed=seed)
                table, _ = quality_tables.label_noise(rows, config["preprocess"], 0.95)
                found.append(table)
                results = SimpleNamespace(config=config, quality={"noise": table})
                status[REGISTRY["label-noise"](results).status] += 1
            table = pd.concat(found)
            mean, held = table.mean(numeric_only=True), ((table["low"] <= share) & (share <= table["high"])).mean()
            auc = study(samples=400, signal=signal).truth["auc"]
            print(f"| {auc:.2f} | {share:.2f} | {mean['share']:.3f} | {held:.0%} | {status['warn'] / each:.0%} | {status['skip'] / each:.0%} | {mean['confident']:.3f} | {mean['confident_null']:.3f} |", flush=True)  # fmt: skip


def twins(each: int) -> None:
    """Copies within the development part."""
    print("\n## Twins: share of planted pairs found, and pairs that are none\n\n| features | noise on copies | found | others |\n| - | - | - | - |")  # fmt: skip
    for features in (5, 20, 200):
        for spread in (0.0, 0.005, 0.01, 0.05):
            planted = right = others = 0
            for seed in range(each):
                simulated = study(samples=300, features=features, duplicates=0.1, duplicate_noise=spread, seed=seed)
                _, pairs = quality_tables.repeated_samples(simulated.features.drop(columns="sample"), simulated.features["sample"].to_numpy(dtype=object))  # fmt: skip
                true = {frozenset(pair) for pair in simulated.truth["copies"].items()}
                seen = {frozenset(pair) for pair in zip(pairs["sample"], pairs["twin"], strict=True)}
                planted, right, others = planted + len(true), right + len(true & seen), others + len(seen - true)
            print(f"| {features} | {spread} | {right / planted:.0%} | {others} |", flush=True)


def missing(each: int) -> None:
    """Values that are missing more often in one class."""
    print("\n## Missingness that goes with the label: share flagged for it\n\n| samples | missing | with label | flagged |\n| - | - | - | - |")  # fmt: skip
    for samples in (150, 400):
        for share, link in ((0.05, 0.0), (0.05, 0.5), (0.05, 1.0), (0.2, 0.5)):
            flagged = 0
            for seed in range(each):
                rows, measured, sheet, config = of_simulated(samples=samples, features=20, missing=share, missing_with_label=link, seed=seed)  # fmt: skip
                table = quality_tables.predicted_from_missing(rows, measured, sheet, role_columns(config), 0.95, seed)
                flagged += bool(((table["low"] > 0.5) & (table["p_adjusted"] < 0.05)).any())
            print(f"| {samples} | {share} | {link} | {flagged / each:.0%} |", flush=True)


def real_studies(data: Path):
    """Yield (title, development part) of every real study, and of those with groups again without them."""
    cells = {"data": {"label": "label", "positive": "WS"}, "split": {"strategy": "given", "column": "published_split"}}
    penguins = yaml.safe_load((ROOT / "config/config.yaml").read_text(encoding="utf-8"))
    withheld = {
        "parkinsons_voice": {"group": []},
        "liver_toxicity": {"group": [], "covariates": [], "ignored": ["treatment_group"]},
        "anaerobic_digestion": {"group": [], "ignored": ["bioreactor"]},
        "penguins": {"group": []},
    }
    for name, settings in {**STUDIES, "hcs_cells": cells, "penguins": penguins}.items():
        if name == "penguins":
            folder = ROOT / "resources/penguins"
            features, sheet = readers.read_features(folder / "features.csv", "sample"), readers.read_samples(folder / "samples.tsv", "sample")  # fmt: skip
        else:
            features, sheet = readers.read_features(data / name / "features.parquet", "sample_id"), readers.read_samples(data / name / "metadata.tsv", "sample_id")  # fmt: skip
        for title, changes in ((name, {}), (f"{name}, group withheld", withheld.get(name))):
            if changes is not None:
                config = {"study": {"title": "-", "question": "-"}, **copy.deepcopy(settings)}
                config["data"] = {"features": "f", "samples": "s", "id": "sample_id", **config["data"], **changes}
                yield title, development(features, sheet, config)
        if name == "parkinsons_voice":
            neutral = np.array([f"S{number:03d}" for number in range(len(sheet))])
            features, sheet = (frame.assign(sample_id=neutral) for frame in (features, sheet.drop(columns="subject")))
            yield f"{name}, group withheld, neutral ids", development(features, sheet, config)


def real(data: Path) -> None:
    """Print every check on every real study."""
    print("\n## Real data\n\n| study | check | status | finding |\n| --- | --- | --- | --- |")
    for title, part in real_studies(data):
        for name, check in judged(*part).items():
            if name in CHECKS:
                print(f"| {title} | {name} | {check.status} | {check.finding} |", flush=True)


def main() -> None:
    """Run the chosen sections and print their tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--clean", type=int, default=200, help="clean studies")
    parser.add_argument("--each", type=int, default=20, help="studies per cell of the other tables")
    parser.add_argument("--only", nargs="+", default=["clean", "groups", "noise", "twins", "missing"])
    parser.add_argument("--data", type=Path, help="folder of real data sets")
    options = parser.parse_args()
    sections = {"groups": groups, "noise": noise, "twins": twins, "missing": missing}
    if "clean" in options.only:
        clean(options.clean)
    for name in options.only:
        if name in sections:
            sections[name](options.each)
    if options.data:
        real(options.data)


if __name__ == "__main__":
    main()
