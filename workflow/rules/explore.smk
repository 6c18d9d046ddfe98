# Look at the development rows before anything is trained; nothing of the test rows is looked at.
#
# requires: results/split/development/1/
# provides: results/explore/*.tsv, embedding.parquet, batch_values.parquet, explore.html
#           outliers.tsv names samples; the page shows numbers only


rule embed:
    input:
        features="results/split/development/1/features.parquet",
        samples="results/split/development/1/samples.parquet",
        split="results/split/split.parquet",
        lib=lib("embed"),
    output:
        embedding="results/explore/embedding.parquet",
        components="results/explore/components.tsv",
        outliers="results/explore/outliers.tsv",
    log:
        "results/logs/embed/embed.log",
    benchmark:
        "results/benchmarks/embed/embed.tsv"
    conda:
        "../../envs/embed.yaml"
    threads: 1
    resources:
        mem_mb=growing(6000),
        runtime=growing(60),
    params:
        rows=ROWS,
        roles=ROLES,
        preprocess=lookup(dpath="preprocess", within=config),
        fence=lookup(dpath="checks/outlier_fence", within=config),
        seed=lookup(dpath="split/seed", within=config),
    script:
        "../scripts/embed.py"


rule batch:
    input:
        features="results/split/development/1/features.parquet",
        samples="results/split/development/1/samples.parquet",
        split="results/split/split.parquet",
        lib=lib("batch"),
    output:
        batch="results/explore/batch.tsv",
        variance="results/explore/variance.tsv",
        mixing="results/explore/mixing.tsv",
        drift="results/explore/drift.tsv",
        batch_features="results/explore/batch_features.tsv",
        batch_values="results/explore/batch_values.parquet",
    log:
        "results/logs/batch/batch.log",
    benchmark:
        "results/benchmarks/batch/batch.tsv"
    conda:
        "../../envs/batch.yaml"
    threads: 1
    resources:
        mem_mb=growing(6000),
        runtime=growing(60),
    params:
        rows=ROWS,
        roles=ROLES,
        preprocess=lookup(dpath="preprocess", within=config),
        confidence=lookup(dpath="evaluation/confidence", within=config),
        seed=lookup(dpath="split/seed", within=config),
    script:
        "../scripts/batch.py"


rule correct:
    input:
        features="results/split/development/1/features.parquet",
        samples="results/split/development/1/samples.parquet",
        split="results/split/split.parquet",
        lib=lib("correct"),
    output:
        correction="results/explore/correction.tsv",
    log:
        "results/logs/correct/correct.log",
    benchmark:
        "results/benchmarks/correct/correct.tsv"
    conda:
        "../../envs/correct.yaml"
    threads: 1
    resources:
        mem_mb=growing(6000),
        runtime=growing(60),
    params:
        rows=ROWS,
        roles=ROLES,
        preprocess=lookup(dpath="preprocess", within=config),
        metric=METRIC,
        confidence=lookup(dpath="evaluation/confidence", within=config),
        association=lookup(dpath="checks/association", within=config),
        seed=lookup(dpath="split/seed", within=config),
    script:
        "../scripts/correct.py"


rule explore:
    input:
        features="results/split/development/1/features.parquet",
        samples="results/split/development/1/samples.parquet",
        split="results/split/split.parquet",
        embedding="results/explore/embedding.parquet",
        components="results/explore/components.tsv",
        outliers="results/explore/outliers.tsv",
        batch="results/explore/batch.tsv",
        variance="results/explore/variance.tsv",
        mixing="results/explore/mixing.tsv",
        drift="results/explore/drift.tsv",
        batch_features="results/explore/batch_features.tsv",
        batch_values="results/explore/batch_values.parquet",
        correction="results/explore/correction.tsv",
        notebook=os.path.relpath(NOTEBOOKS / "explore.ipynb"),
        lib=lib("explore"),
    output:
        missingness="results/explore/missingness.tsv",
        balance="results/explore/balance.tsv",
        association="results/explore/association.tsv",
        single_features="results/explore/single_features.tsv",
        html=report(
            "results/explore/explore.html",
            category="Before training",
            caption="../report/explore.rst",
        ),
    log:
        "results/logs/explore/explore.log",
    benchmark:
        "results/benchmarks/explore/explore.tsv"
    conda:
        "../../envs/explore.yaml"
    threads: 1
    resources:
        mem_mb=growing(6000),
        runtime=growing(60),
    params:
        rows=ROWS,
        roles=ROLES,
        title=as_is(config["study"]["title"]),
        sensitive=lookup(dpath="study/sensitive", within=config),
        label=as_is(config["data"]["label"]),
        fence=lookup(dpath="checks/outlier_fence", within=config),
    script:
        "../scripts/explore.py"
