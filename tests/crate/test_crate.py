"""The crate of the example study: complete, true to the files, free of data rows, and valid by its profiles."""

import json
import shutil
import subprocess
import sys
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest
from conftest import ROOT

from tentips.artifacts import sha256
from tentips.release import crate
from tentips.results import Results

pytestmark = pytest.mark.slow
HERE = Path(__file__).parent
PROFILES = [
    "ro-crate-1.1",
    "workflow-ro-crate-1.0",
    "process-run-crate-0.5",
    "workflow-run-crate-0.5",
    "provenance-run-crate-0.5",
]


def graph_of(folder: Path) -> dict[str, dict]:
    return {entity["@id"]: entity for entity in json.loads((folder / "ro-crate-metadata.json").read_text())["@graph"]}


def of_type(graph, kind):
    return [entity for entity in graph.values() if kind in (entity["@type"], *entity["@type"])]


def as_list(value):
    return value if isinstance(value, list) else [value]


@pytest.fixture(scope="module")
def written(study) -> Path:
    return study / "results/crate"


@pytest.fixture(scope="module")
def graph(written):
    return graph_of(written)


def test_every_rule_and_every_job_is_there_with_its_times(study, graph):
    ran = {path.name for path in (study / "results/benchmarks").iterdir()} - {"crate"}
    assert {step["name"] for step in of_type(graph, "HowToStep")} == ran
    assert {"data", "split", "baseline", "network", "evaluate", "report"} < ran
    records = {path.relative_to(study / "results/logs") for path in (study / "results/logs").rglob("*.json")}
    jobs = {path.with_suffix("").as_posix() for path in records} - {"crate/crate"}
    actions = {action["name"]: action for action in of_type(graph, "CreateAction")}
    assert set(actions) - jobs == {"Run of tentips: Can a penguin's sex be told from its measurements?"}
    assert jobs < set(actions) and {"baseline/svm", "network/mlp", "control/baseline"} < jobs
    assert all(action["startTime"] <= action["endTime"] for action in actions.values())
    for name in jobs:
        told = json.loads((study / f"results/logs/{name}.json").read_text())
        made = [graph[each["@id"]]["name"] for each in as_list(actions[name]["result"])]
        assert made == told["outputs"]
        assert [graph[each["@id"]]["name"] for each in as_list(actions[name]["object"])] == told["inputs"]


def test_checksums_are_those_of_the_files(study, written, graph):
    described = [entity for entity in of_type(graph, "File") if "sha256" in entity]
    assert len(described) > 100
    for entity in described:
        copied = not entity["@id"].startswith("ni:")
        name = entity["@id"] if copied else entity["name"]
        assert sha256(study / name if (study / name).exists() else ROOT / name) == entity["sha256"], name
        assert not copied or sha256(written / name) == entity["sha256"]


def test_sources_have_version_licence_and_citation(graph):
    (features,) = [entity for entity in of_type(graph, "File") if entity["name"] == "resources/penguins/features.csv"]
    assert features["version"] == "palmerpenguins 0.1.6"
    assert features["license"] == {"@id": "https://spdx.org/licenses/CC0-1.0"}
    assert features["citation"] == {"@id": "https://doi.org/10.1371/journal.pone.0090081"}
    assert features["description"].startswith("344 rows and 7 columns; obtained 20")


def test_scripts_name_the_packages_that_their_jobs_imported(graph):
    def needs(rule):
        script = graph[f"workflow/scripts/{rule}.py"]
        return {each["@id"] for each in script["softwareRequirements"]}

    assert f"pkg:pypi/tensorflow@{version('tensorflow')}" in needs("network")
    assert f"pkg:pypi/scikit-learn@{version('scikit-learn')}" in needs("baseline")
    assert not any("tensorflow" in package for package in needs("baseline") | needs("data"))
    assert graph["#organize"]["instrument"] == {"@id": f"pkg:pypi/snakemake@{version('snakemake')}"}
    values = {each["name"]: each["value"] for each in of_type(graph, "PropertyValue")}
    assert (values["tuning.trials"], values["data.label"]) == (3, "sex")


def test_no_row_of_the_data_and_no_path_of_the_machine_travels(study, written):
    samples = pd.read_parquet(study / "results/data/samples.parquet")["sample"]
    copied = [path for path in written.rglob("*") if path.is_file()]
    assert {"report.html", "scorecard.json", "provenance.json", "config.yaml", "datasheet.md"} <= {
        path.name for path in copied
    }
    for path in [*copied, study / "results/report/report.html", study / "results/report/datasheet.md"]:
        text = path.read_text(encoding="utf-8")
        assert not [name for name in samples if name in text], path
        assert not [folder for folder in (study, ROOT, Path.home()) if f"{folder}/" in text], path


