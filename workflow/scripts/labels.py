"""Put the studies of several labels together: what each found, adjusted for their number, on one page."""

from pathlib import Path

from tentips.jobs.job import logged, outcome

with logged(snakemake.log[0], snakemake.threads, snakemake.input, snakemake.output):
    from tentips import artifacts
    from tentips.checks.label_family import label_family
    from tentips.jobs.notebook import render
    from tentips.results import Results

    folders = snakemake.params.folders
    table = label_family({label: Results(Path(folder, "results")) for label, folder in folders.items()})
    table.insert(1, "folder", table["label"].map(folders))
    artifacts.write_table(table, snakemake.output.table)
    render(snakemake.input.notebook, snakemake.output.html, snakemake.params.title, table=str(snakemake.output.table))
    found = ", ".join(f"{row.label} {row.verdict.replace('_', ' ')}" for row in table.itertuples())
    outcome(f"labels: {len(table)} labels, network against simpler models: {found}")
