"""Carry out one shard of a network's search in every repeat."""

from tentips.jobs.job import log_line, logged, outcome

with logged(snakemake.log[0], snakemake.threads, snakemake.input, snakemake.output):
    from tentips.models.networks import backend

    params, threads, compute = snakemake.params, snakemake.threads, snakemake.params.compute
    backend.choose(compute["backend"], compute["gpus"], compute["deterministic"], threads)

    import json

    from tentips import artifacts
    from tentips.data.row_options import RowOptions
    from tentips.data.rows import rows_of_repeats
    from tentips.jobs.stopwatch import Stopwatch
    from tentips.models.journal import Journal, fingerprint
    from tentips.models.networks.architecture import architecture
    from tentips.models.networks.search import clear, run_trials
    from tentips.models.networks.shards import Shard, shard_summary
    from tentips.models.networks.workbench import Workbench
    from tentips.models.recipe import Recipe

    name, metric, recipe = snakemake.wildcards.network, params.metric, Recipe(**params.recipe)
    settled = {"recipe": vars(recipe), "metric": metric, "rows": params.rows, "backend": compute["backend"]}
    shard = Shard(int(snakemake.wildcards.shard), int(snakemake.wildcards.shards))
    on_gpu, repeats = backend.device() == "gpu", {}
    log_line(
        f"{name}, shard {shard.number} of {shard.of}: {compute['backend']} on {backend.device()}, {threads} threads"
    )
    for repeat, rows, files in rows_of_repeats(snakemake.input, "train", RowOptions(**params.rows)):
        watch = Stopwatch(on_gpu)
        mark = fingerprint("network", name, settled, *files, *snakemake.input.network_files)
        journal = Journal(f"{params.journal}/{repeat}.jsonl", mark)
        bench = Workbench(architecture(name, recipe), rows, recipe, metric)
        trials = run_trials(bench, journal, params.journal, log_line, shard)
        repeats[repeat] = shard_summary(trials, watch.read())
    # Not write_json: the score of a network that diverged is minus infinity.
    artifacts.write_text(json.dumps(repeats), snakemake.output[0])
    clear(params.journal)
    outcome(f"shard {shard.number} of {shard.of} of {name}: {len(trials)} trials")
