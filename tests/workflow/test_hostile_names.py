"""Names and texts that no program should take for its own language, planted in a finished study; all pages are made of it."""

import json
import re
import shutil

import pandas as pd
import pytest
import yaml

from tentips import artifacts
from tentips.reporting.documents import datasheet, limitations, methods, model_card
from tentips.reporting.documents.checklists import applicable, dome_entry
from tentips.reporting.figures import gallery
from tentips.reporting.pages import design_page, exploration_page
from tentips.reporting.pages.report_page import Report
from tentips.results import Results
from tentips.study.config import role_columns

LEVEL = "=<script>alert(1)</script>{x}$\\nosuch$[a](javascript:b)|`%s&lt;"
FEATURE = "+<img src=x onerror=alert(1)>{0}{feature}$_{$\\frac"
LINES = "</title><script>alert(1)</script> {oops}\n# forged heading\n[a](javascript:b)"
PLANTED = {"Torgersen": LEVEL, "Flipper Length (mm)": FEATURE, "male": f"@{LEVEL}"}


def planted(value):
    """The value with each planted name in the place of a harmless one."""
    if isinstance(value, dict):
        return {planted(key): planted(entry) for key, entry in value.items()}
    if isinstance(value, list):
        return [planted(entry) for entry in value]
    if not isinstance(value, str):
        return value
    for name, hostile in PLANTED.items():
        value = re.sub(rf"(?<![A-Za-z]){re.escape(name)}(?![A-Za-z])", lambda _, hostile=hostile: hostile, value)
    return value


@pytest.fixture(scope="module")
def hostile(study, tmp_path_factory):
    """The folder of results of a study whose level, feature, class, title, question, claim and unit are hostile."""
    folder = tmp_path_factory.mktemp("hostile") / "results"
    ignored = shutil.ignore_patterns("*.keras", "*.skops", "crate", "report", "*.html", "benchmarks")
    shutil.copytree(study / "results", folder, ignore=ignored)
    (folder / "report").mkdir()
    shutil.copy(study / "results/report/scorecard.json", folder / "report")
    for file in folder.rglob("*"):
        if file.suffix == ".json":
            artifacts.write_json(planted(artifacts.read_json(file)), file)
        elif file.suffix == ".tsv":
            read = pd.read_csv(file, sep="\t", dtype=str, keep_default_na=False)
            artifacts.write_table(read.map(planted).rename(columns=planted), file)
        elif file.suffix == ".parquet":
            read = artifacts.read_parquet(file).rename(columns=planted)
            artifacts.write_parquet(read.map(planted), file)
    config = planted(yaml.safe_load((folder / "config.yaml").read_text(encoding="utf-8")))
    config["study"] |= dict.fromkeys(("title", "question", "claim", "unit"), LINES)
    (folder / "config.yaml").write_text(yaml.safe_dump(config, allow_unicode=True), encoding="utf-8")
    return folder


def harmless_html(page):
    assert "alert(1)" in page and "{x}" in page
    assert not re.search(r"<script>alert|<img src=x|</title><script", page)
    assert not re.search(r"""href=["']?javascript:""", page)


def test_the_report_its_figures_and_its_documents_show_hostile_names_as_they_are(hostile):
    results = Results(hostile)
    gallery.write_all(results, hostile / "report" / "figures")
    report = Report(results)
    harmless_html(report.top + "".join(report.sections.values()))
    drawn = "".join(file.read_text(encoding="utf-8") for file in (hostile / "report").rglob("*.svg"))
    assert "alert(1)" in drawn and not re.search(r"<script>alert|<img src=x", drawn)
    for file in (hostile / "report").rglob("*.tsv"):
        for line in file.read_text(encoding="utf-8").splitlines():
            assert not re.search(r"(^|\t)[=+@][<=+@]", line), file.name


def test_markdown_holds_no_tag_link_or_heading_of_a_name(hostile):
    results = Results(hostile)
    applicable.write(results, hostile / "report" / "checklists")
    texts = [each.markdown(results) for each in (datasheet, limitations, methods, model_card)]
    texts += [file.read_text(encoding="utf-8") for file in (hostile / "report/checklists").glob("*.md")]
    assert sum("alert(1)" in text for text in texts) >= 5
    for text in texts:
        body = text.split("---\n", 2)[2] if text.startswith("---\n") else text
        body = re.sub(r"(?s)```bibtex.*?```", "", body)
        assert not re.search(r"(?<!\\)<(script|img|/title)", body)
        assert not re.search(r"(?<!\\)\[a(?<!\\)\]\(javascript", body)
        assert not re.search(r"(?m)^# forged", body)
    front = yaml.safe_load(texts[3].split("---\n", 2)[1])
    assert front["pipeline_tag"] == "tabular-classification"
    assert json.dumps(dome_entry.entry(results))
    assert methods.references(results).count("@") >= 5


def test_exploration_and_design_show_hostile_names_as_they_are(hostile):
    results = Results(hostile)
    tables, roles, label = results.exploration, role_columns(results.config), results.config["data"]["label"]
    pages = [
        exploration_page.searchable(tables, roles, label, False),
        exploration_page.embeddings(tables, roles, label, False),
    ]
    pages += [getattr(exploration_page, name)(tables) for name in ("balance", "missingness", "association", "variance", "batch", "mixing", "differing", "correction")]  # fmt: skip
    pages += [exploration_page.drift(tables, roles)]
    described = results.design
    pages += [design_page.power(results.power, described), design_page.comparison(results.comparison_power, described)]
    pages += [getattr(design_page, name)(described) for name in ("question", "findings", "parts", "classes", "batches")]
    harmless_html("".join(pages))
