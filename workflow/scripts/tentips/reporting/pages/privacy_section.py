"""What the final models give away of those whom they learned from: the section of tip 10."""

import pandas as pd

from tentips.errors import listed
from tentips.models.names import in_sentence, model_title
from tentips.privacy.attribute_inference import DIFFERENCE, GAIN, LABEL, MEMBERS, OTHERS, OUTPUT
from tentips.privacy.membership_audit import FINAL, PROCEDURE
from tentips.privacy.recognition import AUC
from tentips.reporting.pages import page
from tentips.results import Results, only
from tentips.statistics.metric_names import NAMES
from tentips.study.config import metric_name

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


def attributes(results: Results) -> str:
    """How well sensitive covariates are inferred: from the label, with the output, and how much more that tells of members."""
    table, asked = results.attributes, results.config["privacy"]["sensitive_covariates"]
    if not asked or not results.config["privacy"]["enabled"]:
        return ""
    if results.without_membership:
        return page.paragraph(f"Attribute inference was not tried: {results.without_membership}.")
    left_out = [name for name in asked if name not in set(table["covariate"])]
    words = (
        f"Attribute inference was not tried on {listed(left_out)}: too few units of two levels. " if left_out else ""
    )
    if not len(table):
        return page.paragraph(words)
    task, records = results.config["data"]["task"], []
    for (model, covariate), own in table.groupby(["model", "covariate"], sort=False):
        cells = own.set_index(["part", "known"])
        row = {"Model": model_title(model, task), "Covariate": covariate}
        row |= {
            title: _cell(cells.loc[key])
            for title, key in (
                ("Label alone, members", (MEMBERS, LABEL)),
                ("With output, members", (MEMBERS, OUTPUT)),
                ("Label alone, others", (OTHERS, LABEL)),
                ("With output, others", (OTHERS, OUTPUT)),
                ("What the output adds for members beyond others", (DIFFERENCE, GAIN)),
            )
        }
        records.append(row)
    level = 1 - results.config["evaluation"]["confidence"]
    beyond = table[(table["part"] == DIFFERENCE) & (table["p_adjusted"] < level)]
    found = [
        f"{covariate} (by {listed(in_sentence(name, task) for name in own['model'])})"
        for covariate, own in beyond.groupby("covariate")
    ]
    verdict = (
        f"The output tells more of the members' covariates than of others': {listed(found)}."
        if found
        else "No model's output is shown to tell more of its members' covariates than of others'."
    )
    caption = (
        "How well an attacker who knows a person's label infers a sensitive covariate, with and without the model's output (ROC AUC, "
        f"{results.config['evaluation']['confidence']:.0%} intervals over units). Members are the development part, others the test part; "
        f"where these differ in themselves (another site, a later time), so may the inference. "
        f"{words}{verdict} Judged at {level:.0%}, adjusted for {len(records)} differences (Holm 1979); the intervals are not."
    )
    return f'<section id="attributes">{page.table(pd.DataFrame(records), caption)}</section>'


def private_training(results: Results) -> str:
    """What differential privacy costs the best network, and what epsilon does not cover."""
    options = results.config["privacy"]
    if not options["epsilon"]:
        return ""
    table, metric = results.private_training, metric_name(results.config)
    own = table[table["epsilon"] == options["epsilon"]].set_index("measure")
    plain = table[table["epsilon"].isna()].set_index("measure")
    first, shown = own.iloc[0], in_sentence(table["model"].iloc[0], results.config["data"]["task"])
    units = "groups" if results.config["data"]["group"] else "samples"
    words = (
        f"Trained with differential privacy at epsilon {options['epsilon']:g} and delta {first['delta']:.1g}, the {shown} reaches "
        f"{NAMES[metric]} {_interval(own.loc[metric])} out of fold; without privacy {_interval(plain.loc[metric])}. "
    )
    if f"attack_{AUC}" in own.index:
        words += (
            f"The stronger membership attack on networks trained so has a ROC AUC of {_interval(own.loc[f'attack_{AUC}'])}; "
            f"on those trained without privacy {_interval(plain.loc[f'attack_{AUC}'])}. "
        )
    words += (
        f"Whole {units} are hidden: each of {int(first['steps'])} steps draws every one with probability {first['sampling_rate']:.2g}, cuts its "
        f"gradient to {first['clipping_norm']:g} and adds noise of {first['noise_multiplier']:.2f} times that (Abadi et al. 2016). "
        f"Epsilon is that of training the weights once. The search chose the settings on the same samples without noise, and preparation "
        f"and class weights were computed from them; had every network of the search been trained with this noise too, epsilon would be "
        f"up to {first['tuning_epsilon']:.0f}. The final models of this study, and the bundle, are trained without privacy."
    )
    return f'<section id="private-training">{page.paragraph(words)}</section>'


def _cell(row: pd.Series) -> str:
    return f"{row['roc_auc']:.3f}\n{row['low']:.3f} to {row['high']:.3f}"


def _interval(row: pd.Series) -> str:
    known = pd.notna(row["low"])
    return f"{row['value']:.3f} ({row['low']:.3f} to {row['high']:.3f})" if known else f"{row['value']:.3f}"


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
