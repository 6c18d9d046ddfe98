"""Checks of the test part and of what may be shared (tips 7 and 10)."""

from tentips.checks.recommended import as_used, judged, smallest
from tentips.checks.registry import FAIL, PASS, SKIP, WARN, Check, check, ends
from tentips.data.split import COPY
from tentips.errors import listed
from tentips.models.names import in_sentence
from tentips.results import Results, only
from tentips.statistics.metric_names import NAMES, metric_in_sentence
from tentips.study.config import group_names, metric_name
from tentips.wording import as_value, minute, number_of, series

MANY_COPIES = 0.05  # share of the test part that was left out as copies, from which somebody has to ask why


@check("imbalance")
def imbalance(results: Results) -> Check:
    """Ask whether the classes are so unequal that the chosen metric misleads."""
    config = results.config
    if config["data"]["task"] == "regression":
        return Check(SKIP, "The label is a number.")
    shares = results.samples["label"].value_counts(normalize=True)
    rarest, threshold, metric = float(shares.min()), config["checks"]["minority_share"], metric_name(config)
    finding = f"The rarest class, {shares.idxmin()}, makes up {rarest:.0%} of the samples"
    unequal = f"Classes are unequal: {shares.idxmin()} makes up {rarest:.0%} of the samples, and"
    if rarest < threshold and metric == "accuracy":
        return Check(
            FAIL,
            f"{finding}, and models are compared by accuracy, which a model that ignores this class would win. Set evaluation.metric to balanced_accuracy or average_precision.",
            rarest,
            threshold,
            "balance",
            f"{unequal} models were compared by accuracy, which favours those that ignore it",
        )
    if rarest < threshold:
        return Check(
            WARN,
            f"{finding}. {NAMES[metric]} takes that into account; do not quote accuracy alone.",
            rarest,
            threshold,
            "balance",
            f"{unequal} accuracy by itself would mislead",
        )
    return Check(PASS, f"{finding}.", rarest, threshold, "balance")


@check("leakage")
def leakage(results: Results) -> Check:
    """Look for groups and duplicates on both sides of the split, and for a feature that gives the label away."""
    return _shared_groups(results) or _duplicates_of_training(results) or _telling_feature(results)


def _shared_groups(results: Results) -> Check | None:
    """Groups that are in both parts."""
    parts = results.split[results.split["role"] != COPY]
    joined = parts.merge(results.samples[["sample", "group"]], on="sample")
    shared = int((joined.groupby(["repeat", "group"])["role"].nunique() > 1).sum())
    if not shared:
        return None
    cut = f"{number_of(shared, 'group')} {'is' if shared == 1 else 'are'}"
    return Check(
        FAIL,
        f"{cut} in the training and in the test part: the test is not independent. Use split.strategy: group.",
        shared,
        0,
        "split",
        f"{cut} in the development and in the test part, so that the test is not independent",
    )


def _most_duplicates(results: Results):
    """The repeat in which most test samples have a duplicate in the training part; `duplicates` counts them."""
    counted = results.shared.assign(duplicates=results.shared["identical"] + results.shared["near_identical"])
    return counted.loc[counted["duplicates"].idxmax()]


def _kind(shared) -> str:
    """What a sample so near is called: of sequences a relative, else a twin."""
    return "relative" if shared["relatives"] else "twin"


def _duplicates_of_training(results: Results) -> Check | None:
    """Test samples that are in the training part, too, under another name."""
    worst = _most_duplicates(results)
    duplicates, tested = int(worst["duplicates"]), int(worst["test_samples"])
    if not duplicates:
        return None
    if (results.shared["left_out"] >= results.shared["identical"] + results.shared["near_identical"]).all():
        return _left_out(results, worst, tested)
    nothing, finding = _changes_nothing(results), f"{duplicates} of {tested} test samples have a {_kind(worst)}"
    effect = " They change nothing that matters." * nothing
    return Check(
        WARN if nothing else FAIL,
        (
            f"{finding} in the training part ({int(worst['identical'])} "
            f"identical, {int(worst['near_identical'])} {worst['near']}; named in "
            f"results/split/shared_pairs.parquet).{effect_of_shared(results)}{effect} {worst['remedy']}."
        ),
        duplicates,
        0,
        "split",
        f"{finding} among the development samples"
        + (
            ", which changes the test figures by nothing that matters"
            if nothing
            else ", so that test figures are too good"
        ),
    )


