"""Learn how to combine baselines and networks from their out-of-fold predictions."""

from tentips.jobs.job import log_line, logged, outcome

with logged(snakemake.log[0], snakemake.threads, snakemake.input, snakemake.output):
    import pandas as pd

    from tentips import artifacts
    from tentips.data.row_options import RowOptions
    from tentips.data.rows import rows_of_repeats
    from tentips.models.predictions import oof_table, read_oof
    from tentips.models.stacking import NAME, stack

    params = snakemake.params
    metric, bests = params.metric, [artifacts.read_json(file) for file in snakemake.input.bests]
    members = [best for best in bests if best["kind"] != "trivial"]
    summaries, tables = {}, []
    for repeat, rows, _ in rows_of_repeats(snakemake.input, "train", RowOptions(**params.rows)):
        found, combined = stack(rows, {best["model"]: read_oof(best, rows, repeat) for best in members}, metric)
        summaries[repeat] = {"samples": len(rows.ids), "classes": rows.classes, **found}
        tables.append(oof_table(rows, combined, repeat))
        weights = ", ".join(
            f"{name.replace('_', ' ')} {weight:.2f}" for name, weight in found["weights"].items() if weight > 0
        )
        log_line(f"repeat {repeat}: {weights}")
    artifacts.write_parquet(pd.concat(tables), snakemake.output.oof)
    artifacts.write_json(
        {"model": NAME, "kind": "ensemble", "metric": metric, "repeats": summaries}, snakemake.output.best
    )
    outcome(f"stacked model: {weights}")
