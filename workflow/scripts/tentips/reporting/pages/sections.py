"""The report's sections that are text and tables: each takes the results and returns HTML."""

import html

import pandas as pd

from tentips.checks.registry import ends
from tentips.errors import listed
from tentips.models.names import in_sentence, model_title
from tentips.reporting.documents.statements import evaluation_statements
from tentips.reporting.pages import exploration_page, page
from tentips.results import Results, only
from tentips.statistics.metric_names import NAMES
from tentips.study.config import group_names, metric_name, split_strategy
from tentips.wording import as_value, minute, sample_is, series


def question(results: Results) -> str:
    """The question, the claim, and what the study is of."""
    study = results.config["study"]
    claim = (
        f"<dt>Claim, {_claimed(results.opening)}</dt><dd>{html.escape(study['claim'])}</dd>" if study["claim"] else ""
    )
    design = html.escape(study["design"]) if study["design"] else "not declared"
    statement, parts = results.provenance, only(results.split, repeat=1)["role"].value_counts()
    groups = f" in {statement['groups']:,} independent groups" if statement["groups"] < statement["samples"] else ""
    size = (
        f"{statement['samples']:,} samples{groups}, {statement['inputs']}; {parts.get('train', 0):,} "
        f"samples to develop on, {parts.get('test', 0):,} held out. "
        f"{html.escape(sample_is(study['unit']))} Design: {design}."
    )
    return f'<dl class="question"><dt>Question</dt><dd>{html.escape(study["question"])}</dd>{claim}<dt>Study</dt><dd>{size}</dd></dl>'


def metrics(results: Results) -> str:
    """All metrics of all models, with intervals, combined over repeats."""
    table, task = results.evaluated("combined_metrics"), results.config["data"]["task"]
    shown = table.assign(
        cell=[f"{row.value:.3f}\n{_ends(row.low, row.high)}".replace("-", "−") for row in table.itertuples()]
    )
    wide = shown.pivot(index="model", columns="metric", values="cell")[list(table["metric"].unique())]
    order = table[table["metric"] == metric_name(results.config)].sort_values("value", ascending=False)["model"]
    wide = wide.loc[order].rename(columns=NAMES).reset_index(names="Model")
    wide["Model"] = [model_title(name, task) for name in wide["Model"]]
    n, repeats = int(table["n"].iloc[0]), int(table["repeats"].iloc[0])
    where = f"on the {n} held-out samples" if repeats == 1 else f"over {repeats} held-out parts of about {n} samples"
    return _anchored(
        "metrics",
        page.table(
            wide,
            f"Metrics {where}, with {results.config['evaluation']['confidence']:.0%} intervals; higher is better throughout.",
            folds=True,
        )
        + _faultless(results)
        + _heavy_tailed(results),
    )


def _heavy_tailed(results: Results) -> str:
    """That an interval is too narrow because tails are heavy; else nothing."""
    statement = evaluation_statements.heavy_tailed(results)
    return page.paragraph(statement.strip()) if statement else ""


def _faultless(results: Results) -> str:
    """Why the interval of a faultless ROC AUC is wide, where one test part has such a model; else nothing."""
    table = only(results.evaluated("combined_metrics"), metric="roc_auc")
    table = table[(table["repeats"] == 1) & table["low"].notna()]
    faultless, others = table[table["value"] >= 1], table[table["value"] < 1].sort_values("value")
    if not len(faultless):
        return ""
    task, confidence = results.config["data"]["task"], results.config["evaluation"]["confidence"]
    tested = only(results.split, repeat=1, role="test")["sample"]
    sheet = results.samples[results.samples["sample"].isin(tested)]
    groups, units = (
        sheet.groupby("label")["group"].nunique().sort_values(),
        "groups" if results.config["data"]["group"] else "samples",
    )
    low, names = faultless["low"].iloc[0], series(in_sentence(name, task) for name in faultless["model"])
    statement = (
        f"On these samples the ROC AUC of {names} is faultless, and its interval reaches down to {low:.3f}: where nobody errs there is no "
        f"spread to measure, and {groups.iloc[0]} {units} of the rarest class, {groups.index[0]}, without an error leave a share of errors "
        f"of up to {1 - low:.1%} open (exact binomial limit, {confidence:.0%})."
    )
    narrower = others[others["high"] - others["low"] < 1 - low]
    if len(narrower):
        near = narrower.iloc[-1]
        statement += (
            f" That is wider than the interval of {in_sentence(near['model'], task)}, which is not faultless ({near['value']:.3f}, "
            f"{ends(near['low'], near['high'])}): its errors show how much the score varies. It does not make the faultless model less certain."
        )
    return page.paragraph(statement)


