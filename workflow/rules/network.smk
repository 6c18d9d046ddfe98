# Search a network with Keras Tuner on the same folds and with as many trials, and refit it for several seeds.
#
# requires: results/split/development/REPEAT/
# provides: results/network/MODEL/ with trials.tsv, best.json, oof.parquet, histories.parquet,
#           prepare_REPEAT.skops, seeds/REPEAT_SEED.keras


rule network:
    input:
        features=of_each_repeat("results/split/development/{repeat}/features.parquet"),
        samples=of_each_repeat("results/split/development/{repeat}/samples.parquet"),
        split="results/split/split.parquet",
        lib=lib("network"),
    output:
        trials="results/network/{network}/trials.tsv",
        best="results/network/{network}/best.json",
        oof="results/network/{network}/oof.parquet",
        histories="results/network/{network}/histories.parquet",
        prepare=of_each_repeat("results/network/{network}/prepare_{repeat}.skops"),
        seeds=[f"results/network/{{network}}/seeds/{repeat}_{seed}.keras" for repeat in REPEATS for seed in SEEDS],
    log:
        "results/logs/network/{network}.log",
    benchmark:
        "results/benchmarks/network/{network}.tsv"
    priority: 1
    conda:
        "../../envs/network.yaml"
    threads: NETWORK_THREADS
    resources:
        mem_mb=8000,
        runtime=480,
    params:
        data=lookup(dpath="data", within=config),
        split=lookup(dpath="split", within=config),
        preprocess=lookup(dpath="preprocess", within=config),
        models=lookup(dpath="models", within=config),
        tuning=lookup(dpath="tuning", within=config),
        evaluation=lookup(dpath="evaluation", within=config),
        compute=lookup(dpath="compute", within=config),
        journal="results/network/{network}/search",
    script:
        "../scripts/network.py"