def _shared_rows(results: Results):
    """The scores with and without shared rows of the model that the page speaks of, one row for each repeat that has any."""
    return only(results.evaluated("shared_rows"), model=as_used(results, judged(results)))


def _changes_nothing(results: Results) -> bool:
    """Whether shared rows that stayed in the test part move the score by less than matters, by the whole interval in every repeat."""
    table, least = only(_shared_rows(results), left_out=False), smallest(results)
    return bool(len(table) and ((table["low"] > -least) & (table["high"] < least)).all())


def effect_of_shared(results: Results) -> str:
    """Say what shared rows do to the score, of the repeat that has most of them; nothing where that is not known."""
    table = _shared_rows(results)
    if not len(table):
        return ""
    row = table.loc[table["shared"].idxmax()]
    model = in_sentence(row["model"], results.config["data"]["task"])
    return (
        f" With them the {metric_in_sentence(row['metric'])} of the {model} is {row['with_shared']:.3f}, without them "
        f"{row['without_shared']:.3f} (difference {row['difference']:+.3f}, {ends(row['low'], row['high'], '+')})."
    )


def _left_out(results: Results, worst, tested: int) -> Check | None:
    """Copies that were left out of the test part: many of them point to a fault, a few change nothing."""
    if int(worst["left_out"]) / tested < MANY_COPIES:
        return None
    return Check(
        WARN,
        f"{_left_out_in_words(worst)}. No figure rests on them.{effect_of_shared(results)} Find out why samples occur twice: {worst['remedy']}.",
        int(worst["left_out"]),
        MANY_COPIES * tested,
        "split",
        f"{_left_out_in_words(worst)}; their copies in other places may have been missed",
    )


def _left_out_in_words(worst) -> str:
    return (
        f"{int(worst['left_out'])} of {int(worst['test_samples'])} test samples have a twin in the training part (named in "
        "results/split/shared_pairs.parquet) and were left out of the test"
    )


def _telling_feature(results: Results) -> Check:
    """The feature that tells the label best by itself."""
    top, threshold = results.exploration["single_features"].iloc[0], results.config["checks"]["single_feature"]
    if top["value"] >= threshold:
        return Check(
            WARN,
            (
                f"One feature alone, {top['feature']}, all but gives the label away ({top['measure']} "
                f"{top['value']:.3f}). Make sure that it was known before the label and is not made from it; "
                "if not, take it out."
            ),
            top["value"],
            threshold,
            "single-features",
            f"A single feature, {top['feature']}, all but gives the label away ({top['measure']} {top['value']:.3f}), and may not be independent of it",
        )
    group, worst = listed(group_names(results.config)), _most_duplicates(results)
    apart = "No group is declared (if samples share a patient, litter or plate, declare data.group)"
    apart = f"No {group} is in both parts" if group else apart
    compared = (
        f"no test sample has a {_kind(worst)} in training"
        if worst["compared"]
        else f"twins were not looked for: {worst['note']}"
    )
    if worst["left_out"]:
        compared = _left_out_in_words(worst)
    effect = effect_of_shared(results) if worst["left_out"] else ""
    return Check(
        PASS,
        f"{apart}; {compared}; the most telling feature, {top['feature']}, reaches {top['measure']} {top['value']:.3f}.{effect}",
        top["value"],
        threshold,
        "split",
    )


