"""Who reads the test rows, read off the whole DAG."""

import re

import pytest
from conftest import set_up_study, snakemake

AFTER = {"evaluate", "interpret", "probe", "privacy", "scorecard", "report", "crate", "all"}
WITH_TEST_ROWS = (
    "results/data/features.parquet",
    "results/data/samples.parquet",
    "results/split/test/",
    "results/split/copy/",
)


@pytest.fixture(scope="module")
def jobs(study):
    """Every job of the study: rule name, inputs and outputs."""
    printed = snakemake(study, "--dry-run", "--forceall", "--verbose").stdout
    found = []
    for block in re.split(r"\n(?=(?:local)?rule )", printed)[1:]:
        name = re.match(r"(?:local)?rule (\w+):", block)[1]
        files = {kind: re.search(rf"^ +{kind}: (.*)$", block, re.MULTILINE) for kind in ("input", "output")}
        found.append((name, *(match[1].split(", ") if match else [] for match in files.values())))
    return found


def test_all_jobs_are_found(jobs):
    assert sorted({name for name, _, _ in jobs}) == [
        "all",
        "baseline",
        "batch",
        "confounder",
        "control",
        "correct",
        "crate",
        "data",
        "design",
        "embed",
        "evaluate",
        "explore",
        "interpret",
        "network",
        "privacy",
        "probe",
        "quality",
        "report",
        "scorecard",
        "split",
        "stack",
    ]
    assert len(jobs) == 28


def test_only_evaluate_and_what_follows_reads_test_rows(jobs):
    readers = {name for name, inputs, _ in jobs if any(file.startswith(WITH_TEST_ROWS) for file in inputs)}
    assert readers == {"split", "evaluate", "interpret", "probe", "privacy", "scorecard", "report"}


def test_nothing_before_the_evaluation_depends_on_it(jobs):
    maker = {file: name for name, _, outputs in jobs for file in outputs}
    for name, inputs, _ in jobs:
        if name not in AFTER:
            assert not {maker[file] for file in inputs if file in maker} & AFTER, name


def test_the_test_part_is_opened_last(jobs):
    """A study that is interrupted in its controls has opened nothing."""
    maker = {file: name for name, _, outputs in jobs for file in outputs}
    before, waiting = set(), ["evaluate"]
    while waiting:
        rule = waiting.pop()
        made = {maker[file] for name, inputs, _ in jobs if name == rule for file in inputs if file in maker}
        waiting += made - before
        before |= made
    assert before == {"data", "split", "baseline", "network", "stack", "control", "confounder"}


def test_an_edit_of_the_pages_template_makes_every_page_anew(jobs):
    for file in ("style.css", "tables.js", "index.html.j2"):
        made = {name for name, inputs, _ in jobs if any(path.endswith(f"templates/tentips/{file}") for path in inputs)}
        assert made == {"explore", "design", "report"}, file


def test_every_rule_follows_one_name(jobs):
    from conftest import ROOT

    for name in {name for name, _, _ in jobs} - {"all"} | {"download"}:
        assert (ROOT / f"workflow/scripts/{name}.py").exists()
        assert (ROOT / f"envs/{name}.yaml").exists()


def blocks(printed):
    """The text of every job in a dry run."""
    return re.split(r"\n(?=(?:local)?rule )", printed)[1:]


def test_a_search_in_shards_waits_for_all_of_them_and_nothing_else_changes(tmp_path):
    folder = set_up_study(tmp_path / "study", tuning={"shards": 3})
    found = blocks(snakemake(folder, "--dry-run", "--verbose").stdout)
    names = [re.match(r"(?:local)?rule (\w+):", block)[1] for block in found]
    assert len(names) == 31 and names.count("shard") == 3
    network = found[names.index("network")]
    assert all(f"results/network/mlp/shards/{shard}_of_3.json" in network for shard in (1, 2, 3))


def test_only_jobs_that_train_networks_ask_for_a_gpu_and_none_does_with_gpus_0(tmp_path):
    folder = set_up_study(tmp_path / "default")
    asking = [
        re.match(r"(?:local)?rule (\w+):", block)[1]
        for block in blocks(snakemake(folder, "--dry-run", "--verbose").stdout)
        if re.search(r"\bgpu=1\b", block)
    ]
    assert sorted(asking) == ["control", "network", "privacy"]
    folder = set_up_study(tmp_path / "study", compute={"gpus": 0}, tuning={"shards": 2})
    assert not re.search(r"\bgpu=[1-9]", snakemake(folder, "--dry-run", "--verbose").stdout)


def test_private_training_is_a_job_only_where_epsilon_is_asked_for(tmp_path):
    folder = set_up_study(tmp_path / "study", privacy={"epsilon": 3})
    printed = snakemake(folder, "--dry-run", "--verbose").stdout
    assert "rule private_training:" in printed and "results/privacy/private_training.tsv" in printed
    plain = set_up_study(tmp_path / "plain")
    assert "rule private_training:" not in snakemake(plain, "--dry-run", "--verbose").stdout
