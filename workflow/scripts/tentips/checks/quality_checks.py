"""Checks of the data's quality: missing values, twins, doubtful labels, hidden groups (tip 4)."""

from tentips.checks.registry import FAIL, PASS, SKIP, WARN, Check, check, ends
from tentips.errors import listed
from tentips.results import Results, only
from tentips.study.config import group_names
from tentips.wording import number_of, p_value, percentage, series

SIGNIFICANT = 0.05
MOSTLY_SKEWED = 0.5  # share of skewed features from which their scale decides what models can learn
CERTAIN = 0.01  # p-value below which replicates (adjusted for the number of candidates) and wrong labels count
ORDER = 3  # times the excess that is asked of neighbouring rows of the sheet: time and place order a sheet, too
SETS, CLEAR_SETS = (
    0.25,
    0.4,
)  # overlap of neighbouring sets beyond chance; without replicates at most .18 in simulated data
ALIKE = "Samples that look like replicates of one another were treated as independent, so that scores are too high and intervals too narrow"
MAY_BE_REPLICATES = "Some samples may be replicates of one another although they were treated as independent; then scores are too high and intervals too narrow"
MANY_RELATIVES = 0.05  # share of samples with a relative in another group, from which independence is not given
TOO_WIDE = 0.15  # upper limit of the share of wrong labels from which, where none is certain, nothing has been told


@check("missingness")
def missingness(results: Results) -> Check:
    """Look at the feature with most missing values, and at what the pattern of missing values tells by itself."""
    table, threshold = results.exploration["missingness"], results.config["checks"]["missing_share"]
    worst, patterns = table.loc[table["share"].idxmax()], results.quality["missing_patterns"]
    telling = patterns[(patterns["low"] > 0.5) & (patterns["p_adjusted"] < SIGNIFICANT)]
    finding = f"The feature with most missing values, {worst['feature']}, misses {percentage(worst['share'])}"
    if not table["missing"].any():
        finding = f"No value is missing in {int(worst['n']):,} development samples"
    treated = "left as they are" if results.config["preprocess"]["impute"] == "none" else "imputed"
    missing = f"Values are missing (up to {worst['share']:.0%}, in {worst['feature']}) and were {treated}"
    if len(telling):
        predicted = [
            f"{'the label' if row.role == 'label' else row.target} (ROC AUC {row.value:.2f}, {ends(row.low, row.high)})"
            for row in telling.itertuples()
        ]
        worded = [
            f"{'the label' if row.role == 'label' else row.target} (ROC AUC {row.value:.2f}, {ends(row.low, row.high)}, {p_value(row.p_value)})"
            for row in telling.itertuples()
        ]
        advice = (
            "A model may learn who has no value rather than what was measured. Say so, ask why they are missing, and compare with a study of complete features."
            if "label" in set(telling["role"])
            else "Values are not missing at random but by how samples were measured; imputed values carry that into the features. Say so."
        )
        top = telling.loc[telling["value"].idxmax()]
        return Check(
            WARN,
            f"{finding}. Which values are missing tells {listed(worded)} without any measurement. {advice}",
            top["value"],
            0.5,
            "missing-patterns",
            f"{missing}; which values are missing predicts {series(predicted)}, so that models may have learned who has no value",
        )
    if looking := results.provenance["missing"]["look_alikes"]:
        named = series([f"{each['value']} in {each['column']} ({_samples(each['samples'])})" for each in looking], 5)
        taken = f"Values that look like codes or words for missing ones were taken as they are: {named}"
        return Check(
            WARN,
            f"{finding}. {taken}. If they stand for missing values, list them under data.missing and run again.",
            len(looking),
            0,
            "missingness",
            f"{taken}; if they stand for missing values, models learned from them as from measurements",
        )
    if worst["share"] > threshold:
        many = int((table["share"] > threshold).sum())
        return Check(
            WARN,
            f"{many} of {number_of(len(table), 'feature')} {'misses' if many == 1 else 'miss'} more than {threshold:.0%} of the values; "
            f"{worst['feature']} misses {worst['share']:.0%}. Ask why they are missing before you impute them.",
            worst["share"],
            threshold,
            "missingness",
            missing,
        )
    apart = "; which values are missing tells neither label nor batch" if len(patterns) else ""
    return Check(PASS, f"{finding}{apart}.", worst["share"], threshold, "missingness")


