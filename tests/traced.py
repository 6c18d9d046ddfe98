"""Every number that a finished report prints is found in the results' own tables; no text of a passed check says that it failed.

A number is traced where some value of results/*.tsv, *.json, config.yaml or a table's count of rows, written with the same digits, gives
it: as it is, as a percentage, as what is left to 1, or as its size without sign. It holds for any finished study, and for the whole
report: its first part, every section with its tables and captions, and the texts of the scorecard.
"""

import html
import json
import re
from pathlib import Path

import numpy as np
import pandas as pd
import yaml

from tentips.artifacts import read_parquet
from tentips.jobs import energy
from tentips.reporting.pages import energy_section
from tentips.reporting.pages.report_page import Report
from tentips.results import Results
from tentips.statistics.curves import RESAMPLES

NUMBER = re.compile(r"(?<![\w.\u2212/-])[+\u2212-]?\d[\d,]*(?:\.\d+)?(?:e-?\d+)?(?![\w])")
# What is no figure: years of what is cited, identifiers, dates, numbers inside names, checksums.
NO_FIGURE = re.compile(
    r"\([^()]*\b(?:19|20)\d\d[a-z]?[^()]*\)|\b(?:19|20)\d\d-\d\d-\d\d\b|\bat \d\d:\d\d UTC|\bdoi:\S+|\barXiv:\S+|\bcommit \w+|\bmethod \d+"
    r"|[\w.]*_[\w.]*|\bresults/\S+|\bF1\b|\bPC ?\d\b|\b(?:Tip|Figure) \d+|\bp below 5 %|\bp-value|\b10 quick tips|\bnumbers 1\.1 to 4\.5\b|\b[0-9a-f]{10}\b"
    r"|\b\d+\.\d+\.\d+\b|\b\d\d:\d\d:\d\d\b|\bet al\. \d{4}"
)
SEVERAL = re.compile(r"(?<![\w.,:/\u2013\u2212-])1 (?!passes|warns|fails|misses|changes)[a-z]{3,}[^s\W]s\b")
# The number of a checklist's item, before its text.
ITEM = re.compile(r"(?<=>)\d+(?:\.\d+|[a-z])?(?= |<)")


def numbers_in(value, found: set[float]) -> None:
    """Collect every number in plain values."""
    if isinstance(value, bool) or value is None:
        return
    if isinstance(value, (int, float)):
        if np.isfinite(value):
            found.add(float(value))
    elif isinstance(value, dict):
        for name, each in value.items():
            if name != "findings":  # sentences that are to be traced themselves
                numbers_in(each, found)
    elif isinstance(value, list):
        found.add(float(len(value)))
        for each in value:
            numbers_in(each, found)
    elif isinstance(value, str) and len(value) < 400:
        found.update(float(each[0].replace(",", "").lstrip("+\u2212")) for each in NUMBER.finditer(value))


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
                numbers_in(table[name].dropna().astype(str).unique().tolist(), found)
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
    text = ITEM.sub(" ", re.sub(r"(?s)<svg\b.*?</svg>", " ", text))
    text = NO_FIGURE.sub(" ", html.unescape(re.sub(r"<[^>]+>", " ", text)))
    left, told = [], {}
    for match in NUMBER.finditer(text):
        percent = text[match.end() :].lstrip("\u00a0 ")[:1] == "%"
        number = match[0], percent
        if number not in told:
            told[number] = is_traced(*number, known)
        if not told[number]:
            left.append(" ".join(text[max(0, match.start() - 50) : match.end() + 20].split()))
    return left


# What only a warning or a failure says.
FAILS = re.compile(
    r"(?i)\b(fails?|failed|is not found|too few|fewer than the \d+|exceeds|contradict|missed it|will probably be missed|surely differs)\b"
)


def known_to(results: Path) -> np.ndarray:
    """What the tables of a study hold, and the few numbers that a page makes of them."""
    samples, provenance = read_parquet(results / "data/samples.parquet"), Results(results).provenance
    numeric = pd.api.types.is_numeric_dtype(samples["label"])
    groups = samples["group"].nunique() if numeric else samples.groupby("label")["group"].nunique().min()
    return np.concatenate(
        [known_numbers(results), [groups, groups / provenance["features"], RESAMPLES], made_of_tables(results)]
    )


