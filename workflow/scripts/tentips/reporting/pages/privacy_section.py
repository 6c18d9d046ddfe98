"""What the final models give away of those whom they learned from: the section of tip 10."""

import pandas as pd

from tentips.models.names import model_title
from tentips.privacy.membership_audit import FINAL, PROCEDURE
from tentips.reporting.pages import page
from tentips.results import Results, only

SHOWN = {"roc_auc": "ROC AUC", "tpr_at_0.01": "Recognised at 1 % false alarms", "tpr_at_0.001": "at 0.1 %"}
TARGETS = {FINAL: "this model", PROCEDURE: "models trained like it"}


def membership(results: Results) -> str:
    """How well members are recognised, by model: the stronger of both attacks for each target."""
    table = results.membership
    if not len(table):
        return ""
    task, records = results.config["data"]["task"], []
    for model in dict.fromkeys(table["model"]):
        for target, words in TARGETS.items():
            own = only(table, model=model, target=target)
            row = {"Model": model_title(model, task), "Attacked": words}
            for measure, title in SHOWN.items():
                part = only(own, measure=measure)
                worst = part.loc[part["low"].idxmax()]
                row[title] = f"{worst['value']:.3f}\n{worst['low']:.3f} to {worst['high']:.3f}"
            records.append(row)
    shadows, confidence = int(table["shadow_models"].iloc[0]), results.config["evaluation"]["confidence"]
    first = only(table, target=FINAL).iloc[0]
    caption = (
        f"Whether it can be recognised whom a model learned from, by the likelihood-ratio attack with {shadows} shadow models of each, with {confidence:.0%} intervals. "
        f"This model: {int(first['members'])} units of the development part against {int(first['others'])} "
        "of the test part. Models trained like it: every shadow model in turn, members drawn at random. "
        "A coin has a ROC AUC of 0.5 and recognises 1 % at 1 % false alarms."
    )
    return f'<section id="membership">{page.table(pd.DataFrame(records), caption)}</section>'


def released(results: Results) -> str:
    """That the model which is given away is not the one that was judged, where that is so."""
    if not results.config["release"]["refit"]:
        return ""
    return page.paragraph(
        "release.refit is on: the model in the bundle (snakemake release) is trained anew on all samples, the test part among them, with the "
        "settings of the search. All figures on this page are of the model of the development part; nobody can measure the other one in this study."
    )


def small_cells(results: Results) -> str:
    """Which columns have categories of few units; no category is named."""
    table = results.small_cells
    table = table[table["small"] > 0]
    if not len(table):
        return ""
    threshold = int(table["threshold"].iloc[0])
    shown = table[["column", "role", "values", "small", "units"]]
    shown.columns = ["Column", "Role", "Categories", "Small ones", "Units in them"]
    caption = f"Small cells. Categories that fewer than {threshold} independent units share point at people: do not publish figures of them."
    return f'<section id="small-cells">{page.table(shown, caption)}</section>'
