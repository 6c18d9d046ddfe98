# Search a network with Keras Tuner on the same folds and with as many trials, and refit it for several seeds.
#
# requires: results/split/development/REPEAT/
# provides: results/network/MODEL/ with trials.tsv, best.json, oof.parquet, histories.parquet,
#           prepare_REPEAT.skops, seeds/REPEAT_SEED.keras; where tuning.shards is above 1, the trials of each shard


rule shard:
    input:
        features=of_each_repeat("results/split/development/{repeat}/features.parquet"),
        samples=of_each_repeat("results/split/development/{repeat}/samples.parquet"),
        split="results/split/split.parquet",
        network_files=NETWORK_FILES,
        lib=lib("shard"),
    output:
        "results/network/{network}/shards/{shard}_of_{shards}.json",
    log:
        "results/logs/shard/{network}_{shard}_of_{shards}.log",
    benchmark:
        "results/benchmarks/shard/{network}_{shard}_of_{shards}.tsv"
    wildcard_constraints:
        shard=r"\d+",
        shards=r"\d+",
    priority: 1
    conda:
        "../../envs/shard.yaml"
    threads: NETWORK_THREADS
    resources:
        mem_mb=growing(8000),
        runtime=growing(480),
        gpu=GPUS,
    params:
        rows=ROWS,
        metric=METRIC,
        recipe=RECIPE,
        compute=lookup(dpath="compute", within=config),
        journal="results/network/{network}/search/{shard}_of_{shards}",
    script:
        "../scripts/shard.py"


rule network:
    input:
        features=of_each_repeat("results/split/development/{repeat}/features.parquet"),
        samples=of_each_repeat("results/split/development/{repeat}/samples.parquet"),
        split="results/split/split.parquet",
        pace=PACE,
        shards=shards("results/network/{network}/shards/{shard}_of_{shards}.json"),
        network_files=NETWORK_FILES,
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
        mem_mb=growing(8000),
        runtime=growing(480),
        gpu=GPUS,
    params:
        rows=ROWS,
        metric=METRIC,
        recipe=RECIPE,
        compute=lookup(dpath="compute", within=config),
        journal="results/network/{network}/search",
    script:
        "../scripts/network.py"
