"""Predict the label without and with ComBat on the folds of the search, for each batch that could be corrected for."""

from tentips.jobs.job import logged, outcome

with logged(snakemake.log[0], snakemake.threads, snakemake.input, snakemake.output):
    from tentips import artifacts
    from tentips.data.rows import development_rows
    from tentips.explore.correction import corrections
    from tentips.explore.factors import batches
    from tentips.study.config import metric_name, role_columns

    config = dict(snakemake.params.items())
    rows = development_rows(snakemake.input, config)
    samples = artifacts.read_parquet(snakemake.input.samples)
    table = corrections(rows, samples, batches(samples, role_columns(config)), config, metric_name(config))
    artifacts.write_table(table, snakemake.output.correction)
    advice = ", ".join(f"{row.factor} {row.advice}" for row in table.itertuples())
    outcome(f"batch correction: {advice or 'no batch is declared'}")
