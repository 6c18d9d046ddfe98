"""Checks of how models were compared and how they did (tips 1, 2, 6 and 7)."""

import math

import numpy as np

from tentips.checks.registry import FAIL, PASS, SKIP, WARN, Check, check, ends
from tentips.checks.words import in_text, in_words, title
from tentips.errors import listed
from tentips.models.baselines import BASELINES
from tentips.models.networks.architecture import architecture
from tentips.models.selection import best_model, best_overall
from tentips.results import Results, only
from tentips.statistics.metric_names import NAMES, metric_in_sentence
from tentips.study.config import metric_name

FEW_TRIALS = (
    10  # per model; Bergstra and Bengio (2012) reach the top 5 % of a space in 60 random trials with 95 % certainty
)
NEAR_EDGE = 0.02  # share of a hyperparameter's range, on its own scale


@check("worth-it")
def worth_it(results: Results) -> Check:
    """Hold the best network against the best baseline, both chosen on the development part."""
    row = results.planned_comparison
    told = f"{title(results, row['a'])} minus {in_text(results, row['b'])}, {NAMES[row['metric']]}: {row['difference']:+.3f} ({ends(row['low'], row['high'], '+')})"
    if row["low"] > 0:
        return Check(PASS, f"{told}. The network is better.", row["difference"], 0, "figure-models")
    return Check(
        WARN,
        f"{told}. The interval does not say that the network is better; prefer the simpler model.",
        row["difference"],
        0,
        "figure-models",
        f"No advantage of the {in_text(results, row['a'])} over {in_text(results, row['b'])} was shown (difference in {in_words(results)} {row['difference']:+.3f}, {ends(row['low'], row['high'], '+')}); the interval also bounds the advantage that may have been missed",
    )


@check("equal-budget")
def equal_budget(results: Results) -> Check:
    """Compare trials, folds, preprocessing and class weights between all tuned models."""
    tuned = {model: best["repeats"] for model, best in results.bests.items() if best["kind"] != "trivial"}
    differing = [
        key
        for key in ("trials", "folds", "preprocess", "class_weight", "samples")
        if any(
            len({str(repeats[number][key]) for repeats in tuned.values()}) > 1 for number in next(iter(tuned.values()))
        )
    ]
    if differing:
        counts = ", ".join(
            f"{model} {min(repeat['trials'] for repeat in repeats.values())}" for model, repeats in tuned.items()
        )
        return Check(
            FAIL,
            f"Models differ in {listed(differing)} (trials: {counts}): they were not tuned alike, so their scores cannot be compared. Raise tuning.minutes or lower tuning.trials.",
            len(differing),
            0,
            "budget",
            _unequal([repeat["trials"] for repeats in tuned.values() for repeat in repeats.values()]),
        )
    first = next(iter(tuned.values()))["1"]
    return Check(
        PASS,
        f"Every tuned model had {first['trials']} trials on the same {first['folds']} folds of {first['samples']} samples with the same preprocessing.",
        0,
        0,
        "budget",
    )


def _unequal(trials: list[int]) -> str:
    """What unequal tuning means for the comparison; `trials` are the configurations that each model was given."""
    if min(trials) == max(trials):
        return "Models were not tuned alike: they had the same number of trials, but not the same samples, folds, weights or preparation"
    return f"Models were not tuned alike ({min(trials)} to {max(trials)} configurations each), which favours those that were tuned more"


@check("tuning-gain")
def tuning_gain(results: Results) -> Check:
    """Ask whether comparing untuned models would have named another winner."""
    table = results.budget[results.budget["kind"].isin(["baseline", "network"])]
    before, after = table.loc[table["untuned"].idxmax(), "model"], table.loc[table["tuned"].idxmax(), "model"]
    gain = float((table["tuned"] - table["untuned"]).max())
    if before != after:
        return Check(
            WARN,
            f"Untuned, {in_text(results, before)} would have come first; tuned, {in_text(results, after)} does. Comparing default settings would have misled.",
            gain,
            None,
            "figure-tuning",
            f"The ranking of models depends on tuning: untuned, {in_text(results, before)} came first, tuned, {in_text(results, after)} (gain at most {gain:.3f}), and a longer search may change it again",
        )
    return Check(
        PASS,
        f"{title(results, after)} comes first tuned and untuned; tuning gained at most {gain:.3f}.",
        gain,
        None,
        "figure-tuning",
    )


