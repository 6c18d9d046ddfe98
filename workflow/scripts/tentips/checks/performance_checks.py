"""Checks of how models were compared and how they did (tips 1, 2 and 7)."""

import math

import numpy as np

from tentips.checks.recommended import as_used, ceiling, compared, judged, predicting, room, smallest
from tentips.checks.registry import FAIL, PASS, SKIP, WARN, Check, check, ends
from tentips.checks.words import in_text, in_words, title
from tentips.errors import listed
from tentips.models.recommendation import calibration_errors
from tentips.models.selection import best_model
from tentips.results import Results, only
from tentips.statistics.metric_names import NAMES, metric_in_sentence
from tentips.statistics.smallest_difference import BETTER, EQUIVALENT
from tentips.study.config import metric_name
from tentips.wording import number_of, series


@check("worth-it")
def worth_it(results: Results) -> Check:
    """Hold the best network against the best baseline, both chosen on the development part."""
    row = results.planned_comparison
    finding = f"{title(results, row['a'])} minus {in_text(results, row['b'])}, {NAMES[row['metric']]}: {row['difference']:+.3f} ({ends(row['low'], row['high'], '+')})"
    if row["others"]:
        finding += f", with the pair chosen anew on each repeat's development part: another one in {row['others']} of {row['repeats']} repeats"
    status, least = compared(results), smallest(results)
    if status == BETTER:
        return Check(PASS, f"{finding}. The interval favours the network.", row["difference"], least, "figure-models")
    says = (
        f"The interval lies within ±{least:g}"
        if status == EQUIVALENT
        else "The interval does not say that the network is better"
    )
    full = (
        f"; the simpler model leaves {room(results):.3f} to a faultless score, less than the smallest difference that matters ({least:g})"
        if ceiling(results)
        else ""
    )
    return Check(
        WARN,
        f"{finding}. {says}{full}; prefer the simpler model.",
        row["difference"],
        least,
        "figure-models",
        (
            f"No advantage of the {in_text(results, row['a'])} over {in_text(results, row['b'])} was shown "
            f"(difference in {in_words(results)} {row['difference']:+.3f}, "
            f"{ends(row['low'], row['high'], '+')}); the interval also bounds the advantage that may have been "
            "missed"
        ),
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
        f"Every tuned model had {number_of(first['trials'], 'trial')} on the same {first['folds']} folds of {first['samples']} samples with the same preprocessing.",
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
            (
                f"The ranking of models depends on tuning: untuned, {in_text(results, before)} came first, "
                f"tuned, {in_text(results, after)} (gain at most {gain:.3f}), and a longer search may change "
                "it again"
            ),
        )
    return Check(
        PASS,
        f"{title(results, after)} came first untuned and tuned; tuning gained at most {gain:.3f}.",
        gain,
        None,
        "figure-tuning",
    )


@check("beats-trivial")
def beats_trivial(results: Results) -> Check:
    """Hold the recommended model against the trivial predictor."""
    model = judged(results)
    row = only(results.evaluated("combined_comparisons"), a=model, family="trivial").iloc[0]
    interval = ends(row["low"], row["high"], "+")
    finding = f"{title(results, model)} minus the trivial predictor, {NAMES[row['metric']]}: {row['difference']:+.3f} ({interval})"
    figures = row["difference"], 0
    if row["low"] > 0:
        return Check(PASS, f"{finding}.", *figures, "figure-models")
    others = [in_text(results, each) for each in predicting(results)]
    who = f"The {in_text(results, model)} has not" if others else "No model has"
    beside = f"; {series(others)} {'has' if len(others) == 1 else 'have'}" if others else ""
    limitation = (
        f"{who} been shown to predict the label better than a trivial predictor "
        f"({in_text(results, model)}: difference in {in_words(results)} {row['difference']:+.3f}, {interval}){beside}"
    )
    if math.isnan(row["low"]):
        says = f"Whether the {in_text(results, model)} predicts the label cannot be said"
        return Check(WARN, f"{finding}. {says}.", *figures, "comparisons", limitation)
    return Check(FAIL, f"{finding}. {limitation}.", *figures, "figure-models", limitation)


