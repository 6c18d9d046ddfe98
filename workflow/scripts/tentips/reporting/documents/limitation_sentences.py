"""What a failed or warned check means for a discussion: one sentence each, with the numbers, without what to set where."""

import numpy as np

from tentips.checks.registry import ends
from tentips.models.names import in_sentence
from tentips.models.selection import best_model, best_overall
from tentips.reporting.wording import metric_in_sentence, series
from tentips.results import Results, only
from tentips.statistics.metric_names import NAMES
from tentips.study.config import metric_name


def _metric(results: Results) -> str:
    return metric_in_sentence(metric_name(results.config))


def _title(results: Results, model: str) -> str:
    return in_sentence(model, results.config["data"]["task"])


def _network(results: Results) -> str:
    return best_model(list(results.bests.values()), "network")


def _judged(table, check):
    """The row of a table that a check judged, by its value; files round."""
    return table.loc[(table["value"] - check["value"]).abs().idxmin()]


def _sample_size(results, check):
    group = results.config["data"]["group"]
    units = "independent groups" if group else "samples"
    features = results.provenance["features"]
    per = check["value"] / features
    where = ""
    if results.config["data"]["task"] == "classification":
        counts = results.samples.groupby("label")["group"].nunique().sort_values()
        where = f" of the rarest class, {counts.index[0]},"
    return (
        f"The sample is small: {check['value']:,.0f} {units}{where} for {features:,} features ({per:.2g} each), where rules of thumb ask for "
        f"{check['threshold']:g} and for {results.config['checks']['units_per_feature']:g} per feature"
    )


def _learning_curve(results, check):
    law = results.control("network", "power_law").iloc[0]
    return (
        f"The network's learning curve had not levelled off at {law['n_train']:.0f} training samples: twice as many are expected to change its "
        f"{_metric(results)} by {law['gain']:+.3f} ({law['low']:+.3f} to {law['high']:+.3f}), so that the comparison may come out otherwise in a larger study"
    )


def _planted_signal(results, check):
    power = results.design["power"]
    name = NAMES[power["measure"]]
    if check["status"] == "fail":
        # Without a value where a model could not be scored.
        way = (
            f" ({check['value']:.0%} of the way from chance to what was attainable)"
            if np.isfinite(check["value"])
            else ""
        )
        return f"A strong signal planted in the same features was not found by the models{way}, so that the absence of a finding says little"
    if check["value"] == power["null"]["power"]:
        return f"Labels without any effect were “found” in {power['null']['power']:.0%} of repetitions, because the batches in which they stand can be seen in the features"
    if power["smallest"] is None:
        return f"Not even the largest effect that was planted, an attainable {name} of {power['largest']:.2f}, would be found in {power['wanted']:.0%} of studies of this size"
    if check["value"] == power["smallest"]:
        return f"The study had a power of {power['wanted']:.0%} only for effects of an attainable {name} of {power['smallest']:.2f} or more; weaker ones may have been missed"
    return f"One of the compared kinds of models did not find a strong signal planted in the same features ({check['value']:.0%} of the way from chance to what was attainable)"


def _seed_spread(results, check):
    return (
        f"The {_metric(results)} of the network varies between training seeds with a standard deviation of {check['value']:.4f}, as much as or more than "
        f"its difference to the best simpler model ({check['threshold']:.4f})"
    )


def _provenance(results, check):
    missing = [
        f"the {key.replace('_declared', ' checksum').replace('sha256', 'declared')} of {source['id']}"
        for source in results.provenance["sources"]
        for key in ("version", "licence", "citation", "sha256_declared", "obtained")
        if not source[key]
    ]
    return f"The provenance of the data is incomplete; not documented: {series(missing)}"


def _missingness(results, check):
    table, patterns = results.exploration["missingness"], results.quality["missing_patterns"]
    worst = table.loc[table["share"].idxmax()]
    treated = "left as they are" if results.config["preprocess"]["impute"] == "none" else "imputed"
    text = f"Values are missing (up to {worst['share']:.0%}, in {worst['feature']}) and were {treated}"
    telling = patterns[(patterns["low"] > 0.5) & (patterns["p_adjusted"] < 0.05)] if len(patterns) else patterns
    if not len(telling):
        return text
    told = [
        f"{'the label' if row.role == 'label' else row.target} (ROC AUC {row.value:.2f}, {ends(row.low, row.high)})"
        for row in telling.itertuples()
    ]
    return (
        f"{text}; which values are missing predicts {series(told)}, so that models may have learned who lacks a value"
    )


