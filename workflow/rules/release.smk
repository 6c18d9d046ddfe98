# Use the model and give it away. Neither is part of `all`: both are asked for by name.
#
#   snakemake predict --config predict=FILE [bundle=BUNDLE.zip]
#   snakemake release [--config release_anyway="REASON"]
#
# requires: the finished study; predict with a bundle requires nothing but the bundle
# provides: results/predict/FILE.tsv; results/release/bundle.zip

CHOSEN = dict(
    features="results/split/development/1/features.parquet",
    samples="results/split/development/1/samples.parquet",
    split="results/split/split.parquet",
    bests=of_each_model("baseline", "best.json") + of_each_model("network", "best.json"),
    models=finals_of_first_repeat("baseline") + finals_of_first_repeat("network"),
    prepare=of_each_model("network", "prepare_1.skops"),
    stacked="results/stack/best.json",
    scorecard="results/report/scorecard.json",
)


rule predict:
    input:
        **({} if REQUEST["bundle"] else CHOSEN),
        new=REQUEST["predict"] or [],
        lib=lib("predict"),
    output:
        f"results/predict/{Path(REQUEST['predict'] or 'FILE').name.split('.')[0]}.tsv",
    log:
        "results/logs/predict/predict.log",
    benchmark:
        "results/benchmarks/predict/predict.tsv"
    conda:
        "../../envs/predict.yaml"
    threads: 1
    resources:
        mem_mb=growing(4000),
        runtime=growing(120),
    params:
        rows=ROWS,
        sheet=SHEET,
        model=lookup(dpath="release/model", within=config),
        compute=lookup(dpath="compute", within=config),
        new=REQUEST["predict"],
        bundle=REQUEST["bundle"],
    script:
        "../scripts/predict.py"


rule release:
    input:
        **CHOSEN,
        provenance="results/data/provenance.json",
        metrics="results/evaluation/combined_metrics.tsv",
        membership="results/privacy/membership.tsv",
        card="results/report/model_card.md",
        test_features="results/split/test/1/features.parquet",
        test_samples="results/split/test/1/samples.parquet",
        network_files=NETWORK_FILES,
        lib=lib("release"),
    output:
        "results/release/bundle.zip",
    log:
        "results/logs/release/release.log",
    benchmark:
        "results/benchmarks/release/release.tsv"
    conda:
        "../../envs/release.yaml"
    threads: NETWORK_THREADS
    resources:
        mem_mb=growing(4000),
        runtime=growing(60),
    params:
        rows=ROWS,
        sheet=SHEET,
        recipe=RECIPE,
        metric=METRIC,
        study=lookup(dpath="study", within=config),
        release=lookup(dpath="release", within=config),
        networks=lookup(dpath="models/networks", within=config),
        confidence=lookup(dpath="evaluation/confidence", within=config),
        smallest_cell=lookup(dpath="privacy/smallest_cell", within=config),
        compute=lookup(dpath="compute", within=config),
        ledger="resources/test-ledger.jsonl",
        release_anyway=REQUEST["release_anyway"],
    script:
        "../scripts/release.py"


if "predict" in sys.argv[1:] and not REQUEST["predict"]:
    raise WorkflowError("predict needs the file of new samples: snakemake predict --config predict=FILE")
if REQUEST["predict"] and not Path(REQUEST["predict"]).exists():
    raise WorkflowError(f"there is no file {REQUEST['predict']} (predict=); paths start at the folder of the study.")
if REQUEST["bundle"] and not Path(REQUEST["bundle"]).is_file():
    raise WorkflowError(f"there is no file {REQUEST['bundle']} (bundle=); paths start at the folder of the study.")