@check("published")
def published(results: Results) -> Check:
    """Hold the figures of the recommended model and of the best network against the published one."""
    declared = results.config["study"]["published"]
    if not declared:
        return Check(SKIP, "No published figure is declared (study.published).")
    metric, value = declared["metric"], declared["value"]
    table = only(results.evaluated("combined_metrics"), metric=metric)
    if not len(table):
        return Check(SKIP, f"The published metric, {metric}, is not one of this task's.")
    network = best_model(list(results.bests.values()), "network")
    rows = table[table["model"].isin([judged(results), network])]
    finding = "; ".join(
        f"{title(results, row.model)} {row.value:.3f} ({ends(row.low, row.high)})" for row in rows.itertuples()
    )
    near = bool(((rows["low"] <= value) & (value <= rows["high"])).any())
    if near:
        return Check(
            PASS,
            f"Published: {NAMES[metric]} {value:.3f} ({declared['citation']}). Here: {finding}.",
            float(rows["value"].max()),
            value,
            "metrics",
        )
    side = "above" if rows["value"].max() > value else "below"
    return Check(
        WARN,
        f"Published: {NAMES[metric]} {value:.3f} ({declared['citation']}). Here: {finding}, {side} it. Find out why: another split, another metric, or a leak.",
        float(rows["value"].max()),
        value,
        "metrics",
        f"The {metric_in_sentence(metric)} found here, {rows['value'].max():.3f}, and its interval are {side} the published {value:.3f} ({declared['citation']}); the reason is not known",
    )


@check("train-test-gap")
def train_test_gap(results: Results) -> Check:
    """Compare training and test scores of the recommended model and of the best network."""
    metric, threshold = metric_name(results.config), results.config["checks"]["train_test_gap"]
    # Negative metrics are in the label's unit, or without a lower end: no gap is large for all of them.
    if metric.startswith("neg_"):
        return Check(SKIP, f"There is no common threshold for {NAMES[metric]}.", evidence="figure-histories")
    finding, gaps, sure = [], {}, {}
    table = only(results.evaluated("combined_metrics"), metric=metric)
    for model in dict.fromkeys((judged(results), best_model(list(results.bests.values()), "network"))):
        train = float(np.mean([repeat["train_score"] for repeat in results.bests[model]["repeats"].values()]))
        row = only(table, model=model).iloc[0]
        test = float(row["value"])
        if math.isnan(test):
            return Check(SKIP, f"There is no {NAMES[metric]} on the test rows.", evidence="figure-histories")
        gaps[model], sure[model] = train - test, train > row["high"]
        interval = ends(row["low"], row["high"])
        finding.append(f"{title(results, model)}: {train:.3f} on training rows, {test:.3f} on test rows ({interval})")
    text, large = f"{NAMES[metric]} of {'; '.join(finding)}", [name for name in gaps if gaps[name] > threshold]
    shown = [name for name in large if sure[name]]
    worst = max(shown or gaps, key=gaps.get)
    if shown:
        return Check(
            WARN,
            f"{text}: {in_text(results, worst)} does better by {gaps[worst]:.3f} on the rows that it learned from. Prefer a smaller or more strongly regularised model, or more data.",
            gaps[worst],
            threshold,
            "figure-histories",
            f"The {in_text(results, worst)} scores {gaps[worst]:.3f} better on its training rows than on test rows ({in_words(results)}), a sign of overfitting",
        )
    if large:
        text += f": a difference of {gaps[worst]:.3f}, which so few test rows may show by chance"
    return Check(PASS, f"{text}.", gaps[worst], threshold, "figure-histories")


@check("calibration")
def calibration(results: Results) -> Check:
    """Mean distance between predicted and observed shares: of the recommended model, the network's ensemble beside it."""
    if results.config["data"]["task"] == "regression":
        return Check(
            SKIP,
            "The label is a number; see the figure for predicted against observed values.",
            evidence="figure-calibration",
        )
    threshold, curves = results.config["checks"]["calibration_error"], results.evaluated("calibration")
    errors = calibration_errors(curves)
    network = as_used(results, best_model(list(results.bests.values()), "network"))
    model = as_used(results, judged(results))
    error, name = errors[model], in_text(results, model)
    # Repeats share samples: the bound of their mean is taken as the mean of their bounds.
    chance = float(only(curves, model=model).drop_duplicates("repeat")["error_by_chance"].mean())
    beside = f" (the {in_text(results, network)}'s by {errors[network]:.3f})" if network != model else ""
    finding = (
        f"Predicted probabilities of {name} are off by {error:.3f} on average{beside}; "
        f"perfectly calibrated ones of as many samples are off by up to {chance:.3f} by chance (95 % of studies)"
    )
    if error > max(threshold, chance):
        return Check(
            WARN,
            f"{finding}. Do not read them as probabilities; calibrate them first.",
            error,
            threshold,
            "figure-calibration",
            f"Predicted probabilities of {name} are off by {error:.3f} on average and cannot be taken as risks",
        )
    if error > threshold:
        finding += f". The test part is too small to say that they are off by more than {threshold:g}"
    return Check(PASS, f"{finding}.", error, threshold, "figure-calibration")
