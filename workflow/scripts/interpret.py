"""Explain the recommended model and the best network: importance, directions, panels, rules, and how stable they are."""

from tentips.jobs.job import log_line, logged, outcome

with logged(snakemake.log[0], snakemake.threads, snakemake.input, snakemake.output):
    from tentips.models.networks import backend

    config, paths, threads = dict(snakemake.params.items()), snakemake.input, snakemake.threads
    backend.choose(config["compute"]["backend"], 0, config["compute"]["deterministic"], threads)

    from tentips import artifacts
    from tentips.data.levels import levels
    from tentips.data.row_options import RowOptions
    from tentips.data.rows import development_rows, held_out_rows
    from tentips.interpret import effect_maps, interpretation, panel_study
    from tentips.interpret.subjects import subjects
    from tentips.models.final_models import load
    from tentips.models.recipe import Recipe
    from tentips.models.recommendation import read_judged_model
    from tentips.study.config import metric_name, role_columns

    bests, seed = [artifacts.read_json(file) for file in paths.bests], config["split"]["seed"]
    classes = bests[0]["repeats"]["1"]["classes"]
    rows = development_rows(paths, RowOptions.of(config))
    test = held_out_rows(paths, RowOptions.of(config), classes)
    if config["interpretation"]["enabled"]:
        recipe = Recipe(**config["recipe"])
        named = levels(artifacts.read_parquet(paths.samples), role_columns(config)["covariates"])
        metric, confidence = metric_name(config), config["evaluation"]["confidence"]
        # A network would have to be searched anew for every panel: where it is recommended, the simpler model takes its place.
        model, baseline = read_judged_model(
            paths, bests, metric, config["evaluation"]["smallest_difference"], config["calibration_error"]
        )
        found = subjects(bests, model, load, rows, recipe, threads, seed)
        log_line(f"{len(found)} models trained anew on the folds")
        expected = config["data"]["expected_directions"]
        tables = interpretation.interpret(found, rows, test, named, expected, metric, confidence, seed)
        tables |= effect_maps.effect_maps(found, rows, test, confidence, seed)
        settings = next(best for best in bests if best["model"] == baseline)["repeats"]["1"]["settings"]
        fitting = panel_study.fitting_of(baseline, settings, recipe, threads)
        smallest = config["interpretation"]["panel_difference"]
        tables |= panel_study.small_panel(rows, test, baseline, fitting, smallest, metric, confidence, seed)
    else:
        tables = interpretation.nothing() | effect_maps.nothing() | panel_study.nothing()
    saliency = tables.pop("saliency")
    # Pictures of samples leave a study only where it says that its data are not sensitive.
    open_rows = config["sensitive"] is False
    artifacts.write_parquet(saliency if open_rows else saliency.iloc[:0], snakemake.output.saliency)
    for name, table in tables.items():
        artifacts.write_table(table, snakemake.output[name])
    outcome(
        f"interpretation: {len(tables['importance'])} importances, {len(tables['surrogate'])} rules of a simple tree"
    )
