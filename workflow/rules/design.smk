# Say before anything is trained which effect this study would find; of the test part only its size is known here.
#
# requires: results/split/development/1/, results/split/split.parquet
# provides: results/design/power.tsv, comparison_power.tsv, design.json, design.html with what exploration and quality found


rule design:
    input:
        page="results/explore/explore.html",
        explored=result_tables.files("explore"),
        quality=result_tables.files("quality"),
        provenance="results/data/provenance.json",
        features="results/split/development/1/features.parquet",
        samples="results/split/development/1/samples.parquet",
        split="results/split/split.parquet",
        notebook=os.path.relpath(NOTEBOOKS / "design.ipynb"),
        lib=lib("design"),
    output:
        power="results/design/power.tsv",
        compared="results/design/comparison_power.tsv",
        design="results/design/design.json",
        html=report(
            "results/design/design.html",
            category="Before training",
            caption="../report/design.rst",
        ),
    log:
        "results/logs/design/design.log",
    benchmark:
        "results/benchmarks/design/design.tsv"
    conda:
        "../../envs/design.yaml"
    threads: 1
    resources:
        mem_mb=growing(6000),
        runtime=growing(60),
    params:
        study=lookup(dpath="study", within=config),
        data=lookup(dpath="data", within=config),
        split=lookup(dpath="split", within=config),
        preprocess=lookup(dpath="preprocess", within=config),
        evaluation=lookup(dpath="evaluation", within=config),
        checks=lookup(dpath="checks", within=config),
    script:
        "../scripts/design.py"
