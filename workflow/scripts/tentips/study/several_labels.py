"""A study of several labels: one study for each of them, in labels/LABEL, with a configuration that is made from the common one."""

import csv
import io
import json
import os
import re
from collections.abc import Iterator
from pathlib import Path

from tentips.artifacts import write_text
from tentips.errors import StudyError, listed
from tentips.study.config import MULTITASK
from tentips.study.resolution import as_list, check_key

FOLDER = "labels"
# What an entry of data.label may say of its label alone, and where that stands in a configuration.
OF_A_LABEL = {
    "task": "data",
    "positive": "data",
    "expected_directions": "data",
    "metric": "evaluation",
    "smallest_difference": "evaluation",
}
HEAD = "# The study of the label '{label}'. Written from {where} at every run: change that file, not this one.\n"


def is_several(config: dict) -> bool:
    """Whether data.label of a configuration lists several labels."""
    data = config.get("data")
    return isinstance(data, dict) and isinstance(data.get("label"), list)


def labels_of(config: dict, where: str = "config/config.yaml") -> list[str]:
    """Return the labels that data.label lists.

    Raises StudyError where an entry is wrong, or two labels cannot be told apart.
    """
    check_key(config, "data", "label", where)
    for key in ("positive", "expected_directions"):
        if config["data"].get(key):
            raise StudyError(
                f"{where}: data.{key} is of one label, but data.label lists several; write it into the entry of its label: "
                f"{{column: NAME, {key}: ...}}."
            )
    names = [name for name, _ in _entries(config)]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise StudyError(f"{where}: data.label names {listed(twice)} twice; take one out.")
    folders = {folder_of(name) for name in names}
    if len(folders) < len(names):
        raise StudyError(
            f"{where}: data.label lists {listed(names)}, of which two would be one folder ({listed(sorted(folders))}); rename a column."
        )
    return names


def _entries(config: dict) -> Iterator[tuple[str, dict]]:
    """Each label, and what is declared of it alone."""
    for each in config["data"]["label"]:
        declared = {"column": each} if isinstance(each, str) else dict(each)
        yield declared.pop("column"), declared


def folder_of(label: str) -> str:
    """Return the folder of a label's study, from the study's own: letters, digits, dots and dashes, nothing else."""
    plain = re.sub(r"[^\w.-]+", "_", label).strip("._")
    return f"{FOLDER}/{plain or 'label'}"


def study_of(config: dict, label: str) -> dict:
    """Return the configuration of the study of one of the labels, not yet resolved; those of `config` have been checked (`labels_of`).

    The others are learned beside it by `multitask`, where that competes. A label is no covariate of its own.
    """
    labels, own = dict(_entries(config)), json.loads(json.dumps(config, default=str))
    data, networks = own["data"], own.get("models", {}).get("networks", [])
    data["label"] = label
    for key, value in labels[label].items():
        own.setdefault(OF_A_LABEL[key], {})[key] = value
    own["split"] = {**own.get("split", {}), "across_labels": list(labels)}
    if MULTITASK in networks:
        others = dict.fromkeys([*labels, *as_list(data.get("other_labels", []))])
        data["other_labels"] = [name for name in others if name != label]
    for key, taken in (("covariates", [label]), ("ignored", labels)):
        if key in data:
            data[key] = [name for name in as_list(data[key]) if name not in taken]
    if "study" in own:
        own["study"]["title"] = f"{own['study'].get('title', '')} ({label})"
    if custom := own.get("models", {}).get("custom"):
        own["models"]["custom"] = _from_folder(custom, folder_of(label))
    return own


def write(
    config: dict,
    folders: dict[str, str],
    registry: str = "config/datasets.tsv",
    where: str = "config/config.yaml",
) -> None:
    """Write configuration and registry of each label's study into its folder; `folders` has that of each label.

    What has not changed is left as it is, so that nothing is made again for it. The folder resources, with downloads and the
    ledger, is the common one: an opening of a label's test part counts whether that label was studied alone or among others.
    """
    import yaml

    for label, folder in folders.items():
        text = yaml.safe_dump(study_of(config, label), sort_keys=False, allow_unicode=True, width=120)
        _write_if_changed(HEAD.format(label=label, where=where) + text, Path(folder, "config/config.yaml"))
        _write_if_changed(_registry_from(registry, folder), Path(folder, "config/datasets.tsv"))
        resources = Path(folder, "resources")
        if not resources.is_symlink():
            Path("resources").mkdir(exist_ok=True)
            resources.symlink_to(os.path.relpath("resources", folder))


def _registry_from(registry: str, folder: str) -> str:
    """The registry with paths as they are from the folder of a label; addresses stay."""
    rows = list(
        csv.reader(Path(registry).read_text(encoding="utf-8-sig").split("\n"), delimiter="\t", quoting=csv.QUOTE_NONE)
    )
    place = rows[0].index("source") if rows and "source" in rows[0] else None
    for row in rows[1:]:
        if place is not None and len(row) > place:
            row[place] = _from_folder(row[place].strip(), folder)
    text = io.StringIO()
    csv.writer(text, delimiter="\t", quoting=csv.QUOTE_NONE, quotechar=None, lineterminator="\n").writerows(rows)
    return text.getvalue().rstrip("\n") + "\n"


def _from_folder(path: str, folder: str) -> str:
    if not path or os.path.isabs(path) or path.startswith(("http://", "https://", "doi:")):
        return path
    return os.path.relpath(path, folder)


def _write_if_changed(text: str, path: Path) -> None:
    if not path.exists() or path.read_text(encoding="utf-8") != text:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_text(text, path)
