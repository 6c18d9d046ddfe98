# Where does the recommended model fail, and what may it leave undecided? Comes after the evaluation, for it reads the test rows.
#
# requires: results/split/development/1/, results/split/test/1/, the evaluation's predictions, results/interpret/effects.tsv
# provides: results/probe/*.tsv: subgroups, slices, disagreements, directions, out_of_distribution, conformal, abstention, and
#           hardest_samples, which names samples and goes nowhere; guards.json, which predict and release carry along


rule probe:
    input:
        predictions="results/evaluation/predictions.parquet",
        effects="results/interpret/effects.tsv",
        features="results/split/development/1/features.parquet",
        samples="results/split/development/1/samples.parquet",
        test_features="results/split/test/1/features.parquet",
        test_samples="results/split/test/1/samples.parquet",
        split="results/split/split.parquet",
        comparisons="results/evaluation/combined_comparisons.tsv",
        bests=of_each_model("baseline", "best.json") + of_each_model("network", "best.json"),
        oof=of_each_model("baseline", "oof.parquet") + of_each_model("network", "oof.parquet"),
        models=of_each_model("baseline", "model_1.skops"),
        prepare=of_each_model("network", "prepare_1.skops"),
        lib=lib("probe"),
    output:
        **result_tables.outputs("probe"),
    log:
        "results/logs/probe/probe.log",
    benchmark:
        "results/benchmarks/probe/probe.tsv"
    conda:
        "../../envs/probe.yaml"
    threads: 1
    resources:
        mem_mb=growing(4000),
        runtime=growing(60),
    params:
        data=lookup(dpath="data", within=config),
        split=lookup(dpath="split", within=config),
        preprocess=lookup(dpath="preprocess", within=config),
        evaluation=lookup(dpath="evaluation", within=config),
        calibration_error=lookup(dpath="checks/calibration_error", within=config),
    script:
        "../scripts/probe.py"
