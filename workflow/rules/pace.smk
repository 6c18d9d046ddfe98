# Where compute.minutes limits the study: how many trials of each model, which controls and how many shadow models fit into them.
#
# requires: results/split/development/1/
# provides: results/pace/pace.json with the numbers, seconds.tsv with what one trial of each model takes


if PACE:

    rule pace:
        input:
            features="results/split/development/1/features.parquet",
            samples="results/split/development/1/samples.parquet",
            split="results/split/split.parquet",
            network_files=NETWORK_FILES,
            lib=lib("pace"),
        output:
            pace=PACE[0],
            seconds="results/pace/seconds.tsv",
        log:
            "results/logs/pace/pace.log",
        benchmark:
            "results/benchmarks/pace/pace.tsv"
        conda:
            "../../envs/pace.yaml"
        threads: NETWORK_THREADS
        resources:
            mem_mb=growing(8000),
            runtime=growing(60),
            gpu=GPUS,
        params:
            rows=ROWS,
            metric=METRIC,
            recipe=RECIPE,
            models={"baseline": [name for name in BASELINES if name != "dummy"], "network": NETWORKS},
            controls=lookup(dpath="controls", within=config),
            shadow_models=lookup(dpath="privacy/shadow_models", within=config),
            repeats=len(REPEATS),
            cores=workflow.cores,
            compute=lookup(dpath="compute", within=config),
        script:
            "../scripts/pace.py"
