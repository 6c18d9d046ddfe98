"""Rules, the list of files, docs/results.md and what a finished study holds name the same files."""

import re

import pytest

from tentips import result_tables
from tentips.paths import DOCS, ROOT

# Made by a rule beside the tables of its stage: pages, and what control and stack write under folders of their own.
BESIDE = {"explore.html", "design.html"}


@pytest.mark.parametrize("stage", result_tables.TABLES)
def test_a_finished_study_holds_exactly_the_files_of_the_list(study, stage):
    written = {path.name for path in (study / "results" / stage).iterdir()} - BESIDE
    assert written == {*result_tables.TABLES[stage], *result_tables.OF_SAMPLES.get(stage, ())}


@pytest.mark.parametrize("kind", ["baseline", "network"])
def test_the_controls_of_both_kinds_are_those_of_the_list(study, kind):
    written = {path.name for path in (study / "results/control" / kind).iterdir()}
    assert written == set(result_tables.CONTROLS)


@pytest.mark.parametrize("stage", result_tables.TABLES)
def test_every_file_is_documented(stage):
    text = (DOCS / "results.md").read_text(encoding="utf-8")
    rows = [line.split("|")[1] for line in text.splitlines() if line.startswith("| `")]
    documented = {name.rpartition("/")[2] for row in rows for name in re.findall(r"`([^`]+)`", row)}
    wanted = {*result_tables.TABLES[stage], *result_tables.OF_SAMPLES.get(stage, ())}
    assert wanted <= documented, wanted - documented


def test_rules_name_no_list_of_their_own():
    for rule in (ROOT / "workflow/rules").glob("*.smk"):
        text = rule.read_text(encoding="utf-8")
        for stage in ("quality", "interpret", "probe", "privacy", "evaluation"):
            own = [line for line in text.splitlines() if line.startswith(f'    "results/{stage}/')]
            assert own == [], rule
