"""The verdict: is the network better, by how much, and can this study say so?"""

import math

from tentips.checks.order import CAPS, INVALIDATES, with_effect
from tentips.checks.registry import ends
from tentips.models.names import in_sentence, model_title
from tentips.results import Results, only
from tentips.statistics.metric_names import NAMES

# Intervals from a bootstrap of fewer clusters are far too narrow (Cameron, Gelbach and Miller 2008).
FEWEST_GROUPS = 10
ADVICE = "Raise split.repeats, so that more of them are tested, or gather more. "


def verdict(results: Results, checks: list[dict]) -> dict:
    """Return {"status", "text"}: better, no_evidence, worse or cannot_say. Conservative: the interval must say it."""
    task = results.config["data"]["task"]
    row = results.planned_comparison
    network, baseline = model_title(row["a"], task), in_sentence(row["b"], task)
    confidence = results.config["evaluation"]["confidence"]
    n, repeats = int(results.evaluated("metrics")["n"].iloc[0]), int(row["repeats"])
    tested = f"{n} held-out samples" if repeats == 1 else f"{repeats} held-out parts of about {n} samples"
    told = ends(row["low"], row["high"], "+")
    told = told if math.isnan(row["low"]) else f"{confidence:.0%} interval {told}"
    numbers = f"differs by {row['difference']:+.3f} ({told})"
    compared = f"Compared with the best simpler model ({baseline}), the {network}'s {NAMES[row['metric']]} {numbers} on {tested}."
    invalid, capped = (_named(with_effect(checks, effect)) for effect in (INVALIDATES, CAPS))
    by_id = {check["id"]: check for check in checks}
    if invalid:
        return _told(
            "cannot_say",
            f"This study cannot say whether a network is better: it fails {invalid}. Mend that first; the figures below do not hold for new data.",
        )
    groups = test_groups(results)
    if groups < FEWEST_GROUPS:
        return _told(
            "cannot_say",
            f"This study cannot say whether a network is better: its test part has only {groups} independent groups, too few for an interval to be trusted. {ADVICE}{compared}",
        )
    if math.isnan(row["low"]):
        return _told(
            "cannot_say",
            f"This study cannot say whether a network is better: its {tested} are too few for an interval.",
        )
    if by_id["beats-trivial"]["status"] == "fail":
        return _told(
            "cannot_say",
            "This study cannot say whether a network is better: no model has been shown to predict the label at all.",
        )
    if capped:
        return _told(
            "cannot_say",
            f"This study cannot say whether a network is better: it fails {capped}. Mend that first; until then the comparison decides nothing.",
        )
    if row["low"] > 0:
        return _told("better", f"A neural network is better here. {compared}")
    if row["high"] < 0:
        return _told("worse", f"A neural network is worse here. {compared} Use the simpler model.")
    return _told(
        "no_evidence",
        f"There is no evidence that a neural network is better here. {compared} Use the simpler model, or gather more data.",
    )


def test_groups(results: Results) -> int:
    """Return how many independent groups the test parts of all repeats have."""
    tested = only(results.split, role="test")["sample"].unique()
    return int(results.samples.set_index("sample").loc[tested, "group"].nunique())


def _named(checks: list[dict]) -> str:
    return ", ".join(check["id"] for check in checks)


def _told(status: str, text: str) -> dict:
    return {"status": status, "text": text}