def _duplicates(results, check):
    row = results.quality["duplicates"].iloc[0]
    twins = int(row["identical"] + row["near_identical"])
    text = f"{twins} of {int(row['samples']):,} development samples are identical or all but identical to another one"
    return (
        f"{text}, and {int(row['conflicting'])} pairs of them have contradicting labels" if row["conflicting"] else text
    )


def _label_noise(results, check):
    row = results.quality["noise"].iloc[0]
    return f"By estimate {row['share']:.1%} of the labels ({row['low']:.1%} to {row['high']:.1%}) are wrong, which bounds what any model can reach and blurs the comparison"


def _hidden_groups(results, check):
    if check["status"] == "fail":
        return "Samples that look like replicates of one another were treated as independent, so that scores are too high and intervals too narrow"
    return "Some samples may be replicates of one another although they were treated as independent; then scores are too high and intervals too narrow"


def _imbalance(results, check):
    shares = results.samples["label"].value_counts(normalize=True)
    judged = (
        "models were compared by accuracy, which favours those that ignore it"
        if check["status"] == "fail"
        else "accuracy by itself would mislead"
    )
    return f"Classes are unequal: {shares.idxmin()} makes up {shares.min():.0%} of the samples, and {judged}"


def _batch_separable(results, check):
    table = results.exploration["batch"]
    table = table[table["value"].notna()]
    worst = table.loc[(table["value"] - table["chance"]).idxmax()]
    return (
        f"The measurements carry {worst['factor']}: it is predicted from the features with a balanced accuracy of {worst['value']:.2f} "
        f"({worst['low']:.2f} to {worst['high']:.2f}; chance {worst['chance']:.2f}), and models may use it"
    )


def _label_batch(results, check):
    table = results.exploration["association"]
    row = _judged(table[table["role"].isin(["batch", "site"])], check)
    return f"The label is associated with {row['factor']} ({row['measure']} {row['value']:.2f}, p = {row['p_value']:.3f}), so that what separates the classes may in part be {row['factor']}"


def _confounder_only(results, check):
    table = _judged(results.confounders, check)
    return (
        f"From {table['source']} alone ({table['columns']}), without any feature, the label is predicted with a {metric_in_sentence(table['metric'])} of "
        f"{table['value']:.3f} ({ends(table['low'], table['high'])}); the features add nothing that can be seen ({table['model_value']:.3f} with them)"
    )


def _worth_it(results, check):
    row = results.planned_comparison
    return (
        f"No advantage of the {_title(results, row['a'])} over {_title(results, row['b'])} was shown (difference in {_metric(results)} {row['difference']:+.3f}, "
        f"{ends(row['low'], row['high'], '+')}); the interval also bounds the advantage that may have been missed"
    )


def _equal_budget(results, check):
    table = results.budget[results.budget["kind"].isin(["baseline", "network"])]
    if table["trials"].min() == table["trials"].max():
        return "Models were not tuned alike: they had the same number of trials, but not the same samples, folds, weights or preparation"
    return f"Models were not tuned alike ({table['trials'].min()} to {table['trials'].max()} configurations each), which favours those that were tuned more"


def _tuning_gain(results, check):
    table = results.budget[results.budget["kind"].isin(["baseline", "network"])]
    before, after = table.loc[table["untuned"].idxmax(), "model"], table.loc[table["tuned"].idxmax(), "model"]
    return f"The ranking of models depends on tuning: untuned, {_title(results, before)} came first, tuned, {_title(results, after)} (gain at most {check['value']:.3f}), and a longer search may change it again"


def _beats_trivial(results, check):
    winner = best_overall(list(results.bests.values()))["model"]
    row = only(results.evaluated("combined_comparisons"), a=winner, family="trivial").iloc[0]
    return f"No model has been shown to predict the label better than a trivial predictor ({_title(results, winner)}: difference in {_metric(results)} {row['difference']:+.3f}, {ends(row['low'], row['high'], '+')})"


def _search_edge(results, check):
    if check["threshold"]:
        return (
            f"Only {check['value']:.0f} configurations were tried for each model, and better ones may have been missed"
        )
    lie = "lies" if check["value"] == 1 else "lie"
    return f"{check['value']:.0f} of the chosen hyperparameters {lie} on the edge of what was searched, and better values may lie beyond"


def _start_small(results, check):
    return f"A network of {check['value']:,.0f} parameters did as well in cross-validation, within one standard error, as the chosen one with {check['threshold']:,.0f}"