@check("beats-trivial")
def beats_trivial(results: Results) -> Check:
    """Hold the best model of the development part against the trivial predictor."""
    winner = best_overall(list(results.bests.values()))["model"]
    row = only(results.evaluated("combined_comparisons"), a=winner, family="trivial").iloc[0]
    told = f"{title(results, winner)} minus the trivial predictor, {NAMES[row['metric']]}: {row['difference']:+.3f} ({ends(row['low'], row['high'], '+')})"
    limitation = f"No model has been shown to predict the label better than a trivial predictor ({in_text(results, winner)}: difference in {in_words(results)} {row['difference']:+.3f}, {ends(row['low'], row['high'], '+')})"
    if row["low"] > 0:
        return Check(PASS, f"{told}.", row["difference"], 0, "figure-models")
    if math.isnan(row["low"]):
        return Check(
            WARN,
            f"{told}. Whether any model predicts the label cannot be said.",
            row["difference"],
            0,
            "comparisons",
            limitation,
        )
    return Check(
        FAIL,
        f"{told}: no model has been shown to predict the label at all.",
        row["difference"],
        0,
        "figure-models",
        limitation,
    )


@check("published")
def published(results: Results) -> Check:
    """Hold the best model's figure against the published one."""
    declared = results.config["study"]["published"]
    if not declared:
        return Check(SKIP, "No published figure is declared (study.published).")
    metric, value = declared["metric"], declared["value"]
    table = only(results.evaluated("combined_metrics"), metric=metric)
    if not len(table):
        return Check(SKIP, f"The published metric, {metric}, is not one of this task's.")
    model = best_model(list(results.bests.values()), "baseline")
    network = best_model(list(results.bests.values()), "network")
    rows = table[table["model"].isin([model, network])]
    told = "; ".join(
        f"{title(results, row.model)} {row.value:.3f} ({ends(row.low, row.high)})" for row in rows.itertuples()
    )
    near = bool(((rows["low"] <= value) & (value <= rows["high"])).any())
    if near:
        return Check(
            PASS,
            f"Published: {NAMES[metric]} {value:.3f} ({declared['citation']}). Here: {told}.",
            float(rows["value"].max()),
            value,
            "metrics",
        )
    side = "above" if rows["value"].max() > value else "below"
    return Check(
        WARN,
        f"Published: {NAMES[metric]} {value:.3f} ({declared['citation']}). Here: {told}, {side} it. Find out why: another split, another metric, or a leak.",
        float(rows["value"].max()),
        value,
        "metrics",
        f"The {metric_in_sentence(metric)} found here, {rows['value'].max():.3f}, and its interval are {side} the published {value:.3f} ({declared['citation']}); the reason is not known",
    )


@check("search-edge")
def search_edge(results: Results) -> Check:
    """Ask whether the best settings lie on the edge of a searched range and none inside does as well, or too little was tried."""
    found = [
        f"{title(results, model)}: {told}"
        for model, best in results.bests.items()
        for number, repeat in best["repeats"].items()
        for told in settings_on_edge(results, model, best, int(number), repeat)
    ]
    trials = int(results.budget.loc[results.budget["kind"].isin(["baseline", "network"]), "trials"].max())
    if found:
        return Check(
            WARN,
            f"The best value lies on the edge of what was searched, and none inside comes within one standard error: {listed(found)}. A better one may lie beyond.",
            len(found),
            0,
            "settings",
            f"{len(found)} of the chosen hyperparameters {'is' if len(found) == 1 else 'are'} on the edge of what was searched, and better values may lie beyond",
        )
    if trials < FEW_TRIALS:
        return Check(
            WARN,
            f"Only {trials} configurations were tried per model; raise tuning.trials.",
            trials,
            FEW_TRIALS,
            "settings",
            f"Only {trials} configurations were tried for each model, and better ones may have been missed",
        )
    return Check(
        PASS,
        f"No model owes its score to a value on the edge of its range; {trials} configurations were tried per model.",
        0,
        0,
        "settings",
    )