@pytest.mark.parametrize("sensitive", [True, None])
def test_pages_of_data_that_may_be_sensitive_are_named_but_stay(study, tmp_path, monkeypatch, sensitive):
    monkeypatch.chdir(study)
    results = Results("results")
    results.config["study"]["sensitive"] = sensitive
    crate.write(results, tmp_path / "crate", "9")
    graph = graph_of(tmp_path / "crate")
    (page,) = [entity for entity in of_type(graph, "File") if entity["name"] == "results/report/report.html"]
    assert page["@id"].startswith("ni:///sha-256;") and page["sha256"] == sha256("results/report/report.html")
    assert not list((tmp_path / "crate").rglob("*.html")) and not list((tmp_path / "crate").rglob("*.tsv"))
    assert (tmp_path / "crate/results/report/scorecard.json").exists()
    assert "not copied" in graph["./"]["description"]


@pytest.fixture
def awkward(study, tmp_path, monkeypatch):
    """The crate of a study whose features and licence have names that no identifier may have."""
    monkeypatch.chdir(study)
    results = Results("results")
    results.config["data"]["expected_directions"] = {"Body Mass (g) #1 ü": "increases"}
    for source in results.provenance["sources"]:
        source |= {"licence": "Ask <us> first, please", "citation": "Unpublished & new", "version": None}
    crate.write(results, tmp_path / "awkward", "9+local")
    return tmp_path / "awkward"


def test_names_with_spaces_and_other_letters_do_not_spoil_the_crate(validator, awkward):
    values = {each["name"]: each["value"] for each in of_type(graph_of(awkward), "PropertyValue")}
    assert values["data.expected_directions.Body Mass (g) #1 ü"] == "increases"
    assert lacking(validator, awkward, PROFILES[-1:]) == {PROFILES[-1]: []}


def test_a_crate_is_replaced_as_a_whole_or_not_at_all(study, tmp_path, monkeypatch):
    monkeypatch.chdir(study)
    old = tmp_path / "crate/old.txt"
    old.parent.mkdir()
    old.write_text("old")
    with pytest.raises(AttributeError):
        crate.write(SimpleNamespace(config={}), old.parent, "9")
    assert old.exists()
    crate.write(Results("results"), old.parent, "9")
    assert not old.exists() and [path.name for path in tmp_path.iterdir()] == ["crate"]


@pytest.fixture(scope="module")
def validator(tmp_path_factory):
    """Python of an environment with roc-validator, which cannot stand beside Snakemake: they want different versions of rich."""
    folder = tmp_path_factory.mktemp("validator")
    uv = shutil.which("uv", path=Path(sys.executable).parent) or shutil.which("uv")
    assert uv, "make test installs uv into .venv"
    python = folder / "bin/python"
    requirements = HERE / "requirements.txt"
    subprocess.run([uv, "venv", "-q", "--allow-existing", "--python", sys.executable, folder], check=True)
    command = [uv, "pip", "install", "-q", "--python", python, "--require-hashes", "-r", requirements]
    subprocess.run(command, check=True)
    return python


def lacking(validator, folder, profiles=tuple(PROFILES)) -> dict[str, list[str]]:
    """What each profile requires and the crate lacks; a profile asks for what those before it ask, too."""
    context = files("rocrate") / "data/ro-crate.jsonld"
    command = [validator, HERE / "validate.py", folder, context, *profiles]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout.splitlines()[-1])


def test_the_crate_conforms_to_its_profiles(validator, written, tmp_path):
    # The validator cannot read folders with a space in their name.
    shutil.copytree(written, tmp_path / "crate")
    assert lacking(validator, tmp_path / "crate") == {profile: [] for profile in PROFILES}


def test_the_validator_sees_what_is_missing(validator, written, tmp_path):
    shutil.copytree(written, tmp_path / "crate")
    path = tmp_path / "crate/ro-crate-metadata.json"
    told = json.loads(path.read_text())
    for entity in told["@graph"]:
        if entity["@type"] == "OrganizeAction":
            del entity["instrument"]
        if entity["@id"] == "#run":
            del entity["instrument"]
    path.write_text(json.dumps(told))
    found = lacking(validator, tmp_path / "crate", PROFILES[-1:])[PROFILES[-1]]
    assert any("CreateAction" in each and "mainEntity" in each for each in found)
    assert any("OrganizeAction must reference" in each for each in found)
