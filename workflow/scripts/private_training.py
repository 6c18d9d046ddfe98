"""Train the best network with differential privacy: what each epsilon costs in score, and what it hides."""

from tentips.jobs.job import announce, log_line, logged, outcome

with logged(snakemake.log[0], snakemake.threads, snakemake.input, snakemake.output):
    from tentips.models.networks import backend

    params, paths, threads = snakemake.params, snakemake.input, snakemake.threads
    compute = params.compute
    backend.choose(compute["backend"], compute["gpus"], compute["deterministic"], threads)

    import numpy as np

    from tentips import artifacts
    from tentips.data.row_options import RowOptions
    from tentips.data.rows import development_rows
    from tentips.errors import StudyError
    from tentips.models import pace
    from tentips.models.networks.architecture import architecture
    from tentips.models.recipe import Recipe
    from tentips.models.selection import best_model
    from tentips.privacy import private_networks, shadows

    options, recipe = params.privacy, Recipe(**params.recipe)
    bests = {best["model"]: best for best in map(artifacts.read_json, paths.bests)}
    model = best_model(list(bests.values()), "network")
    settings = bests[model]["repeats"]["1"]["settings"]
    rows, inside = development_rows(paths, RowOptions(**params.rows)), None
    networks = private_networks.PrivateNetworks(architecture(model, recipe), settings, rows, recipe, params.metric)
    if options["enabled"] and (number := pace.shadow_models_at_pace(options["shadow_models"], paths.pace)):
        tuning = recipe.tuning
        try:
            inside = shadows.halves(rows, number, tuning["stopping_fraction"], tuning["seed"])
        except StudyError as error:
            announce(f"membership inference cannot be tried on private networks: {error}")
    delta = options["delta"] or private_networks.default_delta(len(np.unique(rows.groups)))
    table = private_networks.private_table(networks, options["epsilon"], delta, inside, params.evaluation, log_line)
    artifacts.write_table(table, snakemake.output[0])
    outcome(f"private training: {model} at {table['epsilon'].nunique()} values of epsilon")
