"""The report's sections that are text and tables: each takes the results and returns HTML."""

import html

import pandas as pd

from tentips.config import metric_name, split_strategy
from tentips.reporting import exploration_page, page
from tentips.reporting.figures import model_title
from tentips.results import Results, only
from tentips.scores import NAMES

SHOWN_PACKAGES = (
    "snakemake",
    "scikit-learn",
    "tensorflow",
    "keras",
    "keras-tuner",
    "jax",
    "numpy",
    "scipy",
    "pandas",
    "umap-learn",
    "skops",
    "papermill",
)


def question(results: Results) -> str:
    """The question, the claim, and what the study is of."""
    study = results.config["study"]
    claim = f"<br><b>Claim, written down before tuning:</b> {html.escape(study['claim'])}" if study["claim"] else ""
    design = f" Design: {html.escape(study['design'])}." if study["design"] else " The study's design is not declared."
    return f'<p class="question">{html.escape(study["question"])}{claim}<br>One sample is one {html.escape(study["unit"])}.{design}</p>'


def metrics(results: Results) -> str:
    """All metrics of all models, with intervals."""
    table, task = only(results.evaluated("metrics"), repeat=1), results.config["data"]["task"]
    shown = table.assign(
        cell=[f"{row.value:.3f}\n{row.low:.3f}\u00a0to\u00a0{row.high:.3f}" for row in table.itertuples()]
    )
    wide = shown.pivot(index="model", columns="metric", values="cell")[list(table["metric"].unique())]
    order = table[table["metric"] == metric_name(results.config)].sort_values("value", ascending=False)["model"]
    wide = wide.loc[order].rename(columns=NAMES).reset_index(names="Model")
    wide["Model"] = [model_title(name, task) for name in wide["Model"]]
    n = int(table["n"].iloc[0])
    return _anchored(
        "metrics",
        page.table(
            wide,
            f"Metrics on the {n} held-out samples, with {results.config['evaluation']['confidence']:.0%} intervals; higher is better throughout.",
        ),
    )


def comparisons(results: Results) -> str:
    """Paired differences between models that the development part had chosen."""
    table, task = results.evaluated("comparisons"), results.config["data"]["task"]
    shown = pd.DataFrame(
        {
            "Model": [model_title(name, task) for name in table["a"]],
            "against": [model_title(name, task) for name in table["b"]],
            "Metric": table["metric"].map(NAMES),
            "Difference": table["difference"],
            "from": table["low"],
            "to": table["high"],
            "p": table["p_value"],
        }
    )
    return _anchored(
        "comparisons",
        page.table(
            shown,
            f"Paired differences on the test part ({table['method'].iloc[0]}). Which models are compared was decided on the development part; p-values are not corrected for their number.",
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
        told = ", ".join(
            f"{name} {value:.3g}" if isinstance(value, float) else f"{name} {value}" for name, value in chosen.items()
        )
        rows.append({"Model": model_title(model, task), "Chosen settings": told or "the library's defaults"})
    return _anchored("settings", page.table(pd.DataFrame(rows), "Settings chosen by the search."))


def seeds(results: Results) -> str:
    """The test score of each seed."""
    metric = metric_name(results.config)
    table = only(results.evaluated("seeds"), metric=metric, repeat=1)
    if not len(table):
        return ""
    shown = pd.DataFrame({"Seed": table["seed"].astype(int), NAMES[metric]: table["value"]})
    return _anchored(
        "seeds",
        page.table(
            shown,
            f"The chosen network, trained once per seed: mean {table['value'].mean():.3f}, standard deviation {table['value'].std():.4f}.",
            digits=4,
        ),
    )


def confusion(results: Results) -> str:
    """Confusion matrix of the network ensemble."""
    if results.config["data"]["task"] == "regression":
        return ""
    model = results.evaluated("comparisons").iloc[1]["a"]
    table = only(results.evaluated("confusion"), model=model, repeat=1)
    wide = table.pivot(index="truth", columns="decided", values="n").reset_index(names="truth")
    return _anchored(
        "confusion",
        page.table(
            wide.rename(columns=lambda name: name if name == "truth" else f"decided {name}"),
            f"Confusion matrix of the {model_title(model, 'classification')} on {int(table['n'].sum())} held-out samples.",
        ),
    )


def split(results: Results) -> str:
    """How samples were held out."""
    table, config = only(results.split, repeat=1), results.config
    joined = table.merge(results.samples[["sample", "group"]], on="sample")
    parts = joined.groupby("role").agg(samples=("sample", "size"), groups=("group", "nunique")).reset_index()
    units = f"groups: {', '.join(config['data']['group'])}" if config["data"]["group"] else "no groups declared"
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
    """How well batches are predicted from the features."""
    return _anchored("batch", exploration_page.batch(results.exploration))


def provenance(results: Results) -> str:
    """Where the data came from and what was left out."""
    told = results.provenance
    rows = pd.DataFrame(
        [
            {
                "Source": source["id"],
                "From": source["source"],
                "Version": source["version"] or "not declared",
                "Licence": source["licence"] or "not declared",
                "Rows × columns": f"{source['rows']:,} × {source['columns']:,}",
                "SHA-256": source["sha256"][:16] + "…",
            }
            for source in told["sources"]
        ]
    )
    citations = "".join(
        f"<li>{html.escape(text)}</li>"
        for text in dict.fromkeys(source["citation"] for source in told["sources"] if source["citation"])
    )
    left_out = "".join(
        f"<li>{each['left_out']} of {each['before']} {each['what']} left out: {html.escape(each['reason'])}.</li>"
        for each in told["exclusions"]
    )
    left_out = f"<p>Exclusions:</p><ul>{left_out}</ul>" if left_out else "<p>Nothing was left out.</p>"
    cited = f"<p>Cite:</p><ul>{citations}</ul>" if citations else ""
    return _anchored(
        "provenance",
        page.table(
            rows,
            f"Sources; {told['samples']:,} samples with {told['features']:,} features in {told['groups']:,} independent groups were used.",
        )
        + left_out
        + cited,
    )


def ledger(results: Results) -> str:
    """What the test ledger says."""
    opening = results.opening
    times = "once" if opening["openings"] == 1 else f"{opening['openings']} times"
    return _anchored(
        "ledger",
        page.paragraph(f"The test part was opened {times}, first at {opening['first']} (resources/test-ledger.jsonl)."),
    )


def software(results: Results) -> str:
    """Versions, code and hardware."""
    environment, hardware, code = (results.provenance[key] for key in ("environment", "hardware", "code"))
    rows = [{"Software": "python", "Version": environment["python"]}]
    rows += [{"Software": name, "Version": environment[name]} for name in SHOWN_PACKAGES if name in environment]
    commit = f"commit {code['commit'][:10]}" if code["commit"] else "no version control"
    changed = f", {code['changed_files']} files changed since" if code["changed_files"] else ""
    machine = f"{hardware['cores']} cores ({hardware['machine']}), {hardware['memory_gib']} GiB"
    return _anchored(
        "software", page.table(pd.DataFrame(rows), f"Software of the rule data; {commit}{changed}; {machine}.")
    )


def _anchored(name: str, content: str) -> str:
    return f'<section id="{name}">{content}</section>'
