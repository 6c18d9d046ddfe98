# Look for duplicates, hidden groups, wrong labels and informative missing values among the development rows.
#
# requires: results/split/development/1/
# provides: results/quality/*.tsv; twins.tsv and label_noise.tsv name samples, the others do not


rule quality:
    input:
        features="results/split/development/1/features.parquet",
        samples="results/split/development/1/samples.parquet",
        split="results/split/split.parquet",
        lib=lib("quality"),
    output:
        **result_tables.outputs("quality"),
    log:
        "results/logs/quality/quality.log",
    benchmark:
        "results/benchmarks/quality/quality.tsv"
    conda:
        "../../envs/quality.yaml"
    threads: ALIGNING_THREADS
    resources:
        mem_mb=growing(6000),
        runtime=growing(60),
    params:
        rows=ROWS,
        roles=ROLES,
        data=lookup(dpath="data", within=config),
        preprocess=lookup(dpath="preprocess", within=config),
        confidence=lookup(dpath="evaluation/confidence", within=config),
        seed=lookup(dpath="split/seed", within=config),
    script:
        "../scripts/quality.py"
