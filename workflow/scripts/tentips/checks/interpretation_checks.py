"""Checks of the explanation: whether it is stable, and whether a few features would do as well (tip 8)."""

import pandas as pd
from scipy import stats

from tentips.checks.recommended import judged
from tentips.checks.registry import PASS, SKIP, WARN, Check, check, ends
from tentips.checks.words import in_text, in_words, title
from tentips.errors import listed
from tentips.interpret.agreement import SHUFFLED
from tentips.results import Results, only
from tentips.statistics.comparison import holm
from tentips.wording import p_value, series

ALPHA = 0.05
FEW = 0.5  # of the features at most: a larger panel saves nobody anything (a convention)
OFF = "Interpretation is switched off (interpretation.enabled)."


@check("importance-stable")
def importance_stable(results: Results) -> Check:
    """Ask whether models of different folds and seeds rank the features alike, and otherwise than models of shuffled labels do."""
    if not results.config["interpretation"]["enabled"]:
        return Check(SKIP, OFF)
    model = judged(results)
    table = only(results.interpreted("agreement"), model=model)
    usable = table[table["overlap"].notna()]
    between = usable[usable["between"] != SHUFFLED]
    if not len(between):
        reason = next(iter(table["reason"].dropna()), "no features that could be ranked")
        return Check(SKIP, f"Rankings cannot be held against each other: {reason}.")
    shuffled = only(usable, between=SHUFFLED)
    found = f"Of the {in_text(results, model)}, {series(_agreement(row) for row in between.itertuples())}"
    if len(shuffled):
        other = shuffled.iloc[0]
        found += f"; models of real and of shuffled labels share {other['overlap']:.0%} (Kendall's tau {other['kendall']:.2f})"
    worst = between.loc[between["overlap_p"].idxmax()]
    evidence = "figure-importance"
    if worst["overlap_p"] > ALPHA:
        return Check(
            WARN,
            f"{found}. That is what random rankings give: do not name leading features of this model.",
            worst["overlap_p"],
            ALPHA,
            evidence,
            f"Which features lead differs between {worst['between']} of the {in_text(results, model)} as much as by chance ({p_value(worst['overlap_p'])}), so that none can be named",
        )
    importance = only(results.interpreted("importance"), model=model)
    above, matters = _above_zero(importance, results.config["evaluation"]["confidence"])
    found += f"; {above} of {len(importance)} groups have an interval of importance above zero"
    if not matters:
        return Check(
            WARN,
            f"{found}, which chance would give as well. Models of folds share samples, so that they agree a little even where nothing was learned: do not name leading features of this model.",
            worst["overlap_p"],
            ALPHA,
            evidence,
            f"No group of features is sure to matter to the {in_text(results, model)}: {above} of {len(importance)} importances have an interval above zero, which chance would give as well",
        )
    if len(shuffled) and _alike(between, shuffled.iloc[0]):
        return Check(
            WARN,
            f"{found}. Where labels mean nothing the explanation looks the same: it describes the features, not what was learned.",
            worst["overlap_p"],
            ALPHA,
            evidence,
            f"Models trained on shuffled labels rank the features as the {in_text(results, model)} does, so that the ranking does not speak of the label",
        )
    return Check(PASS, f"{found}.", worst["overlap_p"], ALPHA, evidence)


def _agreement(row) -> str:
    """What the rankings of two of the same kind have in common, in words."""
    return (
        f"models of two {row.between} share {row.overlap:.0%} of their {int(row.top)} leading groups of features on average "
        f"({row.overlap_chance:.0%} by chance, {p_value(row.overlap_p)}; Kendall's tau {row.kendall:.2f})"
    )


def _above_zero(importance: pd.DataFrame, confidence: float) -> tuple[int, bool]:
    """How many importances have an interval above zero, and whether that is more than chance.

    More than chance: one is above zero by Holm's p of its t-test, or more are than a binomial of single tests would give.
    """
    known = importance[importance["low"].notna() & (importance["refits"] > 1)]
    above = int((known["low"] > 0).sum())
    if not above:
        return 0, False
    tail = (1 - confidence) / 2
    freedom = known["refits"] - 1
    t = known["importance"] / (known["importance"] - known["low"]) * stats.t.ppf(1 - tail, freedom)
    single = holm(pd.Series(stats.t.sf(t, freedom))).min() < ALPHA / 2
    return above, bool(single or stats.binom.sf(above - 1, len(known), tail) < ALPHA)


def _alike(between: pd.DataFrame, shuffled: pd.Series) -> bool:
    """Whether rankings of shuffled labels agree with the real ones as well as these do among themselves."""
    return bool(shuffled["overlap"] >= between["overlap"].min() and shuffled["kendall"] >= between["kendall"].min())


@check("small-panel")
def small_panel(results: Results) -> Check:
    """Ask whether a few features, chosen inside the folds, do as well as all of them."""
    if not results.config["interpretation"]["enabled"]:
        return Check(SKIP, OFF)
    panel = results.interpreted("panel")
    folds = only(panel, part="folds")
    if not len(folds):
        return Check(SKIP, "No smaller panel can be tried: there are too few features, or the samples are no table.")
    features = results.provenance["features"]
    name, metric, smallest = title(results, folds["model"].iloc[0]), in_words(results), folds["smallest"].iloc[0]
    chosen = folds[folds["chosen"].astype(bool)]
    if not len(chosen):
        best = folds.loc[folds["score"].idxmax()]
        return Check(
            PASS,
            f"{name}: no panel of up to {int(folds['size'].max())} features is sure to do as well as all {features}, "
            f"within {smallest:g}; the best has {int(best['size'])} and a {metric} of {best['score']:.3f} in cross-validation, all have {best['all_features']:.3f}.",
            float(folds["size"].max()),
            FEW * features,
            "figure-panel",
        )
    row, test = chosen.iloc[0], only(panel, part="test").iloc[0]
    names = results.interpreted("panel_features")
    names = names[names["place"].notna()].sort_values("place")
    listing = listed([f"{each.feature} (in {each.chosen:.0%})" for each in names.itertuples()], 6)
    found = (
        f"{name} with {int(row['size'])} of {features} features: {metric} {row['score']:.3f} in cross-validation, against {row['all_features']:.3f} with all; "
        f"on the test part {test['score']:.3f} against {test['all_features']:.3f} (difference {ends(test['low'], test['high'], '+')}). "
        f"The panel, and in how many random halves of the development part each is chosen: {listing}"
    )
    if row["size"] > FEW * features:
        return Check(PASS, f"{found}. That is no small panel.", row["size"], FEW * features, "figure-panel")
    held = (
        ""
        if test["enough"]
        else f", which the test part leaves open (difference {ends(test['low'], test['high'], '+')})"
    )
    return Check(
        WARN,
        f"{found}. A test of these few may be cheaper and easier to explain.",
        row["size"],
        FEW * features,
        "figure-panel",
        f"{int(row['size'])} of {features} features do as well within {smallest:g} in cross-validation{held}; what the others add was not shown",
    )