def made_of_tables(results: Path) -> list[float]:
    """What a page computes: means over folds and shuffles, how far off probabilities are, what a confusion matrix has right, other units."""
    found = []
    for kind in ("network", "baseline"):
        for name, by in (("planted_signal", ["model", "effect"]), ("label_shuffles", ["model"])):
            path = results / f"control/{kind}/{name}.tsv"
            if path.exists() and len(table := pd.read_csv(path, sep="\t")):
                keys = [key for key in (*by, "shuffled", "labels", "shuffle", "kind") if key in table]
                for level in range(1, len(keys) + 1):
                    found += (
                        table.groupby(keys[:level])[[c for c in table.select_dtypes("number") if c not in keys]]
                        .mean()
                        .to_numpy()
                        .ravel()
                        .tolist()
                    )
    seeds = pd.read_csv(results / "evaluation/seeds.tsv", sep="\t").groupby("metric")["value"]
    found += [*seeds.mean(), *seeds.std()]
    confusion = pd.read_csv(results / "evaluation/confusion.tsv", sep="\t")
    right = confusion[confusion["truth"].astype(str) == confusion["decided"].astype(str)]
    found += right.groupby("model")["n"].sum().tolist() + confusion.groupby("model")["n"].sum().tolist()
    calibration = pd.read_csv(results / "evaluation/calibration.tsv", sep="\t")
    off = (calibration["predicted"] - calibration["observed"]).abs() * calibration["n"]
    whole = off.groupby(calibration["model"]).sum() / calibration.groupby("model")["n"].sum()
    finished = Results(results)
    found += [*labels_that_are_numbers(results), *means_over_left_out(results)]
    consumed = energy.by_stage(energy_section.jobs(finished)).select_dtypes("number")
    consumed = pd.concat([consumed, consumed.sum().to_frame().T]).to_numpy().ravel()
    sizes = [source["bytes"] for source in [*finished.provenance["sources"], *finished.provenance["pretrained"]]]
    found += [
        *consumed,
        *(60 * consumed),
        *(3600 * consumed),
        *(1000 * consumed),
        *(size / unit for size in sizes for unit in (1e3, 1e6, 1e9)),
    ]
    return [float(each) for each in [*found, *whole] if np.isfinite(each)]


def labels_that_are_numbers(results: Path) -> list[float]:
    """Mean, spread and the ends of nine tenths of a numeric label: of all samples, and of both parts of each repeat."""
    samples = read_parquet(results / "data/samples.parquet").set_index("sample")
    if not pd.api.types.is_numeric_dtype(samples["label"]):
        return []
    split = read_parquet(results / "split/split.parquet")
    parts = [samples["label"]]
    parts += [samples["label"].loc[part["sample"]] for _, part in split.groupby(["repeat", "role"], observed=True)]
    return [each for part in parts for each in (part.mean(), part.std(), *part.quantile([0.05, 0.95]))]


def means_over_left_out(results: Path) -> list[float]:
    """The mean score over the levels of a factor that were left out and over the same samples in cross-validation, by their number."""
    found = []
    for path in results.glob("control/*/left_out.tsv"):
        table = pd.read_csv(path, sep="\t").dropna(subset=["difference"])
        for _, part in table.groupby("factor"):
            found += [np.average(part[side], weights=part["n"]) for side in ("known", "unknown", "difference")]
    return found


def report_of(results: Path) -> Report:
    """The report of a finished study, whether its page was rendered or not."""
    return Report(Results(results))


def texts_of(report: Report) -> dict[str, str]:
    """The first part and the sections of the report as HTML without drawings, the texts of the scorecard, and alternatives of figures."""
    results = report.results.folder
    card = json.loads((results / "report/scorecard.json").read_text(encoding="utf-8"))
    texts = {check["id"]: f"{check['finding']} {check['limitation'] or ''}" for check in card["checks"]}
    texts |= {"verdict": card["verdict"]["text"], "why": card["why"], "first part": report.top}
    texts |= {f"finding {each['id']}": f"{each['limits']} {each['step']}" for each in card["findings"]}
    figures = json.loads((results / "report/figures/figures.json").read_text(encoding="utf-8"))
    texts |= {f"figure {name}": f"{figure['caption']} {figure['alt']}" for name, figure in figures.items()}
    return texts | {f"section {name}": content for name, content in report.sections.items()}


def untraced_of(report: Report) -> dict[str, list[str]]:
    """The numbers of a finished report that no table explains, by the text that prints them."""
    known = known_to(report.results.folder)
    return {name: left for name, text in texts_of(report).items() if (left := untraced(text, known))}


def passed_but_failing(results: Path) -> dict[str, str]:
    """The findings of passed checks that say that something failed."""
    card = json.loads((results / "report/scorecard.json").read_text(encoding="utf-8"))
    return {
        each["id"]: each["finding"]
        for each in card["checks"]
        if each["status"] == "pass" and FAILS.search(each["finding"])
    }


def assert_traced(study: Path) -> None:
    """Fail where the finished study in that folder prints a number that no table holds, or a passed check says that it failed."""
    assert untraced_of(report_of(study / "results")) == {}
    assert passed_but_failing(study / "results") == {}
    assert one_of_several(report_of(study / "results")) == {}


def one_of_several(report: Report) -> dict[str, list[str]]:
    """Where a finished report counts one of something as several, "1 trials", by the text that says so."""
    found = {name: SEVERAL.findall(re.sub("<[^>]+>", " ", text)) for name, text in texts_of(report).items()}
    return {name: words for name, words in found.items() if words}
