"""Checks of what a shared model gives away (tip 10)."""

from tentips.checks.recommended import as_used, judged
from tentips.checks.registry import FAIL, PASS, SKIP, WARN, Check, check, ends
from tentips.errors import listed
from tentips.models.names import in_sentence, model_title
from tentips.models.selection import parts_of
from tentips.release.gate import STORES_ROWS
from tentips.results import Results, only

RATE, AUC = "tpr_at_0.01", "roc_auc"


@check("membership")
def membership(results: Results) -> Check:
    """Ask whether an attacker recognises whom the recommended model learned from."""
    options = results.config["checks"]
    if results.without_membership:
        return Check(SKIP, f"Membership inference was not tried: {results.without_membership}.")
    model = as_used(results, judged(results))
    table = only(results.membership, model=model)
    worst = {name: _worst(only(table, measure=name)) for name in (RATE, AUC)}
    rate, auc = worst[RATE], worst[AUC]
    others = int(only(table, target="final")["others"].iloc[0])
    found = (
        f"Of the units that the {in_sentence(model, results.config['data']['task'])} learned from, an attacker "
        f"recognises {rate['value']:.0%} ({rate['low']:.0%} to {rate['high']:.0%}) while at most 1 % of the "
        f"others are taken for them; ROC AUC {auc['value']:.2f} ({ends(auc['low'], auc['high'])}), with "
        f"{int(rate['shadow_models'])} shadow models"
    )
    if rate["low"] <= options["recognised_share"] and auc["low"] <= options["recognised_auc"]:
        few = f" With {others} others in the test part rarer recognition would not be seen." if others < 100 else ""
        return Check(PASS, f"{found}.{few}", rate["value"], options["recognised_share"], "membership")
    open_data = results.config["study"]["sensitive"] is False
    advice = (
        "The data are declared open, so that this harms nobody here; a model made like this of other data would."
        if open_data
        else "Do not share it. A simpler or more strongly regularised model, or more samples, give less away."
    )
    return Check(
        WARN if open_data else FAIL,
        f"{found}. {advice}",
        rate["value"],
        options["recognised_share"],
        "membership",
        f"An attacker recognises {rate['value']:.0%} of those whom the model learned from while taking 1 % of the others for them, so that the model gives away who took part",
    )


@check("memorising-model")
def memorising_model(results: Results) -> Check:
    """Ask whether the recommended model stores training samples."""
    model = as_used(results, judged(results))
    parts = parts_of(model, results.config["models"]["networks"], results.stacked)
    stored = [STORES_ROWS[name] for name in parts if name in STORES_ROWS]
    title = model_title(model, results.config["data"]["task"])
    if not stored:
        return Check(PASS, f"{title}: no training sample is stored in it.", 0, 0, "membership")
    open_data = results.config["study"]["sensitive"] is False
    advice = (
        "Whoever has the model has them; the data are declared open."
        if open_data
        else "Whoever has the model has them: do not share it, share another one (release.model)."
    )
    return Check(
        WARN if open_data else FAIL,
        f"{title} stores training samples as they are ({listed(stored)}). {advice}",
        len(stored),
        0,
        "membership",
        "The model stores samples that it was trained on, so that whoever has it has them",
    )


def _worst(table):
    """The attack with the highest lower limit."""
    return table.loc[table["low"].idxmax()]
