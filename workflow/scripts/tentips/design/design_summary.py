"""What a study consists of before anything is trained: units, classes, batches, and the sizes of its parts."""

import pandas as pd

from tentips.data.planted_labels import comparable_r2
from tentips.data.rows import Rows
from tentips.design.batch_confounding import FAIL, Evidence, known_before, null_is_found, what_to_do
from tentips.models.names import in_sentence
from tentips.statistics.association import is_number
from tentips.statistics.metric_names import NAMES, metric_in_sentence
from tentips.study.config import group_names, role_columns, split_strategy


def tested_part(split: pd.DataFrame, rows: Rows, groups: int) -> tuple[int, int]:
    """Return the samples of the first repeat's test part, and how many independent groups they make up.

    Nothing else is read of it: `groups` is how many the whole study has, and those that are not in the development part are left.
    """
    tested = int(((split["repeat"] == 1) & (split["role"] == "test")).sum())
    return tested, max(1, groups - (int(rows.groups.max()) + 1))


def describe(rows: Rows, samples: pd.DataFrame, tested: tuple[int, int], config: dict) -> dict:
    """Return the study in plain values: question, unit, parts, classes (or quartiles) and batches of the development part.

    `samples` is the sheet of the development rows and `tested` what `tested_part` gives.
    """
    study, roles = config["study"], role_columns(config)
    return {
        "question": study["question"],
        "claim": study["claim"],
        "unit": study["unit"],
        "design": study["design"],
        "label": config["data"]["label"],
        "task": rows.task,
        "group": group_names(config),
        "strategy": split_strategy(config),
        "folds": config["split"]["folds"],
        "repeats": config["split"]["repeats"],
        "features": rows.table.shape[1],
        "parts": [
            {"part": "development", "samples": len(samples), "groups": int(rows.groups.max()) + 1},
            {"part": "test", "samples": tested[0], "groups": tested[1]},
        ],
        "classes": _classes(samples, rows.task),
        "batches": [_batch(samples, column, rows.task) for column in dict.fromkeys(roles["batch"] + roles["site"])],
    }


def strong_effect(threshold: float, measure: str) -> float:
    """Return the threshold `checks.smallest_effect`, a ROC AUC, in the measure of the planted effects."""
    return threshold if measure == "roc_auc" else comparable_r2(threshold)


def smallest_in_words(power: dict) -> str:
    """Return in words, inside a sentence, the smallest effect that would be found."""
    name = NAMES[power["measure"]]
    if power["smallest"] is None:
        return f"not even the largest effect that was planted (attainable {name} {power['largest']:.2f})"
    beyond = f"beyond {power['largest']:.2f}"
    low, high = (beyond if end is None else f"{end:.2f}" for end in (power["low"], power["high"]))
    return (
        f"an attainable {name} of {power['smallest']:.2f} or more ({power['confidence']:.0%} interval {low} to {high})"
    )


def worth(described: dict, threshold: float) -> str:
    """Return one plain paragraph: whether the study is worth running as it is.

    `described` is the content of design.json; `threshold` is `checks.smallest_effect`.
    """
    power, parts = described["power"], {each["part"]: each for each in described["parts"]}
    name, units = NAMES[power["measure"]], "independent groups" if described["group"] else "samples"
    sizes = f"{parts['development']['groups']} {units} for development and {parts['test']['groups']} for the test"
    batch = known_before(described)
    if batch.status() == FAIL:
        return f"Not as it is. {_batch_seen(power, batch)}. Whatever a model finds here may be the batch. {what_to_do(described)}"
    if null_is_found(power):
        return (
            f"With care. {_null_found(power)}: intervals of a test part like this one are too narrow. "
            "Gather more independent samples, or test more of those that are there (split.repeats)."
        )
    if power["smallest"] is None:
        return (
            f"Hardly. With {sizes}, {smallest_in_words(power)} would be found in {power['wanted']:.0%} of such studies. "
            f"Gather more independent samples, or ask a question with a stronger answer, before anything is trained."
        )
    statement = f"With {sizes}, {smallest_in_words(power)} would be found in {power['wanted']:.0%} of such studies"
    if power["smallest"] > strong_effect(threshold, power["measure"]):
        return (
            f"Only if you expect a very strong effect. {statement}; a weaker one would more likely be missed, which would not show that there "
            f"is none. Gather more independent samples first if you expect less."
        )
    return (
        f"Yes, if you expect an effect of that size. {statement}. Ask what {name} is known for similar questions: if the truth is weaker, a "
        f"study of this size will probably miss it, and that it found nothing would not show that there is nothing."
    )


