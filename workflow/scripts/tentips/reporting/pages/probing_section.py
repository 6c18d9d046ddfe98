"""How the recommended model was probed, in tables: expected directions, slices of errors, disagreements, conformal sets (tip 9)."""

import pandas as pd

from tentips.checks.recommended import judged
from tentips.models.names import in_sentence
from tentips.probe.subgroups import FEWEST
from tentips.reporting.pages import page
from tentips.results import Results, only
from tentips.wording import p_value


def directions(results: Results) -> str:
    """What was learned and what is seen in the data, against what an expert expects."""
    table = results.probed("directions")
    if not len(table):
        return ""
    shown = pd.DataFrame(
        {
            "Feature": table["feature"],
            "Expected": table["expected"],
            "Learned effect": [_estimate(*row) for row in zip(table["learned"], table["learned_low"], table["learned_high"], strict=True)],
            "that": table["status"],
            "Slope in the data": [_estimate(*row) for row in zip(table["observed"], table["observed_low"], table["observed_high"], strict=True)],
            "it": table["observed_status"],
            "Explained by": table["explained_by"].fillna(""),
            "Slope within its levels": [_estimate(*row) for row in zip(table["within"], table["within_low"], table["within_high"], strict=True)],
            "Not judged because": table["reason"].fillna(""),
        }
    )  # fmt: skip
    caption = (
        f"Expected directions, over {int(table['n'].iloc[0])} samples of both parts. Learned: the "
        f"{in_sentence(judged(results), results.config['data']['task'])}'s mean prediction at the highest value "
        "less that at the lowest. "
        "Slope: of the label per standard deviation of the feature, with cluster-robust intervals. A covariate "
        "explains a contradiction where the slope within its levels has the expected sign (Caruana et al. 2015)."
    )
    return f'<section id="directions">{page.table(shown, caption)}</section>'


def slices(results: Results) -> str:
    """Where errors gather: found on the development part, looked at again on the test part."""
    table = results.probed("slices")
    if not len(table):
        return ""
    shown = table[["slice", "n", "loss", "rest", "n_test", "loss_test", "rest_test"]].copy()
    shown["p"] = [page.p_value(value) if pd.notna(value) else "" for value in table["p_adjusted"]]
    shown.columns = ["Slice", "Samples", "Mean loss", "elsewhere", "In the test part", "Mean loss ", "elsewhere ", "p (Holm, one-sided)"]  # fmt: skip
    confirmed = int(table["confirmed"].astype(bool).sum())
    found = "The test part confirms none." if not confirmed else f"The test part confirms {confirmed} of {len(table)}."
    caption = (
        f"Slices in which errors of the {in_sentence(judged(results), results.config['data']['task'])} gather. Found by a shallow tree on the out-of-fold errors of the development part. {found} "
        "Loss: half the Brier score for classes, absolute error for values."
    )
    return f'<section id="slices">{page.table(shown, caption)}</section>'


def disagreements(results: Results) -> str:
    """Where the best network and the best simpler model decide differently, and who is right."""
    table = results.probed("disagreements")
    if not len(table) or "disagree" not in table:
        return ""
    row, task = table.iloc[0], results.config["data"]["task"]
    if not results.classes or pd.isna(row["disagree"]):
        return ""
    pair = f"The {in_sentence(row['network'], task)} and the {in_sentence(row['baseline'], task)}"
    statement = f"{pair} decide differently for {int(row['disagree'])} of {int(row['n'])} test samples"
    if row["disagree"]:
        statement += (
            f"; {_times(row['network_right'])} the network decided what is true, and {_times(row['baseline_right'])} "
            f"the other model (McNemar's {p_value(row['p_value'])})"
        )
    return f'<section id="disagreements">{page.paragraph(statement + ".")}</section>'


def conformal(results: Results) -> str:
    """How often prediction sets hold the truth against what is promised, over all and by subgroup."""
    table = results.probed("conformal")
    if not len(table):
        return ""
    table = table.assign(level=table["level"].astype(float))
    everybody = table["column"].isin(["all", "class"])
    table = table[everybody | (table["units"] >= FEWEST)]
    everybody = everybody[table.index]
    shown = pd.DataFrame(
        {
            "Samples": [f"{row.column} {row.level_name}" if row.column != "all" else row.level_name for row in table.itertuples()],
            "n": table["n"],
            "Promised": [f"{value:.0%}" for value in table["level"]],
            "Held": [f"{row.coverage:.1%}\n{row.low:.0%} to {row.high:.0%}" for row in table.itertuples()],
            "Mean size": table["size"],
        }
    )  # fmt: skip
    whole = only(table, column="all")
    missed = [f"{row.level:.0%}" for row in whole.itertuples() if row.high < row.level]
    found = f"Coverage over all test samples is below what is promised at {', '.join(missed)}." if missed else "Over all test samples no level is missed beyond chance."  # fmt: skip
    if results.classes and len(whole):
        row = whole.iloc[len(whole) // 2]
        found += f" At {row['level']:.0%}, {row['decided']:.0%} of the samples get a single class" + (
            f", and {row['right']:.0%} of these are right." if pd.notna(row["right"]) else "."
        )
    size = "classes in a set" if results.classes else "width of an interval"
    caption = (
        f"Conformal prediction {'sets' if results.classes else 'intervals'} from out-of-fold predictions. {found} Size: mean number of {size}; "
        f"{results.config['evaluation']['confidence']:.0%} intervals over groups."
    )
    return f'<section id="conformal">{page.table(pd.concat([shown[everybody], shown[~everybody]]), caption, folds=True)}</section>'


def _estimate(value: float, low: float, high: float) -> str:
    return "" if pd.isna(value) else f"{value:+.3f}\n{low:+.3f} to {high:+.3f}"


def _times(n: float) -> str:
    return "once" if n == 1 else f"{int(n)} times"
