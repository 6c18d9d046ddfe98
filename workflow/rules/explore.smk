# Look at the development rows before anything is trained; nothing of the test rows is looked at.
#
# requires: results/split/development/1/
# provides: results/explore/*.tsv, embedding.parquet, explore.html


rule explore:
    input:
        features="results/split/development/1/features.parquet",
        samples="results/split/development/1/samples.parquet",
        split="results/split/split.parquet",
        notebook=os.path.relpath(NOTEBOOKS / "explore.ipynb"),
        lib=lib("explore"),
    output:
        embedding="results/explore/embedding.parquet",
        components="results/explore/components.tsv",
        missingness="results/explore/missingness.tsv",
        balance="results/explore/balance.tsv",
        association="results/explore/association.tsv",
        batch="results/explore/batch.tsv",
        single_features="results/explore/single_features.tsv",
        html=report(
            "results/explore/explore.html",
            category="Know your data",
            caption="../report/explore.rst",
        ),
    log:
        "results/logs/explore/explore.log",
    benchmark:
        "results/benchmarks/explore/explore.tsv"
    conda:
        "../../envs/explore.yaml"
    threads: 1
    resources:
        mem_mb=growing(6000),
        runtime=growing(60),
    params:
        study=lookup(dpath="study", within=config),
        data=lookup(dpath="data", within=config),
        split=lookup(dpath="split", within=config),
        preprocess=lookup(dpath="preprocess", within=config),
        evaluation=lookup(dpath="evaluation", within=config),
    script:
        "../scripts/explore.py"
