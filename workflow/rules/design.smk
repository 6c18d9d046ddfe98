# Say before anything is trained which effect this study would find; of the test part only its size is known here.
#
# requires: results/split/development/1/, results/split/split.parquet
# provides: results/design/power.tsv, design.json, design.html; `snakemake design` also makes the pages in LOOKED_AT

LOOKED_AT = {
    "explored": "results/explore/explore.html",
}


rule design:
    input:
        **LOOKED_AT,
        features="results/split/development/1/features.parquet",
        samples="results/split/development/1/samples.parquet",
        split="results/split/split.parquet",
        notebook=os.path.relpath(NOTEBOOKS / "design.ipynb"),
        lib=lib("design"),
    output:
        power="results/design/power.tsv",
        design="results/design/design.json",
        html=report(
            "results/design/design.html",
            category="Know your data",
            caption="../report/design.rst",
        ),
    log:
        "results/logs/design/design.log",
    benchmark:
        "results/benchmarks/design/design.tsv"
    conda:
        "../../envs/design.yaml"
    threads: 1
    resources:
        mem_mb=6000,
        runtime=60,
    params:
        study=lookup(dpath="study", within=config),
        data=lookup(dpath="data", within=config),
        split=lookup(dpath="split", within=config),
        preprocess=lookup(dpath="preprocess", within=config),
        evaluation=lookup(dpath="evaluation", within=config),
        smallest_effect=lookup(dpath="checks/smallest_effect", within=config),
    script:
        "../scripts/design.py"
