"""Look for duplicates, hidden groups, wrong labels and informative missing values; the test rows are not read."""

from tentips.jobs.job import logged, outcome

with logged(snakemake.log[0], snakemake.threads, snakemake.input, snakemake.output):
    from tentips import artifacts
    from tentips.data.row_options import RowOptions
    from tentips.data.rows import development_rows
    from tentips.quality.quality_tables import quality_tables
    from tentips.study.roles import with_patterns

    params = snakemake.params
    rows = development_rows(snakemake.input, RowOptions(**params.rows))
    samples = artifacts.read_parquet(snakemake.input.samples)
    measured = artifacts.read_parquet(snakemake.input.features).drop(columns="sample")
    ignored = with_patterns(params.data, samples.columns, params.roles)["ignored"]
    settings = params.preprocess, params.confidence, params.seed
    tables = quality_tables(rows, measured, samples, params.roles, ignored, *settings)
    for name, table in tables.items():
        artifacts.write_table(table, snakemake.output[name])
    outcome(
        f"data quality: {int(tables['duplicates']['identical'].sum())} identical pairs, hidden groups, labels and gaps judged"
    )
