"""Run real studies by config alone and print what came out.

    python benchmarks/real_data.py DATA [STUDY ...]

DATA is a folder with one folder per data set, each with features.parquet and metadata.tsv. Nothing of it is copied into
the repository: each study is set up in a temporary folder that names the files by path.
"""

import argparse
import json
import tempfile
from pathlib import Path

import pandas as pd
import yaml
from whole_studies import by_rule, run

# The other measures of the same blood samples; ALT among them is the label.
LIVER_CLINIC = [
    f"clin_{name}"
    for name in (
        "BUN.mg.dL.",
        "Creat.mg.dL.",
        "TP.g.dL.",
        "ALB.g.dL.",
        "ALT.IU.L.",
        "SDH.IU.L.",
        "AST.IU.L.",
        "ALP.IU.L.",
        "TBA.umol.L.",
        "Cholesterol.mg.dL.",
    )
]
STUDIES = {
    "khan_srbct": {
        "study": {"title": "Four small round blue cell tumours", "question": "Which of four tumours is it?"},
        "data": {"label": "label"},
        "split": {"folds": 4},
    },
    "liver_toxicity": {
        "study": {"title": "Liver toxicity", "question": "Does gene expression tell the liver enzyme ALT?"},
        "data": {
            "label": "label",
            "task": "regression",
            "group": "treatment_group",
            "covariates": ["dose", "time_h"],
            "ignored": LIVER_CLINIC,
        },
        "split": {"folds": 4},
    },
    "parkinsons_voice": {
        "study": {"title": "Parkinson's disease from voice", "question": "Does the voice tell who has the disease?"},
        "data": {"label": "label", "positive": "PD", "group": "subject"},
    },
    "parkinsons_voice without subjects": {
        "study": {"title": "Parkinson's disease from voice", "question": "Are six recordings a person seen?"},
        "data": {"label": "label", "positive": "PD", "ignored": ["subject"]},
    },
    "hcs_cells": {
        "study": {"title": "Cells", "question": "Is a cell well segmented?"},
        "data": {"label": "label", "positive": "WS"},
        "split": {"strategy": "given", "column": "published_split"},
    },
    "anaerobic_digestion": {
        "study": {"title": "Anaerobic digestion", "question": "Do microbes tell the phenol that they live with?"},
        "data": {
            "label": "label",
            "positive": "phenol_1-2",
            "group": "bioreactor",
            "batch": "run_date",
            "covariates": "day",
            "ignored": ["run", "bioreactor_sample", "phenol"],
        },
        "split": {"folds": 4},
        "preprocess": {"transform": "clr"},
    },
    "breast_6cohorts_7genes": {
        "study": {"title": "Oestrogen receptor", "question": "Do seven genes tell the receptor's status?"},
        "data": {
            "label": "label",
            "positive": "ERpos",
            "site": "cohort",
            "covariates": ["age", "grade"],
            "ignored": ["dmfs_5y", "size", "node", "t_dmfs", "e_dmfs"],
        },
        "split": {"strategy": "site", "folds": 4},
    },
    "wdbc": {
        "study": {"title": "Breast cancer, Wisconsin", "question": "Do nuclei tell malignant from benign?"},
        "data": {"label": "label", "positive": "malignant"},
    },
}


def set_up(name: str, data: Path, folder: Path, trials: int) -> None:
    """Write the study's config and registry into `folder`."""
    write({**STUDIES[name], "tuning": {"trials": trials}}, data / name.split()[0], folder)


def write(config: dict, source: Path, folder: Path) -> None:
    """Write the configuration of a study of the tables in `source`, and their registry, into `folder`."""
    (folder / "config").mkdir(parents=True)
    config = {**config, "data": {"features": "features", "samples": "samples", "id": "sample_id", **config["data"]}}
    (folder / "config" / "config.yaml").write_text(yaml.safe_dump(config, sort_keys=False))
    rows = [("features", source / "features.parquet"), ("samples", source / "metadata.tsv")]
    lines = ["id\tsource\tsha256\tversion\tlicence\tcitation", *(f"{table}\t{path}\t\t\t\t" for table, path in rows)]
    (folder / "config" / "datasets.tsv").write_text("\n".join(lines) + "\n")


def main() -> None:
    """Set up and run the chosen studies."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("studies", nargs="*", default=list(STUDIES))
    parser.add_argument("--trials", type=int, default=12)
    parser.add_argument("--cores", type=int, default=2)
    parser.add_argument("--keep", type=Path, help="set the studies up here and keep their results")
    parser.add_argument("--design", action="store_true", help="stop before training and print what the checks found")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        for name in options.studies or STUDIES:
            folder = (options.keep or Path(scratch)) / name
            set_up(name, options.data.resolve(), folder, options.trials)
            seconds = run(folder, options.cores, "design" if options.design else "all")
            print(f"\n{name}: {seconds:.0f} s", flush=True)
            (print_design if options.design else print_scores)(folder / "results")
            print(by_rule(folder).to_string(), flush=True)


def print_design(results: Path) -> None:
    """Print what was found before training."""
    described = json.loads((results / "design/design.json").read_text(encoding="utf-8"))
    for check in described["findings"]:
        print(f"- {check['id']}: {check['status']}. {check['finding']}")
    smallest = described["power"]["smallest"]
    print(f"- smallest effect found in 80 % of such studies: {smallest and round(smallest, 3)}", flush=True)


def print_scores(results: Path) -> None:
    """Print every model's score on the test part and the comparison that the verdict is about."""
    metrics = pd.read_csv(results / "evaluation/metrics.tsv", sep="\t")
    comparison = pd.read_csv(results / "evaluation/comparisons.tsv", sep="\t").iloc[0]
    shown = metrics[metrics["metric"] == comparison["metric"]][["model", "metric", "value", "low", "high", "n"]]
    print(shown.to_string(index=False))
    print(
        f"{comparison['a']} minus {comparison['b']}: {comparison['difference']:+.3f} ({comparison['low']:+.3f} to {comparison['high']:+.3f})",
        flush=True,
    )


if __name__ == "__main__":
    main()
