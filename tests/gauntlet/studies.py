"""The studies of the gauntlet: how one is set up, changed and judged. Equal studies are carried out once."""

import dataclasses
import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import yaml
from warm import ROOT, SCORECARD, run

from tentips.simulate import simulation, writing
from tentips.simulate.image_study import ImageDesign, write_images
from tentips.simulate.sequence_study import SequenceDesign, write_sequences

# A sound study: patients held apart, as many as the rule of thumb asks for, batches and sites without an effect.
SOUND = {
    "samples": 480,
    "group_size": 2,
    "features": 20,
    "signal": 2.5,
    "batches": 3,
    "sites": 3,
    "covariate_strength": 0.0,
}
CONFIG = {
    "study": {"sensitive": False},
    "split": {"folds": 3},
    "models": {"baselines": ["dummy", "logistic", "random_forest"]},
    "tuning": {"trials": 10, "epochs": 40, "patience": 8, "seeds": 3},
    "controls": {"label_shuffles": 19},
    "evaluation": {"bootstrap": 500},
    "interpretation": {"enabled": False},  # costs more than the rest of a small study; on where a pitfall is about it
}
GIT = ["git", "-c", "user.name=gauntlet", "-c", "user.email=gauntlet@example.org"]


@dataclasses.dataclass(frozen=True)
class Study:
    """A study to be carried out: the simulation's arguments and the config's sections (JSON), and what is done besides.

    `source` is simulated, sequences, images, penguins or cells. `before` changes the folder before the run, `after` runs something after it
    (such as a second opening), `during` is a context in which it runs.
    """

    arguments: str = "{}"
    config: str = "{}"
    source: str = "simulated"
    before: Callable[[Path], None] | None = None
    after: Callable[[Path], None] | None = None
    during: Callable | None = None

    def carry_out(self, folder: Path) -> dict:
        """Set the study up in `folder`, run it, and return its scorecard: {check id: check, "verdict": verdict}."""
        self._set_up(folder)
        if self.before:
            self.before(folder)
        if self.during:
            with self.during():
                run(folder)
        else:
            run(folder)
        if self.after:
            self.after(folder)
        card = json.loads((folder / SCORECARD).read_text(encoding="utf-8"))
        return {check["id"]: check for check in card["checks"]} | {"verdict": card["verdict"]}

    def _set_up(self, folder: Path) -> None:
        config = {section: dict(keys) for section, keys in CONFIG.items()}
        for section, keys in json.loads(self.config).items():
            config[section] = config.get(section, {}) | keys
        if self.source == "sequences":
            write_sequences(SequenceDesign(**json.loads(self.arguments)), folder, config)
        elif self.source == "images":
            write_images(ImageDesign(**json.loads(self.arguments)), folder, config)
        elif self.source == "simulated":
            writing.write(simulation.study(**SOUND | json.loads(self.arguments)), folder, config)
        else:
            copy_example(self.source, folder, config)
        (folder / ".gitignore").write_text("results\n.snakemake\n")
        for command in (["init", "-q"], ["add", "."], ["commit", "-qm", "study"]):
            subprocess.run([*GIT, *command], cwd=folder, check=True)


def study(
    source: str = "simulated", before=None, after=None, during=None, config: dict | None = None, **arguments
) -> Study:
    """Return a Study; `config` maps sections to keys, other arguments are those of the simulation."""
    return Study(
        *(json.dumps(each, sort_keys=True) for each in (arguments, config or {})), source, before, after, during
    )


def copy_example(name: str, folder: Path, config: dict) -> None:
    """Copy an example study, with the gauntlet's config over its own."""
    import shutil

    root = ROOT if name == "penguins" else ROOT / "examples" / name
    shutil.copytree(root / "config", folder / "config", dirs_exist_ok=True)
    registry = pd.read_csv(root / "config/datasets.tsv", sep="\t", dtype=str, keep_default_na=False)
    for row, source in registry["source"].items():
        target = Path("resources", name, Path(source).name)
        (folder / target).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy((root / source).resolve(), folder / target)
        registry.loc[row, "source"] = str(target)
    registry.to_csv(folder / "config/datasets.tsv", sep="\t", index=False)
    own = yaml.safe_load((root / "config/config.yaml").read_text(encoding="utf-8"))
    for section, keys in config.items():
        own[section] = {**own.get(section, {}), **keys}
    (folder / "config/config.yaml").write_text(yaml.safe_dump(own, allow_unicode=True), encoding="utf-8")


def edit_config(folder: Path, section: str, **keys) -> None:
    """Change keys of the study's config."""
    path = folder / "config/config.yaml"
    config = yaml.safe_load(path.read_text(encoding="utf-8"))
    config[section] = {**config.get(section, {}), **keys}
    path.write_text(yaml.safe_dump(config, allow_unicode=True), encoding="utf-8")


def edit_table(folder: Path, table: str, change: Callable[[pd.DataFrame], pd.DataFrame]) -> None:
    """Change one table of a study, features or samples, and its checksum."""
    from tentips.artifacts import sha256

    registry_path = folder / "config/datasets.tsv"
    registry = pd.read_csv(registry_path, sep="\t", dtype=str, keep_default_na=False)
    config = yaml.safe_load((folder / "config/config.yaml").read_text(encoding="utf-8"))
    row = registry["id"] == config["data"][table]
    path = folder / registry.loc[row, "source"].iloc[0]
    separator = "," if ".csv" in path.name else "\t"
    change(pd.read_csv(path, sep=separator)).to_csv(path, index=False, sep=separator)
    registry.loc[row, "sha256"] = sha256(path)
    registry.to_csv(registry_path, sep="\t", index=False)
