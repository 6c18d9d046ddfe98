"""Search one network in every repeat, or take its shards' trials, and refit it for several seeds."""

from tentips.jobs.job import log_line, logged, outcome

with logged(snakemake.log[0], snakemake.threads, snakemake.input, snakemake.output):
    from tentips.models.networks import backend

    params, threads, compute = snakemake.params, snakemake.threads, snakemake.params.compute
    backend.choose(compute["backend"], compute["gpus"], compute["deterministic"], threads)

    import pandas as pd

    from tentips import artifacts
    from tentips.data.row_options import RowOptions
    from tentips.data.rows import rows_of_repeats
    from tentips.jobs.stopwatch import Stopwatch
    from tentips.models.journal import Journal, fingerprint
    from tentips.models.networks.architecture import architecture
    from tentips.models.networks.keras_files import save_keras
    from tentips.models.networks.refit import history_table, refit
    from tentips.models.networks.search import clear, search, search_space
    from tentips.models.networks.workbench import Workbench
    from tentips.models.pace import at_pace
    from tentips.models.pipeline_files import save_pipeline
    from tentips.models.predictions import oof_table
    from tentips.models.recipe import Recipe
    from tentips.models.trials import search_outcome, summary, transforms_of, trials_table

    name, out, metric = snakemake.wildcards.network, snakemake.output, params.metric
    recipe = Recipe(**params.recipe)
    settled = {"recipe": vars(recipe), "metric": metric, "rows": params.rows, "backend": compute["backend"]}
    kind, seeds = architecture(name, recipe), list(range(1, recipe.tuning["seeds"] + 1))
    log_line(f"{name}: {compute['backend']} on {backend.device()}, {threads} threads")
    on_gpu, shards = backend.device() == "gpu", [artifacts.read_json(file) for file in snakemake.input.shards]
    trials_tables, oof_tables, histories, summaries = [], [], [], {}
    for repeat, rows, files in rows_of_repeats(snakemake.input, "train", RowOptions(**params.rows)):
        searched = [shard[str(repeat)] for shard in shards]
        watch = Stopwatch(on_gpu, searched)
        mark = fingerprint("network", name, settled, *files, *snakemake.input.network_files)
        journal = Journal(f"{params.journal}/{repeat}.jsonl", mark)
        bench = Workbench(kind, rows, at_pace(recipe, snakemake.input.pace), metric)
        trials, best = search(bench, journal, params.journal, log_line, searched)
        settings = trials[best].settings
        prepare, trained = refit(kind, rows, settings, recipe, seeds)
        save_pipeline(prepare, out.prepare[repeat - 1])
        for number, (seed, member) in enumerate(zip(seeds, trained, strict=True)):
            model = kind.keras_model(settings, bench.views.shape, rows.outputs, rows.task, member.weights)
            save_keras(model, out.seeds[(repeat - 1) * len(seeds) + number])
            histories.append(history_table(member, repeat, seed))
        trials_tables.append(trials_table(trials, repeat))
        oof_tables.append(oof_table(rows, trials[best].predictions, repeat))
        fitted, transforms = [member.predictions for member in trained], transforms_of(bench.folds, prepare)
        summaries[repeat] = summary(rows, trials, best, metric, fitted, recipe, watch, transforms)
    artifacts.write_table(pd.concat(trials_tables), out.trials)
    artifacts.write_parquet(pd.concat(oof_tables), out.oof)
    artifacts.write_parquet(pd.concat(histories), out.histories)
    about = {"model": name, "kind": "network", "metric": metric, "space": search_space(kind)}
    artifacts.write_json(about | {"repeats": summaries}, out.best)
    clear(params.journal)
    outcome(search_outcome(name, metric, summaries.values()))
