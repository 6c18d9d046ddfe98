"""The bundle: a model with all that is needed to use it, and no row of the data that it was trained on."""

import hashlib
import json
import math
import re
import shutil
import zipfile
from pathlib import Path

import pandas as pd

from tentips.artifacts import read_json, whole, write_json
from tentips.imports import library_files
from tentips.models import stacking
from tentips.models.names import model_title
from tentips.paths import SCRIPTS
from tentips.release.all_samples import NAMED
from tentips.release.bundle_examples import EXAMPLES, NEW, takes, write_examples
from tentips.release.gate import STORES_ROWS
from tentips.statistics.metric_names import NAMES

VERSION = "0.1.0"
SHEET, SUMS, MODEL, CODE = "model_sheet.json", "SHA256SUMS", "model", "code"
PREDICTED = "examples_predicted.tsv"
STAMP = (1980, 1, 1, 0, 0, 0)  # of every file in the archive: the same bundle has the same bytes
NEEDED = ("numpy", "pandas", "scipy", "scikit-learn", "skops")
NEEDED_BY_NETWORKS = ("keras", "tensorflow")
NEEDED_BY_IMAGES = ("pillow", "scikit-image", "tifffile")
# What a reader of best.json needs to load a model; the rest is of the search.
KEPT = ("classes", "seeds", "settings", "weights", "architecture")


def copy_models(parts: list[str], networks: list[str], model: str, source: Path, target: Path) -> None:
    """Copy the final models of the first repeat from `source` (results) into `target`, laid out as they are there."""
    for name in parts:
        stage = "network" if name in networks else "baseline"
        own = Path(stage, name)
        (target / own).mkdir(parents=True, exist_ok=True)
        _reduced(source / own / "best.json", target / own / "best.json")
        files = [own / "model_1.skops"]
        if name in networks:
            files = [
                own / "prepare_1.skops",
                *(path.relative_to(source) for path in sorted(source.glob(f"{own}/seeds/1_*.keras"))),
            ]
        for file in files:
            (target / file).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source / file, target / file)
    if model == stacking.NAME:
        (target / "stack").mkdir()
        _reduced(source / "stack" / "best.json", target / "stack" / "best.json")


def requirements(networks: bool, modality: str, packages: dict[str, str]) -> str:
    """Return the packages that the bundle needs, at the versions with which the model was trained."""
    names = [*NEEDED, *(NEEDED_BY_NETWORKS if networks else ()), *(NEEDED_BY_IMAGES if modality == "image" else ())]
    return "".join(f"{name}=={packages[name]}\n" for name in names)


def readme(sheet: dict, about: dict) -> str:
    """Return the text that a person reads first."""
    title, overridden = about["title"], about["released_anyway"]
    lines = [f"# {title}", "", about["description"], ""]
    if overridden:
        lines += ["## Given away against the gate", "", f"Reason given: {overridden['reason']}", ""]
        lines += [*(f"- {line}" for line in overridden["against"]), ""]
    lines += [
        "## Predict new samples",
        "",
        "Python 3.11 or 3.12 and the packages of `requirements.txt` are needed, nothing else:",
        "",
        "```bash",
        "python -m venv venv && venv/bin/pip install -r requirements.txt",
        f"venv/bin/python predict.py {EXAMPLES[sheet['modality']]} predictions.tsv",
        "```",
        "",
        f"`{PREDICTED}` holds what comes out. {NEW[sheet['modality']]}",
        f"`{SHEET}` has units, ranges and categories. `MODEL_CARD.md` says what the model is good for, and how good it is.",
        "",
        "## What is in it",
        "",
        f"- Licence: {about['licence']} (`LICENCE.txt`). The code in `{CODE}` is tentips {about['tentips']} (MIT).",
        f"- Trained on {sheet['trained_on']['samples']:,} samples ({sheet['trained_on']['part']}); evaluation: {about['estimate']}",
        *([f"- {NAMED}"] if about["refit"] else []),
        "- No row of the data: ranges, categories and weights only."
        if not about["stores_rows"]
        else "- Rows of the data, stored by the model.",
        f"- `{SUMS}`: checksums, which are checked before anything is loaded.",
        "",
    ]
    return "\n".join(lines)


LOADER = f'''"""Predict new samples: python predict.py NEW PREDICTIONS. In Python: sheet, model = load(); model.predict(table)."""

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE / "{CODE}"))
sys.dont_write_bytecode = True


def load():
    """Check the bundle and return its sheet and its model, which predicts a table with the columns of the sheet's features."""
    from tentips.predict.bundle_files import open_bundle

    return open_bundle(HERE)


if __name__ == "__main__":
    from tentips.predict.__main__ import main

    if len(sys.argv) != 3:
        sys.exit("usage: python predict.py NEW PREDICTIONS")
    sys.exit(main(str(HERE), *sys.argv[1:]))
'''


