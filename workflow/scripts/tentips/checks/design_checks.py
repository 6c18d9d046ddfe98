"""Checks of the design: enough samples, and a signal that could be found (tips 1 and 4)."""

import numpy as np

from tentips.checks import learning_curves
from tentips.checks.recommended import judged_kind
from tentips.checks.registry import FAIL, PASS, SKIP, WARN, Check, check
from tentips.checks.words import in_text, title
from tentips.data.planted_labels import NONE
from tentips.design.batch_confounding import null_is_found
from tentips.design.design_summary import smallest_in_words, strong_effect
from tentips.models.trials import mean_score
from tentips.results import Results
from tentips.statistics.metric_names import NAMES
from tentips.study.config import group_names

KINDS = ("network", "baseline")


@check("sample-size")
def sample_size(results: Results) -> Check:
    """Count independent units against the rules of thumb, by class and by feature, and ask the learning curve."""
    config, samples = results.config, results.samples
    units = "independent groups" if group_names(config) else "samples"
    if config["data"]["task"] == "regression":
        least, threshold = samples["group"].nunique(), config["checks"]["samples_regression"]
        finding, rule = (
            f"The label is known for {least} {units}",
            "a numeric label needs at the least (Riley et al. 2019)",
        )
    else:
        counts = samples.groupby("label")["group"].nunique().sort_values()
        least, threshold = int(counts.iloc[0]), config["checks"]["samples_per_class"]
        finding = f"The smallest class, {counts.index[0]}, has {least} {units}"
        rule = "from which deep learning is worth considering"
    features, wanted = results.provenance["features"], config["checks"]["units_per_feature"]
    ratio = least / features
    shown = f"{ratio:.1f}" if ratio >= 0.1 else f"{ratio:.2g}"
    per_feature = f"{shown} for each of {features:,} features (the rule of thumb asks for {wanted:g})"
    rising, curve = _rising(results)
    of_class = "" if config["data"]["task"] == "regression" else f" of the rarest class, {counts.index[0]},"
    small = f"The sample is small: {least:,} {units}{of_class} for {features:,} features ({shown} each), where rules of thumb ask for {threshold:g} and for {wanted:g} per feature"
    if least < threshold:
        return Check(
            WARN,
            f"{finding}, fewer than the {threshold} {rule}, and {per_feature}. {curve}Expect simpler models to do as well.",
            least,
            threshold,
            "balance",
            small,
        )
    if ratio < wanted and rising:
        return Check(
            WARN,
            f"{finding}; the rule of thumb asks for {threshold}. That is {per_feature}. {curve}Gather more, or measure fewer features.",
            least,
            threshold,
            "balance",
            small,
        )
    return Check(
        PASS,
        f"{finding}; the rule of thumb asks for {threshold}. That is {per_feature}. {curve}".rstrip(),
        least,
        threshold,
        "balance",
    )


@check("planted-signal")
def planted_signal(results: Results) -> Check:
    """Ask whether this study could find a signal: its models a strong one, its design one of the size to be expected."""
    if without := results.without_control("planted_signal"):
        return Check(SKIP, f"No signal was planted: {without}.")
    power, options = results.design["power"], results.config["checks"]
    name, evidence = NAMES[power["measure"]], "figure-power"
    tables = {kind: results.control(kind, "planted_signal") for kind in KINDS}
    if not all(len(table) for table in tables.values()):
        return Check(
            SKIP,
            "No signal could be planted that leaves every fold with every class: too few groups hold each class.",
            evidence=evidence,
        )
    least, found = options["planted_recovery"], {kind: _recovered(table, power) for kind, table in tables.items()}
    strong = tables["network"]["effect"].max()
    scores = "; ".join(
        f"{title(results, tables[kind]['model'].iloc[0])} {f'{score:.3f}' if np.isfinite(score) else 'no score'} of {attainable:.3f}"
        for kind, (score, attainable, _) in found.items()
    )
    recovery = f"A strong signal planted in these features (attainable {name} {strong:.2f}), {name} in cross-validation: {scores}"
    size = (
        "By design, labels without any effect are found too often for a power to mean anything"
        if null_is_found(power)
        else f"By design, {smallest_in_words(power)} would be found in {power['wanted']:.0%} of such studies"
    )
    best, worst = judged_kind(results), min(share for _, _, share in found.values())
    missed = [kind for kind in KINDS if not found[kind][2] >= least]
    if best in missed or len(missed) == len(KINDS):
        return _strong_signal_missed(recovery, size, worst, least)
    if null_is_found(power):
        return _nothing_found(recovery, power)
    limit = strong_effect(options["smallest_effect"], power["measure"])
    if power["smallest"] is None or power["smallest"] > limit:
        return Check(
            WARN,
            f"{recovery}. {size}: weaker ones, such as {name} {limit:.2f}, will probably be missed. Gather more independent samples.",
            power["smallest"],
            limit,
            evidence,
            _too_weak(power, name),
        )
    if missed:
        return Check(
            WARN,
            f"{recovery}. {title(results, tables[missed[0]]['model'].iloc[0])} missed it. {size}.",
            worst,
            least,
            evidence,
            f"One of the compared kinds of models did not find a strong signal planted in the same features{_way(worst)}",
        )
    return Check(PASS, f"{recovery}. {size}.", power["smallest"], limit, evidence)


