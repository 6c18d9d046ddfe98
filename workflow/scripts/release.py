"""Pack the recommended model into a bundle that may be given away, or say why it may not."""

import tempfile
from pathlib import Path

from tentips.jobs.job import announce, log_line, logged

with logged(snakemake.log[0], snakemake.threads, snakemake.input, snakemake.output):
    from tentips.models.networks import backend

    params, paths, out = snakemake.params, snakemake.input, snakemake.output
    backend.choose(params.compute["backend"], 0, params.compute["deterministic"], snakemake.threads)

    from tentips import artifacts
    from tentips.data.row_options import RowOptions
    from tentips.data.tidy import SAMPLE
    from tentips.errors import StudyError
    from tentips.evaluate import ledger
    from tentips.jobs import environment
    from tentips.models.chosen_model import chosen_model
    from tentips.models.model_sheet import rare_categories
    from tentips.models.selection import as_used, parts_of
    from tentips.models.sheet_options import SheetOptions
    from tentips.predict import bundle_files, new_files, new_samples, predictions_table
    from tentips.release import bundle, bundle_examples, gate

    sheet, model = chosen_model(params.release["model"], RowOptions(**params.rows), SheetOptions(**params.sheet), paths)
    stacked, scorecard = artifacts.read_json(paths.stacked), artifacts.read_json(paths.scorecard)
    provenance, networks = artifacts.read_json(paths.provenance), params.networks
    parts = parts_of(sheet["model"], networks, stacked)
    groups = artifacts.read_parquet(paths.samples)["group"].to_numpy()
    measured = artifacts.read_parquet(paths.features).drop(columns=SAMPLE)
    rare = rare_categories(new_samples.modality_of(sheet), measured, groups, params.smallest_cell)
    fault = ledger.fault(params.ledger)
    against = gate.reasons(params.study, params.release, scorecard, parts, provenance["sources"], rare, fault)
    for line in against:
        announce(f"against it: {line}")
    anyway = params.release_anyway
    if against and not anyway:
        raise StudyError(
            f"the model is not given away, for {len(against)} reason{'s' if len(against) > 1 else ''} "
            "(above); to do so all the same: snakemake release --config release_anyway='REASON'. The "
            "reason is written into the bundle."
        )
    judged = as_used(sheet["model"], networks)
    estimated = bundle.estimate(artifacts.read_table(paths.metrics), judged, params.metric, params.confidence)
    about = bundle.about(params.study, params.release, sheet, judged, parts, provenance, estimated)
    about["released_anyway"] = {"reason": anyway, "against": against} if against else None
    about["packages"] = environment.describe_environment()
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        bundle.fill(folder, sheet, about, parts, networks, Path("results"))
        samples = new_files.check(folder / bundle_examples.EXAMPLES[sheet["modality"]], sheet)
        predictions_table.write(samples, model, folder / bundle.PREDICTED, lambda done: None)
        bundle.seal(folder, out[0])
    with tempfile.TemporaryDirectory() as folder:
        # What others will do first is done here: unpack, check, load.
        bundle_files.unpack(out[0], folder)
        bundle_files.open_bundle(folder)
    log_line(f"{out[0]} holds {sheet['model']}, {Path(out[0]).stat().st_size / 2**20:.1f} MiB")
