"""The result files of a study, read when they are first asked for."""

from functools import cached_property
from pathlib import Path

import yaml

from tentips.artifacts import read_json, read_parquet, read_table
from tentips.jobs.record import lineage
from tentips.models import pace
from tentips.result_tables import names
from tentips.study import plan

SCORECARD = "results/report/scorecard.json"
# Columns that hold names, even if these look like numbers.
NAMES_OF_PARTS = (
    "class",
    "group",
    "features",
    "feature",
    "column",
    "level",
    "level_name",
    "text",
    "rule",
    "slice",
    "word",
    "around",
    "letter",
    "reason",
    "explained_by",
)
NO_TIME = "the {minutes:g} minutes of the study (compute.minutes) left no time for it"


def only(frame, **wanted):
    """Return the rows of a table whose columns hold the wanted values."""
    for column, value in wanted.items():
        frame = frame[frame[column] == value]
    return frame


class Results:
    """Reads what the rules wrote under `folder`; attributes are named after the files."""

    def __init__(self, folder: str | Path = "results", config: dict | None = None):
        """Read from `folder`; `config` takes the place of the resolved configuration until it has been written."""
        self.folder = Path(folder)
        if config is not None:
            self.config = config

    @cached_property
    def config(self) -> dict:
        """The resolved configuration."""
        return yaml.safe_load((self.folder / "config.yaml").read_text(encoding="utf-8"))

    @cached_property
    def provenance(self) -> dict:
        """Sources, exclusions, code, environment and hardware."""
        return read_json(self.folder / "data" / "provenance.json")

    @cached_property
    def jobs(self) -> list[dict]:
        """The records of the jobs that the scorecard comes from, in the order in which they began."""
        return lineage(self.folder, [SCORECARD])

    @cached_property
    def samples(self):
        """The tidy sample sheet."""
        return read_parquet(self.folder / "data" / "samples.parquet")

    @cached_property
    def developed(self):
        """The sheet of the development part of the first repeat."""
        own = only(self.split, repeat=1, role="train")["sample"]
        return self.samples[self.samples["sample"].isin(own)]

    @cached_property
    def split(self):
        """Role and fold of each sample in each repeat."""
        return read_parquet(self.folder / "split" / "split.parquet")

    @cached_property
    def shared(self):
        """How many test samples have a duplicate in the development part, by repeat."""
        return read_table(self.folder / "split" / "shared.tsv")

    @cached_property
    def exploration(self) -> dict:
        """The tables of the exploration by name; `embedding` holds the development rows' coordinates and colours."""
        folder = self.folder / "explore"
        tables = {name: read_table(folder / f"{name}.tsv") for name in names("explore")}
        return tables | {name: read_parquet(folder / f"{name}.parquet") for name in names("explore", ".parquet")}

    @cached_property
    def design(self) -> dict:
        """What the study consists of and which effect it would find."""
        return read_json(self.folder / "design" / "design.json")

    @cached_property
    def power(self):
        """The share of planted signals found at each effect."""
        return read_table(self.folder / "design" / "power.tsv")

    @cached_property
    def comparison_power(self):
        """How often the study would show that a network is better, at each true difference."""
        return read_table(self.folder / "design" / "comparison_power.tsv")

    @cached_property
    def quality(self) -> dict:
        """The tables of the data quality by name; pairs of duplicates and doubtful labels, which name samples, are left in their files."""
        text = ("feature", "target", "label", "batch")
        return {name: read_table(self.folder / "quality" / f"{name}.tsv", text) for name in names("quality")}

    @cached_property
    def bests(self) -> dict[str, dict]:
        """The content of best.json of each model, baselines first."""
        found = {}
        for stage, models in (("baseline", "baselines"), ("network", "networks")):
            for model in self.config["models"][models]:
                found[model] = read_json(self.folder / stage / model / "best.json")
        return found

    @property
    def classes(self) -> list[str]:
        """The classes in the order in which models score them; none for regression."""
        return next(iter(self.bests.values()))["repeats"]["1"]["classes"]

    @cached_property
    def stacked(self) -> dict:
        """The content of the stacked model's best.json."""
        return read_json(self.folder / "stack" / "best.json")

    @cached_property
    def controls(self) -> dict:
        """The section `controls` as it was carried out: what `compute.minutes` left no time for, for one of the two models, is off."""
        if not self.config["compute"]["minutes"]:
            return self.config["controls"]
        return pace.for_both(read_json(self.folder / "pace" / "pace.json")["controls"])

    def without_control(self, name: str) -> str:
        """Return why a control of the configuration was not carried out, "it is switched off (controls.NAME)"; empty where it was."""
        if self.controls[name]:
            return ""
        if self.config["controls"][name]:
            return NO_TIME.format(minutes=self.config["compute"]["minutes"])
        return f"it is switched off (controls.{name})"

    @property
    def without_membership(self) -> str:
        """Why nobody tried to recognise whom the models learned from, "it is switched off (privacy.enabled)"; empty where it was tried."""
        if not self.config["privacy"]["enabled"]:
            return "it is switched off (privacy.enabled)"
        if self.config["compute"]["minutes"] and not read_json(self.folder / "pace" / "pace.json")["shadow_models"]:
            return NO_TIME.format(minutes=self.config["compute"]["minutes"])
        return "" if len(self.membership) else "too few groups hold each class for shadow models"

    def control(self, kind: str, name: str):
        """Return a table of the controls of the recommended simpler model or the best network.

        label_shuffles, planted_signal, learning_curve, power_law, left_out, random_folds or representation.
        """
        text = ("level",) if name == "left_out" else ()
        return read_table(self.folder / "control" / kind / f"{name}.tsv", text)

    def repetition(self, kind: str) -> dict:
        """Return what came of training the recommended simpler model or the best network a second time."""
        return read_json(self.folder / "control" / kind / "determinism.json")

    @cached_property
    def confounders(self):
        """How well the label is predicted without the features."""
        return read_table(self.folder / "control" / "confounders.tsv")

    def interpreted(self, name: str):
        """Return a table of the interpretation: importance, agreement, faithfulness, attributions, dose_response, surrogate, panel, words..."""
        return read_table(self.folder / "interpret" / f"{name}.tsv", NAMES_OF_PARTS)

    @cached_property
    def saliency(self):
        """Pixels and maps of a few test samples that are images, without names; no row unless the data are not sensitive."""
        return read_parquet(self.folder / "interpret" / "saliency.parquet")

    @cached_property
    def hardest(self):
        """The held-out samples that the judged model got most wrong, worst first. Names samples."""
        return read_table(self.folder / "probe" / "hardest_samples.tsv", ("sample",))

    @property
    def hardest_of(self) -> str:
        """The model whose errors `hardest` holds."""
        return read_json(self.folder / "probe" / "guards.json")["model"]

    @cached_property
    def doubtful(self):
        """The development samples whose label is doubtful, with the label that is suggested. Names samples."""
        return read_table(self.folder / "quality" / "label_noise.tsv", ("sample", "label", "suggested"))

    def images(self, samples: list[str]):
        """Return sample and image of these samples, with the facts of the images as attributes."""
        measured = read_parquet(self.folder / "data" / "features.parquet")
        found = measured[measured["sample"].isin(samples)]
        found.attrs = measured.attrs
        return found

    def probed(self, name: str):
        """Return a table of the probing: subgroups, slices, disagreements, directions, out_of_distribution, conformal, abstention."""
        return read_table(self.folder / "probe" / f"{name}.tsv", NAMES_OF_PARTS)

    @cached_property
    def membership(self):
        """How well it is recognised whom each final model learned from."""
        return read_table(self.folder / "privacy" / "membership.tsv")

    @cached_property
    def attributes(self):
        """How well a sensitive covariate is inferred from label and output, of members and of others."""
        return read_table(self.folder / "privacy" / "attributes.tsv", ("covariate",))

    @cached_property
    def private_training(self):
        """Score and recognition of the best network by epsilon; there where privacy.epsilon is declared."""
        return read_table(self.folder / "privacy" / "private_training.tsv")

    @cached_property
    def transfer_curve(self):
        """What pretrained weights bring by the number of training samples; there where networks of transfer compete."""
        return read_table(self.folder / "transfer" / "curve.tsv")

    @cached_property
    def small_cells(self):
        """How many categories of each column are shared by few units."""
        return read_table(self.folder / "privacy" / "cells.tsv")

    @property
    def planned_comparison(self):
        """The comparison that the verdict is about, combined over repeats."""
        return only(self.evaluated("combined_comparisons"), family="verdict").iloc[0]

    @cached_property
    def opening(self) -> dict:
        """What the test ledger says: how often the test part was opened and what changed between."""
        return read_json(self.folder / "evaluation" / "opening.json")

    @cached_property
    def changes_of_judging(self) -> list[dict]:
        """What was changed of checks and controls after the test part was opened: {"time", "key", "before", "after"}."""
        registered = plan.read(self.folder / "plan.jsonl")
        return plan.changes_of_judging(self.opening["first"], self.opening["judged_by"], registered)

    @cached_property
    def scorecard(self) -> dict:
        """Verdict and checks."""
        return read_json(self.folder / "report" / "scorecard.json")

    def evaluated(self, name: str):
        """Return a table of the evaluation: [combined_]metrics, [combined_]comparisons, seeds, calibration, confusion or shared_rows."""
        return read_table(self.folder / "evaluation" / f"{name}.tsv")

    def predicted(self, model: str):
        """Return what a model predicts of the test samples of the first repeat, averaged over its seeds: truth, group, score columns.

        One row per sample, in the order of a shuffle: it holds no id.
        """
        table = only(read_parquet(self.folder / "evaluation" / "predictions.parquet"), model=model, repeat=1)
        scores = [name for name in table if name == "score" or name.startswith("score_")]
        table = (
            table.groupby("sample", sort=False).agg({"truth": "first"} | dict.fromkeys(scores, "mean")).reset_index()
        )
        table = table.merge(self.samples[["sample", "group"]], on="sample").drop(columns="sample")
        return table.sample(frac=1, random_state=0).reset_index(drop=True)

    def histories(self, network: str):
        """Return the training histories of the final networks."""
        return read_parquet(self.folder / "network" / network / "histories.parquet")

    def trials(self, model: str):
        """Return the table of trials of a model."""
        stage = "network" if model in self.config["models"]["networks"] else "baseline"
        return read_table(self.folder / stage / model / "trials.tsv")

    @cached_property
    def budget(self):
        """What each search was given and consumed."""
        return read_table(self.folder / "budget.tsv")
