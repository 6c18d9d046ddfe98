"""Open the test rows: score every final model, compare networks with baselines, and record the opening."""

from tentips.jobs.job import log_line, logged, outcome

with logged(snakemake.log[0], snakemake.threads, snakemake.input, snakemake.output):
    from tentips.models.networks import backend

    config, out = dict(snakemake.params.items()), snakemake.output
    backend.choose(config["compute"]["backend"], 0, config["compute"]["deterministic"], snakemake.threads)

    from tentips import artifacts
    from tentips.data.rows import rows_of_repeats
    from tentips.evaluate import budget, ledger
    from tentips.evaluate.evaluation import evaluate
    from tentips.jobs import environment
    from tentips.models.final_models import identity, predict_finals
    from tentips.models.selection import compared
    from tentips.study import plan
    from tentips.study.config import metric_name

    ledger.read(config["ledger"])
    bests = [artifacts.read_json(file) for file in [*snakemake.input.baselines, *snakemake.input.networks]]
    classes = bests[0]["repeats"]["1"]["classes"]
    rows = {repeat: part for repeat, part, _ in rows_of_repeats(snakemake.input, "test", config, classes)}
    stacked = artifacts.read_json(snakemake.input.stacked)
    finals = predict_finals(rows, bests, stacked)
    log_line(f"{len(finals)} final models have predicted the test rows")
    metric = metric_name(config)
    developed = {repeat: bests[0]["repeats"][str(repeat)]["samples"] for repeat in rows}
    tables = evaluate(rows, developed, finals, compared(bests), config["evaluation"], metric)
    plan.register(config["plans"], config["plan"], environment.now())
    registered = plan.read(config["plans"])

    opening = {
        "time": environment.now(),
        "commit": environment.describe_code()["commit"],
        "code": environment.code_hash(),
        "subject": {key: config["data"][key] for key in ("features", "samples", "label")},
        "plan": registered[-1]["hash"],
        "planned": registered[-1]["plan"],
        "models": identity(bests),
        "test_rows": ledger.rows_hash(part.ids for part in rows.values()),
        "figures": ledger.figures(tables["metrics"], metric),
    }
    entries, added = ledger.record(config["ledger"], opening)
    for name, table in tables.items():
        write = artifacts.write_parquet if name == "predictions" else artifacts.write_table
        write(table, out[name])
    artifacts.write_table(budget.table(bests, stacked), out.budget)
    artifacts.write_json(ledger.summary(entries, opening, registered), out.opening)
    held_out = sum(len(part.ids) for part in rows.values())
    outcome(
        f"evaluation: {len(finals)} models on {held_out} held-out samples; the test ledger holds {len(entries)} openings, "
        f"{'one of them new' if added else 'none of them new'}"
    )