def _strong_signal_missed(recovery: str, size: str, worst: float, least: float) -> Check:
    return Check(
        FAIL,
        (
            f"{recovery}. It is not found: that nothing is found here says nothing about the question. {size}. "
            "Gather more independent samples, measure fewer features, or look at what preparation does to "
            "them."
        ),
        worst,
        least,
        "figure-power",
        f"A strong signal planted in the same features was not found by the models{_way(worst)}, so that the absence of a finding says little",
    )


def _nothing_found(recovery: str, power: dict) -> Check:
    """Labels that were drawn without regard to the features are predicted all the same."""
    null = power["null"]
    because = (
        "because the batches that they belong to can be seen in the features"
        if power.get("batches", 1) > 1
        else "because intervals of a test part like this one are too narrow"
    )
    return Check(
        WARN,
        (
            f"{recovery}. But labels without any effect are “found” in {null['power']:.0%} of the repetitions "
            f"({null['low']:.0%} to {null['high']:.0%}), {because}."
        ),
        null["power"],
        power["null_allowed"],
        "figure-power",
        f"Labels without any effect were “found” in {null['power']:.0%} of repetitions, {because}",
    )


def _way(share: float) -> str:
    """How far a planted signal was recovered, in brackets; nothing where a model could not be scored."""
    return f" ({share:.0%} of the way from chance to what was attainable)" if np.isfinite(share) else ""


def _too_weak(power: dict, name: str) -> str:
    """What low power means; `name` is the measure in words."""
    if power["smallest"] is None:
        return f"Not even the largest effect that was planted, an attainable {name} of {power['largest']:.2f}, would be found in {power['wanted']:.0%} of studies of this size"
    return f"The study had a power of {power['wanted']:.0%} only for effects of an attainable {name} of {power['smallest']:.2f} or more; weaker ones may have been missed"


def _recovered(table, power: dict) -> tuple[float, float, float]:
    """Score and attainable score of the strongest planted signal, and how far the score goes from chance to there."""
    part = table[table["effect"] == table["effect"].max()]
    score, attainable = (mean_score(part[column].tolist()) for column in ("score", "attainable"))
    none = NONE["classification" if power["measure"] == "roc_auc" else "regression"]
    return score, attainable, (score - none) / (attainable - none) if attainable > none else float("nan")


def _rising(results: Results) -> tuple[bool, str]:
    """Whether more samples would help by what the check learning-curve says, too, and that as a sentence."""
    if not results.controls["learning_curve"]:
        return False, ""
    laws, rising = learning_curves.laws(results), learning_curves.rising(results)
    if not laws:
        return False, "There are too few to train on parts of them. "
    gains = "; ".join(f"{in_text(results, law['model'])} {learning_curves.in_figures(law)}" for law in rising or laws)
    finding = (
        "More samples would still improve models"
        if rising
        else "That twice the samples would be worth it was not shown"
    )
    return bool(rising), f"{finding} ({gains}). "
