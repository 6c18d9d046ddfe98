# Look for twins, hidden groups, wrong labels and informative missing values among the development rows.
#
# requires: results/split/development/1/
# provides: results/quality/*.tsv; twins.tsv and label_noise.tsv name samples, the others do not

QUALITY = [
    "results/quality/duplicates.tsv",
    "results/quality/hidden_groups.tsv",
    "results/quality/noise.tsv",
    "results/quality/missing_patterns.tsv",
    "results/quality/missing_map.tsv",
]


rule quality:
    input:
        features="results/split/development/1/features.parquet",
        samples="results/split/development/1/samples.parquet",
        split="results/split/split.parquet",
        lib=lib("quality"),
    output:
        duplicates="results/quality/duplicates.tsv",
        twins="results/quality/twins.tsv",
        hidden_groups="results/quality/hidden_groups.tsv",
        noise="results/quality/noise.tsv",
        label_noise="results/quality/label_noise.tsv",
        missing_patterns="results/quality/missing_patterns.tsv",
        missing_map="results/quality/missing_map.tsv",
    log:
        "results/logs/quality/quality.log",
    benchmark:
        "results/benchmarks/quality/quality.tsv"
    conda:
        "../../envs/quality.yaml"
    threads: 1
    resources:
        mem_mb=6000,
        runtime=60,
    params:
        data=lookup(dpath="data", within=config),
        split=lookup(dpath="split", within=config),
        preprocess=lookup(dpath="preprocess", within=config),
        evaluation=lookup(dpath="evaluation", within=config),
    script:
        "../scripts/quality.py"