def _samples(count: int) -> str:
    return f"{count:,} sample{'s' * (count != 1)}"


@check("skewed-features")
def skewed_features(results: Results) -> Check:
    """Look for skewed amounts, counts and parts of a whole that are given to the models as they are."""
    table, transform = results.quality["skewed_features"], results.config["preprocess"]["transform"]
    if not len(table):
        return Check(SKIP, "The features are no table of numbers, so that their scale was not judged.")
    row = table.iloc[0]
    skewed, features = int(row["skewed"]), int(row["features"])
    parts, share = str(row["parts"]) == "True", skewed / features
    finding = (
        f"{skewed} of {number_of(features, 'feature')} {'is a skewed amount' if skewed == 1 else 'are skewed amounts'}"
    )
    if skewed:
        finding += f" (skewness {row['skewness']:.1f} in the middle, {row['skewness_log1p']:.1f} after a logarithm)"
    if transform != "none" or (not parts and share < MOSTLY_SKEWED):
        used = f"; preprocess.transform is {transform}" if transform != "none" else ""
        used += ": the training rows of each fold choose among none, log1p and clr" if transform == "tuned" else ""
        return Check(PASS, f"{finding}{used}.", share, MOSTLY_SKEWED)
    if parts:
        what, advice = "The features of each sample add up to the same total: they are parts of a whole", "clr"
    else:
        kind = "counts" if row["whole_numbers"] == skewed else "amounts"
        what, advice = f"{finding.replace('amounts', kind, 1)}", "log1p"
    return Check(
        WARN,
        f"{what}, and are given to the models as they are. Linear models and networks learn such features better from logarithms: set "
        f"preprocess.transform to {advice} and compare, or to tuned, which chooses inside the folds.",
        share,
        MOSTLY_SKEWED,
        limitation=f"{what}, and were given to the models without a transformation, which holds linear models and networks back",
    )


@check("duplicates")
def duplicates(results: Results) -> Check:
    """Look for samples that are there twice in the development part, and for twins whose labels differ."""
    row = results.quality["duplicates"].iloc[0]
    identical, near, conflicting = (int(row[name]) for name in ("identical", "near_identical", "conflicting"))
    n, twins = int(row["samples"]), identical + near
    if not row["compared"]:
        return Check(SKIP, f"Twins were not looked for: {row['note']}.", evidence="duplicates")
    copies = f"{twins} of {n:,} development samples {'is' if twins == 1 else 'are'} identical to another one, or {row['near']}"
    kind = "relative" if row["relatives"] else "twin"
    kind = f"is a {kind}" if twins == 1 else f"are {kind}s"
    finding = (
        f"{twins} of {n} development samples {kind} of another one ({identical} identical, {near} {row['near']}; "
        "named in results/quality/twins.tsv)"
    )
    if conflicting:
        have = "has" if conflicting == 1 else "have"
        return Check(
            FAIL,
            f"{finding}; {number_of(conflicting, 'pair')} of {'identical ones' if row['relatives'] else 'twins'} {have} different labels, so that one label of each is wrong or the "
            "features cannot tell. Settle these with whoever labelled them.",
            conflicting,
            0,
            "duplicates",
            f"{copies}, and {number_of(conflicting, 'pair')} of them {have} contradicting labels",
        )
    if twins:
        return Check(
            WARN,
            f"{finding}. {'What is alike counts twice' if row['relatives'] else 'Copies count twice and teach nothing new'}. {row['remedy']}.",
            twins,
            0,
            "duplicates",
            copies,
        )
    within = int(row["near_identical_in_group"])
    known = f" ({within} within a declared group)" if within else ""
    return Check(PASS, f"No two of {n} development samples are identical or {row['near']}{known}.", 0, 0, "duplicates")


