"""A datasheet for the data set: the questions of Gebru et al. (2018, arXiv:1803.09010), in the paper's seven groups.

What the run and the configuration know is filled in; what only the author knows comes from study.datasheet, and what is
not stated there stays open and visible.
"""

import html
from collections.abc import Callable
from dataclasses import dataclass

from tentips.errors import listed
from tentips.reporting.documents.plain_text import plain
from tentips.results import Results
from tentips.study.config import group_names, split_strategy
from tentips.wording import sample_is

REDUNDANCY_CHECKS = ("duplicates", "hidden-groups", "label-noise", "batch-separable", "label-batch", "leakage")


@dataclass(frozen=True)
class Entry:
    """One question: `answer` is what the run knows, and what the author states under `key`, or could."""

    question: str
    answer: str = ""
    key: str | None = None
    stated: str | None = None

    @property
    def answers(self) -> list[str]:
        """The paragraphs of the answer; none if nothing is known."""
        return [text for text in (self.stated, self.answer) if text]

    @property
    def gap(self) -> str | None:
        """What the author could still say."""
        return f"Not stated; add study.datasheet.{self.key}" if self.key and not self.stated else None


def entries(results: Results) -> dict[str, list[Entry]]:
    """Return the questions of each group with their answers."""
    stated = results.config["study"]["datasheet"]

    def entry(question: str, statement: str = "", key: str | None = None) -> Entry:
        return Entry(question, statement, key, stated[key] if key else None)

    return {
        **_of_the_data(results, entry),
        **_of_its_use(results, entry),
    }


def _of_the_data(results: Results, entry: Callable[..., Entry]) -> dict[str, list[Entry]]:
    """Why the data set was made, what it consists of, and how it was collected."""
    return {
        "Motivation": [
            entry("For what purpose was the dataset created?", key="purpose"),
            entry("Who created the dataset, and on behalf of which entity?", key="creators"),
            entry("Who funded the creation of the dataset?", key="funding"),
        ],
        "Composition": [
            entry("What do the instances represent?", sample_is(results.config["study"]["unit"])),
            entry("How many instances are there in total (of each type)?", _instances(results)),
            entry(
                "Does the dataset contain all possible instances, or is it a sample of a larger set? Is it representative?",
                _design(results),
                "population",
            ),
            entry("What data does each instance consist of?", _features(results)),
            entry("Is there a label or target associated with each instance?", _label(results)),
            entry("Is any information missing from individual instances?", _missing(results)),
            entry("Are relationships between individual instances made explicit?", _groups(results)),
            entry("Are there recommended data splits?", _split(results)),
            entry("Are there any errors, sources of noise, or redundancies in the dataset?", _redundancy(results)),
            entry("Is the dataset self-contained, or does it rely on external resources?", _sources(results)),
            entry(
                "Does the dataset contain data that might be considered confidential or sensitive, or that identify people or subpopulations?",
                _sensitive(results),
                "sensitive_content",
            ),
        ],
        "Collection process": [
            entry("How was the data associated with each instance acquired?", key="acquisition"),
            entry("Who was involved in the data collection, and how were they compensated?", key="collectors"),
            entry("Over what timeframe was the data collected?", key="period"),
            entry("Were any ethical review processes conducted?", key="ethics"),
            entry("Were the individuals in question notified, and did they consent?", key="consent"),
            entry("Was the data obtained directly, or via third parties?", _obtained(results)),
        ],
    }


def _of_its_use(results: Results, entry: Callable[..., Entry]) -> dict[str, list[Entry]]:
    """What was done with the data set, and who may do what with it."""
    return {
        "Preprocessing, cleaning, labelling": [
            entry("Was any preprocessing, cleaning or labelling done before this study?", key="cleaning"),
            entry("What was done in this study?", _preprocessing(results)),
            entry("Was the raw data saved, and where?", key="raw_data"),
            entry("Is the software that was used available?", _software(results)),
        ],
        "Uses": [
            entry("Has the dataset been used for any tasks already?", _published(results), "prior_uses"),
            entry("What is it used for here?", results.config["study"]["question"]),
            entry("Are there tasks for which the dataset should not be used?", key="unsuitable_uses"),
        ],
        "Distribution": [
            entry("Will the dataset be distributed to third parties, how and when?", key="distribution"),
            entry("Under which licence is it distributed?", _licences(results)),
            entry("Do third parties or regulations restrict the data?", key="restrictions"),
        ],
        "Maintenance": [
            entry("Who supports, hosts and maintains the dataset, and how can they be contacted?", key="maintainer"),
            entry(
                "Will the dataset be updated, and will older versions remain available?", _versions(results), "updates"
            ),
        ],
    }


def section(results: Results) -> str:
    """The datasheet as a section of the report."""
    groups = entries(results)
    parts = []
    for name, members in groups.items():
        rows = "".join(
            f"<tr><th scope='row'>{html.escape(each.question)}</th><td>{_html(each)}</td></tr>" for each in members
        )
        parts.append(f"<table class='datasheet'><caption>{html.escape(name)}</caption><tbody>{rows}</tbody></table>")
    return f'<section id="datasheet"><p>{html.escape(_summary(groups))}</p>{"".join(parts)}</section>'


