"""What the features carry of batches, sites, time and the other declared factors, in the development rows."""

from tentips.jobs.job import log_line, logged, outcome

with logged(snakemake.log[0], snakemake.threads, snakemake.input, snakemake.output):
    from tentips import artifacts
    from tentips.data.row_options import RowOptions
    from tentips.data.rows import development_rows
    from tentips.data.sampling import part_of
    from tentips.explore import batches
    from tentips.explore.components import prepared, principal_components
    from tentips.explore.drift import drift_of
    from tentips.explore.factors import batches as declared
    from tentips.explore.factors import factors
    from tentips.explore.variance_components import MOST_ROWS, variance_shares

    out, params, threads = snakemake.output, snakemake.params, snakemake.threads
    roles, seed = params.roles, params.seed
    rows = development_rows(snakemake.input, RowOptions(**params.rows))
    samples = artifacts.read_parquet(snakemake.input.samples)
    found, options = declared(samples, roles), {**params.preprocess, "batch_correction": "none", "select": None}
    scores, shares, _ = principal_components(prepared(rows.table, options, rows), seed)

    drawn = part_of(rows.groups, MOST_ROWS, seed)
    everything = factors(samples.iloc[drawn], roles, ("label", "batch", "site", "time", "covariates", "group"))
    artifacts.write_table(variance_shares(scores[drawn], shares, everything), out.variance)
    log_line(f"variance of {len(everything)} factors done")
    artifacts.write_table(drift_of(rows, samples, roles, scores, seed), out.drift)
    tables = batches.differing(rows.table, found, seed)
    artifacts.write_table(tables[0], out.batch_features)
    artifacts.write_parquet(tables[1], out.batch_values)
    artifacts.write_table(batches.mixed(rows, found, options, seed), out.mixing)
    log_line("mixing done")
    predicted = batches.predictions(rows, found, options, params.confidence, seed, threads)
    artifacts.write_table(predicted, out.batch)
    outcome(f"batches: {len(found)} predicted from the features, {len(everything)} factors compared")
