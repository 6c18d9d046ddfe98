"""Put the recommended simpler model or the best network through label shuffles, planted signals, a learning curve and batches left out."""

from tentips.jobs.job import log_line, logged, outcome

with logged(snakemake.log[0], snakemake.threads, snakemake.input, snakemake.output):
    params, out, kind = snakemake.params, snakemake.output, snakemake.wildcards.kind
    if kind == "network":
        from tentips.models.networks import backend

        backend.choose(*map(params.compute.get, ("backend", "gpus", "deterministic")), snakemake.threads)

    import pandas as pd

    from tentips import artifacts
    from tentips.controls import control_tables, determinism, experiments, power_law, representation, trainings
    from tentips.controls.kept_trainings import KeptTrainings
    from tentips.data.planted_labels import planter_of
    from tentips.data.row_options import RowOptions
    from tentips.data.rows import development_rows
    from tentips.models.journal import fingerprint
    from tentips.models.pace import controls_at_pace
    from tentips.models.predictions import read_oof
    from tentips.models.recipe import Recipe
    from tentips.models.recommendation import contender, smallest_of
    from tentips.statistics.metric_names import best_value

    metric, recipe, confidence = params.metric, Recipe(**params.recipe), params.evaluation["confidence"]
    bests = {best["model"]: best for best in map(artifacts.read_json, snakemake.input.bests)}
    rows = development_rows(snakemake.input, RowOptions(**params.rows))
    samples = artifacts.read_parquet(snakemake.input.samples)
    wanted = controls_at_pace(params.controls, kind, snakemake.input.pace)
    smallest = smallest_of(metric, params.evaluation["smallest_difference"], samples["label"])
    best = bests[model := contender(list(bests.values()), kind, params.calibration_error, smallest)]["repeats"]["1"]
    planting = samples, params.batches, recipe.preprocess, params.seed
    planner = planter_of(rows, *planting) if wanted["planted_signal"] else None
    oof, stopping, seed = read_oof(bests[model], rows, 1), recipe.tuning["stopping_fraction"], recipe.tuning["seed"]
    options = params.batches, planner, wanted, stopping, seed, kind
    planned, reasons, undivided = experiments.planned(rows, samples, *options)
    trained = trainings.Contender(kind, model, best["settings"], recipe, snakemake.threads)
    files = snakemake.input.features, snakemake.input.samples, snakemake.input.split, *snakemake.input.network_files
    mark = fingerprint("control", model, [best["settings"], params.recipe, params.rows, params.compute], *files)
    runs = trainings.run(trained, rows, planned, log_line, kept := KeptTrainings(params.kept, mark))
    curve = control_tables.learning_curve(runs["learning_curve"], model, rows, metric)
    order = representation.nothing(model)
    if wanted["representation"]:
        order = representation.representation(trained, rows, metric, confidence, params.seed, log_line, kept)
    tables = {
        "label_shuffles": control_tables.label_shuffles(runs["label_shuffles"], model, best["corrected"], metric),
        "planted_signal": control_tables.planted_signal(runs["planted_signal"], model, rows.task),
        "learning_curve": curve,
        "power_law": pd.DataFrame([{"model": model, **power_law.extrapolate(curve, best_value(metric), confidence)}]),
        "left_out": control_tables.left_out(runs["left_out"], reasons, model, rows, oof, metric, params.evaluation),
        "random_folds": control_tables.random_folds(runs["random_folds"], undivided, model, rows, metric, confidence),
        "representation": order,
    }
    for name, table in tables.items():
        artifacts.write_table(table, out[name])
    artifacts.write_json(determinism.repeat(trained, rows), out.determinism)
    kept.delete()
    outcome(f"controls of {model}: {sum(map(len, planned.values()))} trainings on other labels and other parts")
