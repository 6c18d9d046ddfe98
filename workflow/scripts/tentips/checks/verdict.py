"""The verdict: can it be predicted, is the network better, by how much, and can this study say so?"""

import math

from tentips.checks.claim import claimed, needed_for_better, unfair
from tentips.checks.order import CAPS, INVALIDATES, with_effect
from tentips.checks.recommended import as_used, ceiling, compared, judged, predicting, room, smallest
from tentips.checks.registry import WARN, ends
from tentips.models.names import in_sentence
from tentips.results import Results, only
from tentips.statistics.metric_names import NAMES, metric_in_sentence
from tentips.statistics.smallest_difference import BETTER, CANNOT_SAY, EQUIVALENT, WORSE
from tentips.study.config import group_names, metric_name, split_column, split_strategy
from tentips.wording import plural, series

# Intervals from a bootstrap of fewer clusters are far too narrow (Cameron, Gelbach and Miller 2008).
FEWEST_GROUPS = 10
FEWEST_SITES = 3  # whole ones in the test part: the spread between two says nothing of a third
HEADLINES = {
    BETTER: "A neural network is better here.",
    EQUIVALENT: "A neural network and the simpler model are equivalent here.",
    WORSE: "A neural network is worse here.",
}
UNDECIDED = "Whether a neural network is better here is not decided."


def verdict(results: Results, checks: list[dict]) -> dict:
    """Return {"status", "text", "parts"}: better, equivalent, worse, inconclusive or cannot_say.

    `parts` are the two answers, whether the label can be predicted and whether the network is better; none where the study
    cannot say. It says what was found; what to do about it is written from the findings.
    """
    reason = _cannot_say(results, checks)
    if reason:
        return {
            "status": CANNOT_SAY,
            "text": f"This study cannot say whether a network is better: {reason}",
            "parts": [],
        }
    found = compared(results)
    status = claimed(found, checks)
    size = _size(results, found) if status == found else _no_fair_chance(results, found, unfair(checks))
    network = f"{HEADLINES.get(status, UNDECIDED)} {comparison(results)} {size}".strip()
    unknown = any(each["id"] == "beats-trivial" and each["status"] == WARN for each in checks)
    parts = [predicted(results, unknown), network]
    return {"status": status, "text": " ".join(parts), "parts": parts}


def predicted(results: Results, unknown: bool) -> str:
    """Return how well the label is predicted by the model that the page speaks of, in counts where there are classes.

    `unknown` says that the comparison with the trivial predictor has no interval.
    """
    config, row = results.config, results.planned_comparison
    model, label = as_used(results, judged(results)), config["data"]["label"]
    name, confidence = in_sentence(model, config["data"]["task"]), config["evaluation"]["confidence"]
    table = only(results.evaluated("combined_metrics"), model=model)
    answer = (
        f"Whether {label} can be predicted here is not known." if unknown else f"Yes, {label} can be predicted here."
    )
    if config["data"]["task"] == "regression":
        found = only(table, metric="r2").iloc[0]
        return f"{answer} The {name} explains {found['value']:.0%} of its variance on held-out samples ({_interval(found, confidence)})."
    found = only(table, metric="accuracy").iloc[0]
    cells = only(results.evaluated("confusion"), model=model)
    right = int(cells[cells["truth"].astype(str) == cells["decided"].astype(str)]["n"].sum())
    total, commonest, repeats = int(cells["n"].sum()), int(cells.groupby("truth")["n"].sum().max()), int(row["repeats"])
    units = plural(config["study"]["unit"]) if not group_names(config) or repeats == 1 else "predictions"
    held = f"held-out {units}" if repeats == 1 else f"held-out {units} in {repeats} parts"
    return (
        f"{answer} The {name} is right for {right} of {total} {held} "
        f"({right / total:.0%}; {_interval(found, confidence)}); always naming the commonest class would be "
        f"right for {commonest}.{_no_gain_in_counts(results, table) if right <= commonest and not unknown else ''}"
    )


def _no_gain_in_counts(results: Results, table) -> str:
    """Say by which metric a model predicts that decides no better than one that always names the commonest class."""
    metric = metric_name(results.config)
    return f" In counts that is no gain; what it predicts shows in its {metric_in_sentence(metric)}, {only(table, metric=metric)['value'].iloc[0]:.3f}."


def comparison(results: Results) -> str:
    """Return the planned difference in one sentence."""
    row, task = results.planned_comparison, results.config["data"]["task"]
    n, repeats = int(results.evaluated("metrics")["n"].iloc[0]), int(row["repeats"])
    tested = f"{n} held-out samples" if repeats == 1 else f"{repeats} held-out parts of about {n} samples"
    interval = ends(row["low"], row["high"], "+")
    interval = (
        interval if math.isnan(row["low"]) else f"{results.config['evaluation']['confidence']:.0%} interval {interval}"
    )
    by = "less than 0.001" if abs(row["difference"]) < 0.0005 else f"{row['difference']:+.3f}"
    return (
        f"Compared with the {in_sentence(row['b'], task)}, the simpler model that came first in cross-validation, the {in_sentence(row['a'], task)}'s "
        f"{NAMES[row['metric']]} differs by {by} ({interval}) on {tested}."
    )


