"""Checks by experiment: shuffled labels, parts of the data, batches left out, a second run, no features (tips 1, 3, 7, 9)."""

import numpy as np
from scipy import stats

from tentips.checks import learning_curves
from tentips.checks.recommended import judged, judged_kind
from tentips.checks.registry import FAIL, PASS, SKIP, WARN, Check, check, ends
from tentips.checks.words import in_text, in_words, title
from tentips.design.batch_confounding import what_to_do
from tentips.errors import listed
from tentips.results import Results, only
from tentips.statistics.metric_names import NAMES, chance, metric_in_sentence
from tentips.study.config import metric_name
from tentips.wording import number_of, p_value, series

ALPHA = 0.05
ONE_SIDED = 1.645  # standard errors by which a fall must differ from none (5 %, one-sided)
ABOVE_CHANCE = 0.05, 4.0  # of shuffled labels: in the metric's unit, and in standard errors of their mean


@check("learning-curve")
def learning_curve(results: Results) -> Check:
    """Ask whether the best network or the recommended simpler model would still profit from more data."""
    if without := results.without_control("learning_curve"):
        return Check(SKIP, f"There is no learning curve: {without}.")
    laws = learning_curves.laws(results)
    if not laws:
        return Check(
            SKIP,
            "Too few samples to train on parts of them: a learning curve needs at least three sizes.",
            evidence="figure-curve",
        )
    metric, rising = NAMES[metric_name(results.config)], learning_curves.rising(results)
    gains = "; ".join(f"{title(results, law['model'])} {learning_curves.in_figures(law)}" for law in laws)
    finding = f"Change of {metric} with the number of training samples, {laws[0]['n_train']:.0f} in all: {gains}"
    largest = max(law["gain"] for law in laws)
    if rising:
        names = series(in_text(results, law["model"]) for law in rising)
        return Check(
            WARN,
            f"{finding}. More samples would still improve {names}, more than another architecture would.",
            largest,
            0,
            "figure-curve",
            (
                f"The learning curve of {names} had not levelled off at {laws[0]['n_train']:.0f} training "
                f"samples (change of the {in_words(results)}: {gains}), so that "
                "the comparison may come out otherwise in a larger study"
            ),
        )
    return Check(
        PASS,
        f"{finding}. That twice the samples would be worth it was not shown.",
        largest,
        0,
        "figure-curve",
    )


@check("determinism")
def determinism(results: Results) -> Check:
    """Compare two trainings with the same seeds."""
    found = [results.repetition(kind) for kind in ("network", "baseline")]
    differing = [each for each in found if not each["equal"]]
    finding = "; ".join(f"{title(results, each['model'])} ({each['compared']}, {each['device']})" for each in found)
    if not differing:
        return Check(
            PASS,
            f"Trained twice with the same seeds, in two processes, bit for bit equal: {finding}.",
            0,
            0,
            "determinism",
        )
    names = listed([in_text(results, each["model"]) for each in differing])
    largest = max(each["largest_difference"] for each in differing)
    hint = "" if results.config["compute"]["deterministic"] else " Set compute.deterministic."
    return Check(
        WARN,
        f"Trained twice with the same seeds, {names} did not come out the same (largest difference {largest:.2g}).{hint} Report the spread over runs, not one run.",
        largest,
        0,
        "determinism",
        f"A second training with the same seeds did not come out the same (largest difference {largest:.2g}), so that the figures cannot be reproduced exactly",
    )


@check("label-shuffle")
def label_shuffle(results: Results) -> Check:
    """Hold the real labels' score against those of shuffled labels."""
    metric = metric_name(results.config)
    if without := results.without_control("label_shuffles"):
        return Check(SKIP, f"No label was shuffled: {without}.")
    level = chance(metric, len(results.classes))
    finding, without_signal, too_good, worst = [], [], [], 0.0
    for kind in ("network", "baseline"):
        table = results.control(kind, "label_shuffles")
        real, null = only(table, labels="real")["score"].iloc[0], only(table, labels="shuffled")["score"].to_numpy()
        null = null[np.isfinite(null)]
        if not len(null):
            return Check(SKIP, "Labels cannot be shuffled: too few groups hold each class in every fold.")
        name = title(results, table["model"].iloc[0])
        # Where the real labels could not be scored, nothing has been shown.
        p = (1 + (null >= real).sum()) / (1 + len(null)) if np.isfinite(real) else 1.0
        worst = max(worst, p)
        finding.append(
            f"{name} {real:.3f} with the real labels, {null.mean():.3f} (at most {null.max():.3f}) with {number_of(len(null), 'shuffle')}, {p_value(p)}"
        )
        if p > max(ALPHA, 1 / (1 + len(null))):
            without_signal.append(name)
        error = null.std(ddof=1) / np.sqrt(len(null)) if len(null) > 1 else np.inf
        if level is not None and null.mean() - level > max(ABOVE_CHANCE[0], ABOVE_CHANCE[1] * error):
            too_good.append(name)
    text = f"{NAMES[metric]} in cross-validation: {'; '.join(finding)}"
    if too_good:
        return Check(
            FAIL,
            (
                f"{text}. Shuffled labels are predicted better than by chance ({level:.2f}): something other "
                f"than the features tells {listed(too_good)} the answer. Look for samples that share a source "
                "and declare data.group."
            ),
            worst,
            ALPHA,
            "figure-shuffles",
            "Shuffled labels are predicted better than by chance, so that something other than the measurements gives models the answer",
        )
    if len(without_signal) == 2:
        return Check(
            FAIL,
            f"{text}. Shuffled labels score like real ones: nothing has been learned.",
            worst,
            ALPHA,
            "figure-shuffles",
            f"Network and recommended simpler model both score no better with the real labels than with shuffled ones ({p_value(worst)} in cross-validation)",
        )
    if without_signal:
        return Check(
            WARN,
            f"{text}. {without_signal[0]} scores no better than with shuffled labels.",
            worst,
            ALPHA,
            "figure-shuffles",
            f"{without_signal[0]} scores no better with the real labels than with shuffled ones ({p_value(worst)} in cross-validation)",
        )
    return Check(PASS, f"{text}.", worst, ALPHA, "figure-shuffles")