def markdown(results: Results) -> str:
    """The datasheet as Markdown."""
    groups = entries(results)
    lines = [f"# Datasheet: {plain(results.config['study']['title'])}", "", plain(_summary(groups)), ""]
    for name, members in groups.items():
        lines += [f"## {name}", ""]
        for each in members:
            gap = [f"_{plain(each.gap)}_"] if each.gap else []
            lines += [f"**{each.question}**", ""]
            for text in [*map(plain, each.answers), *gap]:
                lines += [text, ""]
    return "\n".join(lines)


def _html(entry: Entry) -> str:
    gap = f"<p class='gap'>{html.escape(entry.gap)}</p>" if entry.gap else ""
    return "".join(f"<p>{html.escape(text)}</p>" for text in entry.answers) + gap


def _summary(groups: dict[str, list[Entry]]) -> str:
    every = [each for members in groups.values() for each in members]
    gaps = sum(each.gap is not None for each in every)
    open_ones = f"{gaps} of its {len(every)} questions wait for what only the author knows" if gaps else "all is stated"
    return f"Questions of Datasheets for Datasets (Gebru et al. 2018, arXiv:1803.09010); {open_ones}."


def _instances(results: Results) -> str:
    statement, samples = results.provenance, results.samples
    text = f"{statement['samples']:,} samples in {statement['groups']:,} independent groups"
    if results.config["data"]["task"] == "classification":
        counts = samples["label"].value_counts()
        text += f": {listed([f'{name} {count:,}' for name, count in counts.items()], 20)}"
    excluded = [each for each in statement["exclusions"] if each["what"] == "samples"]
    left = [f" {each['left_out']:,} of {each['before']:,} were left out: {each['reason']}." for each in excluded]
    return f"{text}.{''.join(left)}"


def _design(results: Results) -> str:
    design = results.config["study"]["design"]
    return f"Design: {design}." if design else "The study's design is not declared (study.design)."


def _features(results: Results) -> str:
    roles = [row for row in results.provenance["roles"] if not {"id", "label"} & set(row["roles"])]
    columns = listed([f"{row['column']} ({', '.join(row['roles'])})" for row in roles], 20)
    return results.provenance["inputs"] + (f"; besides, the columns {columns}." if columns else ".")


def _label(results: Results) -> str:
    data = results.config["data"]
    classes = f" with the classes {listed(results.classes, 20)}" if data["task"] == "classification" else ", a number"
    return f"Yes: {data['label']}{classes}."


def _missing(results: Results) -> str:
    table = results.exploration["missingness"]
    lacking = table[table["missing"] > 0]
    if not len(lacking):
        return f"No value is missing in any feature of the {int(table['n'].iloc[0])} samples of the development part."
    worst = lacking.loc[lacking["share"].idxmax()]
    return f"{len(lacking)} of {len(table)} features have missing values in the development part; most are missing in {worst['feature']}, {worst['share']:.1%}."


def _groups(results: Results) -> str:
    columns = group_names(results.config)
    if not columns:
        return "No group is declared (data.group): every sample counts as independent."
    return (
        f"Yes, by {listed(columns)}: {results.provenance['groups']:,} groups, never divided between training and test."
    )


def _split(results: Results) -> str:
    split, counts = results.config["split"], results.split[results.split["repeat"] == 1]["role"].value_counts()
    return f"Strategy {split_strategy(results.config)}, seed {split['seed']}: {counts['train']} samples for development, {counts['test']} held out (results/split/split.parquet)."


def _redundancy(results: Results) -> str:
    found = {check["id"]: check for check in results.scorecard["checks"]}
    return " ".join(
        found[name]["finding"] for name in REDUNDANCY_CHECKS if found.get(name, {}).get("status") in ("warn", "fail")
    ) or ("The checks of the scorecard found none.")


def _sources(results: Results) -> str:
    return listed([f"{each['id']} ({each['source']})" for each in results.provenance["sources"]]) + "."


def _sensitive(results: Results) -> str:
    return {
        True: "The data are declared sensitive (study.sensitive).",
        False: "The data are declared not to be sensitive (study.sensitive).",
        None: "The study does not say whether its data are sensitive (study.sensitive).",
    }[results.config["study"]["sensitive"]]


def _obtained(results: Results) -> str:
    return " ".join(
        f"{each['id']}: from {each['source']}, {each['obtained'][:10] if each['obtained'] else 'date not known'}."
        for each in results.provenance["sources"]
    )


def _preprocessing(results: Results) -> str:
    steps = ", ".join(f"{key} {value}" for key, value in results.config["preprocess"].items() if value is not None)
    left = "".join(
        f" {each['left_out']:,} of {each['before']:,} {each['what']} were left out ({each['reason']})."
        for each in results.provenance["exclusions"]
    )
    return f"In front of every model, fitted on the training rows of each fold alone: {steps}.{left}"


def _software(results: Results) -> str:
    commit = results.provenance["code"]["commit"]
    return f"tentips, {f'commit {commit[:10]}' if commit else 'not under version control'}; versions of all packages are in results/logs/RULE/JOB.json."


def _published(results: Results) -> str:
    cited = list(dict.fromkeys(each["citation"] for each in results.provenance["sources"] if each["citation"]))
    published = results.config["study"]["published"]
    if published:
        cited.append(published["citation"])
    return f"See {'; '.join(cited)}." if cited else ""


def _licences(results: Results) -> str:
    return " ".join(f"{each['id']}: {each['licence'] or 'not declared'}." for each in results.provenance["sources"])


def _versions(results: Results) -> str:
    return " ".join(
        f"{each['id']}: {each['version'] or 'version not declared'}, SHA-256 {each['sha256'][:16]}…."
        for each in results.provenance["sources"]
    )
