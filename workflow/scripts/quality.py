"""Look for twins, hidden groups, wrong labels and informative missing values; the test rows are not read."""

from tentips.jobs.job import log_line, logged, outcome

with logged(snakemake.log[0], snakemake.threads, snakemake.input, snakemake.output):
    from tentips import artifacts
    from tentips.data.rows import development_rows
    from tentips.quality.quality_tables import quality_tables
    from tentips.study.config import role_columns

    config = dict(snakemake.params.items())
    rows = development_rows(snakemake.input, config)
    samples = artifacts.read_parquet(snakemake.input.samples)
    measured = artifacts.read_parquet(snakemake.input.features).drop(columns="sample")
    tables = quality_tables(rows, measured, samples, role_columns(config), config, log_line)
    for name, table in tables.items():
        artifacts.write_table(table, snakemake.output[name])
    outcome(
        f"data quality: {int(tables['duplicates']['identical'].sum())} identical pairs, hidden groups, labels and gaps judged"
    )
