"""Checks that probe the recommended model: subgroups, expected directions, samples unlike the training samples (tip 9)."""

import numpy as np

from tentips.checks.recommended import judged
from tentips.checks.registry import FAIL, PASS, SKIP, WARN, Check, check, ends
from tentips.checks.words import in_text, in_words, title
from tentips.errors import listed
from tentips.probe.directions import AGREES, CONTRADICTS, NOT_JUDGED
from tentips.results import Results
from tentips.statistics.metric_names import NAMES, chance
from tentips.study.config import metric_name
from tentips.wording import p_value, series

ALPHA = 0.05
NAMED = 3  # subgroups in a sentence


@check("subgroups")
def subgroups(results: Results) -> Check:
    """Ask whether the recommended model does worse in a subgroup than elsewhere, adjusted for the number of subgroups."""
    table = results.probed("subgroups")
    if not len(table):
        return Check(SKIP, "No covariate, batch or site is declared that could make subgroups.")
    tried = table[table["p_adjusted"].notna()].copy()
    if not len(tried):
        # Small subgroups are not named: a rare level points at people.
        reasons = listed(list(dict.fromkeys(table["reason"])), 3)
        return Check(SKIP, f"None of {len(table)} subgroups can be judged: {reasons}.", evidence="figure-subgroups")
    worst = tried.loc[tried["difference"].idxmin()]
    name, metric = title(results, judged(results)), NAMES[metric_name(results.config)]
    found = (
        f"{name}, {metric} in {len(tried)} subgroups, development part (out of fold) and test part together: lowest against "
        f"all other samples in {worst['column']} {worst['level']}, {worst['value']:.3f} ({ends(worst['low'], worst['high'])}; n = {int(worst['n'])}) "
        f"against {worst['rest']:.3f}"
    )
    worse = tried[(tried["p_adjusted"] < ALPHA) & (tried["difference"] < 0)].sort_values("difference")
    if not len(worse):
        return Check(PASS, f"{found}. None is worse beyond chance (Holm's p below 5 %).", worst["difference"], 0, "figure-subgroups")  # fmt: skip
    names = series((f"{row.column} {row.level}" for row in worse.itertuples()), NAMED)
    finding = f"{found}. Worse beyond chance in {names} (Holm's {p_value(worse['p_adjusted'].min())}). Report these apart, and ask why"
    limit = (
        f"The {in_text(results, judged(results))} does worse in {names} (difference of the {in_words(results)} "
        f"{worse['difference'].min():+.3f}, {results.config['evaluation']['confidence']:.0%} interval adjusted for "
        f"{len(tried)} subgroups {ends(worse['adjusted_low'].iloc[0], worse['adjusted_high'].iloc[0], '+')})"
    )
    level = chance(metric_name(results.config), len(results.classes))
    useless = [] if level is None else [row for row in worse.itertuples() if row.high <= level]
    if useless:
        where = series((f"{row.column} {row.level}" for row in useless), NAMED)
        return Check(FAIL, f"{finding}: in {where} it does no better than chance.", worst["difference"], 0, "figure-subgroups", f"{limit}; in {where} it does no better than chance")  # fmt: skip
    return Check(WARN, f"{finding}.", worst["difference"], 0, "figure-subgroups", limit)


@check("expected-directions")
def expected_directions(results: Results) -> Check:
    """Hold what the recommended model learned, and what is seen in the data, against what an expert expects."""
    declared = results.config["data"]["expected_directions"]
    if not declared:
        return Check(SKIP, "No expected direction is declared (data.expected_directions).")
    table = results.probed("directions")
    judgeable = table[table["status"] != NOT_JUDGED]
    if not len(judgeable):
        reasons = [f"{row.feature} ({row.reason})" for row in table.itertuples()]
        return Check(SKIP, f"No expected direction can be judged: {listed(reasons, 3)}.", evidence="directions")
    wrong, seen = judgeable[judgeable["status"] == CONTRADICTS], judgeable[judgeable["observed_status"] == CONTRADICTS]
    agreeing = int((judgeable["status"] == AGREES).sum())
    found = (
        f"{title(results, judged(results))}: {agreeing} of {len(judgeable)} learned effects have the expected direction"
    )
    unclear = len(judgeable) - agreeing - len(wrong)
    found += f", {unclear} {'is' if unclear == 1 else 'are'} unclear" if unclear else ""
    if len(wrong):
        finding = [_contradiction(row) for row in wrong.itertuples()]
        return Check(
            FAIL,
            f"{found}. {listed(finding)}. Do not use the model for decisions about {series(wrong['feature'])} before that is understood.",
            len(wrong),
            0,
            "directions",
            f"What was learned of {series(wrong['feature'])} contradicts what experts expect{_stands_for(wrong)}",
        )
    if len(seen):
        return Check(
            WARN,
            f"{found}. In the data {series(seen['feature'])} {'goes' if len(seen) == 1 else 'go'} the other way: {listed([_contradiction(row) for row in seen.itertuples()])}.",
            len(seen),
            0,
            "directions",
            f"In the data {series(seen['feature'])} {'goes' if len(seen) == 1 else 'go'} against what experts expect{_stands_for(seen)}",
        )
    return Check(PASS, f"{found}.", 0, 0, "directions")


def _contradiction(row) -> str:
    learned = f"learned effect {row.learned:+.3f} ({ends(row.learned_low, row.learned_high, '+')})"
    if row.status != CONTRADICTS:
        learned = f"slope in the data {row.observed:+.3f} ({ends(row.observed_low, row.observed_high, '+')})"
    finding = f"{row.feature} is expected to {row.expected.removesuffix('s')} it, but has a {learned}"
    if isinstance(row.explained_by, str):
        finding += f"; within levels of {row.explained_by} it has the expected direction ({row.within:+.3f}), so that it may stand for {row.explained_by}"
    return finding


def _stands_for(table) -> str:
    names = list(dict.fromkeys(name for name in table["explained_by"] if isinstance(name, str)))
    return f", perhaps because it stands for {series(names)}" if names else ""


@check("out-of-distribution")
def out_of_distribution(results: Results) -> Check:
    """Ask whether more test samples than expected are unlike all training samples, in the model's own input space."""
    table = results.probed("out_of_distribution").set_index("part")
    row = table.loc["test"] if "test" in table.index else None
    if row is None or not np.isfinite(row["threshold"]):
        return Check(SKIP, "Distances to the training samples cannot be measured for this model.")
    near = table.loc[[name for name in table.index if name.startswith("test, fifth")]]
    found = (
        f"{row['beyond']:.1%} of {int(row['n'])} test samples are farther from the training samples than {1 - row['expected']:.0%} of these are from one another "
        f"({row['expected']:.0%} would be expected, {p_value(row['p_value'])})"
    )
    if len(near) > 1:
        found += f"; the mean loss of the farthest fifth is {near['loss'].iloc[-1]:.3f}, of the nearest {near['loss'].iloc[0]:.3f}"
    if row["p_value"] < ALPHA:
        return Check(
            WARN,
            f"{found}. Predictions for such samples are guesses: `predict` marks them.",
            row["beyond"],
            row["expected"],
            "figure-distances",
            f"{row['beyond']:.1%} of the test samples are unlike the training samples ({row['expected']:.0%} would be expected), and what is predicted for such samples is a guess",
        )
    return Check(PASS, f"{found}.", row["beyond"], row["expected"], "figure-distances")
