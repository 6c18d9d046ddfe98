# Explain the recommended model and the best network. Comes after the evaluation, for it reads the test rows.
#
# requires: results/split/development/1/, results/split/test/1/, the final models, and that the test part has been opened
# provides: results/interpret/*.tsv: groups, importance, agreement, faithfulness, attributions, dose_response, effects, surrogate,
#           panel, panel_features; of sequences and images places, words, logos, map_agreement (none of single samples)
#           results/interpret/saliency.parquet: pictures of a few samples, without rows unless study.sensitive is false


rule interpret:
    input:
        opening="results/evaluation/opening.json",
        features="results/split/development/1/features.parquet",
        samples="results/split/development/1/samples.parquet",
        test_features="results/split/test/1/features.parquet",
        test_samples="results/split/test/1/samples.parquet",
        split="results/split/split.parquet",
        comparisons="results/evaluation/combined_comparisons.tsv",
        bests=of_each_model("baseline", "best.json") + of_each_model("network", "best.json"),
        models=finals_of_first_repeat("baseline") + finals_of_first_repeat("network"),
        prepare=of_each_model("network", "prepare_1.skops"),
        network_files=NETWORK_FILES,
        lib=lib("interpret"),
    output:
        **result_tables.outputs("interpret"),
    log:
        "results/logs/interpret/interpret.log",
    benchmark:
        "results/benchmarks/interpret/interpret.tsv"
    conda:
        "../../envs/interpret.yaml"
    threads: NETWORK_THREADS
    resources:
        mem_mb=growing(8000),
        runtime=growing(120),
    params:
        sensitive=lookup(dpath="study/sensitive", within=config),
        data=lookup(dpath="data", within=config),
        split=lookup(dpath="split", within=config),
        preprocess=lookup(dpath="preprocess", within=config),
        recipe=RECIPE,
        evaluation=lookup(dpath="evaluation", within=config),
        calibration_error=lookup(dpath="checks/calibration_error", within=config),
        interpretation=lookup(dpath="interpretation", within=config),
        compute=lookup(dpath="compute", within=config),
    script:
        "../scripts/interpret.py"
