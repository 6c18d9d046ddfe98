"""Predict the label from covariates alone and from batch, site and time alone, and compare the best model with that."""

from tentips.jobs.job import logged, outcome

with logged(snakemake.log[0], snakemake.threads, snakemake.input, snakemake.output):
    from tentips import artifacts
    from tentips.controls.confounding import confounders
    from tentips.data.row_options import RowOptions
    from tentips.data.rows import development_rows
    from tentips.models.predictions import read_oof
    from tentips.models.selection import best_overall

    params = snakemake.params
    bests = [artifacts.read_json(file) for file in snakemake.input.bests]
    rows = development_rows(snakemake.input, RowOptions(**params.rows))
    samples = artifacts.read_parquet(snakemake.input.samples)
    winner = best_overall(bests)
    oof = read_oof(winner, rows, 1)
    table = confounders(rows, samples, params.roles, winner["model"], oof, params.metric, params.evaluation)
    artifacts.write_table(table, snakemake.output[0])
    outcome(f"confounders: {winner['model']} compared with {len(table)} other sources of the label")
