# Tune the simpler models on the folds of the development part and refit each with its best configuration.
#
# requires: results/split/development/REPEAT/
# provides: results/baseline/MODEL/ with trials.tsv, best.json, oof.parquet, model_REPEAT.skops


rule baseline:
    input:
        features=of_each_repeat("results/split/development/{repeat}/features.parquet"),
        samples=of_each_repeat("results/split/development/{repeat}/samples.parquet"),
        split="results/split/split.parquet",
        pace=PACE,
        lib=lib("baseline"),
    output:
        trials="results/baseline/{baseline}/trials.tsv",
        best="results/baseline/{baseline}/best.json",
        oof="results/baseline/{baseline}/oof.parquet",
        models=of_each_repeat("results/baseline/{baseline}/model_{repeat}.skops"),
    log:
        "results/logs/baseline/{baseline}.log",
    benchmark:
        "results/benchmarks/baseline/{baseline}.tsv"
    conda:
        "../../envs/baseline.yaml"
    threads: 1
    resources:
        mem_mb=growing(4000),
        runtime=growing(240),
    params:
        rows=ROWS,
        metric=METRIC,
        preprocess=lookup(dpath="preprocess", within=config),
        tuning=TUNING,
        class_weight=lookup(dpath="models/class_weight", within=config),
        journal="results/baseline/{baseline}/search",
    script:
        "../scripts/baseline.py"
