"""Predict the label from covariates alone and from batch, site and time alone, and hold the best model against them."""

from tentips.jobs.job import logged, outcome

with logged(snakemake.log[0], snakemake.threads, snakemake.input, snakemake.output):
    from tentips import artifacts
    from tentips.controls.confounding import confounders
    from tentips.data.rows import development_rows
    from tentips.models.predictions import read_oof
    from tentips.models.selection import best_overall
    from tentips.study.config import metric_name, role_columns

    config = dict(snakemake.params.items())
    bests = [artifacts.read_json(file) for file in snakemake.input.bests]
    rows = development_rows(snakemake.input, config)
    samples = artifacts.read_parquet(snakemake.input.samples)
    winner = best_overall(bests)
    oof = read_oof(winner, rows, 1)
    table = confounders(
        rows, samples, role_columns(config), winner["model"], oof, metric_name(config), config["evaluation"]
    )
    artifacts.write_table(table, snakemake.output[0])
    outcome(f"confounders: {winner['model']} compared with {len(table)} other sources of the label")
