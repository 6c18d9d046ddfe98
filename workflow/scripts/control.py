"""Put the recommended simpler model or the best network through label shuffles, planted signals, a learning curve and batches left out."""

from tentips.jobs.job import log_line, logged, outcome

with logged(snakemake.log[0], snakemake.threads, snakemake.input, snakemake.output):
    params, out, kind = snakemake.params, snakemake.output, snakemake.wildcards.kind
    if kind == "network":
        from tentips.models.networks import backend

        compute = params.compute
        backend.choose(compute["backend"], compute["gpus"], compute["deterministic"], snakemake.threads)

    import pandas as pd

    from tentips import artifacts
    from tentips.controls import control_tables, determinism, experiments, power_law, representation, trainings
    from tentips.data.planted_labels import planter_of
    from tentips.data.row_options import RowOptions
    from tentips.data.rows import development_rows
    from tentips.models.predictions import read_oof
    from tentips.models.recipe import Recipe
    from tentips.models.recommendation import contender, smallest_of
    from tentips.statistics.metric_names import best_value

    metric, recipe = params.metric, Recipe(**params.recipe)
    bests = {best["model"]: best for best in map(artifacts.read_json, snakemake.input.bests)}
    rows = development_rows(snakemake.input, RowOptions(**params.rows))
    samples, wanted = artifacts.read_parquet(snakemake.input.samples), params.controls
    smallest = smallest_of(metric, params.evaluation["smallest_difference"], samples["label"])
    model = contender(list(bests.values()), kind, params.calibration_error, smallest)
    best = bests[model]["repeats"]["1"]
    planter = None
    if wanted["planted_signal"]:
        planter = planter_of(rows, samples, params.batches, recipe.preprocess, params.seed)
    stopping, seed = recipe.tuning["stopping_fraction"], recipe.tuning["seed"]
    planned, reasons = experiments.planned(rows, samples, params.batches, planter, wanted, stopping, seed)
    trained = trainings.Contender(kind, model, best["settings"], recipe, snakemake.threads)
    runs = trainings.run(trained, rows, planned, log_line)

    curve = control_tables.learning_curve(runs["learning_curve"], model, rows, metric)
    law = power_law.extrapolate(curve, best_value(metric), params.evaluation["confidence"])
    oof = read_oof(bests[model], rows, 1)
    left = control_tables.left_out(runs["left_out"], reasons, model, rows, oof, metric, params.evaluation)
    artifacts.write_table(
        control_tables.label_shuffles(runs["label_shuffles"], model, best["corrected"], metric), out.label_shuffles
    )
    artifacts.write_table(control_tables.planted_signal(runs["planted_signal"], model, rows.task), out.planted_signal)
    artifacts.write_table(curve, out.learning_curve)
    artifacts.write_table(pd.DataFrame([{"model": model, **law}]), out.power_law)
    artifacts.write_table(left, out.left_out)
    confidence = params.evaluation["confidence"]
    order = representation.nothing(model)
    if wanted["representation"]:
        order = representation.representation(trained, rows, metric, confidence, params.seed, log_line)
    artifacts.write_table(order, out.representation)
    artifacts.write_json(determinism.repeat(trained, rows), out.determinism)
    repeated = sum(map(len, planned.values()))
    outcome(
        f"controls of {model}: {repeated} trainings on shuffled labels, planted signals, smaller and left-out parts"
    )
