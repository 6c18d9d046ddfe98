"""Keep the model, train it on, or train it anew: judged on a locked part of new labelled samples."""

from pathlib import Path

from tentips.jobs.job import announce, logged, outcome

with logged(snakemake.log[0], snakemake.threads, snakemake.input, snakemake.output):
    from tentips.models.networks import backend

    params, paths, out, threads = snakemake.params, snakemake.input, snakemake.output, snakemake.threads
    backend.choose(params.compute["backend"], 0, params.compute["deterministic"], threads)

    from tentips import artifacts
    from tentips.data.row_options import RowOptions
    from tentips.data.rows import development_rows, held_out_rows
    from tentips.evaluate import ledger
    from tentips.models.chosen_model import chosen_model
    from tentips.models.recipe import Recipe
    from tentips.models.recommendation import smallest_of
    from tentips.models.refitting import bests_of, save
    from tentips.models.selection import as_used
    from tentips.models.sheet_options import SheetOptions
    from tentips.reporting.figures import shift_figures
    from tentips.study import plan
    from tentips.update import candidates, labelled_samples, locked_part, shift, update_opening, update_tables

    ledger.read(params.ledger)
    reading, metric = RowOptions(**params.rows), params.metric
    sheet, model = chosen_model(params.model, reading, SheetOptions(**params.sheet), paths)
    known, tested = development_rows(paths, reading), held_out_rows(paths, reading, sheet["classes"])
    developed, test = artifacts.read_parquet(paths.samples), artifacts.read_parquet(paths.test_samples)
    new = labelled_samples.read(params.new, sheet, params.group, known, (developed, test))
    for notice in new.notices:
        announce(notice)
    seen = {*developed["group"], *test["group"]}
    held = locked_part.locked(new.rows, new.units, seen, params.seed)
    judge = new.rows.part(held.nonzero()[0])
    rows, added = labelled_samples.joined(known, developed["group"].to_numpy(), new, ~held)
    bests = bests_of(paths.bests)
    tried = candidates.candidates(model, bests, rows, added, Recipe(**params.recipe), threads, announce)
    predictions = {name: [each.predict(judge.inputs)] for name, each in tried.items()}
    metrics = update_tables.metrics_table(predictions, judge, params.confidence)
    least = smallest_of(metric, params.smallest, developed["label"])
    comparisons = update_tables.comparisons_table(predictions, judge, metric, params.confidence, least)
    choice = update_tables.recommended(comparisons)
    # Recorded before anything is shown.
    entry = update_opening.of_update(params.new, model.model, judge, metrics, metric, plan.read(params.plans)[-1])
    entries, _ = ledger.record(params.ledger, entry)
    scored = (tested, model.predict(tested.inputs)), (judge, predictions[candidates.KEEP][0])
    artifacts.write_table(metrics, out.metrics)
    artifacts.write_table(comparisons, out.comparisons)
    artifacts.write_table(table := shift.shift_table(known, new.rows, *scored), out.shift)
    artifacts.write_text(shift_figures.shift(table, params.unit).svg, out.figure)
    judged = as_used(model.model, params.networks)
    changed = update_tables.performance(artifacts.read_table(paths.metrics), judged, metrics, metric)
    artifacts.write_json(update_opening.lineage(entry, model.model, rows, added, choice, changed), out.lineage)
    Path(out.model).mkdir(parents=True, exist_ok=True)
    if choice != candidates.KEEP:  # else it is the study's own
        save(tried[choice], bests, out.model)
    outcome(f"update: {choice}, by {len(judge.ids)} locked samples; openings in the test ledger: {len(entries)}")
