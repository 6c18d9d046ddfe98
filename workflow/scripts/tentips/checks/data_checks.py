"""Checks of the data and their history (tips 4, 7 and 10)."""

from tentips.checks.registry import FAIL, PASS, SKIP, WARN, Check, check
from tentips.errors import listed
from tentips.results import Results
from tentips.statistics.metric_names import NAMES
from tentips.study.config import metric_name

SIGNIFICANT = 0.05


@check(4, "provenance")
def provenance(results: Results) -> Check:
    """Look for sources without version, licence, citation, declared checksum or date."""
    gaps = [
        f"{source['id']}: {key.replace('_declared', '')}"
        for source in results.provenance["sources"]
        for key in ("version", "licence", "citation", "sha256_declared", "obtained")
        if not source[key]
    ]
    if gaps:
        return Check(
            WARN,
            f"Not written down in config/datasets.tsv: {listed(gaps)}. Without them nobody can get the same data again.",
            len(gaps),
            0,
            "provenance",
        )
    return Check(
        PASS, "Source, version, licence, citation, date and checksum of all data are written down.", 0, 0, "provenance"
    )


@check(4, "batch-separable")
def batch_separable(results: Results) -> Check:
    """Ask whether any batch or site can be told from the features better than by chance."""
    table = results.exploration["batch"]
    table = table[table["value"].notna()] if len(table) else table
    if not len(table):
        return Check(SKIP, "No batch or site with two levels that could be predicted is declared.")
    excess = table["value"] - table["chance"]
    worst = table.loc[excess.idxmax()]
    told = f"{worst['factor']} is predicted from the features with balanced accuracy {worst['value']:.2f} ({worst['low']:.2f} to {worst['high']:.2f}; chance {worst['chance']:.2f})"
    if worst["low"] > worst["chance"]:
        after = "" if worst["corrected"] != worst["corrected"] else f" ComBat brings it to {worst['corrected']:.2f}."
        return Check(
            WARN,
            f"{told}: the measurements carry the batch. A model may use it; see whether the label goes with it.{after}",
            worst["value"],
            worst["chance"],
            "batch",
        )
    return Check(PASS, f"{told}: no batch effect is seen.", worst["value"], worst["chance"], "batch")


@check(4, "label-batch")
def label_batch(results: Results) -> Check:
    """Ask whether the label goes with a batch or site, which no correction can undo."""
    table = results.exploration["association"]
    table = table[table["role"].isin(["batch", "site"]) & table["value"].notna()]
    if not len(table):
        return Check(SKIP, "No batch or site with two values is declared.")
    threshold = results.config["checks"]["association"]
    tied = table[(table["value"] >= threshold) & (table["p_value"] < SIGNIFICANT)]
    worst = table.loc[table["value"].idxmax()] if not len(tied) else tied.loc[tied["value"].idxmax()]
    told = f"label and {worst['factor']} ({worst['measure']} {worst['value']:.2f}, permutation p = {worst['p_value']:.3f}, n = {int(worst['n'])})"
    if len(tied):
        status = FAIL if worst["value"] >= 0.5 else WARN
        corrects = results.config["preprocess"]["batch_correction"] != "none"
        so = " This study corrects all the same: set preprocess.batch_correction to none." if corrects else ""
        return Check(
            status,
            f"Associated: {told}. What separates the classes may be the batch; correcting it may erase the signal or invent one. Hold whole batches out (split.strategy: site).{so}",
            worst["value"],
            threshold,
            "association",
        )
    return Check(PASS, f"No association seen between {told}.", worst["value"], threshold, "association")


