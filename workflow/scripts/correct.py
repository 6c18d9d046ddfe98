"""Predict the label without and with ComBat on the folds of the search, for each batch that could be corrected for."""

from tentips.jobs.job import logged, outcome

with logged(snakemake.log[0], snakemake.threads, snakemake.input, snakemake.output):
    from tentips import artifacts
    from tentips.data.row_options import RowOptions
    from tentips.data.rows import development_rows
    from tentips.explore.correction import corrections
    from tentips.explore.factors import batches

    params = snakemake.params
    rows = development_rows(snakemake.input, RowOptions(**params.rows))
    samples = artifacts.read_parquet(snakemake.input.samples)
    found, settings = batches(samples, params.roles), (params.preprocess, params.metric, params.confidence)
    table = corrections(rows, samples, found, *settings, params.association, params.seed)
    artifacts.write_table(table, snakemake.output.correction)
    advice = ", ".join(f"{row.factor} {row.advice}" for row in table.itertuples())
    outcome(f"batch correction: {advice or 'no batch is declared'}")
