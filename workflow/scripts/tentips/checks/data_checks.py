"""Checks of where the data came from, and of batches (tip 4)."""

import math

from tentips.checks.registry import FAIL, PASS, SKIP, WARN, Check, check
from tentips.errors import listed
from tentips.results import Results
from tentips.wording import p_value, series

SIGNIFICANT = 0.05


@check("provenance")
def provenance(results: Results) -> Check:
    """Look for sources without version, licence, citation, declared checksum or date."""
    absent = [
        (source["id"], key)
        for source in results.provenance["sources"]
        for key in ("version", "licence", "citation", "sha256_declared", "obtained")
        if not source[key]
    ]
    if absent:
        gaps = [f"{source}: {key.replace('_declared', '')}" for source, key in absent]
        missing = [
            f"the {key.replace('_declared', ' checksum').replace('sha256', 'declared')} of {source}"
            for source, key in absent
        ]
        return Check(
            WARN,
            f"Not written down in config/datasets.tsv: {listed(gaps)}. Without them nobody can get the same data again.",
            len(gaps),
            0,
            "provenance",
            f"The provenance of the data is incomplete; not documented: {series(missing)}",
        )
    return Check(
        PASS, "Source, version, licence, citation, date and checksum of all data are written down.", 0, 0, "provenance"
    )


@check("batch-separable")
def batch_separable(results: Results) -> Check:
    """Ask whether any batch or site can be told from the features better than by chance."""
    table = results.exploration["batch"]
    table = table[table["value"].notna()] if len(table) else table
    if not len(table):
        return Check(SKIP, "No batch or site with two levels that could be predicted is declared.")
    excess = table["value"] - table["chance"]
    worst = table.loc[excess.idxmax()]
    finding = f"{worst['factor']} is predicted from the features with balanced accuracy {worst['value']:.2f} ({worst['low']:.2f} to {worst['high']:.2f}; chance {worst['chance']:.2f})"
    if worst["low"] > worst["chance"]:
        after = _after_combat(worst)
        return Check(
            WARN,
            f"{finding}: the measurements carry the batch. A model may use it; see whether the label goes with it.{after}",
            worst["value"],
            worst["chance"],
            "batch",
            (
                f"The measurements carry {worst['factor']}: it is predicted from the features with a balanced "
                f"accuracy of {worst['value']:.2f} ({worst['low']:.2f} to {worst['high']:.2f}; chance "
                f"{worst['chance']:.2f}), and models may use it"
            ),
        )
    return Check(PASS, f"{finding}: no batch effect is seen.", worst["value"], worst["chance"], "batch")


def _after_combat(row) -> str:
    """What ComBat does to it, where that was tried: a correction can leave a batch as plain as it was, or make it plainer."""
    if math.isnan(row["corrected"]):
        return ""
    if row["corrected"] < row["value"]:
        return f" ComBat brings it down to {row['corrected']:.2f}."
    return f" ComBat does not help: with it the batch is predicted with {row['corrected']:.2f}."


@check("label-batch")
def label_batch(results: Results) -> Check:
    """Ask whether the label goes with a batch or site, which no correction can undo."""
    table = results.exploration["association"]
    table = table[table["role"].isin(["batch", "site"]) & table["value"].notna()]
    if not len(table):
        return Check(SKIP, "No batch or site with two values is declared.")
    threshold = results.config["checks"]["association"]
    tied = table[(table["value"] >= threshold) & (table["p_value"] < SIGNIFICANT)]
    worst = table.loc[table["value"].idxmax()] if not len(tied) else tied.loc[tied["value"].idxmax()]
    finding = f"label and {worst['factor']} ({worst['measure']} {worst['value']:.2f}, permutation {p_value(worst['p_value'])}, n = {int(worst['n'])})"
    if len(tied):
        status = FAIL if worst["value"] >= 0.5 else WARN
        corrects = results.config["preprocess"]["batch_correction"] != "none"
        so = " This study corrects all the same: set preprocess.batch_correction to none." if corrects else ""
        return Check(
            status,
            f"Associated: {finding}. What separates the classes may be the batch; correcting it may erase the signal or invent one. See batch-confounding for what to do.{so}",
            worst["value"],
            threshold,
            "association",
            (
                f"The label is associated with {worst['factor']} ({worst['measure']} {worst['value']:.2f}, "
                f"{p_value(worst['p_value'])}), so that what separates the classes may in part be {worst['factor']}"
            ),
        )
    return Check(PASS, f"No association seen between {finding}.", worst["value"], threshold, "association")
