"""Write a simulated study where the workflow finds it."""

import hashlib
from pathlib import Path

from tentips.data.datasets import COLUMNS

TABLES = "resources/simulated"
ROLES = {
    "group": "patient",
    "batch": "batch",
    "site": "site",
    "time": "day",
    "covariates": "age",
    "other_labels": "second",
}


def write(simulated, folder: str | Path, overlay: dict | None = None) -> None:
    """Write a study that the workflow can carry out: the tables, config/datasets.tsv and config/config.yaml.

    Roles are given to the columns that exist. `overlay` (section to keys) is laid over what would be written.
    """
    folder = Path(folder)
    write_tables(simulated, folder / TABLES)
    rows = []
    for name, table in (("simulated", "features.csv"), ("simulated_samples", "samples.csv")):
        checksum = hashlib.sha256((folder / TABLES / table).read_bytes()).hexdigest()
        version = f"simulated with seed {simulated.design.seed}"
        citation = "Simulated by tentips (workflow/scripts/tentips/simulate)"
        rows.append([name, f"{TABLES}/{table}", checksum, version, "CC0-1.0", citation])
    write_config(folder, _config(simulated), overlay, rows)


def write_config(folder: Path, sections: dict, overlay: dict | None, sources: list[list[str]]) -> None:
    """Write config/config.yaml, `sections` with `overlay` (section to keys) laid over them, and config/datasets.tsv with `sources`."""
    import yaml

    for section, keys in (overlay or {}).items():
        sections[section] = {**sections.get(section, {}), **keys}
    (folder / "config").mkdir(parents=True, exist_ok=True)
    text = yaml.safe_dump(sections, sort_keys=False, allow_unicode=True, width=120)
    (folder / "config" / "config.yaml").write_text(text, encoding="utf-8")
    table = "\n".join("\t".join(row) for row in (COLUMNS, *sources)) + "\n"
    (folder / "config" / "datasets.tsv").write_text(table, encoding="utf-8")


def write_tables(simulated, folder: str | Path) -> None:
    """Write features.csv and samples.csv into `folder`."""
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    simulated.features.to_csv(folder / "features.csv", index=False, lineterminator="\n")
    simulated.samples.to_csv(folder / "samples.csv", index=False, lineterminator="\n")


def _config(simulated) -> dict:
    design, columns = simulated.design, simulated.samples.columns
    data = {"features": "simulated", "samples": "simulated_samples", "id": "sample", "task": design.task}
    data |= {"label": "label"} | ({"positive": "case"} if "case" in set(simulated.samples["label"]) else {})
    for role, column in ROLES.items():
        if column in columns:
            data[role] = column
    return {
        "study": {
            "title": f"A simulated study (seed {design.seed})",
            "question": "Do the simulated features predict the label better with a neural network than with simpler models?",
            "unit": "patient" if "patient" in columns else "sample",
        },
        "data": data,
    }
