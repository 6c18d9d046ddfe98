"""Train the networks of transfer on parts of the rows: what do pretrained weights bring with few samples, and with all?"""

from tentips.jobs.job import log_line, logged, outcome

with logged(snakemake.log[0], snakemake.threads, snakemake.input, snakemake.output):
    from tentips.models.networks import backend

    params, paths, threads = snakemake.params, snakemake.input, snakemake.threads
    backend.choose(*map(params.compute.get, ("backend", "gpus", "deterministic")), threads)

    from tentips import artifacts
    from tentips.controls.kept_trainings import KeptTrainings
    from tentips.controls.trainings import Contender
    from tentips.controls.transfer_curve import transfer_curve
    from tentips.data.row_options import RowOptions
    from tentips.data.rows import development_rows
    from tentips.models.journal import fingerprint
    from tentips.models.recipe import Recipe

    recipe, rows = Recipe(**params.recipe), development_rows(paths, RowOptions(**params.rows))
    settings = {best["model"]: best["repeats"]["1"]["settings"] for best in map(artifacts.read_json, paths.bests)}
    contenders = [Contender("network", model, own, recipe, threads) for model, own in settings.items()]
    files = paths.features, paths.samples, paths.split, *paths.network_files
    mark = fingerprint("transfer", "transfer", [settings, params.recipe, params.rows, params.compute], *files)
    kept = KeptTrainings(params.kept, mark)
    table = transfer_curve(contenders, rows, params.metric, params.confidence, log_line, kept)
    artifacts.write_table(table, snakemake.output[0])
    kept.delete()
    outcome(f"transfer: {len(contenders)} networks on {table['share'].nunique()} shares of the samples")
