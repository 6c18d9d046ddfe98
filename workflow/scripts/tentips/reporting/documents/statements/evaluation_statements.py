"""How models were judged: metrics, intervals, tests, controls, and what was found."""

import math

from tentips.checks.recommended import as_used, judged
from tentips.checks.registry import ends
from tentips.checks.verdict import test_groups
from tentips.models.names import in_sentence, model_title
from tentips.results import Results, only
from tentips.statistics.metric_names import METRICS, NAMES, metric_in_sentence
from tentips.statistics.tails import heavy_tails
from tentips.study.config import group_names, metric_name
from tentips.wording import number_of, series

HELD = (
    82,
    91,
)  # per cent, of the root mean squared error: log-normal labels and Student's t with 3 df, benchmarks/coverage.py
TESTS = {
    "DeLong's test": "DeLong's test [@delong1988]",
    "McNemar's test": "McNemar's test [@mcnemar1947]",
    "corrected resampled t-test": "the corrected resampled t-test [@nadeau2003]",
    "paired jackknife": "a paired jackknife of independent groups with Student's t [@efron1981]",
    "Wilson's limits": "Wilson's limits of each share, put together [@zou2008]",
}


def measures(results: Results) -> str:
    """All metrics that were computed, and which one decides."""
    metric, task = metric_name(results.config), results.config["data"]["task"]
    others = series(metric_in_sentence(name) for name in METRICS[task] if name != metric)
    plots = (
        "predicted against observed shares (calibration)"
        if task == "classification"
        else "predicted against observed values"
    )
    why = "declared" if results.config["evaluation"]["metric"] else "the default for this kind of label"
    return f"Models were tuned for and compared by {metric_in_sentence(metric)} ({why}); {others} are reported besides, and {plots}."


def published(results: Results) -> str:
    """The published figure that the result is held against, where one is declared."""
    statement = results.config["study"]["published"]
    return (
        f"The result is held against a published {metric_in_sentence(statement['metric'])} of {statement['value']:g} [@published]."
        if statement
        else ""
    )


def held_out(results: Results) -> str:
    """When the test part was opened, and by what plan."""
    opening, repeats = results.opening, results.config["split"]["repeats"]
    before = opening["plan"]["changes_before_opening"]
    changed = f", with {len(before)} changes until then" if before else ", unchanged until then"
    if opening["openings"] == 1:
        times = "once"
    else:
        times = f"{opening['openings']} times (changed between: {series(opening['changed']).replace('_', ' ')})"
    parts = "test part was" if repeats == 1 else "test parts were"
    after, made = "and no analysis plan is known that was registered before", opening["plan"]["registered"]
    if made:
        after = f"after the analysis plan had been registered on {made[:10]}{changed}"
    keys = list(dict.fromkeys(each["key"] for each in results.changes_of_judging))
    later = f" What the figures are judged by was changed after the first opening ({series(keys)})." if keys else ""
    return f"The {parts} opened {times}, first on {opening['first'][:10]}, {after}; every opening is recorded in a hash-chained ledger.{later}"


def intervals(results: Results) -> str:
    """How intervals were made."""
    options, groups = results.config["evaluation"], group_names(results.config)
    unit = "whole groups" if groups else "samples"
    counted = results.config["data"]["task"] == "classification"
    exact = (
        (
            "; accuracy and means over classes get Wilson's limits of each share, put together [@zou2008], and "
            "a faultless order would get exact binomial limits [@clopper1934], which can be wider than the "
            "limits of an order with few mistakes"
        )
        if counted
        else ""
    )
    text = (
        f"Intervals ({options['confidence']:.0%}) come from a jackknife of {unit} [@efron1981], by Student's t on a scale without "
        f"limits; the variance over training seeds is added, with degrees of freedom after Satterthwaite [@satterthwaite1946]{exact}."
    )
    if results.config["split"]["repeats"] > 1:
        text += " Over the repeats, intervals and p-values come from the corrected resampled t-test [@nadeau2003]."
    return text + heavy_tailed(results)


def heavy_tailed(results: Results) -> str:
    """Say that the interval of the root mean squared error is too narrow where errors or labels have heavy tails; else nothing.

    Over several repeats the interval is another one. No interval of a mean holds for whatever tails (Bahadur and Savage 1956).
    """
    if results.config["data"]["task"] != "regression" or results.config["split"]["repeats"] > 1:
        return ""
    model = as_used(results, judged(results))
    predicted = results.predicted(model)
    errors = heavy_tails(predicted["truth"] - predicted["score"])
    labels = heavy_tails(results.developed["label"])
    if errors is None and labels is None:
        return ""
    of_model = f"errors of the {in_sentence(model, 'regression')} on the test part (excess kurtosis {errors or 0:.1f})"
    of_label = f"labels of the development part (excess kurtosis {labels or 0:.1f})"
    seen = series([text for text, found in ((of_model, errors), (of_label, labels)) if found is not None])
    low, high = HELD
    return (
        f" The {seen} have heavy tails: the interval of the root mean squared error is then too narrow. In simulated studies of such "
        f"labels a 95% interval held the true value in {low} to {high}%; those of R2 and of the mean absolute error held it in 92 to 97%."
    )


