"""Checks of how samples are given to a network (tip 5)."""

import math

from tentips.checks.recommended import smallest
from tentips.checks.registry import PASS, SKIP, WARN, Check, check, ends
from tentips.checks.words import in_text, title
from tentips.results import Results
from tentips.statistics.metric_names import NAMES
from tentips.study.config import metric_name


@check("representation")
def representation(results: Results) -> Check:
    """Hold the network against itself on samples whose order was destroyed: did it need the order?"""
    if not results.config["controls"]["representation"]:
        return Check(SKIP, "Training without order is switched off (controls.representation).")
    row, metric = results.control("network", "representation").iloc[0], NAMES[metric_name(results.config)]
    name = title(results, row["model"])
    if isinstance(row["reason"], str) and row["reason"]:
        return Check(SKIP, f"{name}: {row['reason']}.")
    finding = (
        f"With {row['destroyed']}, the {in_text(results, row['model'])} has a {metric} of {row['disordered']:.3f} in "
        f"cross-validation, as they are {row['score']:.3f} (difference {row['difference']:+.3f}, {ends(row['low'], row['high'], '+')})"
    )
    if math.isnan(row["low"]):
        return Check(SKIP, f"{finding}.", row["difference"], 0, "representation")
    if row["low"] > 0 and row["high"] >= smallest(results):
        return Check(PASS, f"{finding}: it uses the {row['order']}.", row["difference"], 0, "representation")
    return Check(
        WARN,
        f"{finding}. The {row['order']} brings it nothing that is certain and large enough to matter: {row['without_order']}.",
        row["difference"],
        0,
        "representation",
        f"The {in_text(results, row['model'])} did about as well with {row['destroyed']} ({metric} {row['disordered']:.3f} against "
        f"{row['score']:.3f}), so that it is not seen to use their {row['order']}",
    )