def _test_opened_once(results, check):
    opening = results.opening
    keys = series(dict.fromkeys(change["key"] for change in opening["plan_changes"]))
    plan = f", among them of the analysis plan ({keys})" if keys else ""
    return f"The test part was opened {opening['openings']} times, first on {opening['first'][:10]}, with changes between{plan}; its figures are no longer those of unseen samples"


def _leakage(results, check):
    shared = results.shared
    twins = int((shared["identical"] + shared["near_identical"]).max())
    if check["status"] == "warn":
        top = results.exploration["single_features"].iloc[0]
        return f"A single feature, {top['feature']}, all but gives the label away ({top['measure']} {top['value']:.3f}), and may not be independent of it"
    if "groups stand" not in check["finding"]:
        return f"{twins} of {int(shared['test_samples'].iloc[0])} test samples have a twin among the development samples, so that test figures are too good"
    return f"{check['value']:.0f} groups stand in the development and in the test part, so that the test is not independent"


def _label_shuffle(results, check):
    if "better than by chance" in check["finding"]:
        return "Shuffled labels are predicted better than by chance, so that something other than the measurements tells models the answer"
    which = "Both compared models score" if check["status"] == "fail" else "One of the two compared models scores"
    return (
        f"{which} no better with the real labels than with shuffled ones (p = {check['value']:.3f} in cross-validation)"
    )


def _train_test_gap(results, check):
    return f"The chosen network scores {check['value']:.3f} better on its training rows than on test rows ({_metric(results)}), a sign of overfitting"


def _calibration(results, check):
    return f"Predicted probabilities of the network ensemble are off by {check['value']:.3f} on average and cannot be taken as risks"


def _published(results, check):
    side = "above" if check["value"] > check["threshold"] else "below"
    declared = results.config["study"]["published"]
    return f"The {metric_in_sentence(declared['metric'])} found here, {check['value']:.3f}, and its interval lie {side} the published {check['threshold']:.3f} ({declared['citation']}); the reason is not known"


def _independent_holdout(results, check):
    kind = best_overall(list(results.bests.values()))["kind"]
    table = results.control(kind, "left_out")
    tried = table[table["difference"].notna()]
    means = {}
    for factor, part in tried.groupby("factor"):
        means[factor] = float((part["n"] / part["n"].sum() * part["difference"]).sum())
    factor = min(means, key=means.get)
    return f"Where a whole {factor} was left out of training, the {_metric(results)} fell by {-check['value']:.3f} on average; the result cannot be claimed for a {factor} that was not studied"


def _code_version(results, check):
    codes = [job["code"] for job in results.jobs] or [results.provenance["code"]]
    if any(code["commit"] is None for code in codes):
        return "The code was not under version control when it ran, so that it cannot be told exactly which code gave these results"
    return f"The code that ran differed from its commit in {check['value']:.0f} files"


def _determinism(results, check):
    return f"A second training with the same seeds did not come out the same (largest difference {check['value']:.2g}), so that the figures cannot be reproduced exactly"


def _sensitivity(results, check):
    if results.config["study"]["sensitive"]:
        return "The data are sensitive: a model that was trained on them may give some of them away"
    return "It has not been stated whether the data are sensitive"


def _membership(results, check):
    return f"An attacker recognises {check['value']:.0%} of those whom the model learned from while taking 1 % of the others for them, so that the model gives away who took part"


def _memorising_model(results, check):
    return "The model stores samples that it was trained on, so that whoever has it has them"


SENTENCES = {
    "sample-size": _sample_size,
    "learning-curve": _learning_curve,
    "planted-signal": _planted_signal,
    "seed-spread": _seed_spread,
    "provenance": _provenance,
    "missingness": _missingness,
    "duplicates": _duplicates,
    "label-noise": _label_noise,
    "hidden-groups": _hidden_groups,
    "imbalance": _imbalance,
    "batch-separable": _batch_separable,
    "label-batch": _label_batch,
    "confounder-only": _confounder_only,
    "worth-it": _worth_it,
    "equal-budget": _equal_budget,
    "tuning-gain": _tuning_gain,
    "beats-trivial": _beats_trivial,
    "search-edge": _search_edge,
    "start-small": _start_small,
    "test-opened-once": _test_opened_once,
    "leakage": _leakage,
    "label-shuffle": _label_shuffle,
    "train-test-gap": _train_test_gap,
    "calibration": _calibration,
    "published": _published,
    "independent-holdout": _independent_holdout,
    "code-version": _code_version,
    "determinism": _determinism,
    "sensitivity": _sensitivity,
    "membership": _membership,
    "memorising-model": _memorising_model,
}