@check("test-opened-once")
def test_opened_once(results: Results) -> Check:
    """Read the test ledger."""
    opening = results.opening
    if opening["openings"] > 1:
        changed = listed([key.replace("_", " ") for key in opening["changed"]])
        keys = list(dict.fromkeys(change["key"] for change in opening["plan_changes"]))
        changed += f" (in the plan: {listed(keys)})" if keys else ""
        plan = f", among them of the analysis plan ({series(keys)})" if keys else ""
        lost = opening["taken_out"]
        gone = f" The ledger lacks {lost} of these openings, which version control remembers." if lost else ""
        return Check(
            FAIL,
            (
                f"The test part was opened {opening['openings']} times, first on {minute(opening['first'])}; "
                f"changed since: {changed}. Test figures after the first opening are choices made with the "
                f"answer in sight.{gone}{_backwards(opening)}"
            ),
            opening["openings"],
            1,
            "ledger",
            f"The test part was opened {opening['openings']} times, first on {minute(opening['first'])}, with changes between{plan}; its figures are no longer those of unseen samples",
        )
    if opening["backwards"]:
        return Check(
            WARN,
            (
                f"The test part was opened once, on {minute(opening['first'])}, but the times of its record cannot be right."
                f"{_backwards(opening)}"
            ),
            opening["backwards"],
            0,
            "ledger",
            "The times in the record of test openings run backwards, so that it cannot be said when the test part was opened",
        )
    if opening["plan"]["registered"] is None:
        return Check(
            WARN,
            (
                f"The test part was opened once, on {minute(opening['first'])}, but no plan is known that was registered before: "
                "results/plan.jsonl is younger than the opening. What was planned before the figures were seen cannot be shown."
            ),
            1,
            1,
            "ledger",
            "No analysis plan is known that was registered before the test part was opened",
        )
    if results.changes_of_judging:
        return _judged_otherwise(results)
    return Check(
        PASS,
        f"The test part was opened once, on {minute(opening['first'])}; the plan was registered before, on {minute(opening['plan']['registered'])}.",
        1,
        1,
        "ledger",
    )


def _backwards(opening: dict) -> str:
    """Say how many openings of the ledger are dated before the one they follow; nothing where none is."""
    count = opening["backwards"]
    if not count:
        return ""
    are = "1 opening that is" if count == 1 else f"{count} openings that are"
    return (
        f" The ledger holds {are} dated before the one that came first: a clock was wrong, or lines were made by hand."
    )


def _judged_otherwise(results: Results) -> Check:
    """Thresholds and controls that were changed after the opening: the figures are the same, but who changed them had seen them."""
    changed = results.changes_of_judging
    keys = [each["key"] for each in changed]
    worded = series([f"{each['key']} from {as_value(each['before'])} to {as_value(each['after'])}" for each in changed])
    advice = " Put thresholds back, or say why they were changed." * any(key.startswith("checks.") for key in keys)
    return Check(
        WARN,
        (
            f"The test part was opened once, on {minute(results.opening['first'])}, but what its figures are judged by was changed after "
            f"it: {worded}.{advice}"
        ),
        len(set(keys)),
        0,
        "ledger",
        f"Checks or controls were changed after the test part had been opened ({worded}), with the figures in sight",
    )


@check("sensitivity")
def sensitivity(results: Results) -> Check:
    """Ask whether the study says if its data are sensitive."""
    declared = results.config["study"]["sensitive"]
    if declared is None:
        return Check(
            WARN,
            "The study does not say whether its data are sensitive. Set study.sensitive before you share a model.",
            limitation="It has not been stated whether the data are sensitive",
        )
    if declared:
        return Check(
            WARN,
            "The data are declared sensitive: a model trained on them can give some of them away. Do not share it without a privacy assessment.",
            limitation="The data are sensitive, and a model that was trained on them can give some of them away",
        )
    return Check(PASS, "The data are declared not to be sensitive.")
