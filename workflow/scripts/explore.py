"""Missing values, classes and associations of the development rows, and a notebook that shows all that was explored."""

from tentips.jobs.job import log_line, logged, outcome

with logged(snakemake.log[0], snakemake.threads, snakemake.input, snakemake.output):
    from tentips import artifacts
    from tentips.data.row_options import RowOptions
    from tentips.data.rows import development_rows
    from tentips.explore import exploration
    from tentips.jobs.notebook import render

    out, params = snakemake.output, snakemake.params
    rows = development_rows(snakemake.input, RowOptions(**params.rows))
    samples = artifacts.read_parquet(snakemake.input.samples)
    measured = artifacts.read_parquet(snakemake.input.features).drop(columns="sample")

    artifacts.write_table(exploration.missing_values(measured), out.missingness)
    artifacts.write_table(exploration.balance(samples, rows.task), out.balance)
    artifacts.write_table(exploration.single_features(rows), out.single_features)
    artifacts.write_table(exploration.associations(samples, params.roles, rows.task), out.association)
    log_line("tables done")
    shown = {key: params[key] for key in ("roles", "label", "sensitive", "fence")}
    shown["images"] = str(snakemake.input.features) if params.rows["modality"] == "image" else ""
    render(snakemake.input.notebook, out.html, params.title, **shown)
    outcome(f"exploration: {out.html}")