@check("independent-holdout")
def independent_holdout(results: Results) -> Check:
    """Ask whether the recommended model holds for a batch or site of which it has seen nothing."""
    table = results.control(judged_kind(results), "left_out")
    if not len(table):
        return Check(SKIP, "No batch or site is declared that could be left out.")
    tried = table[table["difference"].notna()]
    if not len(tried):
        reasons = [f"{row.factor} {row.level}".strip() + f" ({row.reason})" for row in table.fillna("").itertuples()]
        return Check(SKIP, f"No batch or site can be left out: {listed(reasons, 3)}.", evidence="figure-left_out")
    metric, threshold = metric_name(results.config), results.config["checks"]["holdout_drop"]
    worst, farthest, quantile = None, None, stats.norm.ppf(0.5 + results.config["evaluation"]["confidence"] / 2)
    for factor, part in tried.groupby("factor"):
        share = part["n"] / part["n"].sum()
        mean = float((share * part["difference"]).sum())
        # NaN where a level has no interval: then it is not known whether the fall is more than chance.
        error = float(np.sqrt(np.square(share * (part["high"] - part["low"]) / (2 * quantile)).sum(skipna=False)))
        if worst is None or mean < worst:
            worst, farthest = mean, (factor, part, mean + ONE_SIDED * error)
    factor, part, upper = farthest
    known, unknown = (float(np.average(part[side], weights=part["n"])) for side in ("known", "unknown"))
    lowest = part.loc[part["unknown"].idxmin()]
    finding = (
        f"{title(results, part['model'].iloc[0])}, {NAMES[metric]} where a whole {factor} was left out of "
        f"training: {unknown:.3f} on average of {len(part)}, against {known:.3f} for the same samples in "
        f"cross-validation; lowest {lowest['unknown']:.3f} ({lowest['level']})"
    )
    fallen = worst <= -threshold if not metric.startswith("neg_") else worst <= -threshold * abs(known)
    if fallen and upper < 0:
        return Check(
            WARN,
            f"{finding}. It does not hold for a {factor} it has not seen: claim it for these only. {what_to_do(results.design)}",
            worst,
            -threshold,
            "figure-left_out",
            f"Where a whole {factor} was left out of training, the {in_words(results)} fell by {-worst:.3f} on average; the result cannot be claimed for a {factor} that was not studied",
        )
    return Check(PASS, f"{finding}.", worst, -threshold, "figure-left_out")


@check("confounder-only")
def confounder_only(results: Results) -> Check:
    """Ask whether covariates, or batch, site and time, predict the label without any feature."""
    table = only(results.confounders, model=judged(results))
    if not len(table):
        return Check(
            SKIP, "No covariate, batch, site or time with two values is declared, so that none could be tried alone."
        )
    metric = NAMES[table["metric"].iloc[0]]
    # Metrics that have no common chance level are judged by what the features add alone.
    above = table["chance"].isna() | (table["low"] > table["chance"])
    confounded = table[above & ~(table["added_low"] > 0)]
    worst = (confounded if len(confounded) else table).sort_values("value").iloc[-1]
    finding = (
        f"From {worst['source']} alone ({worst['columns']}; {worst['predictor']}): {metric} "
        f"{worst['value']:.3f} ({ends(worst['low'], worst['high'])}); from the features alone "
        f"({in_text(results, worst['model'])}): {worst['model_value']:.3f}; from both: {worst['together']:.3f} "
        f"({ends(worst['added_low'], worst['added_high'], '+')} more than without the features)"
    )
    if worst["strata"]:
        finding += f"; from the features among samples of like {worst['source']}: {worst['within']:.3f} ({ends(worst['within_low'], worst['within_high'])})"
    if len(confounded):
        return Check(
            FAIL,
            f"{finding}. The features add nothing that is seen to {worst['source']}: a model may predict the confounder, not the label. Match or stratify, or add these columns to every model.",
            worst["value"],
            worst["together"],
            "confounders",
            (
                f"From {worst['source']} alone ({worst['columns']}), without any feature, the label is "
                f"predicted with a {metric_in_sentence(worst['metric'])} of {worst['value']:.3f} "
                f"({ends(worst['low'], worst['high'])}); the features add nothing that can be seen "
                f"({worst['together']:.3f} with them)"
            ),
        )
    return Check(PASS, f"{finding}.", worst["value"], worst["together"], "confounders")
