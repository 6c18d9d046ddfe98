"""Pack the recommended model into a bundle that may be given away, or say why it may not."""

import tempfile
from pathlib import Path

from tentips.jobs.job import announce, log_line, logged

with logged(snakemake.log[0], snakemake.threads, snakemake.input, snakemake.output):
    from tentips.models.networks import backend

    params, paths, out = snakemake.params, snakemake.input, snakemake.output
    made = tempfile.TemporaryDirectory()  # removed when the script ends, however it does
    backend.choose(params.compute["backend"], 0, params.compute["deterministic"], snakemake.threads)

    import pandas as pd

    from tentips import artifacts
    from tentips.data.row_options import RowOptions
    from tentips.data.rows import development_rows, held_out_rows
    from tentips.data.tidy import SAMPLE
    from tentips.evaluate import ledger
    from tentips.jobs import environment
    from tentips.models.chosen_model import chosen_model
    from tentips.models.model_sheet import rare_categories
    from tentips.models.recipe import Recipe
    from tentips.models.refitting import bests_of, save
    from tentips.models.selection import as_used, parts_of
    from tentips.models.sheet_options import SheetOptions
    from tentips.predict import bundle_files, new_files, new_samples, predictions_table
    from tentips.release import all_samples, bundle, bundle_examples, gate

    options, reading, source = SheetOptions(**params.sheet), RowOptions(**params.rows), Path("results")
    sheet, model = chosen_model(params.release["model"], reading, options, paths)
    scorecard, provenance = artifacts.read_json(paths.scorecard), artifacts.read_json(paths.provenance)
    parts = parts_of(sheet["model"], params.networks, artifacts.read_json(paths.stacked))
    files = [(paths.features, paths.samples), (paths.test_features, paths.test_samples)][: 1 + params.release["refit"]]
    measured = pd.concat([artifacts.read_parquet(each).drop(columns=SAMPLE) for each, _ in files], ignore_index=True)
    names = [artifacts.read_parquet(each)["group"].to_numpy() for _, each in files]
    groups = [group for part in names for group in part]
    rare = rare_categories(new_samples.modality_of(sheet), measured, groups, params.smallest_cell)
    held = scorecard, parts, provenance["sources"], rare, ledger.fault(params.ledger)
    overridden = gate.refuse(gate.reasons(params.study, params.release, *held), params.release_anyway, announce)
    judged = as_used(sheet["model"], params.networks)
    estimated = bundle.estimate(artifacts.read_table(paths.metrics), judged, params.metric, params.confidence)
    if params.release["refit"]:
        both = development_rows(paths, reading), held_out_rows(paths, reading, sheet["classes"])
        training, source = (bests_of(paths.bests), Recipe(**params.recipe), snakemake.threads), Path(made.name, "refit")
        model, sheet = all_samples.on_all_samples(model, sheet, both, names, measured, training, options)
        save(model, training[0], source)
    about = bundle.about(params.study, params.release, sheet, judged, parts, provenance, estimated)
    about |= {"released_anyway": overridden, "packages": environment.describe_environment()}
    folder = Path(made.name, "bundle")
    bundle.fill(folder, sheet, about, parts, params.networks, source, Path(paths.card))
    samples = new_files.check(folder / bundle_examples.EXAMPLES[sheet["modality"]], sheet)
    predictions_table.write(samples, model, folder / bundle.PREDICTED, lambda done: None)
    bundle.seal(folder, out[0])
    # What others will do first: unpack, check, load.
    bundle_files.open_bundle(bundle_files.unpack(out[0], Path(made.name, "checked")))
    log_line(f"{out[0]} holds {sheet['model']}, {Path(out[0]).stat().st_size / 2**20:.1f} MiB")