def comparisons(results: Results) -> str:
    """Paired differences between models that the development part had chosen, combined over repeats."""
    table, task = results.evaluated("combined_comparisons"), results.config["data"]["task"]
    shown = pd.DataFrame(
        {
            "Model": [model_title(name, task) for name in table["a"]],
            "against": [model_title(name, task) for name in table["b"]],
            **page.difference_columns(table),
            "Family": table["family"],
            "Method": table["method"],
        }
    )
    return _anchored(
        "comparisons",
        page.table(
            shown,
            (
                f"Paired differences in {NAMES[table['metric'].iloc[0]]} on the test part. Which models are "
                "compared was decided on the development part. The verdict rests on the first line alone, the "
                "one comparison that was planned; within the other families p-values are adjusted for their "
                "number (Holm 1979), intervals are not."
            ),
        ),
    )


def repeats(results: Results) -> str:
    """The planned comparison in each outer split, where there are several."""
    table = only(results.evaluated("comparisons"), family="verdict")
    if len(table) < 2:
        return ""
    metric, scores = metric_name(results.config), results.evaluated("metrics")
    scores = only(scores, metric=metric).pivot(index="repeat", columns="model", values="value")
    task = results.config["data"]["task"]
    both = [
        [(model, scores.loc[repeat, model]) for repeat, model in zip(table["repeat"], table[side], strict=True)]
        for side in "ab"
    ]
    network, simpler = ([f"{model_title(model, task)}, {value:.3f}" for model, value in side] for side in both)
    shown = pd.DataFrame(
        {
            "Repeat": table["repeat"].astype(int).to_numpy(),
            "Network": network,
            "Simpler model": simpler,
            "Difference": table["difference"].to_numpy(),
            "from": table["low"].to_numpy(),
            "to": table["high"].to_numpy(),
        }
    )
    return _anchored(
        "repeats",
        page.table(
            shown,
            f"{NAMES[metric]} in each of {len(table)} outer splits, each with its own search; intervals of single splits are over the groups of that split.",
        ),
    )


def stacked_model(results: Results) -> str:
    """What the stacked model is made of."""
    task = results.config["data"]["task"]
    weights = pd.DataFrame([repeat["weights"] for repeat in results.stacked["repeats"].values()]).mean()
    weights = weights[weights >= 0.005].sort_values(ascending=False)
    statement = ", ".join(f"{model_title(name, task)} {weight:.0%}" for name, weight in weights.items())
    return _anchored(
        "stacked_model",
        page.paragraph(
            f"The stacked model is a weighted mean of all models; its weights were learned on out-of-fold predictions of the development part (super learner, van der Laan et al. 2007): {statement}."
        ),
    )


def confounders(results: Results) -> str:
    """How well the label is predicted without the features."""
    table = results.confounders
    if not len(table):
        return _anchored(
            "confounders", page.paragraph("No covariate, batch, site or time with two values is declared.")
        )
    shown = pd.DataFrame(
        {
            "Predicted from": table["source"],
            "Columns": table["columns"],
            "By": table["predictor"],
            "Model": [model_title(name, results.config["data"]["task"]) for name in table["model"]],
            NAMES[table["metric"].iloc[0]]: table["value"],
            "from": table["low"],
            "to": table["high"],
            "With the features": table["model_value"],
            "The features add": table["added"],
            "From": table["added_low"],
            "To": table["added_high"],
        }
    )
    return _anchored(
        "confounders",
        page.table(
            shown,
            f"The label predicted without any feature, in cross-validation on {int(table['n'].iloc[0])} development samples, and what the features add to that.",
        ),
    )


def determinism(results: Results) -> str:
    """What came of training twice with the same seeds."""
    task = results.config["data"]["task"]
    rows = [
        {
            "Model": model_title(found["model"], task),
            "Compared": found["compared"],
            "Bit for bit equal": "yes" if found["equal"] else "no",
            "Largest difference": f"{found['largest_difference']:.2g}",
            "Device": found["device"],
        }
        for found in map(results.repetition, ("network", "baseline"))
    ]
    return _anchored(
        "determinism", page.table(pd.DataFrame(rows), "Trained a second time with the same seeds, in another process.")
    )


def single_features(results: Results) -> str:
    """The features that predict the label best by themselves."""
    table = results.exploration["single_features"].head(5)
    return _anchored(
        "single-features",
        page.table(
            table,
            f"The features that predict the label best by themselves, on {len(results.exploration['embedding'])} development samples.",
        ),
    )


def budget(results: Results) -> str:
    """What each search was given and consumed."""
    table, task = results.budget, results.config["data"]["task"]
    shown = table.assign(model=[model_title(name, task) for name in table["model"]])
    shown = shown[["model", "trials", "folds", "seeds", "cpu_seconds", "gpu_seconds", "untuned", "tuned"]]
    shown = shown.rename(columns={"cpu_seconds": "CPU s", "gpu_seconds": "GPU s"})
    for column in ("CPU s", "GPU s"):
        shown[column] = [f"{value:.1f}" for value in shown[column]]
    return _anchored(
        "budget", page.table(shown, "Budget of each model's search; untuned and tuned are scores in cross-validation.")
    )


