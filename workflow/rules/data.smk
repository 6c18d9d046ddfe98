# Obtain, check, tidy and split the data.
#
# requires: config/datasets.tsv and the sources that it names
# provides: results/data/features.parquet, samples.parquet, provenance.json; parts.parquet where several labels share a test part
#           results/split/split.parquet; shared.tsv, shared_pairs.parquet: samples that have a twin on the other side
#           results/split/development/REPEAT/, results/split/test/REPEAT/ and results/split/copy/REPEAT/ (left out of the test part as
#           copies), each with features.parquet, samples.parquet


# Which samples all studies of several labels hold out: drawn where the whole sample sheet is read.
SHARED_PARTS = {"parts": "results/data/parts.parquet"} if config["split"]["across_labels"] else {}


rule download:
    output:
        "resources/downloads/{dataset}/{file}",
    log:
        "results/logs/download/{dataset}/{file}.log",
    benchmark:
        "results/benchmarks/download/{dataset}/{file}.tsv"
    conda:
        "../../envs/download.yaml"
    threads: 1
    resources:
        mem_mb=growing(1000),
        runtime=growing(120),
    params:
        # The script takes the address itself, which may hold a secret, from config/datasets.tsv.
        dataset=lambda wildcards: vars(REGISTRY[wildcards.dataset].without_secrets),
    script:
        "../scripts/download.py"


rule data:
    input:
        features=SOURCES["features"].path,
        samples=SOURCES["samples"].path,
        pretrained=[PRETRAINED.path] if PRETRAINED else [],
        lib=lib("data"),
    output:
        **SHARED_PARTS,
        features="results/data/features.parquet",
        samples="results/data/samples.parquet",
        provenance="results/data/provenance.json",
    log:
        "results/logs/data/data.log",
    benchmark:
        "results/benchmarks/data/data.tsv"
    conda:
        "../../envs/data.yaml"
    threads: ALIGNING_THREADS
    resources:
        mem_mb=growing(4000),
        runtime=growing(30),
    params:
        data=lookup(dpath="data", within=config),
        split=lookup(dpath="split", within=config),
        preprocess=lookup(dpath="preprocess", within=config),
        sources={table: vars(source.without_secrets) for table, source in SOURCES.items()},
        pretrained=[vars(PRETRAINED.without_secrets)] if PRETRAINED else [],
    script:
        "../scripts/data.py"


rule split:
    input:
        **SHARED_PARTS,
        features="results/data/features.parquet",
        samples="results/data/samples.parquet",
        lib=lib("split"),
    output:
        split="results/split/split.parquet",
        shared="results/split/shared.tsv",
        pairs="results/split/shared_pairs.parquet",
        development_features=of_each_repeat("results/split/development/{repeat}/features.parquet"),
        development_samples=of_each_repeat("results/split/development/{repeat}/samples.parquet"),
        test_features=of_each_repeat("results/split/test/{repeat}/features.parquet"),
        test_samples=of_each_repeat("results/split/test/{repeat}/samples.parquet"),
        copy_features=of_each_repeat("results/split/copy/{repeat}/features.parquet"),
        copy_samples=of_each_repeat("results/split/copy/{repeat}/samples.parquet"),
    log:
        "results/logs/split/split.log",
    benchmark:
        "results/benchmarks/split/split.tsv"
    conda:
        "../../envs/split.yaml"
    threads: ALIGNING_THREADS
    resources:
        mem_mb=growing(4000),
        runtime=growing(30),
    params:
        data=lookup(dpath="data", within=config),
        split=lookup(dpath="split", within=config),
    script:
        "../scripts/split.py"
