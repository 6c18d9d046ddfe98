# What pretrained weights bring, by the number of training samples; on development rows only, with the settings of the searches.
#
# requires: results/split/development/1/, the searches of the networks of transfer
# provides: results/transfer/curve.tsv in studies with a network from scratch and a pretrained one

if has_transfer_curve(config):

    rule transfer:
        input:
            features="results/split/development/1/features.parquet",
            samples="results/split/development/1/samples.parquet",
            split="results/split/split.parquet",
            bests=[f"results/network/{network}/best.json" for network in NETWORKS if network in TRANSFER],
            network_files=NETWORK_FILES,
            lib=lib("transfer"),
        output:
            "results/transfer/curve.tsv",
        log:
            "results/logs/transfer/transfer.log",
        benchmark:
            "results/benchmarks/transfer/transfer.tsv"
        conda:
            "../../envs/transfer.yaml"
        threads: NETWORK_THREADS
        resources:
            mem_mb=growing(8000),
            runtime=growing(240),
            gpu=GPUS,
        params:
            rows=ROWS,
            metric=METRIC,
            recipe=RECIPE,
            confidence=lookup(dpath="evaluation/confidence", within=config),
            # Trainings that are finished, until the table is written; no output, which Snakemake would delete before a rerun.
            kept="results/transfer/kept",
            compute=lookup(dpath="compute", within=config),
        script:
            "../scripts/transfer.py"
