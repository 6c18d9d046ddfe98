"""How the models are explained, in tables: rules that imitate the model, agreement of rankings, attributions (tip 8)."""

import pandas as pd

from tentips.checks.recommended import judged
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
    """Expected gradients of the best network, averaged over test samples and seeds."""
    table = results.interpreted("attributions")
    if not len(table):
        return ""
    task = results.config["data"]["task"]
    shown = table.sort_values(["class", "mean_absolute"], ascending=[True, False]) if results.classes else table.sort_values("mean_absolute", ascending=False)  # fmt: skip
    columns = {"feature": "Feature", "mean_absolute": "Mean size", "low": "lowest seed", "high": "highest seed", "direction": "Correlation with the value"}  # fmt: skip
    if table["class"].nunique() > 1:
        columns = {"class": "Class", **columns}
    caption = (
        f"Attributions of the {in_sentence(table['model'].iloc[0], task)} by expected gradients (Erion et al. 2021), mean over {int(table['seeds'].max())} seeds. "
        f"Those of a sample add up to its prediction less the mean one but for {table['gap'].mean():.3f} on average. Seeds: the range of their means."
    )
    return f'<section id="attributions">{page.table(shown[list(columns)].rename(columns=columns), caption, folds=True)}</section>'
