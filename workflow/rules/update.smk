# Judge on new labelled samples whether the model should be kept, trained on, or trained anew. Not part of `all`: asked for by name.
#
#   snakemake update --config new=FILE
#
# requires: the finished study
# provides: results/update/FILE/{metrics,comparisons,shift}.tsv, shift.svg, lineage.json, model/ (empty where "keep" is recommended)
#           a line in resources/test-ledger.jsonl: the locked part of the new samples was opened

NEW = Path(REQUEST["new"] or "FILE").name.split(".")[0]


rule update:
    input:
        **CHOSEN,
        metrics="results/evaluation/combined_metrics.tsv",
        test_features="results/split/test/1/features.parquet",
        test_samples="results/split/test/1/samples.parquet",
        network_files=NETWORK_FILES,
        new=REQUEST["new"] or [],
        lib=lib("update"),
    output:
        metrics=f"results/update/{NEW}/metrics.tsv",
        comparisons=f"results/update/{NEW}/comparisons.tsv",
        shift=f"results/update/{NEW}/shift.tsv",
        figure=f"results/update/{NEW}/shift.svg",
        lineage=f"results/update/{NEW}/lineage.json",
        model=directory(f"results/update/{NEW}/model"),
    log:
        "results/logs/update/update.log",
    benchmark:
        "results/benchmarks/update/update.tsv"
    conda:
        "../../envs/update.yaml"
    threads: NETWORK_THREADS
    resources:
        mem_mb=growing(4000),
        runtime=growing(120),
    params:
        rows=ROWS,
        sheet=SHEET,
        recipe=RECIPE,
        metric=METRIC,
        model=lookup(dpath="release/model", within=config),
        networks=NETWORKS,
        group=as_is(ROLES["group"]),
        unit=as_is(config["study"]["unit"]),
        seed=lookup(dpath="split/seed", within=config),
        confidence=lookup(dpath="evaluation/confidence", within=config),
        smallest=lookup(dpath="evaluation/smallest_difference", within=config),
        compute=lookup(dpath="compute", within=config),
        new=REQUEST["new"],
        plans="results/plan.jsonl",
        ledger="resources/test-ledger.jsonl",
    script:
        "../scripts/update.py"


if "update" in sys.argv[1:] and not REQUEST["new"]:
    raise WorkflowError("update needs the table of new labelled samples: snakemake update --config new=FILE")
if REQUEST["new"] and not Path(REQUEST["new"]).is_file():
    raise WorkflowError(f"there is no file {REQUEST['new']} (new=); paths start at the folder of the study.")
if "update" in sys.argv[1:] and config["data"]["modality"] != "tabular":
    raise WorkflowError(f"data.modality is '{config['data']['modality']}': this version updates models of tables only.")
