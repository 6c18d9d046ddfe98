"""Tune one simpler model in every repeat and refit it on all development rows."""

from tentips.jobs.job import log_line, logged, outcome

with logged(snakemake.log[0], snakemake.threads, snakemake.input, snakemake.output):
    import pandas as pd

    from tentips import artifacts
    from tentips.data.row_options import RowOptions
    from tentips.data.rows import rows_of_repeats
    from tentips.jobs.stopwatch import Stopwatch
    from tentips.models import search_space
    from tentips.models.baseline_search import predict, refit, search
    from tentips.models.baselines import BASELINES
    from tentips.models.folds import prepare_folds
    from tentips.models.journal import Journal, fingerprint
    from tentips.models.pace import at_pace
    from tentips.models.pipeline_files import save_pipeline
    from tentips.models.predictions import oof_table
    from tentips.models.recipe import Recipe
    from tentips.models.trials import search_outcome, summary, transforms_of, trials_table

    name, out, params, threads = snakemake.wildcards.baseline, snakemake.output, snakemake.params, snakemake.threads
    metric, recipe = params.metric, Recipe(params.preprocess, params.tuning, params.class_weight)
    settled = {"recipe": vars(recipe), "metric": metric, "rows": params.rows}
    trials_tables, oof_tables, summaries, journals = [], [], {}, []
    for repeat, rows, files in rows_of_repeats(snakemake.input, "train", RowOptions(**params.rows)):
        watch = Stopwatch()
        mark = fingerprint("baseline", name, settled, *files)
        journals.append(Journal(f"{params.journal}/{repeat}.jsonl", mark))
        paced = at_pace(recipe, snakemake.input.pace)
        folds = prepare_folds(rows, recipe.preprocess)
        trials, best = search(name, rows, folds, paced, metric, journals[-1], log_line, threads)
        pipeline = refit(name, rows, trials[best].settings, recipe, threads)
        fitted = predict(pipeline, rows.inputs, rows.classes)
        save_pipeline(pipeline, out.models[repeat - 1])
        trials_tables.append(trials_table(trials, repeat))
        oof_tables.append(oof_table(rows, trials[best].predictions, repeat))
        summaries[repeat] = summary(rows, trials, best, metric, [fitted], recipe, watch, transforms_of(folds, pipeline))
    artifacts.write_table(pd.concat(trials_tables), out.trials)
    artifacts.write_parquet(pd.concat(oof_tables), out.oof)
    kind = "trivial" if name == "dummy" else "baseline"
    space = search_space.of_distributions(BASELINES[name].space(params.rows["task"]))
    about = {"model": name, "kind": kind, "metric": metric, "space": space}
    artifacts.write_json(about | {"repeats": summaries}, out.best)
    for journal in journals:
        journal.delete()
    outcome(search_outcome(name, metric, summaries.values()))
