"""Put the best baseline or the best network through label shuffles, a learning curve and batches left out."""

from tentips.job import logged, say

with logged(snakemake.log[0], snakemake.threads):
    config, out, kind = dict(snakemake.params.items()), snakemake.output, snakemake.wildcards.kind
    if kind == "network":
        from tentips.networks import backend

        compute = config["compute"]
        backend.choose(compute["backend"], compute["gpus"], compute["deterministic"], snakemake.threads)

    import pandas as pd

    from tentips import artifacts
    from tentips.config import metric_name, role_columns
    from tentips.controls import competitors, determinism, experiments, power_law, tables
    from tentips.development import read_oof, read_rows
    from tentips.scores import best_value
    from tentips.selection import best_model

    metric, options, roles = metric_name(config), config["controls"], role_columns(config)
    bests = {best["model"]: best for best in map(artifacts.read_json, snakemake.input.bests)}
    model = best_model(list(bests.values()), kind)
    best = bests[model]["repeats"]["1"]
    rows = read_rows(snakemake.input.features, snakemake.input.samples, snakemake.input.split, 1, "train", config)
    samples = artifacts.read_parquet(snakemake.input.samples)
    seed, fraction = config["tuning"]["seed"], config["tuning"]["stopping_fraction"]

    planned = {
        "label shuffles": experiments.label_shuffles(rows, options["label_shuffles"], fraction, seed),
        "learning curve": experiments.learning_curve(rows, fraction, seed) if options["learning_curve"] else [],
    }
    factors = list(dict.fromkeys([*roles["batch"], *roles["site"]]))
    planned["left out"], reasons = experiments.left_out(rows, samples, factors, fraction)
    everything = [each for members in planned.values() for each in members]
    say(f"{model}: " + ", ".join(f"{len(members)} trainings for {name}" for name, members in planned.items()))
    found = competitors.run(kind, model, best["settings"], rows, everything, config, snakemake.threads, say)
    runs, begin = {}, 0
    for name, members in planned.items():
        runs[name] = list(zip(members, found[begin : begin + len(members)], strict=True))
        begin += len(members)

    curve = tables.learning_curve(runs["learning curve"], model, rows, metric)
    confidence = config["evaluation"]["confidence"]
    law = power_law.extrapolate(curve, best_value(metric), confidence)
    oof = read_oof(bests[model], rows, 1)
    left = tables.left_out(runs["left out"], reasons, model, rows, oof, metric, config["evaluation"])
    artifacts.write_table(
        tables.label_shuffles(runs["label shuffles"], model, best["corrected"], metric), out.label_shuffles
    )
    artifacts.write_table(curve, out.learning_curve)
    artifacts.write_table(pd.DataFrame([{"model": model, **law}]), out.power_law)
    artifacts.write_table(left, out.left_out)
    artifacts.write_json(
        determinism.repeat(kind, model, best["settings"], rows, config, snakemake.threads), out.determinism
    )
