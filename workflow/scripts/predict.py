"""Predict new samples with the recommended model of the study, or with a bundle that somebody gave away."""

import tempfile

from tentips.jobs.job import announce, log_line, logged

with logged(snakemake.log[0], snakemake.threads, snakemake.input, snakemake.output):
    from tentips.models.networks import backend

    params, paths = snakemake.params, snakemake.input
    backend.choose(params.compute["backend"], 0, params.compute["deterministic"], snakemake.threads)

    from tentips.data.row_options import RowOptions
    from tentips.jobs.progress import Progress
    from tentips.models.chosen_model import chosen_model
    from tentips.models.sheet_options import SheetOptions
    from tentips.predict import bundle_files, new_files, predictions_table

    with tempfile.TemporaryDirectory() as unpacked:
        if params.bundle:
            sheet, model = bundle_files.open_bundle(bundle_files.unpack(params.bundle, unpacked))
        else:
            sheet, model = chosen_model(params.model, RowOptions(**params.rows), SheetOptions(**params.sheet), paths)
        samples = new_files.check(params.new, sheet)
        for notice in samples.notices:
            announce(notice)
        progress = Progress(f"{model.model} predicts", samples.rows, log_line, unit="samples")
        counts = predictions_table.write(samples, model, snakemake.output[0], progress.report)
        for sentence in predictions_table.summary(counts):
            announce(sentence)
