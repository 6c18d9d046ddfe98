"""What is said twice agrees: lock and envs, schema and documentation, README and what can be run."""

import ast
import importlib.util
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from conftest import ROOT, snakemake
from PIL import Image

from tentips.imports import imported_names, library_files
from tentips.statistics.metric_names import METRICS
from tentips.study.resolution import resolve, schema

SCRIPTS = ROOT / "workflow" / "scripts"
STEPS = sorted(path.stem for path in SCRIPTS.glob("*.py"))
DISTRIBUTIONS = {
    "sklearn": "scikit-learn",
    "yaml": "pyyaml",
    "skimage": "scikit-image",
    "PIL": "pillow",
    "umap": "umap-learn",
    "keras_tuner": "keras-tuner",
    "matplotlib": "matplotlib-base",
}
NOT_DECLARED = {"tentips", "__future__"} | sys.stdlib_module_names
ONLY_WITH_JAX = {"jax"}  # an alternative backend, imported where compute.backend asks for it
BROUGHT_ALONG = {"traitlets", "nbformat", "IPython", "h5py"}  # by papermill, nbconvert, ipykernel and keras


def module(path: Path):
    spec = importlib.util.spec_from_file_location(path.stem, path)
    loaded = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loaded)
    return loaded


def test_config_readme_is_what_the_schema_says():
    assert (ROOT / "config/README.md").read_text(encoding="utf-8") == module(
        ROOT / "workflow/schemas/document.py"
    ).document(), "run make docs"


def test_the_rule_graph_is_what_snakemake_says():
    drawn = module(ROOT / "workflow/rules/document.py")
    assert drawn.TARGET.read_text(encoding="utf-8") == drawn.document(), "run make docs"


def test_links_between_documents_lead_to_files():
    for page in [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]:
        for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_simulate_is_documented_as_its_arguments_say():
    from dataclasses import fields

    from tentips.simulate.document import TARGET, document
    from tentips.simulate.study_design import Design

    assert TARGET.read_text(encoding="utf-8") == document(), "run make docs"
    assert all(item.metadata["unit"] and item.metadata["meaning"] for item in fields(Design))


def test_every_key_has_a_description_and_every_optional_one_a_default():
    for name, section in schema()["properties"].items():
        for key, rule in section["properties"].items():
            assert rule.get("description"), f"{name}.{key}"
            assert ("default" in rule) != (key in section.get("required", [])), f"{name}.{key}"


def test_schema_and_library_know_the_same_metrics():
    assert {name for names in METRICS.values() for name in names} == set(schema()["$defs"]["metric"]["enum"])


@pytest.mark.parametrize("folder", [ROOT, ROOT / "examples/cells", ROOT / "examples/splice", ROOT / "examples/blood"])
def test_example_configs_are_valid(folder):
    resolve(yaml.safe_load((folder / "config/config.yaml").read_text(encoding="utf-8")))


def test_every_key_of_the_contract_is_in_the_schema():
    contract = {
        "study": "title question claim unit design sensitive published",
        "data": "modality features samples id orientation feature_columns task label positive group batch site time covariates expected_directions",
        "split": "strategy column test_fraction folds repeats",
        "preprocess": "transform impute scale select batch_correction",
        "models": "baselines networks custom pretrained",
        "tuning": "trials tuner epochs patience seeds minutes",
        "controls": "label_shuffles planted_signal learning_curve",
        "evaluation": "metric confidence bootstrap",
        "compute": "backend precision deterministic gpus",
    }
    for section, keys in contract.items():
        assert set(keys.split()) <= set(schema()["properties"][section]["properties"]), section


@pytest.mark.parametrize("step", STEPS)
def test_env_pins_what_the_lock_pins(step):
    pin = module(ROOT / "envs/pin.py")
    text = (ROOT / f"envs/{step}.yaml").read_text(encoding="utf-8")
    assert text == pin.environment(step), "run python envs/pin.py"
    assert all(re.fullmatch(r"[a-z0-9-]+=\d[\w.]*", each) for each in yaml.safe_load(text)["dependencies"])


@pytest.mark.parametrize("step", STEPS)
def test_env_declares_every_import_of_its_script(step):
    declared = {each.split("=")[0] for each in yaml.safe_load((ROOT / f"envs/{step}.yaml").read_text())["dependencies"]}
    notebook = ROOT / f"workflow/notebooks/{step}.ipynb"
    notebooks = [notebook] if notebook.exists() else []
    files = [SCRIPTS / f"{step}.py", *notebooks, *library_files(SCRIPTS / f"{step}.py", *notebooks)]
    needed = (
        {name.split(".")[0] for file in files for name in imported_names(file)}
        - NOT_DECLARED
        - ONLY_WITH_JAX
        - BROUGHT_ALONG
    )
    lacking = {DISTRIBUTIONS.get(name, name) for name in needed} - declared
    # What the closure imports only inside functions that this step never calls.
    unused = UNUSED.get(step, set()) | (set() if step in COMPARING else {"rapidfuzz"})
    assert lacking <= unused, f"envs/{step}.yaml lacks {lacking - unused}"


COMPARING = ("data", "split", "quality")  # the steps that compare sequences with one another
UNUSED = {
    "predict": {"anndata"},
    "release": {"anndata", "keras-tuner", "threadpoolctl"},
    "update": {"anndata", "keras-tuner", "threadpoolctl"},
    "download": {"pandas"},
    "report": {"keras", "tensorflow", "altair", "scikit-image"},
    "explore": {"keras"},
    "scorecard": {"keras", "scikit-image"},
    "labels": {"keras", "scikit-image"},
    "design": {"keras"},
}