def settings_on_edge(results: Results, model: str, best: dict, number: int, repeat: dict) -> list[str]:
    """Return the chosen settings that lie on an edge, where no trial away from that edge comes within one standard error."""
    task = results.config["data"]["task"]
    ranges = architecture(model).ranges if best["kind"] == "network" else baseline_ranges(model, task)
    edges = {
        name: value for name, value in repeat["settings"].items() if name in ranges and on_edge(value, *ranges[name])
    }
    if not edges:
        return []
    trials, near = only(results.trials(model), repeat=number), repeat["tuned"] - standard_error(repeat)
    told = []
    for name, value in edges.items():
        inside = trials[[not (each == each and on_edge(each, *ranges[name])) for each in trials[name]]]
        if not (inside["score"] >= near).any():
            told.append(f"{name} = {value:.3g}")
    return told


def standard_error(repeat: dict) -> float:
    """Return the standard error of the chosen configuration's score over folds; 0 where fewer than two have one."""
    folds = np.array(repeat["fold_scores"]["tuned"], dtype=float)
    folds = folds[np.isfinite(folds)]
    return float(folds.std(ddof=1) / np.sqrt(len(folds))) if len(folds) > 1 else 0.0


def baseline_ranges(model: str, task: str) -> dict[str, tuple[float, float, bool]]:
    """Return (low, high, logarithmic) of the continuous hyperparameters of a baseline."""
    space = BASELINES[model].space(task)
    return {
        name: (*(float(end) for end in over.support()), over.dist.name == "loguniform")
        for name, over in space.items()
        if hasattr(over, "support") and over.dist.name != "randint"
    }


def on_edge(value: float, low: float, high: float, logarithmic: bool) -> bool:
    """Whether a value lies within `NEAR_EDGE` of an end of its range, on the range's own scale."""
    if logarithmic:
        value, low, high = np.log([value, low, high])
    place = (value - low) / (high - low)
    return bool(place < NEAR_EDGE or place > 1 - NEAR_EDGE)


@check("train-test-gap")
def train_test_gap(results: Results) -> Check:
    """Compare the chosen network's training and test scores."""
    metric, threshold = metric_name(results.config), results.config["checks"]["train_test_gap"]
    network = best_model(list(results.bests.values()), "network")
    train = float(np.mean([repeat["train_score"] for repeat in results.bests[network]["repeats"].values()]))
    test = float(only(results.evaluated("combined_metrics"), model=network, metric=metric)["value"].iloc[0])
    # Negative metrics are in the label's unit, or without a lower end: no gap is large for all of them.
    if metric.startswith("neg_") or math.isnan(test):
        return Check(SKIP, f"There is no common threshold for {NAMES[metric]}.", evidence="figure-histories")
    told = f"{title(results, network)}: {NAMES[metric]} {train:.3f} on training rows, {test:.3f} on test rows"
    if train - test > threshold:
        return Check(
            WARN,
            f"{told}: it has learned its training rows by heart. Prefer smaller networks, more dropout or more data.",
            train - test,
            threshold,
            "figure-histories",
            f"The chosen network scores {train - test:.3f} better on its training rows than on test rows ({in_words(results)}), a sign of overfitting",
        )
    return Check(PASS, f"{told}.", train - test, threshold, "figure-histories")


@check("calibration")
def calibration(results: Results) -> Check:
    """Mean distance between predicted and observed shares of the best network's ensemble."""
    if results.config["data"]["task"] == "regression":
        return Check(
            SKIP,
            "The label is a number; see the figure for predicted against observed values.",
            evidence="figure-calibration",
        )
    network = best_model(list(results.bests.values()), "network")
    threshold = results.config["checks"]["calibration_error"]
    part = only(results.evaluated("calibration"), model=f"{network}_ensemble")
    error = float(np.average((part["predicted"] - part["observed"]).abs(), weights=part["n"]))
    told = f"Predicted probabilities of the network ensemble are off by {error:.3f} on average"
    if error > threshold:
        return Check(
            WARN,
            f"{told}. Do not read them as probabilities; calibrate them first.",
            error,
            threshold,
            "figure-calibration",
            f"Predicted probabilities of the network ensemble are off by {error:.3f} on average and cannot be taken as risks",
        )
    return Check(PASS, f"{told}.", error, threshold, "figure-calibration")