@check(7, "imbalance")
def imbalance(results: Results) -> Check:
    """Ask whether the classes are so unequal that the chosen metric misleads."""
    config = results.config
    if config["data"]["task"] == "regression":
        return Check(SKIP, "The label is a number.")
    shares = results.samples["label"].value_counts(normalize=True)
    rarest, threshold, metric = float(shares.min()), config["checks"]["minority_share"], metric_name(config)
    told = f"The rarest class, {shares.idxmin()}, makes up {rarest:.0%} of the samples"
    if rarest < threshold and metric == "accuracy":
        return Check(
            FAIL,
            f"{told}, and models are compared by accuracy, which a model that ignores this class would win. Set evaluation.metric to balanced_accuracy or average_precision.",
            rarest,
            threshold,
            "balance",
        )
    if rarest < threshold:
        return Check(
            WARN, f"{told}. {NAMES[metric]} can bear that; do not quote accuracy alone.", rarest, threshold, "balance"
        )
    return Check(PASS, f"{told}.", rarest, threshold, "balance")


@check(7, "leakage")
def leakage(results: Results) -> Check:
    """Look for groups and twins that stand in training and test alike, and for a feature that gives the label away."""
    joined = results.split.merge(results.samples[["sample", "group"]], on="sample")
    shared = int((joined.groupby(["repeat", "group"])["role"].nunique() > 1).sum())
    if shared:
        return Check(
            FAIL,
            f"{shared} groups stand in the training and in the test part: the test is not independent. Use split.strategy: group.",
            shared,
            0,
            "split",
        )
    worst = results.shared.assign(twins=results.shared["identical"] + results.shared["near_identical"])
    worst = worst.loc[worst["twins"].idxmax()]
    twins, tested = int(worst["twins"]), int(worst["test_samples"])
    if twins:
        return Check(
            FAIL,
            f"{twins} of {tested} test samples have a twin in the training part ({int(worst['identical'])} identical, {int(worst['near_identical'])} all but identical; named in results/split/shared_pairs.parquet). Take the copies out, or declare what they share as data.group.",
            twins,
            0,
            "split",
        )
    top, threshold = results.exploration["single_features"].iloc[0], results.config["checks"]["single_feature"]
    if top["value"] >= threshold:
        return Check(
            WARN,
            f"One feature alone, {top['feature']}, all but gives the label away ({top['measure']} {top['value']:.3f}). Make sure that it was known before the label and is not made from it; if not, take it out.",
            top["value"],
            threshold,
            "single-features",
        )
    group = listed(results.config["data"]["group"])
    held = (
        f"No {group} stands in two parts"
        if group
        else "No group is declared (if samples share a patient, litter or plate, declare data.group)"
    )
    twin = (
        f"twins were not looked for: {worst['note']}"
        if not worst["compared"]
        else "no test sample has a twin in training"
    )
    return Check(
        PASS,
        f"{held}; {twin}; the most telling feature, {top['feature']}, reaches {top['measure']} {top['value']:.3f}.",
        top["value"],
        threshold,
        "split",
    )


@check(7, "test-opened-once")
def test_opened_once(results: Results) -> Check:
    """Read the test ledger."""
    opening = results.opening
    if opening["openings"] > 1:
        changed = listed([key.replace("_", " ") for key in opening["changed"]])
        keys = listed(list(dict.fromkeys(change["key"] for change in opening["plan_changes"])))
        changed += f" (in the plan: {keys})" if keys else ""
        return Check(
            FAIL,
            f"The test part was opened {opening['openings']} times, first on {opening['first'][:10]}; changed since: {changed}. Test figures after the first opening are choices made with the answer in sight.",
            opening["openings"],
            1,
            "ledger",
        )
    return Check(
        PASS,
        f"The test part was opened once, on {opening['first'][:10]}; the plan was registered before, on {opening['plan']['registered'][:10]}.",
        1,
        1,
        "ledger",
    )


@check(10, "sensitivity")
def sensitivity(results: Results) -> Check:
    """Ask whether the study says if its data are sensitive."""
    declared = results.config["study"]["sensitive"]
    if declared is None:
        return Check(
            WARN, "The study does not say whether its data are sensitive. Set study.sensitive before you share a model."
        )
    if declared:
        return Check(
            WARN,
            "The data are declared sensitive: a model trained on them can give some of them away. Do not share it without a privacy assessment.",
        )
    return Check(PASS, "The data are declared not to be sensitive.")