def estimate(metrics: pd.DataFrame, model: str, metric: str, confidence: float) -> str:
    """Return the figure of the evaluation with its interval; `metrics` is combined_metrics.tsv."""
    row = metrics[(metrics["model"] == model) & (metrics["metric"] == metric)].iloc[0]
    interval = f"{confidence:.0%} interval {row['low']:.3f} to {row['high']:.3f}"
    ends = "no interval" if math.isnan(row["low"]) else interval
    return f"{NAMES[metric]} {row['value']:.3f} ({ends}) on {int(row['n'])} held-out samples."


def about(
    study: dict, release: dict, sheet: dict, model: str, parts: list[str], provenance: dict, estimated: str
) -> dict:
    """Return what the bundle says of itself: title, licence, citation, and the figure of the evaluation.

    `study` and `release` are these sections of the configuration, `model` is as `selection.as_used` names it, `estimated` is an `estimate`.
    """
    cited = [release["citation"], *(source["citation"] for source in provenance["sources"])]
    return {
        "title": study["title"],
        "description": f"{model_title(model, sheet['task'])} that predicts {sheet['label']} of one {study['unit']} from {takes(sheet)}. Question of the study: {study['question']}",
        "licence": release["licence"],
        "citations": [text for text in dict.fromkeys(cited) if text],
        "estimate": estimated,
        "refit": release["refit"],
        "stores_rows": any(name in STORES_ROWS for name in parts),
        "tentips": VERSION,
        "commit": provenance["code"]["commit"],
    }


def fill(
    folder: Path, sheet: dict, about: dict, parts: list[str], networks: list[str], source: Path, card: Path
) -> None:
    """Put everything into the bundle's folder but the predictions of the examples and the checksums.

    `source` holds the final models, laid out as results are, and `card` is the model card.
    """
    folder.mkdir(parents=True, exist_ok=True)
    copy_models(parts, networks, sheet["model"], source, folder / MODEL)
    with_networks = any(name in networks for name in parts)
    write_json(sheet, folder / SHEET)
    write_json({key: value for key, value in about.items() if key != "packages"}, folder / "about.json")
    write_examples(sheet, folder)
    texts = {
        "README.md": readme(sheet, about),
        "requirements.txt": requirements(with_networks, sheet["modality"], about["packages"]),
        "predict.py": LOADER,
        "LICENCE.txt": licence(about["licence"]),
        "CITATION.cff": citation(about),
        "MODEL_CARD.md": card_of(card.read_text(encoding="utf-8"), about),
    }
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    add_code(folder)


def card_of(card: str, about: dict) -> str:
    """Return the study's model card, with what is true of the model in the bundle alone before its first section."""
    if not about["refit"]:
        return card
    head, first, rest = card.partition("\n## ")
    return f"{head}\n## Trained anew on all samples\n\n{NAMED} Evaluation: {about['estimate']}\n{first}{rest}"


def licence(name: str | None) -> str:
    """Return the text that names the licence; where none is declared, that nobody may use the model."""
    if not name:
        return "No licence is declared: nobody but its owner may use this model.\n"
    known = re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9.+-]*", name)
    return f"{name}\n" + (f"https://spdx.org/licenses/{name}.html\n" if known else "")


def citation(about: dict) -> str:
    """Return how the model is cited, in the Citation File Format; a JSON string is one of YAML too."""
    lines = [
        "cff-version: 1.2.0",
        "message: If you use this model, please cite it and the data that it was trained on.",
        f"title: {json.dumps(about['title'], ensure_ascii=False)}",
        "type: software",
        "authors:",
        "  - name: The authors of the study",
    ]
    if about["licence"]:
        lines.append(f"license: {json.dumps(about['licence'])}")
    if about["citations"]:
        lines.append("references:")
        for text in about["citations"]:
            lines += [
                "  - type: generic",
                f"    title: {json.dumps(text, ensure_ascii=False)}",
                "    authors:",
                "      - name: See title",
            ]
    return "\n".join(lines) + "\n"


def add_code(folder: Path) -> None:
    """Copy the files of the library that predict new samples into the bundle, with their licence."""
    entry = SCRIPTS / "tentips" / "predict" / "__main__.py"
    own = [entry.parent / "__init__.py", *library_files(SCRIPTS / "predict.py"), entry]
    for file in own:
        target = folder / CODE / file.relative_to(SCRIPTS)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, target)


def seal(folder: Path, path: str | Path) -> None:
    """Write the checksums of all files in `folder` and pack it as the archive `path`."""
    files = sorted(file for file in folder.rglob("*") if file.is_file())
    names = {file.relative_to(folder).as_posix(): file for file in files}
    sums = "".join(f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {name}\n" for name, file in names.items())
    (folder / SUMS).write_text(sums, encoding="utf-8")
    with whole(path) as partial, zipfile.ZipFile(partial, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, file in {**names, SUMS: folder / SUMS}.items():
            archive.writestr(zipfile.ZipInfo(name, STAMP), file.read_bytes(), zipfile.ZIP_DEFLATED)


def _reduced(source: Path, target: Path) -> None:
    best = read_json(source)
    first = {key: value for key, value in best["repeats"]["1"].items() if key in KEPT}
    write_json({"model": best["model"], "kind": best["kind"], "repeats": {"1": first}}, target)