def test_every_script_tells_its_record_what_it_reads_and_writes():
    call = "with logged(snakemake.log[0], snakemake.threads, snakemake.input, snakemake.output):"
    for step in STEPS:
        assert call in (SCRIPTS / f"{step}.py").read_text(encoding="utf-8"), step


def test_scripts_are_thin():
    for step in STEPS:
        assert len((SCRIPTS / f"{step}.py").read_text(encoding="utf-8").splitlines()) <= 60, step


def test_light_rules_import_no_heavy_library():
    heavy = {"tensorflow", "keras", "keras_tuner", "umap"}
    for step in ("data", "split", "baseline", "report"):
        for file in library_files(SCRIPTS / f"{step}.py"):
            top = [
                node
                for node in ast.parse(file.read_text(encoding="utf-8")).body
                if isinstance(node, (ast.Import, ast.ImportFrom))
            ]
            names = {
                name.split(".")[0]
                for node in top
                for name in (
                    [node.module] if isinstance(node, ast.ImportFrom) else [alias.name for alias in node.names]
                )
            }
            assert not names & heavy, file


def test_no_address_of_a_registry_is_locked():
    for name in ("requirements.txt", "requirements-dev.txt", "tests/crate/requirements.txt"):
        text = (ROOT / name).read_text(encoding="utf-8")
        assert "://" not in text and "index-url" not in text
        assert all("--hash=sha256:" in block for block in re.split(r"\n(?=\S)", text.strip()))


def commands() -> list[str]:
    """The commands of README.md, without comments."""
    blocks = re.findall(r"```bash\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    return [line.split("#")[0].strip() for block in blocks for line in block.splitlines() if line.strip()]


def test_readme_commands_are_those_that_are_tested():
    assert commands() == [
        "git clone REPOSITORY tentips && cd tentips",
        "make study",
        "pip install cruft",
        "cruft create REPOSITORY",
        ".venv/bin/snakemake inspect --config table=FILE",
        ".venv/bin/snakemake design",
        ".venv/bin/snakemake",
        ".venv/bin/snakemake --profile profiles/slurm",
        ".venv/bin/snakemake --sdm conda",
        ".venv/bin/snakemake --dry-run",
        ".venv/bin/snakemake status",
        ".venv/bin/snakemake --verbose",
        ".venv/bin/snakemake --report results/report.zip",
        ".venv/bin/snakemake predict --config predict=FILE",
        ".venv/bin/snakemake update --config new=FILE",
        ".venv/bin/snakemake release",
        "make test",
        "make gauntlet",
    ]


@pytest.fixture(scope="module")
def fresh_clone(tmp_path_factory) -> Path:
    """`git clone` and `make study`, with the installed packages of this environment in place of a second installation."""
    clone = tmp_path_factory.mktemp("fresh") / "tentips"
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True)
    changed = subprocess.run(
        ["git", "-C", str(ROOT), "diff", "--binary", "HEAD"], check=True, capture_output=True
    ).stdout
    if changed:
        subprocess.run(["git", "-C", str(clone), "apply"], input=changed, check=True)
    stand_in = clone / ".venv/bin"
    stand_in.mkdir(parents=True)
    (stand_in / "snakemake").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m snakemake "$@"\n')
    (stand_in / "snakemake").chmod(0o755)
    for mark in ("uv", "study"):
        (clone / ".venv" / mark).touch()
    done = subprocess.run(["make", "study", "CORES=2"], cwd=clone, capture_output=True, text=True, timeout=1100)
    assert done.returncode == 0, done.stderr[-3000:]
    return clone


@pytest.mark.slow
def test_a_fresh_clone_makes_the_study(fresh_clone):
    assert (fresh_clone / "results/report/report.html").exists()
    command = ["git", "-C", str(fresh_clone), "status", "--porcelain", "results", "resources"]
    new = subprocess.run(command, capture_output=True, text=True).stdout
    assert new == "?? resources/test-ledger.jsonl\n?? resources/test-ledger.seal\n"


@pytest.mark.slow
def test_the_picture_in_the_readme_says_what_the_example_says(fresh_clone):
    """Word for word; scores may differ by .02 and counts by two, as processors differ in the last digits of a training."""
    pictured = Image.open(ROOT / "docs/report.png").info["Description"]
    found = module(ROOT / "docs/screenshot.py").sentences(fresh_clone / "results/report/report.html")
    number = re.compile(r"[+\u2212]?\d+(?:\.\d+)?")
    assert number.sub("#", pictured) == number.sub("#", found), "the picture is stale: make study picture"
    before, now = ([float(n.replace("\u2212", "-")) for n in number.findall(text)] for text in (pictured, found))
    assert len(before) > 8
    for old, new in zip(before, now, strict=True):
        assert abs(old - new) <= (2 if float(old).is_integer() else 0.02), "the picture is stale: make study picture"


@pytest.mark.slow
def test_looking_before_training_trains_nothing(study):
    done = snakemake(study, "--dry-run", "--forceall", "--verbose", "design")
    assert {"data", "split", "embed", "batch", "correct", "explore", "quality", "design"} == set(
        re.findall(r"^(?:local)?rule (\w+):", done.stdout, re.MULTILINE)
    )
