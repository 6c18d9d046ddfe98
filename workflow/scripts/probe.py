"""Probe the recommended model: subgroups, slices, errors, expected directions, unusual samples, conformal sets."""

from tentips.jobs.job import logged, outcome

with logged(snakemake.log[0], snakemake.threads, snakemake.input, snakemake.output):
    from tentips import artifacts
    from tentips.data.row_options import RowOptions
    from tentips.data.rows import development_rows, held_out_rows
    from tentips.models.recommendation import read_judged_model
    from tentips.probe.probing import Asked, probe
    from tentips.study.config import metric_name, role_columns

    config, paths, out = dict(snakemake.params.items()), snakemake.input, snakemake.output
    bests = [artifacts.read_json(file) for file in paths.bests]
    classes = bests[0]["repeats"]["1"]["classes"]
    rows = development_rows(paths, RowOptions.of(config))
    test = held_out_rows(paths, RowOptions.of(config), classes)
    sheets = artifacts.read_parquet(paths.samples), artifacts.read_parquet(paths.test_samples)
    effects = artifacts.read_table(paths.effects, ("class", "feature", "column", "level", "from", "to"))
    metric, evaluation = metric_name(config), config["evaluation"]
    model, _ = read_judged_model(paths, bests, metric, evaluation["smallest_difference"], config["calibration_error"])
    asked = Asked(metric, role_columns(config), config["data"]["expected_directions"], evaluation)
    tables, guards = probe(bests, model, rows, test, sheets, effects, paths.predictions, asked)
    for name, table in tables.items():
        artifacts.write_table(table, out[name])
    artifacts.write_json(guards, out.guards)
    held = f"{len(tables['subgroups'])} subgroups and {len(tables['slices'])} slices"
    outcome(f"probing: {held} of {guards['model'].replace('_', ' ')} held against the test part")
