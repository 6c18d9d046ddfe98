"""The study's limitations, from its own failed and warned checks: sentences for a discussion, and what was not examined."""

import html
import re
from collections.abc import Callable

from tentips.reporting.documents.limitation_sentences import SENTENCES
from tentips.reporting.wording import metric_in_sentence, sentence, series
from tentips.results import Results
from tentips.study.config import metric_name, split_strategy

GROUPS = {
    "Sample and power": ("sample-size", "learning-curve", "planted-signal", "seed-spread"),
    "Data": ("provenance", "missingness", "duplicates", "label-noise", "hidden-groups", "imbalance"),
    "Confounding": ("batch-separable", "label-batch", "confounder-only", "subgroups", "expected-directions"),
    "Models and their comparison": (
        "worth-it",
        "equal-budget",
        "tuning-gain",
        "beats-trivial",
        "search-edge",
        "start-small",
    ),
    "Evaluation": ("test-opened-once", "leakage", "label-shuffle", "train-test-gap", "calibration", "published"),
    "Generality": ("independent-holdout", "out-of-distribution", "importance-stable", "small-panel"),
    "Reproducibility and sharing": ("code-version", "determinism", "sensitivity", "membership", "memorising-model"),
}
OTHER = "Other checks"
# What a check would have told, for those that were not carried out.
ASKED = {
    "learning-curve": "whether more samples would help",
    "published": "how the result compares with a published one",
    "seed-spread": "how much training seeds matter",
    "start-small": "whether a smaller network would do",
    "duplicates": "whether samples stand twice",
    "label-noise": "how many labels are wrong",
    "batch-separable": "whether the features carry a batch",
    "label-batch": "whether the label goes with a batch or site",
    "planted-signal": "whether a planted signal would be found",
    "label-shuffle": "whether shuffled labels score like real ones",
    "train-test-gap": "whether the network has learned its training rows by heart",
    "independent-holdout": "whether the model holds for a batch or site that it has not seen",
    "imbalance": "whether classes are too unequal for the metric",
    "calibration": "whether predicted probabilities can be taken as such",
    "importance-stable": "whether the importance of features agrees between seeds and folds",
    "small-panel": "whether a few features would do as well",
    "confounder-only": "whether covariates or batch predict the label without any feature",
    "subgroups": "whether the model does worse in a subgroup",
    "expected-directions": "whether learned effects agree with what experts expect",
    "out-of-distribution": "whether test samples are unlike all training samples",
    "membership": "whether the model gives away who was in its training set",
    "memorising-model": "whether the model stores training samples",
}
KEY = re.compile(r" \([a-z_]+\.[a-z_]+\)")  # what an author may set, in a finding; a reader of the paper does not care
NOT_IN_THIS_VERSION = "This version does not carry out this check."
NOT_A_QUESTION = ("The label is a number",)  # skipped because the question does not arise: no limitation


def limitations(results: Results) -> dict[str, list[str]]:
    """Return the sentences by group; groups without any are left out."""
    found = {check["id"]: check for check in results.scorecard["checks"] if check["status"] in ("warn", "fail")}
    grouped = {
        name: [_told(results, found[each]) for each in members if each in found] for name, members in GROUPS.items()
    }
    known = {each for members in GROUPS.values() for each in members}
    grouped[OTHER] = [_told(results, check) for name, check in found.items() if name not in known]
    return {name: told for name, told in grouped.items() if told}


def not_examined(results: Results) -> list[str]:
    """Return sentences on what was not examined, and why."""
    skipped = [check for check in results.scorecard["checks"] if check["status"] == "skip"]
    skipped = [check for check in skipped if not check["finding"].startswith(NOT_A_QUESTION)]
    told, absent = [], []
    for check in skipped:
        asked = ASKED.get(check["id"], f"what the check {check['id']} asks")
        if check["finding"] == NOT_IN_THIS_VERSION:
            absent.append(asked)
        else:
            told.append(f"This study does not tell {asked}: {_reason(check['finding'])}")
    if absent:
        told.append(
            f"It does not tell either, because this version of the workflow does not examine it, {series(absent)}."
        )
    return told


def scope(results: Results) -> str:
    """Return the limitation that every study of this kind has: samples of the same source."""
    told = f"the {metric_in_sentence(metric_name(results.config))} reported here says nothing about samples that were gathered elsewhere or otherwise."
    return {
        "site": f"The test part holds whole sites, but all of them are sites of this study; {told}",
        "time": f"The test part holds the latest samples, but they come from the same source as the others; {told}",
        "given": "The test part was given; unless it comes from another source than the development part, the figures say nothing about samples that were gathered elsewhere.",
    }.get(
        split_strategy(results.config), f"The samples of the test part come from the same source as all others; {told}"
    )


def markdown(results: Results) -> str:
    """The limitations as Markdown."""
    parts = [f"## {name}\n\n{' '.join(told)}\n" for name, told in limitations(results).items()]
    return "\n".join(
        ["# Limitations\n", f"{scope(results)}\n", *parts, "## Not examined\n", f"{' '.join(not_examined(results))}\n"]
    )


def section(results: Results) -> str:
    """The limitations as a section of the report."""
    found = limitations(results)
    groups = found if found else {"Checks": ["No check of the scorecard failed or warned."]}
    parts = "".join(
        _part(name, told) for name, told in {**groups, "Not examined": not_examined(results)}.items() if told
    )
    return f"<p>{html.escape(scope(results))}</p>{parts}"


def _part(name: str, told: list[str]) -> str:
    items = "".join(f"<li>{html.escape(text)}</li>" for text in told)
    return f"<h3>{html.escape(name)}</h3><ul>{items}</ul>"


def _told(results: Results, check: dict) -> str:
    tell: Callable | None = SENTENCES.get(check["id"])
    return sentence(tell(results, check) if tell else check["finding"])


def _reason(finding: str) -> str:
    """Why a check was skipped: the last sentence of its finding, for what stands before it are numbers."""
    text = sentence(KEY.sub("", finding.split(". ")[-1]))
    return text if text[1:2].isupper() else text[0].lower() + text[1:]
