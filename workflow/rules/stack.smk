# The stacked model: learn how to combine baselines and networks from their out-of-fold predictions.
#
# requires: results/split/development/REPEAT/, best.json and oof.parquet of all baselines and networks
# provides: results/stack/best.json with the weights, oof.parquet


rule stack:
    input:
        features=of_each_repeat("results/split/development/{repeat}/features.parquet"),
        samples=of_each_repeat("results/split/development/{repeat}/samples.parquet"),
        split="results/split/split.parquet",
        bests=of_each_model("baseline", "best.json") + of_each_model("network", "best.json"),
        oof=of_each_model("baseline", "oof.parquet") + of_each_model("network", "oof.parquet"),
        lib=lib("stack"),
    output:
        best="results/stack/best.json",
        oof="results/stack/oof.parquet",
    log:
        "results/logs/stack/stack.log",
    benchmark:
        "results/benchmarks/stack/stack.tsv"
    conda:
        "../../envs/stack.yaml"
    threads: 1
    resources:
        mem_mb=growing(3000),
        runtime=growing(30),
    params:
        rows=ROWS,
        metric=METRIC,
    script:
        "../scripts/stack.py"