def tests(results: Results) -> str:
    """How models were compared, and which comparison was planned."""
    table, task = results.evaluated("combined_comparisons"), results.config["data"]["task"]
    row = results.planned_comparison
    used = dict.fromkeys(_test(method) for method in table["method"])
    anew = (
        f"; in {row['others']} of {row['repeats']} repeats another pair came first there and was compared"
        if row["others"]
        else ""
    )
    return (
        f"One comparison was planned, the best network against the best simpler model, both chosen on the development part "
        f"({in_sentence(row['a'], task)} against {in_sentence(row['b'], task)}{anew}). Differences were tested by {series(used)}; p-values of all other "
        "comparisons were adjusted for their number within each family of questions [@holm1979]."
    )


def _test(method: str) -> str:
    for start, words in TESTS.items():
        if method.startswith(start):
            return words
    return method


def verdict(results: Results) -> str:
    """The planned difference with its interval and p-value."""
    row, task = results.planned_comparison, results.config["data"]["task"]
    p = "" if math.isnan(row["p_value"]) else ", p < 0.001" if row["p_value"] < 0.001 else f", p = {row['p_value']:.3f}"
    return (
        f"{model_title(row['a'], task)} minus {in_sentence(row['b'], task)}: {NAMES[row['metric']]} {row['difference']:+.3f} "
        f"({_interval(results)} {ends(row['low'], row['high'], '+')}{p})."
    )


def performance(results: Results, model: str, metric: str | None = None) -> str:
    """One model's metric with its interval on the held-out samples: "ROC AUC 0.98 (95% interval 0.95 to 0.99)"."""
    metric = metric or metric_name(results.config)
    row = only(results.evaluated("combined_metrics"), model=model, metric=metric).iloc[0]
    interval = ends(row["low"], row["high"])
    interval = interval if math.isnan(row["low"]) else f"{_interval(results)} {interval}"
    return f"{NAMES[metric]} {row['value']:.3f} ({interval})"


def figures(results: Results) -> str:
    """The compared models' figures, the ensemble's and the stacked model's, on the held-out samples."""
    row, task = results.planned_comparison, results.config["data"]["task"]
    names = [row["a"], row["b"], f"{row['a']}_ensemble", "stacked"]
    parts = [f"{in_sentence(name, task)}: {performance(results, name)}" for name in names]
    if recommended(results) not in names:
        names.append(recommended(results))
    return f"On {tested(results)}: {'; '.join(parts)}."


def tested(results: Results) -> str:
    """How many held-out samples, in how many independent groups."""
    n, repeats = int(results.evaluated("metrics")["n"].iloc[0]), results.config["split"]["repeats"]
    groups = f" in {test_groups(results):,} independent groups" if group_names(results.config) else ""
    return f"{n:,} held-out samples{groups}" if repeats == 1 else f"{repeats} held-out parts of about {n:,} samples"


def controls(results: Results) -> str:
    """Which experiments were made that must fail, or succeed, if the study is sound."""
    options, parts = results.controls, []
    if options["label_shuffles"]:
        within = ", groups staying whole" if group_names(results.config) else ""
        parts.append(f"on {number_of(options['label_shuffles'], 'shuffle')} of the labels{within}")
    if options["planted_signal"]:
        parts.append("on signals planted in the same features")
    if options["learning_curve"]:
        parts.append(
            "on parts of the samples, with a power law [@hestness2017], an exponential and a flat line through the learning curve"
        )
    if len(results.control("network", "left_out")):
        factors = series(dict.fromkeys(results.control("network", "left_out")["factor"]))
        parts.append(f"without each level of {factors} in turn")
    if options["random_folds"] and results.control("baseline", "random_folds")["reason"].isna().all():
        parts.append("in folds drawn at random, groups ignored")
    parts.append("a second time with the same seeds")
    text = f"As controls, the best network and the recommended simpler model were trained {series(parts)}."
    if results.control("network", "representation")["reason"].isna().all():
        text += f" The best network was also trained with {results.control('network', 'representation')['destroyed'].iloc[0]}."
    if options["label_shuffles"]:
        text += " With the shuffles, the score of the real labels is that of the search without the optimism of having chosen the best [@tsamardinos2018]."
    if len(results.confounders):
        text += (
            f" The label was also predicted from {series(results.confounders['source'])} alone, without any feature."
        )
    return text


def power(results: Results) -> str:
    """Which effect a study of this size finds, as computed before training."""
    statement = results.design["power"]
    name = NAMES[statement["measure"]]
    found = (
        f"an attainable {name} of {statement['smallest']:.2f} or more would be found in {statement['wanted']:.0%} of studies of this size"
        if statement["smallest"] is not None
        else f"not even an attainable {name} of {statement['largest']:.2f} would be found in {statement['wanted']:.0%} of studies of this size"
    )
    return f"By signals planted before training, {found} ({statement['repetitions']} repetitions)."


def check(results: Results, *names: str) -> str:
    """The findings of these checks of the scorecard, skipped ones left out."""
    by_id = {each["id"]: each for each in results.scorecard["checks"]}
    return " ".join(by_id[name]["finding"] for name in names if by_id[name]["status"] != "skip")


def recommended(results: Results) -> str:
    """The model that the page speaks of, as the scorecard has it; where the study cannot say, nobody should use it."""
    return results.scorecard["judged"]


def _interval(results: Results) -> str:
    return f"{results.config['evaluation']['confidence']:.0%} interval"