@check("label-noise")
def label_noise(results: Results) -> Check:
    """Hold the estimated share of wrong labels against what benchmarks in the field have."""
    if results.config["data"]["task"] == "regression":
        return Check(SKIP, "The label is a number: no share of wrong ones can be told from an ordinary spread.")
    table, threshold = results.quality["noise"], results.config["checks"]["label_noise"]
    if not len(table):
        return Check(SKIP, "Too few independent samples of a class to estimate how many labels are wrong.")
    row = table.iloc[0]
    finding = f"Estimated share of wrong labels: {row['share']:.1%} ({row['low']:.1%} to {row['high']:.1%}; {int(row['n'])} development samples, {row['model']})"
    finding += f"; confident learning by itself would say {row['confident']:.1%}, of which overlap of the classes alone explains {row['confident_null']:.1%}; {p_value(row['p_value'])}"
    if row["low"] > 0 and row["share"] >= threshold and row["p_value"] < CERTAIN:
        return Check(
            WARN,
            f"{finding}. Have the samples in results/quality/label_noise.tsv looked at again, without showing who was doubted; do not correct labels by the model.",
            row["share"],
            threshold,
            "figure-label_noise",
            f"By estimate {row['share']:.1%} of the labels ({row['low']:.1%} to {row['high']:.1%}) are wrong, which bounds what any model can reach and blurs the comparison",
        )
    if row["high"] > TOO_WIDE:
        return Check(
            SKIP,
            f"{finding}. The classes overlap too much to tell wrong labels from hard cases.",
            row["share"],
            threshold,
            "figure-label_noise",
        )
    return Check(PASS, f"{finding}.", row["share"], threshold, "figure-label_noise")


@check("hidden-groups")
def hidden_groups(results: Results) -> Check:
    """Ask whether rows are replicates of one another though no group, or only a finer one, is declared."""
    table, threshold = results.quality["hidden_groups"], results.config["checks"]["replicates_nearer"]
    alike = _relatives(results.quality["duplicates"].iloc[0])
    if alike:
        return alike
    sets = _neighbouring_sets(results.quality["neighbourhoods"])
    group = listed(group_names(results.config))
    if not len(table):
        none = f"No grouping coarser than {group}" if group else "No grouping"
        return sets or Check(
            PASS,
            f"{none} is suggested by ids or columns of the sample sheet, nor by nearest neighbours.",
            evidence="figure-hidden_groups",
        )
    table = table.assign(excess=table["nearer"] - table["expected"])
    order, candidates = only(table, source="order"), table[table["source"] != "order"]
    suspicion = (
        _replicates(candidates, threshold)
        or sets
        or _alike_in_order(order, threshold)
        or _numbered(candidates, threshold)
    )
    if suspicion:
        return suspicion
    worst = table.loc[table["excess"].idxmax()]
    beyond = f" coarser than {group}" if group else ""
    among = f"in the only possible grouping, {worst['candidate']}: it"
    if len(table) > 1:
        among = f"among {len(table)} possible groupings; the nearest to it, {worst['candidate']},"
    bar = threshold * (ORDER if worst["source"] == "order" else 1)
    return Check(
        PASS,
        (
            f"No replicates{beyond} are seen {among} has an excess of {worst['excess']:+.2f} ({p_value(worst['p_adjusted'])}), "
            f"where an alarm needs {bar:+.2f} and p < {CERTAIN}."
        ),
        worst["excess"],
        threshold,
        "figure-hidden_groups",
    )


def _relatives(row) -> Check | None:
    """What relatives that count as independent mean; None where there are none, or where copies are looked for and not relatives."""
    apart, share = int(row["apart"]), row["apart"] / row["samples"]
    if not row["relatives"] or not apart:
        return None
    finding = f"{apart:,} of {int(row['samples']):,} development samples ({share:.0%})"
    return Check(
        FAIL if share >= MANY_RELATIVES else WARN,
        f"{finding} are identical to another one or {row['near']}, and count as independent of it. {row['remedy']}: tests are too good and "
        "intervals too narrow otherwise.",
        share,
        MANY_RELATIVES,
        "duplicates",
        f"{finding} are relatives of others but were treated as independent, so that scores may be too high and intervals too narrow",
    )


