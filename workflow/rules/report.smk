# Judge the study by the checks of the ten tips and report what was found.
#
# requires: everything that the earlier stages wrote
# provides: results/report/scorecard.json, report.html, figures/*.svg, *.png, *.tsv, figures.json, and texts:
#           datasheet.md, limitations.md, methods.md with references.bib, checklists/*.md, model_card.md; results/config.yaml, the resolved configuration;
#           results/crate/, the study as an RO-Crate
#
# What jobs consumed is read from results/benchmarks, whose files Snakemake writes beside every job.

FIGURES = {entry.name: entry for entry in catalogue.drawn_for(config)}
FINDINGS = {
    "provenance": "results/data/provenance.json",
    "split": "results/split/split.parquet",
    "shared": "results/split/shared.tsv",
    "samples": "results/data/samples.parquet",
    "explore": result_tables.files("explore"),
    "design": result_tables.files("design"),
    "quality": result_tables.files("quality"),
    "models": of_each_model("baseline", "best.json")
    + of_each_model("network", "best.json")
    + of_each_model("network", "histories.parquet"),
    "trials": of_each_model("baseline", "trials.tsv") + of_each_model("network", "trials.tsv"),
    "stacked": "results/stack/best.json",
    "pace": PACE,
    "controls": [
        f"results/control/{kind}/{name}" for kind in ("baseline", "network") for name in result_tables.CONTROLS
    ],
    "confounders": "results/control/confounders.tsv",
    "transfer": ["results/transfer/curve.tsv"] if has_transfer_curve(config) else [],
    "interpretation": result_tables.files("interpret"),
    "probing": result_tables.files("probe"),
    "privacy": result_tables.files("privacy")
    + (["results/privacy/private_training.tsv"] if config["privacy"]["epsilon"] else []),
    "evaluation": result_tables.files("evaluation"),
    "budget": "results/budget.tsv",
}


CHECKLISTS = ["dome", "reforms"] + (["tripod-ai"] if config["study"]["clinical"] else [])


rule scorecard:
    input:
        **FINDINGS,
        lib=lib("scorecard"),
    output:
        scorecard="results/report/scorecard.json",
        config="results/config.yaml",
    log:
        "results/logs/scorecard/scorecard.log",
    benchmark:
        "results/benchmarks/scorecard/scorecard.tsv"
    conda:
        "../../envs/scorecard.yaml"
    threads: 1
    resources:
        mem_mb=growing(2000),
        runtime=growing(15),
    params:
        config=config,
    script:
        "../scripts/scorecard.py"


rule report:
    input:
        **FINDINGS,
        predictions="results/evaluation/predictions.parquet",
        saliency="results/interpret/saliency.parquet",
        named=["results/probe/hardest_samples.tsv", "results/quality/label_noise.tsv"],
        images="results/data/features.parquet" if config["data"]["modality"] == "image" else [],
        scorecard="results/report/scorecard.json",
        config="results/config.yaml",
        notebook=os.path.relpath(NOTEBOOKS / "report.ipynb"),
        lib=lib("report"),
    output:
        **{
            name: report(
                f"results/report/figures/{name}.svg",
                category=entry.category,
                labels={"figure": entry.title},
                caption=f"../report/figures/{name}.rst",
            )
            for name, entry in FIGURES.items()
        },
        pictures=expand("results/report/figures/{name}.png", name=FIGURES),
        tables=expand("results/report/figures/{name}.tsv", name=FIGURES),
        texts="results/report/figures/figures.json",
        html=report(
            "results/report/report.html",
            category="Report",
            caption="../report/report.rst",
        ),
        datasheet="results/report/datasheet.md",
        limitations="results/report/limitations.md",
        methods="results/report/methods.md",
        references="results/report/references.bib",
        checklists=[f"results/report/checklists/{name}.md" for name in CHECKLISTS],
        dome_entry="results/report/checklists/dome.json",
        model_card="results/report/model_card.md",
    log:
        "results/logs/report/report.log",
    benchmark:
        "results/benchmarks/report/report.tsv"
    conda:
        "../../envs/report.yaml"
    threads: 1
    resources:
        mem_mb=growing(3000),
        runtime=growing(30),
    params:
        config=config,
    script:
        "../scripts/report.py"


rule crate:
    input:
        "results/report/report.html",
        "results/report/datasheet.md",
        "results/report/scorecard.json",
        "results/explore/explore.html",
        "results/config.yaml",
        lib=lib("crate"),
    output:
        "results/crate/ro-crate-metadata.json",
    log:
        "results/logs/crate/crate.log",
    benchmark:
        "results/benchmarks/crate/crate.tsv"
    conda:
        "../../envs/crate.yaml"
    threads: 1
    resources:
        mem_mb=growing(1000),
        runtime=growing(30),
    params:
        engine=ENGINE,
    script:
        "../scripts/crate.py"
