"""How the models are explained, in tables: rules that imitate the model, agreement of rankings, attributions (tip 8)."""

import pandas as pd

from tentips.checks.recommended import judged
from tentips.interpret.expected_gradients import METHOD
from tentips.interpret.shapley import LINEAR
from tentips.models.names import in_sentence, model_title
from tentips.reporting.pages import page
from tentips.results import Results, only
from tentips.statistics.metric_names import metric_in_sentence

NO_CAUSE = (
    "These explanations say what the models use, not what causes the label: a feature may lead because it goes with the cause, with the way samples were taken, or with the batch. "
    "No causal claim follows from them."
)


def no_cause(results: Results) -> str:
    """The sentence that no causal claim follows."""
    return page.paragraph(NO_CAUSE) if results.config["interpretation"]["enabled"] else ""


def rules(results: Results) -> str:
    """The few rules of a shallow tree that imitates the recommended model, with how faithful they are."""
    table = only(results.interpreted("surrogate"), model=judged(results))
    if not len(table):
        return ""
    first, name = table.iloc[0], in_sentence(judged(results), results.config["data"]["task"])
    metric = metric_in_sentence(first["metric"])
    if results.classes:
        shown = table[["rule", "class", "predicted", "n", "n_test", "observed"]]
        shown.columns = ["Rule", "Decides", "with probability", "Samples", "in the test part", "right there"]
        kept = f"It decides as the model does for {first['agreement']:.0%} of the test samples"
    else:
        shown = table[["rule", "predicted", "n", "n_test", "observed"]]
        shown.columns = ["Rule", "Predicts", "Samples", "in the test part", "Mean there"]
        kept = f"R² of the model's own predictions on the test part: {first['fidelity']:.2f}"
    caption = (
        f"A tree of {len(table)} rules that imitates the {name}. {kept}; the tree's own {metric} there is {first['score']:.3f}, "
        f"the model's {first['model_score']:.3f}. Where the tree is as good, use the tree."
    )
    return f'<section id="rules">{page.table(shown, caption)}</section>'


def agreement(results: Results) -> str:
    """How far rankings of features agree between folds, between seeds, and with those of shuffled labels."""
    table = results.interpreted("agreement")
    table = table[table["overlap"].notna()]
    if not len(table):
        return ""
    task = results.config["data"]["task"]
    shown = pd.DataFrame(
        {
            "Model": [model_title(name, task) for name in table["model"]],
            "Between": table["between"],
            "Models": table["refits"].astype(int),
            "Leading groups": table["top"].astype(int),
            "In common": [f"{value:.0%}" for value in table["overlap"]],
            "by chance": [f"{value:.0%}" for value in table["overlap_chance"]],
            "p": [page.p_value(value) if pd.notna(value) else "" for value in table["overlap_p"]],
            "Kendall's tau": table["kendall"],
            "lowest": table["kendall_low"],
            "highest": table["kendall_high"],
        }
    )
    caption = (
        "Agreement of rankings of features: the share of leading groups that two models have in common, on average of all pairs. Rankings of models trained on shuffled labels must differ "
        "from those of real ones (Adebayo et al. 2018)."
    )
    return f'<section id="agreement">{page.table(shown, caption)}</section>'


def attributions(results: Results) -> str:
    """What each feature adds to the predictions of each explained model: exact Shapley values, or expected gradients of a network."""
    table = results.interpreted("attributions")
    parts = [_attributed(results, own) for _, own in table.groupby("model", sort=False)]
    return f'<section id="attributions">{"".join(parts)}</section>' if parts else ""


def _attributed(results: Results, table: pd.DataFrame) -> str:
    task, first = results.config["data"]["task"], table.iloc[0]
    order = ["class", "mean_absolute"] if table["class"].nunique() > 1 else ["mean_absolute"]
    shown = table.sort_values(order, ascending=[name == "class" for name in order])
    columns = {"feature": "Feature", "mean_absolute": "Mean size", "direction": "Correlation with the value"}
    if table["low"].notna().any():
        columns |= {"low": "lowest seed", "high": "highest seed"}
    if table["class"].nunique() > 1:
        columns = {"class": "Class", **columns}
    unit = f"predicted {results.config['data']['label']}" if first["scale"] == "value" else first["scale"]
    what = f"What features add to the {unit} that the {in_sentence(first['model'], task)} gives, mean over held-out samples"
    if first["method"] == METHOD:
        how = (
            f"Expected gradients (Erion et al. 2021), mean over {int(table['seeds'].max())} seeds. "
            f"Those of a sample add up to its prediction less the mean one but for {table['gap'].mean():.3f} on average. Seeds: the range of their means."
        )
    elif first["method"] == LINEAR:
        how = "Shapley values of a linear model, which are exact: the coefficient times the distance of the value from its mean."
    else:
        how = "Shapley values of trees, which are exact where a feature that is not known is averaged over as the training samples went (Lundberg et al. 2020)."
    caption = f"{what}. {how} Among correlated features they are shared out in a way that says nothing of a cause."
    return page.table(shown[list(columns)].rename(columns=columns), caption, folds=True)


def words(results: Results) -> str:
    """The words of sequences whose letters raise or lower the predictions most surely."""
    table = results.interpreted("words")
    if not len(table):
        return ""
    task, level = results.config["data"]["task"], results.config["evaluation"]["confidence"]
    shown = pd.DataFrame(
        {
            "Model": [model_title(name, task) for name in table["model"]],
            "Class": table["class"].fillna(""),
            "Word": table["word"],
            "Sequences": table["n"].astype(int),
            "Independent": table["units"].astype(int),
            "Effect": table["effect"],
            f"{level:.0%} low": table["low"],
            "high": table["high"],
            "p (Holm)": [page.p_value(value) if pd.notna(value) else "" for value in table["p_adjusted"]],
            "with shuffled labels": table["effect_shuffled"],
        }
    )
    shown = shown if table["class"].nunique() > 1 else shown.drop(columns="Class")
    unit = "probability of the class" if results.classes else "predicted value"
    caption = (
        f"Words of {len(table['word'].iloc[0])} letters that matter most to each model, by in-silico mutagenesis: by how much the {unit} falls when their letters are exchanged one by one, "
        "added up over the letters, mean over independent units. The last column is that of a model trained on shuffled labels, which must differ. "
        "A word that many sequences share can stand for the family that they come from."
    )
    return f'<section id="words">{page.table(shown, caption, folds=True)}</section>'


def maps(results: Results) -> str:
    """How far two explanations of the same samples point at the same places."""
    table = results.interpreted("map_agreement")
    table = table[table["correlation"].notna()]
    if not len(table):
        return ""
    task = results.config["data"]["task"]
    shown = pd.DataFrame(
        {
            "Model": [model_title(name, task) for name in table["model"]],
            "Explanation": table["a"],
            "held against": table["b"],
            "Samples": table["n"].astype(int),
            "Mean rank correlation": table["correlation"],
            "by chance, low": table["chance_low"],
            "high": table["chance_high"],
            "p": [page.p_value(value) for value in table["p_value"]],
        }
    )
    caption = (
        "Whether explanations of the same samples point at the same places. By chance: maps that are shifted by random distances, 95 % of their means. Two methods, and models of other "
        "folds, should agree; models trained on shuffled labels should agree less (Adebayo et al. 2018). Where two methods do not agree, trust neither."
    )
    return f'<section id="map-agreement">{page.table(shown, caption)}</section>'
