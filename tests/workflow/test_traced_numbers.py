"""Every number that the report's first part, its findings and its captions print is found in the results' own tables.

A number is traced where some value of results/*.tsv, *.json, config.yaml or a table's count of rows, written with the same digits, gives
it: as it is, as a percentage, as what is left to 1, or as its size without sign.
"""

import html
import json
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml

from tentips.artifacts import read_parquet
from tentips.results import Results
from tentips.statistics.curves import RESAMPLES

pytestmark = pytest.mark.slow

NUMBER = re.compile(r"(?<![\w.\u2212/-])[+\u2212-]?\d[\d,]*(?:\.\d+)?(?:e-?\d+)?(?![\w])")
# What is no figure: years of what is cited, identifiers, dates, numbers inside names, checksums.
NO_FIGURE = re.compile(
    r"\([^()]*\b(?:19|20)\d\d[a-z]?[^()]*\)|\b(?:19|20)\d\d-\d\d-\d\d\b|\bat \d\d:\d\d UTC|\bdoi:\S+|\barXiv:\S+|\bcommit \w+|\bmethod \d+"
    r"|[\w.]*_[\w.]*|\bresults/\S+|\bF1\b|\bPC ?\d\b|\bTip \d+|\bp below 5 %|\bp-value|\b10 quick tips"
)


def numbers_in(value, found: set[float]) -> None:
    """Collect every number in plain values."""
    if isinstance(value, bool) or value is None:
        return
    if isinstance(value, (int, float)):
        if np.isfinite(value):
            found.add(float(value))
    elif isinstance(value, dict):
        for each in value.values():
            numbers_in(each, found)
    elif isinstance(value, list):
        found.add(float(len(value)))
        for each in value:
            numbers_in(each, found)


def known_numbers(results: Path) -> np.ndarray:
    """All numbers of the results but those of the report itself, with counts of rows and of levels."""
    found = {0.0, 1.0, 2.0}
    for path in results.rglob("*"):
        if "report" in path.parts or "crate" in path.parts or "logs" in path.parts or "benchmarks" in path.parts:
            continue
        if path.suffix == ".tsv":
            table = pd.read_csv(path, sep="\t")
        elif path.name in ("samples.parquet", "split.parquet", "histories.parquet"):
            table = read_parquet(path)
        elif path.suffix == ".json":
            numbers_in(json.loads(path.read_text(encoding="utf-8")), found)
            continue
        else:
            continue
        found.add(float(len(table)))
        for name in table:
            found.add(float(table[name].nunique()))
            if pd.api.types.is_numeric_dtype(table[name]):
                found.update(table[name].dropna().astype(float).tolist())
            else:
                found.update(table[name].astype(str).value_counts().astype(float).tolist())
    numbers_in(yaml.safe_load((results / "config.yaml").read_text(encoding="utf-8")), found)
    return np.array(sorted(found))


def is_traced(text: str, percent: bool, known: np.ndarray) -> bool:
    """Whether some known value, written with as many digits, is this number."""
    plain = text.replace("\u2212", "-").replace(",", "")
    value, digits = float(plain), len(plain.partition(".")[2]) if "e" not in plain else 6
    values = [known, -known, 1 - known]
    if percent:
        values = [100 * each for each in values]
    return any((np.abs(each - value) <= 0.5000001 * 10.0**-digits).any() for each in values)


def untraced(text: str, known: np.ndarray) -> list[str]:
    """The numbers of a text that no table explains, each with what is around it."""
    text = NO_FIGURE.sub(" ", html.unescape(re.sub(r"<[^>]+>", " ", text)))
    left = []
    for match in NUMBER.finditer(text):
        percent = text[match.end() :].lstrip("\u00a0 ")[:1] == "%"
        if not is_traced(match[0], percent, known):
            left.append(" ".join(text[max(0, match.start() - 50) : match.end() + 20].split()))
    return left


@pytest.fixture(scope="module")
def known(study) -> np.ndarray:
    """What the example study's tables hold, and the few numbers that a page makes of them."""
    results = study / "results"
    samples, provenance = read_parquet(results / "data/samples.parquet"), Results(results).provenance
    rarest = samples.groupby("label")["group"].nunique().min()
    return np.append(known_numbers(results), [rarest / provenance["features"], RESAMPLES])


def test_every_number_of_the_first_part_comes_from_a_table(study, known):
    page = (study / "results/report/report.html").read_text(encoding="utf-8")
    first = page[page.index('<dl class="question"') : page.index('id="scorecard"')]
    assert len(NUMBER.findall(first)) > 20
    assert untraced(first, known) == []


def test_every_number_of_the_scorecard_comes_from_a_table(study, known):
    card = json.loads((study / "results/report/scorecard.json").read_text(encoding="utf-8"))
    texts = {check["id"]: f"{check['finding']} {check['limitation'] or ''}" for check in card["checks"]}
    texts |= {"verdict": card["verdict"]["text"], "why": card["why"]}
    texts |= {finding["id"]: f"{finding['limits']} {finding['step']}" for finding in card["findings"]}
    assert {name: left for name, text in texts.items() if (left := untraced(text, known))} == {}


def test_every_number_of_a_caption_comes_from_a_table(study, known):
    figures = json.loads((study / "results/report/figures/figures.json").read_text(encoding="utf-8"))
    texts = {name: f"{figure['caption']} {figure['alt']}" for name, figure in figures.items()}
    assert {name: left for name, text in texts.items() if (left := untraced(text, known))} == {}


@pytest.mark.parametrize(
    "sentence", ["ROC AUC 0.8317 here", "a p of 0.23456", "right for 4,321 of them", "in 17.31% of"]
)
def test_a_number_that_no_table_holds_is_found(known, sentence):
    assert len(untraced(sentence, known)) == 1
