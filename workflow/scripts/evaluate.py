"""Open the test rows: score every final model, compare networks with baselines, and record the opening."""

from tentips.jobs.job import log_line, logged, outcome

with logged(snakemake.log[0], snakemake.threads, snakemake.input, snakemake.output):
    from tentips.models.networks import backend

    params, out = snakemake.params, snakemake.output
    backend.choose(params.compute["backend"], 0, params.compute["deterministic"], snakemake.threads)

    from tentips import artifacts
    from tentips.data.row_options import RowOptions
    from tentips.data.rows import copied_rows, rows_of_repeats
    from tentips.evaluate import budget, ledger, openings
    from tentips.evaluate.evaluation import evaluate
    from tentips.evaluate.shared_rows import shared_rows
    from tentips.jobs import environment
    from tentips.models.final_models import identity, predict_finals
    from tentips.models.selection import chosen_in_repeats, compared
    from tentips.study import plan

    ledger.read(params.ledger)
    bests = [artifacts.read_json(file) for file in [*snakemake.input.baselines, *snakemake.input.networks]]
    classes = bests[0]["repeats"]["1"]["classes"]
    given = snakemake.input, RowOptions(**params.rows), classes
    rows = {repeat: part for repeat, part, _ in rows_of_repeats(given[0], "test", *given[1:])}
    stacked = artifacts.read_json(snakemake.input.stacked)
    finals = predict_finals(rows, bests, stacked)
    log_line(f"{len(finals)} final models have predicted the test rows")
    metric = params.metric
    developed = {repeat: bests[0]["repeats"][str(repeat)]["samples"] for repeat in rows}
    copies = {repeat: found for repeat, *found in copied_rows(*given)}
    copied = predict_finals({repeat: part for repeat, (part, _) in copies.items()}, bests, stacked)
    tables = evaluate(rows, developed, finals, compared(bests), chosen_in_repeats(bests), params.evaluation, metric)
    pairs, confidence = artifacts.read_parquet(snakemake.input.pairs), params.evaluation["confidence"]
    tables["shared_rows"] = shared_rows(rows, finals, copies, copied, pairs, metric, confidence)
    registered = plan.registered(params.plans, params.plan, environment.now())
    opening = {
        "time": environment.now(),
        "commit": environment.describe_code()["commit"],
        "code": environment.code_hash(),
        "subject": params.subject,
        **openings.of_plan(registered),
        "models": identity(bests),
        "test_rows": openings.rows_hash(part.ids for part in rows.values()),
        **openings.contents([openings.row_fingerprints(part.features, part.labels) for part in rows.values()]),
        "figures": openings.figures(tables["metrics"], metric),
    }
    entries, added = ledger.record(params.ledger, opening)
    for name, table in tables.items():
        write = artifacts.write_parquet if name == "predictions" else artifacts.write_table
        write(table, out[name])
    artifacts.write_table(budget.table(bests, stacked), out.budget)
    taken_out = ledger.taken_out(params.ledger, entries)
    artifacts.write_json(told := openings.summary(entries, opening, registered, taken_out), out.opening)
    held_out = sum(len(part.ids) for part in rows.values())
    outcome(
        f"evaluation: {len(finals)} models on {held_out} held-out samples; openings of the test part in its ledger: {told['openings']}, "
        f"{'this one is new' if added else 'none of them new'}"
    )