def test_groups(results: Results) -> int:
    """Return how many independent groups the test parts of all repeats have."""
    tested = only(results.split, role="test")["sample"].unique()
    return int(results.samples.set_index("sample").loc[tested, "group"].nunique())


def test_sites(results: Results) -> int | None:
    """Return how many whole sites the test parts of all repeats have; None where the split is not by site."""
    config = results.config
    if split_strategy(config) != "site":
        return None
    tested = only(results.split, role="test")["sample"].unique()
    return int(results.samples.set_index("sample").loc[tested, split_column(config, "site")].nunique())


def _cannot_say(results: Results, checks: list[dict]) -> str:
    """Why the comparison decides nothing; nothing where it does."""
    invalid, capped = (_named(with_effect(checks, effect)) for effect in (INVALIDATES, CAPS))
    by_id = {check["id"]: check for check in checks}
    if invalid:
        return f"it fails {invalid}, so that the figures below do not hold for new data."
    groups = test_groups(results)
    if groups < FEWEST_GROUPS:
        return f"its test part has only {groups} independent groups, too few for an interval to be trusted. {comparison(results)}"
    sites = test_sites(results)
    if sites is not None and sites < FEWEST_SITES:
        return f"its test part has only {sites} whole sites, so that what was found holds for these sites only. {comparison(results)}"
    if math.isnan(results.planned_comparison["low"]):
        return f"its {int(results.evaluated('metrics')['n'].iloc[0])} held-out samples are too few for an interval."
    if by_id["beats-trivial"]["status"] == "fail":
        if not predicting(results):
            return "no model has been shown to predict the label at all."
        return f"the {in_sentence(judged(results), results.config['data']['task'])}, which is judged here, has not been shown to predict the label."
    if capped:
        return f"it fails {capped}, so that the comparison decides nothing."
    missing = needed(results, checks)
    if not missing:
        return ""
    return f"it would take more than an interval. {comparison(results)} The claim also needs {series(missing)}."


def needed(results: Results, checks: list[dict]) -> list[str]:
    """Return what the study would have to add before it may claim that its network is better; nothing where no such claim is made."""
    if compared(results) != BETTER:
        return []
    config = results.config
    moved = moved_thresholds(results.changes_of_judging)
    return needed_for_better(
        config["models"]["baselines"], config["tuning"]["seeds"], results.controls, checks, moved, config["controls"]
    )


def moved_thresholds(changes: list[dict]) -> dict:
    """Return the thresholds of checks that are not as they were when the test part was opened, with the value that they had then."""
    planned, now = {}, {}
    for each in changes:
        planned.setdefault(each["key"], each["before"])
        now[each["key"]] = each["after"]
    return {key: value for key, value in planned.items() if key.startswith("checks.") and now[key] != value}


def _size(results: Results, status: str) -> str:
    """How the interval lies to the smallest difference that matters, and whether there was room for one."""
    row, least, metric = results.planned_comparison, smallest(results), metric_in_sentence(metric_name(results.config))
    if status == EQUIVALENT:
        return f"The whole interval lies within ±{least:g}, the smallest difference that matters.{_ceiling(results, metric)}"
    if status == BETTER:
        sure = "more than" if row["low"] > least else "not surely more than"
        return f"That is {sure} {least:g}, the smallest difference that matters."
    if status == WORSE:
        return ""
    sides = [side for side, reached in (("better", row["high"] >= least), ("worse", row["low"] <= -least)) if reached]
    finding = f"The interval holds no difference at all, and also a network that is {' or '.join(sides)} by {least:g}, the smallest difference that matters."
    return finding + _ceiling(results, metric)


def _ceiling(results: Results, metric: str) -> str:
    """Say that no network could be better by as much as matters; nothing where there is room for one."""
    if not ceiling(results):
        return ""
    return f" There is a ceiling: the simpler model leaves only {room(results):.3f} to a faultless {metric}, less than that."


def _no_fair_chance(results: Results, found: str, why: list[str]) -> str:
    """What the interval would say of a network that had been searched for well, on features that suit it."""
    lies = "lies below zero" if found == WORSE else f"lies within ±{smallest(results):g}"
    if "search-adequacy" in why:
        return f"The interval {lies}, but the search was not adequate (search-adequacy), so that a better network may have been missed."
    return f"The interval {lies}, but features were skewed as they are (skewed-features), so that a network may do better on logarithms."


def _interval(row, confidence: float) -> str:
    interval = ends(row["low"], row["high"])
    return interval if math.isnan(row["low"]) else f"{confidence:.0%} interval {row['low']:.0%} to {row['high']:.0%}"


def _named(checks: list[dict]) -> str:
    return ", ".join(check["id"] for check in checks)
