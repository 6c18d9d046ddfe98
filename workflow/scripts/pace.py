"""Measure how long one trial of each model takes, and how many fit into the minutes that the study is given."""

from tentips.jobs.job import log_line, logged, outcome

with logged(snakemake.log[0], snakemake.threads, snakemake.input, snakemake.output):
    from tentips.models.networks import backend

    params, compute = snakemake.params, snakemake.params.compute
    backend.choose(compute["backend"], compute["gpus"], compute["deterministic"], snakemake.threads)

    from functools import partial

    import pandas as pd

    from tentips import artifacts
    from tentips.data.row_options import RowOptions
    from tentips.data.rows import development_rows
    from tentips.models import pace
    from tentips.models.networks.trial_times import baseline_seconds, network_seconds, seconds_of_trials
    from tentips.models.recipe import Recipe

    rows, recipe = development_rows(snakemake.input, RowOptions(**params.rows)), Recipe(**params.recipe)
    measures = {"baseline": baseline_seconds, "network": network_seconds}
    limit = pace.seconds_to_measure(compute["minutes"], sum(map(len, params.models.values())))
    seconds = {kind: {} for kind in measures}
    for kind, name in [(kind, name) for kind, names in params.models.items() for name in names]:
        measure = partial(measures[kind], name, recipe=recipe, metric=params.metric)
        seconds[kind][name] = seconds_of_trials(measure, rows, limit, recipe.tuning["seed"])
    for name, found in (pair for each in seconds.values() for pair in each.items()):
        log_line(f"{name}: {found:.2g} s for one trial on all folds")
    minutes, asked = compute["minutes"], recipe.tuning["trials"]
    machine = pace.Machine(params.cores, snakemake.threads)
    trials = pace.trials_that_fit(*seconds.values(), minutes, machine, params.repeats, asked)
    several, ordered = len(set(rows.groups)) < len(rows.groups), bool(rows.modality.disorder)
    controls = {
        kind: pace.controls_that_fit(
            max(each.values()), minutes, pace.control_trials(kind, several, ordered), params.controls
        )
        for kind, each in seconds.items()
    }
    table = [(kind, name, found) for kind, each in seconds.items() for name, found in each.items()]
    artifacts.write_table(pd.DataFrame(table, columns=["kind", "model", "seconds_per_trial"]), snakemake.output.seconds)
    every = sum(sum(each.values()) for each in seconds.values())
    shadows = pace.shadow_models_that_fit(every, rows.fold.max() + 1, minutes, params.shadow_models)
    found = {
        "minutes": minutes,
        "trials": trials,
        "trials_asked": asked,
        "controls": controls,
        "shadow_models": shadows,
    }
    artifacts.write_json(found, snakemake.output.pace)
    outcome(f"pace: {pace.told(found, params.controls, params.shadow_models)}")
