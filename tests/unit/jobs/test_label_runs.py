"""The studies of several labels are run by the command that was given, each in its own folder."""

import os

import pytest

from tentips.errors import StudyError
from tentips.jobs.label_runs import asks_for_all, command, run

GIVEN = [
    (["--cores", "2"], ["--cores", "2"]),
    (["release", "--cores", "all", "--sdm", "conda"], ["release", "--cores", "all", "--sdm", "conda"]),
    (["--directory", "study", "predict", "-n"], ["predict", "-n"]),
    (["results/labels/labels.html", "--cores", "1"], ["all", "--cores", "1"]),
    (["--directory=study", "-d", "x", "-s", "Snakefile", "--snakefile=S", "--cores", "1"], ["--cores", "1"]),
    (["--configfile", "a.yaml", "b.yaml", "--profile", "profiles/slurm"], ["--profile", "profiles/slurm"]),
]


@pytest.mark.parametrize(("given", "kept"), GIVEN)
def test_what_is_known_of_the_common_run_is_exchanged_and_the_rest_is_kept(given, kept):
    found = command(given, "labels/sex", "/w/Snakefile")
    assert found == [*kept, "--snakefile", "/w/Snakefile", "--directory", os.path.abspath("labels/sex")]


def test_files_of_a_person_are_found_from_the_folder_of_a_label():
    found = command(["predict", "--config", "predict=new.csv", "x=y", "--cores", "1"], "labels/sex", "S")
    assert found[:6] == ["predict", "--config", f"predict={os.path.abspath('new.csv')}", "x=y", "--cores", "1"]


@pytest.mark.parametrize(("keep_going", "begun"), [(False, 2), (True, 3)])
def test_a_study_that_fails_is_named_and_stops_the_others_unless_they_go_on(tmp_path, keep_going, begun):
    said = []
    commands = {"sex": ["--version"], "mass": ["--no-such-option"], "species": ["--version"]}
    assert run(commands, tmp_path, keep_going, said.append) == ["mass"]
    assert said == [f"{label} ({number} of 3 labels)" for number, label in enumerate(commands, 1)][:begun]


def test_the_page_of_all_labels_is_made_where_whole_studies_are_and_not_after_another_target():
    assert asks_for_all(set()) and asks_for_all({"all"})
    assert asks_for_all({"labels"}) and asks_for_all(["results/labels/labels.html", "all"])
    with pytest.raises(StudyError, match="made of whole studies; ask for release in a run of its own"):
        asks_for_all(["results/labels/labels.html", "release"])
    assert not asks_for_all({"release"}) and not asks_for_all(["all", "release"])
