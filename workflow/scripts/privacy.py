"""Try to recognise who the final models learned from, with shadow models of each, and count small cells."""

from tentips.jobs.job import announce, log_line, logged, outcome

with logged(snakemake.log[0], snakemake.threads, snakemake.input, snakemake.output):
    from tentips.models.networks import backend

    params, paths, out, threads = snakemake.params, snakemake.input, snakemake.output, snakemake.threads
    compute = params.compute
    backend.choose(compute["backend"], compute["gpus"], compute["deterministic"], threads)

    import pandas as pd

    from tentips import artifacts
    from tentips.data.row_options import RowOptions
    from tentips.data.rows import development_rows, held_out_rows
    from tentips.errors import StudyError
    from tentips.models import pace
    from tentips.models.recipe import Recipe
    from tentips.privacy import shadows, small_cells
    from tentips.privacy.attribute_inference import attribute_inference
    from tentips.privacy.membership_audit import audit
    from tentips.privacy.targets import targets_of

    options, recipe, reading = params.privacy, Recipe(**params.recipe), RowOptions(**params.rows)
    bests, stacked = [artifacts.read_json(file) for file in paths.bests], artifacts.read_json(paths.stacked)
    parts = [
        development_rows(paths, reading),
        held_out_rows(paths, reading, bests[0]["repeats"]["1"]["classes"]),
    ]
    sheets = [artifacts.read_parquet(path) for path in (paths.samples, paths.test_samples)]
    rows, member = shadows.pooled(*parts, tuple(sheet["group"].to_numpy() for sheet in sheets))
    seed, targets, inside = recipe.tuning["seed"], [], None
    number = pace.shadow_models_at_pace(options["shadow_models"], paths.pace)
    if options["enabled"] and not number:
        announce("membership inference is left out: compute.minutes leaves no time for shadow models")
    elif options["enabled"]:
        try:
            inside = shadows.halves(rows, number, recipe.tuning["stopping_fraction"], seed)
        except StudyError as error:
            announce(f"membership inference cannot be tried: {error}")
        else:
            targets = targets_of(bests, stacked, rows, inside, recipe, threads, log_line)
    table, exposure = audit(targets, rows, inside, member, params.confidence, seed)
    artifacts.write_table(table, out.membership)
    # Who is exposed is itself what must not be known of a study whose data are not open.
    open_rows = params.sensitive is False
    artifacts.write_parquet(exposure if open_rows else exposure.iloc[:0], out.exposure)
    everybody = pd.concat(sheets, ignore_index=True)
    asked = everybody.set_index("sample").loc[rows.ids, options["sensitive_covariates"]]
    smallest = options["smallest_cell"]
    inferred = attribute_inference(targets, rows, asked, member, smallest, params.confidence, seed)
    artifacts.write_table(inferred, out.attributes)
    features = pd.concat([artifacts.read_parquet(path) for path in (paths.features, paths.test_features)])
    named = features[parts[0].modality.categories(features.drop(columns="sample"))].reset_index(drop=True)
    cells = small_cells.cells(named, everybody, params.roles, smallest)
    artifacts.write_table(cells, out.cells)
    outcome(f"privacy: {len(targets)} models attacked, {len(cells)} small cells")
