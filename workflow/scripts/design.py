"""Say before training what the study consists of and which effect it would find: planted signals in its own data."""

from tentips.jobs.job import log_line, logged, outcome

with logged(snakemake.log[0], snakemake.threads, snakemake.input, snakemake.output):
    from tentips import artifacts
    from tentips.checks.before_training import before_training
    from tentips.data.planted_labels import planter_of
    from tentips.data.rows import development_rows
    from tentips.design import design_summary
    from tentips.design.power import study_power
    from tentips.jobs.notebook import render
    from tentips.results import Results

    out, config = snakemake.output, dict(snakemake.params.items())
    rows = development_rows(snakemake.input, config)
    samples = artifacts.read_parquet(snakemake.input.samples)
    tested = design_summary.tested_part(artifacts.read_parquet(snakemake.input.split), rows)
    table, summary = study_power(rows, planter_of(rows, samples, config), config, tested[1], log_line)
    described = design_summary.describe(rows, samples, tested, config)
    artifacts.write_table(table, out.power)
    findings = before_training(Results("results", config))
    artifacts.write_json({**described, "power": summary, "findings": findings}, out.design)
    threshold = config["checks"]["smallest_effect"]
    log_line(design_summary.worth(artifacts.read_json(out.design), threshold))
    render(snakemake.input.notebook, out.html, f"Before training: {config['study']['title']}", threshold=threshold)
    found = design_summary.size_told(artifacts.read_json(out.design)["power"])
    outcome(f"design: {found} would be found")