def _null_found(power: dict) -> str:
    return f"Labels without any effect were “found” in {power['null']['power']:.0%} of the repetitions, where at most {power['null_allowed']:.1%} should be"


def _batch_seen(power: dict, batch: Evidence) -> str:
    """Why what a model finds may be the batch."""
    if batch.null_found:
        return f"{_null_found(power)}: their batches give them away"
    return "The label goes with a batch or site"


def comparison_in_words(comparison: dict, task: str) -> str:
    """Return one plain paragraph: whether the study can show that a network is better, and what room the simpler models leave.

    `comparison` is the part of design.json of that name.
    """
    if comparison["room"] is None:
        return "Whether a network is better: no quick model could be scored on these folds, so that the power of the comparison is not known."
    name, least = metric_in_sentence(comparison["metric"]), f"{comparison['smallest']:.3g}"
    model, room = in_sentence(comparison["model"], task), comparison["room"]
    level = f"An untuned {model} reaches {name} {comparison['score']:.3f} on the development folds, which leaves {room:.3f} to a faultless score."
    if room < comparison["smallest"]:
        return (
            f"{level} That is less than {least}, the smallest difference that matters: this study has no room for a network to be better. "
            f"Ask whether a network is needed, or test where simpler models err more."
        )
    shown = f"If a network were better by {least}, the smallest difference that matters, "
    at = (
        f"{shown}this study would show it with a probability of {_between(comparison['power'])}."
        if comparison["power"]
        else ""
    )
    if comparison["needed"] is not None:
        low, high = (f"{each:.3f}" for each in comparison["needed"])
        size = low if low == high else f"{low} to {high}"
        return f"{level} {at} For a probability of {comparison['wanted']:.0%} it would have to be better by {size}."
    top = f"Even a faultless network would be shown to be better with a probability of {_between(comparison['at_the_ceiling'])}"
    return f"{level} {at} {top}: expect that the comparison is left open. More tested samples (split.repeats, or more groups) would help."


def _between(ends: list[float]) -> str:
    low, high = (f"{each:.0%}" for each in ends)
    return low if low == high else f"{low} to {high}"


def _classes(samples: pd.DataFrame, task: str) -> list[dict]:
    named = samples["label"]
    if task == "regression":
        named = pd.qcut(named, 4, duplicates="drop").astype(str)
    counted = samples.groupby(named).agg(samples=("sample", "size"), groups=("group", "nunique"))
    return [{"class": name, **row} for name, row in counted.to_dict("index").items()]


def _batch(samples: pd.DataFrame, column: str, task: str) -> dict:
    """One batch or site; `complete` counts its levels with every class, or with numbers that differ."""
    values = samples[column]
    if is_number(values):
        return {
            "factor": column,
            "levels": None,
            "smallest": None,
            "missing": int(values.isna().sum()),
            "complete": None,
        }
    names = values.astype(str).where(values.notna())
    counts = names.value_counts()
    wanted = 2 if task == "regression" else samples["label"].nunique()
    return {
        "factor": column,
        "levels": len(counts),
        "smallest": int(counts.min()) if len(counts) else None,
        "missing": int(values.isna().sum()),
        "complete": int((samples["label"].groupby(names).nunique() >= wanted).sum()),
    }
