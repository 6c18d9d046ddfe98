# Experiments that must fail, or succeed, if the study is sound; on development rows only, nothing is tuned anew.
#
# requires: results/split/development/1/, the searches of all baselines and networks
# provides: results/control/baseline/ and results/control/network/, each with label_shuffles.tsv, planted_signal.tsv,
#           learning_curve.tsv, power_law.tsv, left_out.tsv, random_folds.tsv, representation.tsv and determinism.json of the best network
#           and of the simpler model that is recommended
#           results/control/confounders.tsv


rule control:
    input:
        features="results/split/development/1/features.parquet",
        samples="results/split/development/1/samples.parquet",
        split="results/split/split.parquet",
        pace=PACE,
        bests=lambda wildcards: of_each_model(wildcards.kind, "best.json"),
        oof=lambda wildcards: of_each_model(wildcards.kind, "oof.parquet"),
        models=lambda wildcards: finals_of_first_repeat(wildcards.kind),
        network_files=NETWORK_FILES,
        lib=lib("control"),
    output:
        label_shuffles="results/control/{kind}/label_shuffles.tsv",
        planted_signal="results/control/{kind}/planted_signal.tsv",
        learning_curve="results/control/{kind}/learning_curve.tsv",
        power_law="results/control/{kind}/power_law.tsv",
        left_out="results/control/{kind}/left_out.tsv",
        random_folds="results/control/{kind}/random_folds.tsv",
        representation="results/control/{kind}/representation.tsv",
        determinism="results/control/{kind}/determinism.json",
    log:
        "results/logs/control/{kind}.log",
    benchmark:
        "results/benchmarks/control/{kind}.tsv"
    wildcard_constraints:
        kind="baseline|network",
    conda:
        "../../envs/control.yaml"
    # As many as the search had: how sums are divided among threads decides their last bits.
    threads: lambda wildcards: NETWORK_THREADS if wildcards.kind == "network" else 1
    resources:
        mem_mb=growing(8000),
        runtime=growing(240),
        gpu=lambda wildcards: GPUS if wildcards.kind == "network" else 0,
    params:
        rows=ROWS,
        batches=as_is(list(dict.fromkeys(ROLES["batch"] + ROLES["site"]))),
        metric=METRIC,
        recipe=RECIPE,
        controls=lookup(dpath="controls", within=config),
        evaluation=lookup(dpath="evaluation", within=config),
        calibration_error=lookup(dpath="checks/calibration_error", within=config),
        seed=lookup(dpath="split/seed", within=config),
        # Trainings that are finished, until the tables are written; no output, which Snakemake would delete before a rerun.
        kept="results/control/{kind}/kept",
        compute=lookup(dpath="compute", within=config),
    script:
        "../scripts/control.py"


rule confounder:
    input:
        samples="results/split/development/1/samples.parquet",
        features="results/split/development/1/features.parquet",
        split="results/split/split.parquet",
        bests=of_each_model("baseline", "best.json") + of_each_model("network", "best.json"),
        oof=of_each_model("baseline", "oof.parquet") + of_each_model("network", "oof.parquet"),
        lib=lib("confounder"),
    output:
        "results/control/confounders.tsv",
    log:
        "results/logs/confounder/confounder.log",
    benchmark:
        "results/benchmarks/confounder/confounder.tsv"
    conda:
        "../../envs/confounder.yaml"
    threads: 1
    resources:
        mem_mb=growing(4000),
        runtime=growing(60),
    params:
        rows=ROWS,
        roles=ROLES,
        metric=METRIC,
        evaluation=lookup(dpath="evaluation", within=config),
        calibration_error=lookup(dpath="checks/calibration_error", within=config),
    script:
        "../scripts/confounder.py"
