# Attack every final model: is it recognised whom it learned from? Comes after the evaluation, for it reads the test rows.
#
# requires: results/split/development/1/, results/split/test/1/, the final models, and that the test part has been opened
# provides: results/privacy/membership.tsv, attributes.tsv, exposure.parquet (no row unless study.sensitive is false), cells.tsv
#           private_training: results/privacy/private_training.tsv where privacy.epsilon is declared, of development rows only


rule privacy:
    input:
        opening="results/evaluation/opening.json",
        features="results/split/development/1/features.parquet",
        samples="results/split/development/1/samples.parquet",
        test_features="results/split/test/1/features.parquet",
        test_samples="results/split/test/1/samples.parquet",
        split="results/split/split.parquet",
        bests=of_each_model("baseline", "best.json") + of_each_model("network", "best.json"),
        stacked="results/stack/best.json",
        models=finals_of_first_repeat("baseline") + finals_of_first_repeat("network"),
        prepare=of_each_model("network", "prepare_1.skops"),
        network_files=NETWORK_FILES,
        pace=PACE,
        lib=lib("privacy"),
    output:
        **result_tables.outputs("privacy"),
    log:
        "results/logs/privacy/privacy.log",
    benchmark:
        "results/benchmarks/privacy/privacy.tsv"
    conda:
        "../../envs/privacy.yaml"
    threads: NETWORK_THREADS
    resources:
        mem_mb=growing(8000),
        runtime=growing(240),
        gpu=GPUS,
    params:
        sensitive=lookup(dpath="study/sensitive", within=config),
        rows=ROWS,
        roles=ROLES,
        recipe=RECIPE,
        confidence=lookup(dpath="evaluation/confidence", within=config),
        privacy=lookup(dpath="privacy", within=config),
        compute=lookup(dpath="compute", within=config),
    script:
        "../scripts/privacy.py"


if config["privacy"]["epsilon"]:

    rule private_training:
        input:
            features="results/split/development/1/features.parquet",
            samples="results/split/development/1/samples.parquet",
            split="results/split/split.parquet",
            bests=of_each_model("network", "best.json"),
            network_files=NETWORK_FILES,
            pace=PACE,
            lib=lib("private_training"),
        output:
            "results/privacy/private_training.tsv",
        log:
            "results/logs/private_training/private_training.log",
        benchmark:
            "results/benchmarks/private_training/private_training.tsv"
        conda:
            "../../envs/private_training.yaml"
        threads: NETWORK_THREADS
        resources:
            mem_mb=growing(8000),
            runtime=growing(240),
            gpu=GPUS,
        params:
            rows=ROWS,
            metric=METRIC,
            recipe=RECIPE,
            evaluation=lookup(dpath="evaluation", within=config),
            privacy=lookup(dpath="privacy", within=config),
            compute=lookup(dpath="compute", within=config),
        script:
            "../scripts/private_training.py"