def settings(results: Results) -> str:
    """The hyperparameters that each search chose."""
    task, rows = results.config["data"]["task"], []
    for model, best in results.bests.items():
        chosen = best["repeats"]["1"]["settings"]
        statement = ", ".join(
            f"{name} {value:.3g}" if isinstance(value, float) else f"{name} {value}" for name, value in chosen.items()
        )
        rows.append({"Model": model_title(model, task), "Chosen settings": statement or "the library's defaults"})
    return _anchored("settings", page.table(pd.DataFrame(rows), "Settings chosen by the search."))


def seeds(results: Results) -> str:
    """The test score of each seed."""
    metric = metric_name(results.config)
    table = only(results.evaluated("seeds"), metric=metric)
    if not len(table):
        return ""
    shown = pd.DataFrame(
        {"Repeat": table["repeat"].astype(int), "Seed": table["seed"].astype(int), NAMES[metric]: table["value"]}
    )
    if table["repeat"].nunique() == 1:
        shown = shown.drop(columns="Repeat")
    return _anchored(
        "seeds",
        page.table(
            shown,
            f"The chosen network, trained once per seed: mean {table['value'].mean():.3f}, standard deviation {table['value'].std():.4f}.",
            digits=4,
        ),
    )


def split(results: Results) -> str:
    """How samples were held out."""
    table, config = only(results.split, repeat=1), results.config
    joined = table.merge(results.samples[["sample", "group"]], on="sample")
    parts = joined.groupby("role").agg(samples=("sample", "size"), groups=("group", "nunique")).reset_index()
    units = f"groups: {', '.join(group_names(config))}" if group_names(config) else "no groups declared"
    return _anchored(
        "split",
        page.table(
            parts,
            f"Split by strategy {split_strategy(config)} ({units}); {config['split']['folds']} folds inside the training part.",
        ),
    )


def balance(results: Results) -> str:
    """Samples and independent groups of each class."""
    return _anchored("balance", exploration_page.balance(results.exploration))


def missingness(results: Results) -> str:
    """Missing values by feature."""
    return _anchored("missingness", exploration_page.missingness(results.exploration))


def association(results: Results) -> str:
    """Association of the label with batches and covariates."""
    return _anchored("association", exploration_page.association(results.exploration))


def batch(results: Results) -> str:
    """How well batches are predicted from the features, and whether correcting for them helps."""
    tables = results.exploration
    return _anchored("batch", exploration_page.batch(tables)) + _anchored(
        "correction", exploration_page.correction(tables)
    )


def compared(results: Results) -> str:
    """Where the comparison is shown."""
    return '<p>The comparison itself is shown <a href="#models">above</a>, and what each search was given <a href="#budget">below</a>.</p>'


def preparation(results: Results) -> str:
    """How samples reach the models."""
    prepared = results.config["preprocess"]
    chosen = ", ".join(f"{key.replace('_', ' ')}: {value}" for key, value in prepared.items() if isinstance(value, str))
    networks = ", ".join(
        model_title(name, results.config["data"]["task"]) for name in results.config["models"]["networks"]
    )
    seen = results.provenance["seen"]
    return page.paragraph(
        f"{seen[0].upper()}{seen[1:]}. Features go through the same preparation in front of every model, fitted on training rows alone ({chosen}). Networks tried: {networks}."
    )


def ledger(results: Results) -> str:
    """What the test ledger says, and when the analysis plan was made."""
    opening = results.opening
    times = "once" if opening["openings"] == 1 else f"{opening['openings']} times"
    before = opening["plan"]["changes_before_opening"]
    changed = (
        "not changed" if not before else f"changed in {listed(list(dict.fromkeys(each['key'] for each in before)))}"
    )
    made = "No analysis plan is known that was registered before the test part was opened."
    if opening["plan"]["registered"]:
        made = (
            f"The analysis plan was registered on {minute(opening['plan']['registered'])}, before the first search, and {changed} "
            "until the test part was opened."
        )
    return _anchored(
        "ledger",
        page.paragraph(
            f"{made} The test part was opened {times}, first on {minute(opening['first'])} (resources/test-ledger.jsonl)."
            f"{_judged_otherwise(results)}"
        ),
    )


def _judged_otherwise(results: Results) -> str:
    """What of checks and controls was changed after the opening; nothing where none was."""
    changed = [
        f"{each['key']} from {as_value(each['before'])} to {as_value(each['after'])} on {minute(each['time'])}"
        for each in results.changes_of_judging
    ]
    return f" What the figures are judged by was changed after it: {series(changed)}." if changed else ""


def _claimed(opening: dict) -> str:
    """When the claim was last changed, as far as the registered plans and the ledger tell."""
    if opening["plan"]["registered"] is None:
        return "not known to have been written down before the test part was opened"
    if any(change["key"] == "study.claim" for change in opening["plan_changes"]):
        return "changed after the test part had been opened"
    if any(change["key"] == "study.claim" for change in opening["plan"]["changes_before_opening"]):
        return "changed after the first search, before the test part was opened"
    return "written down before tuning"


def _ends(low: float, high: float) -> str:
    return f"{low:.3f}\u00a0to\u00a0{high:.3f}" if pd.notna(low) else "no interval"


def _anchored(name: str, content: str) -> str:
    return f'<section id="{name}">{content}</section>'