def _replicates(candidates, threshold: float) -> Check | None:
    """A grouping whose members are nearer to one another than anything that is declared explains."""
    alike = candidates[(candidates["excess"] >= threshold) & (candidates["p_adjusted"] < CERTAIN)]
    if not len(alike):
        return None
    fit = alike[alike["declarable"].astype(bool)]
    best = (fit if len(fit) else alike).sort_values("excess").iloc[-1]
    finding = (
        f"{int(best['rows'])} rows share their {_named(best)} with others and are nearer to these than "
        f"{best['nearer']:.0%} of the other samples are (chance {best['expected']:.0%}, "
        f"{p_value(best['p_adjusted'])}), beyond what label, batch, site and time explain: they are replicates"
    )
    if not len(fit):
        return Check(
            FAIL,
            f"{finding}, or come from few individuals that were measured over and over. {best['candidate']} is not itself what they "
            "share, because most of its values are unique or measured: find out who or what does, and declare that as data.group.",
            best["excess"],
            threshold,
            "figure-hidden_groups",
            ALIKE,
        )
    where = (
        f"declare data.group: {best['column']} (or data.batch, if it is technical)"
        if best["source"] == "column"
        else f"write what the {best['candidate']} name into a column of the sample sheet and declare it as data.group"
    )
    return Check(
        FAIL,
        f"{finding}. Unless you {where}, tests are too good; {int(best['groups'])} independent units would remain.",
        best["excess"],
        threshold,
        "figure-hidden_groups",
        ALIKE,
    )


def _neighbouring_sets(table) -> Check | None:
    """Small sets of samples that are each other's nearest neighbours, whatever ids and columns say."""
    if not len(table):
        return None
    excess = table["overlap"] - table["expected"]
    most = table.loc[excess.idxmax()]
    if excess.max() < SETS:
        return None
    size, rows = int(most["size"]), int(most["rows"])
    return Check(
        FAIL if excess.max() >= CLEAR_SETS else WARN,
        f"Samples fall into sets of about {size} that are each other's nearest neighbours by features: {most['overlap']:.0%} of such a set is "
        f"common to its members (chance {most['expected']:.0%}, {rows:,} units compared), as replicates of one individual are. Ids and "
        "declared columns do not explain it. If they are replicates, declare what they share as data.group; if they are kinds of "
        "samples, declare the kind as a covariate.",
        float(excess.max()),
        SETS,
        "figure-hidden_groups",
        ALIKE,
    )


def _alike_in_order(order, threshold: float) -> Check | None:
    """Neighbouring rows of the sample sheet that are alike."""
    near = order[(order["excess"] >= ORDER * threshold) & (order["p_adjusted"] < CERTAIN)]
    if not len(near):
        return None
    row = near.iloc[0]
    return Check(
        WARN,
        (
            f"{row['nearer']:.0%} of the samples have a neighbour in the sample sheet among the tenth that "
            f"is nearest to them by features (chance {row['expected']:.0%}, {p_value(row['p_adjusted'])}). "
            "If such rows share a patient, animal or plate, add that column and declare it as data.group."
        ),
        row["excess"],
        threshold,
        "figure-hidden_groups",
        MAY_BE_REPLICATES,
    )


def _numbered(candidates, threshold: float) -> Check | None:
    """Ids that are numbered as replicates are."""
    numbered = candidates[candidates["numbered"].astype(bool)]
    if not len(numbered):
        return None
    row = numbered.loc[numbered["excess"].idxmax()]
    return Check(
        WARN,
        (
            f"Ids look like those of replicates: {int(row['rows'])} rows fall into {int(row['groups'])} "
            f"groups by their {_named(row)}. Their features are not seen to be more alike (excess "
            f"{row['excess']:+.2f}, {p_value(row['p_adjusted'])}). If they are replicates, declare "
            "data.group."
        ),
        row["excess"],
        threshold,
        "figure-hidden_groups",
        MAY_BE_REPLICATES,
    )


def _named(row) -> str:
    return (
        f"value in {row['column']}"
        if row["source"] == "column"
        else row["candidate"].replace("ids", "id", 1).replace("their", "its")
    )
