"""The template: what a new study holds, which answers are refused, and how it keeps up with the template."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from conftest import ROOT, SMALL

TEMPLATE = ROOT / "{{cookiecutter.study_slug}}"
ANSWERS = {"study_title": 'Étude d\'un "gène"', "author": "A. Ny", "email": "a@ny.org"}
COPIED = ("workflow", "envs", "profiles", "resources/penguins")
RENDERED = {
    ".github/workflows/tests.yaml",
    ".gitignore",
    "CITATION.cff",
    "LICENSE",
    "Makefile",
    "README.md",
    "Snakefile",
    "config/README.md",
    "config/config.yaml",
    "config/datasets.tsv",
    "docs/cluster.md",
    "docs/images.md",
    "docs/own-network.md",
    "docs/results.md",
    "docs/sequences.md",
    "docs/several-labels.md",
    "docs/transfer.md",
    "docs/your-study.md",
    "pyproject.toml",
    "requirements-dev.txt",
    "requirements.txt",
    "results/.gitkeep",
    "setup.mk",
    "tests/test_study.py",
}


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """The environment of a person whose git does not know them, and who has no network."""
    folder = tmp_path_factory.mktemp("home")
    return {
        **os.environ,
        "HOME": str(folder),
        "GIT_CONFIG_GLOBAL": "/dev/null",
        "GIT_CONFIG_SYSTEM": "/dev/null",
        "http_proxy": "http://127.0.0.1:9",
        "https_proxy": "http://127.0.0.1:9",
    }


def run(command: list[str], folder: Path, environment: dict) -> subprocess.CompletedProcess:
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)


def tool(name: str, *arguments: str) -> list[str]:
    module = {"cookiecutter": "cookiecutter", "cruft": "cruft"}[name]
    return [sys.executable, "-m", module, *arguments]


def generate(folder: Path, environment: dict, **answers) -> subprocess.CompletedProcess:
    told = [f"{key}={value}" for key, value in {**ANSWERS, **answers}.items()]
    return run(tool("cookiecutter", "--no-input", str(ROOT), *told), folder, environment)


@pytest.fixture(scope="module")
def study(tmp_path_factory, home):
    """A generated study, in a folder whose path holds a space and a letter that is not ASCII."""
    folder = tmp_path_factory.mktemp("template") / "mes études"
    folder.mkdir()
    done = generate(folder, home)
    assert done.returncode == 0, done.stderr
    return folder / "etude-d-un-gene"


def tracked(folder: Path, *paths: str) -> set[str]:
    listed = subprocess.run(["git", "-C", str(folder), "ls-files", "-z", *paths], capture_output=True, text=True)
    return set(filter(None, listed.stdout.split("\0")))


def test_a_study_holds_exactly_the_files_it_needs(study):
    shared = set().union(*(tracked(ROOT, path) for path in COPIED))
    assert len(shared) > 100
    assert tracked(study) == shared | RENDERED
    assert not [path for path in study.rglob("*") if path.is_symlink()]
    for path in shared | {"Snakefile", "setup.mk", "requirements.txt", "config/README.md"}:
        assert (study / path).read_bytes() == (ROOT / path).read_bytes(), path


def test_what_a_study_does_not_have_is_said_to_be_in_the_template(study):
    for page in (*study.glob("docs/*.md"), study / "README.md"):
        text = " ".join(page.read_text(encoding="utf-8").replace("results/benchmarks", "").split())
        for number, piece in enumerate(text.split("benchmarks/")[1:]):
            assert "the template" in piece[:70], f"{page.name}, mention {number + 1}"


def test_the_walk_commits_before_anything_runs(study):
    """A job that runs on files that are not committed is told of in every later report."""
    walk = (study / "docs/your-study.md").read_text(encoding="utf-8").split("## 3.")[1]
    runs = [walk.index(command) for command in (".venv/bin/snakemake design", "\n.venv/bin/snakemake\n")]
    commits = [place for place in range(len(walk)) if walk.startswith("git commit", place)]
    assert commits[0] < runs[0] < commits[1] < runs[1] < commits[2]


def test_every_link_of_the_template_is_copied_without_being_rendered():
    """Jinja's braces are Snakemake's, too."""
    kept = json.loads((ROOT / "cookiecutter.json").read_text())["_copy_without_render"]
    links = [path.relative_to(TEMPLATE) for path in TEMPLATE.rglob("*") if path.is_symlink()]
    assert len(links) >= 10
    for link in links:
        assert any(str(link) == each or each in map(str, link.parents) for each in kept), link


def test_the_first_commit_is_the_template_and_nothing_is_left_over(study, home):
    log = run(["git", "log", "--format=%an|%ae|%s"], study, home).stdout.splitlines()
    assert log == ["A. Ny|a@ny.org|Begin from the tentips template"]
    assert run(["git", "status", "--porcelain"], study, home).stdout == ""


def test_answers_stand_in_readme_and_config_as_they_were_given(study):
    config = yaml.safe_load((study / "config/config.yaml").read_text(encoding="utf-8"))
    assert config["study"]["title"] == ANSWERS["study_title"]
    assert (study / "README.md").read_text(encoding="utf-8").startswith(f"# {ANSWERS['study_title']}\n")
    assert yaml.safe_load((study / "CITATION.cff").read_text(encoding="utf-8"))["authors"] == [{"name": "A. Ny"}]


@pytest.mark.parametrize(
    "answer, said",
    [
        ({"study_slug": "my study"}, "study_slug is 'my study'; it names a folder: begin with a letter"),
        ({"study_slug": "../x"}, "study_slug is '../x'; it names a folder"),
        ({"study_title": " ", "study_slug": "x"}, "study_title is empty; the report needs it."),
        ({"question": "", "study_slug": "x"}, "question is empty"),
        ({"email": "nobody", "study_slug": "x"}, "email is 'nobody', which is no e-mail address"),
    ],
)
def test_answers_that_would_not_work_are_refused_with_a_reason(tmp_path, home, answer, said):
    done = generate(tmp_path, home, **answer)
    assert done.returncode != 0
    assert said in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_an_existing_folder_is_left_alone(study, home):
    before = (study / "README.md").stat().st_mtime_ns
    done = generate(study.parent, home)
    assert done.returncode != 0 and "already exists" in done.stdout + done.stderr
    assert (study / "README.md").stat().st_mtime_ns == before


def stand_in(folder: Path) -> None:
    """The installed packages of this environment in place of a second installation in .venv."""
    (folder / ".venv/bin").mkdir(parents=True)
    for name, module in (("snakemake", "-m snakemake"), ("python", "")):
        (folder / ".venv/bin" / name).write_text(f'#!/bin/sh\nexec "{sys.executable}" {module} "$@"\n')
        (folder / ".venv/bin" / name).chmod(0o755)
    for mark in ("uv", "study", "dev"):
        (folder / ".venv" / mark).touch()


@pytest.fixture(scope="module")
def repository(tmp_path_factory):
    """A clone of this repository with what is not committed yet, as somebody would reach it."""
    folder = tmp_path_factory.mktemp("repository") / "tentips"
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(folder)], check=True)
    changed = subprocess.run(["git", "-C", str(ROOT), "diff", "--binary", "HEAD"], check=True, capture_output=True)
    if changed.stdout:
        subprocess.run(["git", "-C", str(folder), "apply"], input=changed.stdout, check=True)
        commit(folder, "what is not committed yet")
    return folder


def commit(folder: Path, message: str) -> None:
    for command in (["add", "--all"], ["-c", "user.name=t", "-c", "user.email=t@t.org", "commit", "-qm", message]):
        subprocess.run(["git", "-C", str(folder), *command], check=True)


@pytest.mark.slow
def test_cruft_brings_a_later_change_in_and_leaves_config_and_resources_alone(tmp_path, repository, home):
    told = json.dumps({"study_title": "Mine"})
    done = run(tool("cruft", "create", str(repository), "--no-input", "--extra-context", told), tmp_path, home)
    assert done.returncode == 0, done.stdout + done.stderr
    study = tmp_path / "mine"
    commit(study, "where the template is")
    assert run(tool("cruft", "check"), study, home).returncode == 0
    config, data = study / "config/config.yaml", study / "resources/penguins/samples.tsv"
    config.write_text(config.read_text().replace("sensitive: false", "sensitive: true"))
    data.write_text(data.read_text() + "\n")
    commit(study, "mine")
    rule = repository / "workflow/rules/stack.smk"
    rule.write_text("# A later change.\n" + rule.read_text())
    default = repository / "{{cookiecutter.study_slug}}/config/config.yaml"
    default.write_text(default.read_text().replace("sensitive: false", "sensitive: false  # or true"))
    commit(repository, "a later change")
    assert run(tool("cruft", "check"), study, home).returncode == 1
    done = run(tool("cruft", "update", "--skip-apply-ask"), study, home)
    assert done.returncode == 0, done.stdout + done.stderr
    assert (study / "workflow/rules/stack.smk").read_text().startswith("# A later change.\n")
    assert "sensitive: true" in config.read_text() and data.read_text().endswith("\n\n")
    assert run(tool("cruft", "check"), study, home).returncode == 0


def blocks(text: str) -> list[tuple[str, str, str]]:
    """The fenced blocks of a document: language, the file named on the line before, content."""
    found = re.findall(r"(?:^`([^`\n]+)`\n\n)?^```(\w+)\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    return [(language, file, content) for file, language, content in found]


def shortened(content: str) -> str:
    """The config as the document has it, with fewer trainings where it leaves their number open."""
    written = yaml.safe_load(content)
    brief = {**SMALL, "privacy": {"enabled": False}, "interpretation": {"enabled": False}}
    return yaml.safe_dump({**written, **{section: {**brief[section], **written.get(section, {})} for section in brief}})


@pytest.mark.slow
def test_the_walk_to_a_study_of_ones_own_works_as_it_is_written(tmp_path, repository, home):
    """Every command of docs/your-study.md in its order; files are written where the document shows their content."""
    folder = tmp_path
    environment = {**home, "PATH": os.pathsep.join([str(Path(sys.executable).parent), home["PATH"]])}
    environment |= {"GIT_AUTHOR_NAME": "t", "GIT_AUTHOR_EMAIL": "t@t.org"}
    environment |= {"GIT_COMMITTER_NAME": "t", "GIT_COMMITTER_EMAIL": "t@t.org"}
    commands = 0
    for language, file, content in blocks((ROOT / "docs/your-study.md").read_text(encoding="utf-8")):
        if language == "tsv":
            (folder / file).write_text(content, encoding="utf-8")
            continue
        if language == "yaml":
            (folder / file).write_text(shortened(content), encoding="utf-8")
            continue
        for command in content.strip().splitlines():
            commands += 1
            if command == "pip install cruft":  # it is among the locked requirements of development
                continue
            if command.startswith("cd "):
                folder = folder / command.removeprefix("cd ")
                stand_in(folder)
                continue
            command = command.replace("create REPOSITORY", f"create '{repository}' --no-input")
            done = subprocess.run(
                command, shell=True, cwd=folder, env=environment, capture_output=True, text=True, timeout=900
            )
            assert done.returncode == 0, f"{command}\n{done.stdout[-3000:]}{done.stderr[-3000:]}"
    assert commands >= 13
    config = yaml.safe_load((folder / "results/config.yaml").read_text())
    assert config["study"]["title"] == "Can cases be told from controls?"
    assert (folder / "results/report/report.html").stat().st_size > 100_000
    assert (folder / "results/design/design.html").exists()
    assert len((folder / "resources/test-ledger.jsonl").read_text().splitlines()) == 1
    assert shutil.which("git") and run(["git", "status", "--porcelain"], folder, home).stdout in (
        "",
        "?? .cruft.json\n",
    )
