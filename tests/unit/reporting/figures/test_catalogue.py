"""One registry of figures: what it says, what is drawn, and what Snakemake's report says of it agree."""

import re

import yaml

from tentips.checks.order import BY_ID
from tentips.imports import library_files
from tentips.paths import ROOT
from tentips.reporting.figures import catalogue, gallery
from tentips.reporting.pages import report_page
from tentips.reporting.tips import TIPS
from tentips.study.config import role_columns
from tentips.study.resolution import resolve

CAPTIONS = ROOT / "workflow/report/figures"
EXAMPLE = yaml.safe_load((ROOT / "config/config.yaml").read_text(encoding="utf-8"))


def test_names_are_files_and_each_stands_once():
    names = [entry.name for entry in catalogue.CATALOGUE]
    assert len(names) == len(set(names))
    assert all(re.fullmatch(r"[a-z_]+", name) for name in names)


def test_every_entry_is_drawn_by_a_function_that_is_there():
    modules = {module.__name__.rpartition(".")[2]: module for module in gallery.MODULES}
    for entry in catalogue.CATALOGUE:
        module, function = entry.draw.split(".")
        assert callable(getattr(modules[module], function)), entry.name


def test_a_figure_is_drawn_for_studies_of_which_something_is_known():
    published = {"metric": "accuracy", "value": 0.8, "citation": "Nobody (1999)"}
    known = catalogue._facts(
        resolve({**EXAMPLE, "study": {**EXAMPLE["study"], "published": published}, "privacy": {"epsilon": 3}})
    )
    known |= {"regression", "sequence explained", "image explained", "images", "transfer"}
    assert {entry.of for entry in catalogue.CATALOGUE} - {None} <= known


def test_every_figure_has_a_caption_that_quotes_settings_and_no_caption_is_left_over():
    assert {path.stem for path in CAPTIONS.glob("*.rst")} == {entry.name for entry in catalogue.CATALOGUE}
    for path in CAPTIONS.glob("*.rst"):
        assert "snakemake.config" in path.read_text(encoding="utf-8"), path


def test_sections_and_checks_exist():
    for entry in catalogue.CATALOGUE:
        assert entry.section == catalogue.MODELS or entry.section in TIPS
        assert entry.check is None or entry.check in BY_ID, entry.name
        assert entry.title.endswith("?") and entry.reading.endswith(".")
    for section, tables in report_page.TABLES.items():
        assert section == catalogue.MODELS or section in TIPS
        assert all(check is None or check in BY_ID for _, check in tables)


def test_the_snakefile_reads_the_catalogue_without_any_library():
    """It is parsed in an environment that holds Snakemake alone."""
    scratch = ROOT / "workflow/scripts/report.py"
    files = [file for file in library_files(scratch) if file.stem in ("catalogue", "tips")]
    assert len(files) == 2
    for file in files:
        imported = set(re.findall(r"^(?:from|import) ([a-z_.]+)", file.read_text(encoding="utf-8"), re.MULTILINE))
        assert imported <= {"collections.abc", "dataclasses", "tentips.study.config", "tentips.reporting.tips"}


def test_figures_follow_what_the_study_declares():
    config = resolve(EXAMPLE)
    names = {entry.name for entry in catalogue.drawn_for(config)}
    assert {"roc", "precision_recall", "confusion", "left_out", "batches"} <= names
    assert not {"observed", "residuals"} & names
    bare = resolve(
        {**EXAMPLE, "data": {**EXAMPLE["data"], "batch": [], "covariates": []}, "controls": {"label_shuffles": 0}}
    )
    assert not any(role_columns(bare)[role] for role in ("batch", "site", "time", "covariates"))
    dropped = names - {entry.name for entry in catalogue.drawn_for(bare)}
    assert dropped == {"left_out", "batches", "confounders", "subgroups", "shuffles"}
    for networks, drawn in ((["transfer_scratch", "transfer_frozen"], {"transfer"}), (["transfer_scratch"], set())):
        transferred = {**config, "models": {**config["models"], "networks": networks}}
        assert {entry.name for entry in catalogue.drawn_for(transferred)} - names == drawn
    numbers = resolve({**EXAMPLE, "data": {**EXAMPLE["data"], "task": "regression", "positive": None}})
    assert {"observed", "residuals"} == {entry.name for entry in catalogue.drawn_for(numbers)} - names


def test_a_published_figure_in_another_metric_has_a_plot_of_its_own():
    def names(metric):
        known = {"metric": metric, "value": 0.8, "citation": "doi:10/x"}
        config = resolve({**EXAMPLE, "study": {**EXAMPLE["study"], "published": known}})
        return {entry.name for entry in catalogue.drawn_for(config)}

    assert names("accuracy") - names("roc_auc") == {"published"}
