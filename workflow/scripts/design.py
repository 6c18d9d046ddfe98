"""Say before training what the study consists of and which effect it would find: planted signals in its own data."""

from tentips.jobs.job import log_line, logged, outcome

with logged(snakemake.log[0], snakemake.threads, snakemake.input, snakemake.output):
    from tentips import artifacts
    from tentips.checks.before_training import before_training
    from tentips.data.planted_labels import planter_of
    from tentips.data.row_options import RowOptions
    from tentips.data.rows import development_rows
    from tentips.design import design_summary
    from tentips.design.comparison_power import Comparing, comparison_power
    from tentips.design.power import study_power
    from tentips.jobs.notebook import render
    from tentips.models.folds import prepare_folds
    from tentips.models.recommendation import smallest_of
    from tentips.results import Results
    from tentips.study.config import metric_name, role_columns

    out, config = snakemake.output, dict(snakemake.params.items())
    roles, metric = role_columns(config), metric_name(config)
    rows = development_rows(snakemake.input, RowOptions.of(config))
    samples = artifacts.read_parquet(snakemake.input.samples)
    tested = design_summary.tested_part(
        artifacts.read_parquet(snakemake.input.split), rows, artifacts.read_json(snakemake.input.provenance)["groups"]
    )
    batches, preprocess = roles["batch"] + roles["site"], config["preprocess"]
    planter = planter_of(rows, samples, batches, preprocess, config["split"]["seed"])
    confidence = config["evaluation"]["confidence"]
    folds = prepare_folds(rows, {**preprocess, "select": None})
    table, summary = study_power(rows, folds, planter, metric, confidence, tested[1], log_line)
    smallest = smallest_of(metric, config["evaluation"]["smallest_difference"], samples["label"])
    comparing = Comparing(metric, tested[1], config["split"]["repeats"], confidence, smallest)
    compared, comparison = comparison_power(rows, folds, comparing, config["split"]["seed"])
    described = design_summary.describe(rows, samples, tested, config)
    artifacts.write_table(table, out.power)
    artifacts.write_table(compared, out.compared)
    findings = before_training(Results("results", config))
    artifacts.write_json({**described, "power": summary, "comparison": comparison, "findings": findings}, out.design)
    threshold = config["checks"]["smallest_effect"]
    log_line(design_summary.worth(artifacts.read_json(out.design), threshold))
    render(snakemake.input.notebook, out.html, f"Before training: {config['study']['title']}", threshold=threshold)
    found = design_summary.smallest_in_words(artifacts.read_json(out.design)["power"])
    outcome(f"design: {found} would be found")
