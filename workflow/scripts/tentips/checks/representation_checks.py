"""Checks of how samples are given to a network (tip 5)."""

import math

from tentips.checks.recommended import smallest
from tentips.checks.registry import FAIL, PASS, SKIP, WARN, Check, check, ends
from tentips.checks.words import in_text, in_words, title
from tentips.errors import listed
from tentips.models.selection import best_model
from tentips.results import Results, only
from tentips.statistics.metric_names import NAMES
from tentips.study.config import ALONE, MULTITASK, PRETRAINED, SCRATCH, metric_name


@check("representation")
def representation(results: Results) -> Check:
    """Hold the network against itself on samples whose order was destroyed: did it need the order?"""
    if without := results.without_control("representation"):
        return Check(SKIP, f"The network was not trained without order: {without}.")
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


@check("transfer-gain")
def transfer_gain(results: Results) -> Check:
    """Hold the network with pretrained weights against the same one without: did they bring anything, and is the test fair?"""
    networks = {name: results.bests[name] for name in PRETRAINED if name in results.bests}
    if not networks:
        return Check(SKIP, "No pretrained network is used (models.pretrained).")
    chosen = best_model(list(networks.values()), "network")
    row = only(results.evaluated("combined_comparisons"), family="transfer", a=chosen).iloc[0]
    name, scratch, metric = in_text(results, chosen), in_text(results, SCRATCH), in_words(results)
    finding = f"On the test part the {metric} of the {name} is {row['difference']:+.3f} from that of the {scratch} ({ends(row['low'], row['high'], '+')})"
    figures = row["difference"], 0, "comparisons"
    overlap, limits = results.config["models"]["transfer"]["overlap"], ends(row["low"], row["high"], "+")
    if overlap == "some":
        return Check(
            FAIL,
            f"{finding}. But samples of this study, or relatives of them, were among those that the network was pretrained on "
            "(models.transfer.overlap): the gain may be memory. Leave those samples out.",
            *figures,
            f"The pretrained network had seen samples of this study or relatives of them, so that what it gained ({row['difference']:+.3f}, "
            f"{limits}) may be memory",
        )
    if math.isnan(row["low"]):
        return Check(SKIP, f"{finding}.", *figures)
    if row["low"] <= 0 or row["high"] < smallest(results):
        return Check(
            WARN,
            f"{finding}. That pretrained weights bring anything is not certain, or too little to matter: leave them out.",
            *figures,
            f"Pretrained weights were not seen to bring anything ({row['difference']:+.3f}, {limits})",
        )
    if overlap == "unknown":
        return Check(
            WARN,
            f"{finding}. Nobody declared whether samples of this study, or relatives of them, were among those that the network was "
            "pretrained on; find out, and declare it (models.transfer.overlap): the gain may be memory.",
            *figures,
            f"Whether the pretrained network had seen samples of this study is not known, so that what it gained ({row['difference']:+.3f}, "
            f"{limits}) may be memory",
        )
    return Check(PASS, f"{finding}: the pretrained weights bring something.", *figures)


@check("multitask-gain")
def multitask_gain(results: Results) -> Check:
    """Hold the network that learns other labels, too, against the same one without: did they help it with the study's own?"""
    if MULTITASK not in results.bests:
        return Check(SKIP, "No network learns other labels (data.other_labels).")
    row = only(results.evaluated("combined_comparisons"), family="labels", a=MULTITASK).iloc[0]
    limits, others = ends(row["low"], row["high"], "+"), listed(results.config["data"]["other_labels"])
    finding = (
        f"On the test part the {in_words(results)} of the {in_text(results, MULTITASK)} ({others}) is {row['difference']:+.3f} from that of "
        f"the {in_text(results, ALONE)}, which learns {results.config['data']['label']} alone ({limits})"
    )
    figures = row["difference"], 0, "comparisons"
    if math.isnan(row["low"]):
        return Check(SKIP, f"{finding}.", *figures)
    if row["low"] > 0 and row["high"] >= smallest(results):
        return Check(PASS, f"{finding}: the other labels help.", *figures)
    return Check(
        WARN,
        f"{finding}. That other labels help is not certain, or too little to matter.",
        *figures,
        f"Learning other labels ({others}) was not seen to help ({row['difference']:+.3f}, {limits})",
    )
