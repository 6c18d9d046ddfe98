"""Predict the label from covariates alone and from batch, site and time alone, and compare the models that may be recommended with that."""

from tentips.jobs.job import logged, outcome

with logged(snakemake.log[0], snakemake.threads, snakemake.input, snakemake.output):
    from tentips import artifacts
    from tentips.controls.confounding import confounders
    from tentips.data.row_options import RowOptions
    from tentips.data.rows import development_rows
    from tentips.models.predictions import read_oof
    from tentips.models.recommendation import contender, smallest_of

    params = snakemake.params
    bests = [artifacts.read_json(file) for file in snakemake.input.bests]
    rows = development_rows(snakemake.input, RowOptions(**params.rows))
    samples = artifacts.read_parquet(snakemake.input.samples)
    smallest = smallest_of(params.metric, params.evaluation["smallest_difference"], samples["label"])
    tried = [contender(bests, kind, params.calibration_error, smallest) for kind in ("baseline", "network")]
    oof = {best["model"]: read_oof(best, rows, 1) for best in bests if best["model"] in tried}
    table = confounders(rows, samples, params.roles, oof, params.metric, params.evaluation)
    artifacts.write_table(table, snakemake.output[0])
    outcome(f"confounders: {' and '.join(oof)} compared with {table['source'].nunique()} other sources of the label")
