# Open the test rows, once, and score every final model on them. No rule before this one reads them, and all controls come first.
#
# requires: results/split/test/REPEAT/, results/split/copy/REPEAT/, the final models of all baselines and networks, and the controls
# provides: results/evaluation/*.tsv, predictions.parquet; results/budget.tsv
#           a line in resources/test-ledger.jsonl and its seal, which are not outputs: Snakemake would delete
#           them before a rerun


rule evaluate:
    input:
        features=of_each_repeat("results/split/test/{repeat}/features.parquet"),
        samples=of_each_repeat("results/split/test/{repeat}/samples.parquet"),
        copy_features=of_each_repeat("results/split/copy/{repeat}/features.parquet"),
        copy_samples=of_each_repeat("results/split/copy/{repeat}/samples.parquet"),
        split="results/split/split.parquet",
        pairs="results/split/shared_pairs.parquet",
        baselines=of_each_model("baseline", "best.json"),
        baseline_models=[file for repeat in REPEATS for file in of_each_model("baseline", f"model_{repeat}.skops")],
        networks=of_each_model("network", "best.json"),
        network_models=[
            file
            for repeat in REPEATS
            for seed in SEEDS
            for file in of_each_model("network", f"seeds/{repeat}_{seed}.keras")
        ],
        prepare=[file for repeat in REPEATS for file in of_each_model("network", f"prepare_{repeat}.skops")],
        stacked="results/stack/best.json",
        # Opened last: what is interrupted before has opened nothing. Not `ancient`, which hides changed settings from Snakemake.
        controls=[f"results/control/{kind}/determinism.json" for kind in ("baseline", "network")],
        confounders="results/control/confounders.tsv",
        lib=lib("evaluate"),
    output:
        **result_tables.outputs("evaluation"),
        budget="results/budget.tsv",
    log:
        "results/logs/evaluate/evaluate.log",
    benchmark:
        "results/benchmarks/evaluate/evaluate.tsv"
    conda:
        "../../envs/evaluate.yaml"
    threads: 1
    resources:
        mem_mb=growing(6000),
        runtime=growing(60),
    params:
        rows=ROWS,
        metric=METRIC,
        evaluation=lookup(dpath="evaluation", within=config),
        compute=lookup(dpath="compute", within=config),
        subject={key: config["data"][key] for key in ("features", "samples", "label")},
        plan=plan.deciding(PLAN),
        plans="results/plan.jsonl",
        ledger="resources/test-ledger.jsonl",
    script:
        "../scripts/evaluate.py"
