"""Draw the figures and put the report together."""

from pathlib import Path

from tentips.jobs.job import logged, outcome

with logged(snakemake.log[0], snakemake.threads, snakemake.input, snakemake.output):
    from tentips import artifacts
    from tentips.jobs.notebook import render
    from tentips.reporting.documents import datasheet, limitations, methods, model_card
    from tentips.reporting.documents.checklists import applicable as checklists
    from tentips.reporting.documents.checklists import dome_entry
    from tentips.reporting.figures import gallery
    from tentips.results import Results

    results = Results("results")
    gallery.write_all(results, Path(snakemake.output.texts).parent)
    for document in (datasheet, limitations, methods, model_card):
        artifacts.write_text(document.markdown(results), snakemake.output[document.__name__.rsplit(".", 1)[1]])
    artifacts.write_text(methods.references(results), snakemake.output.references)
    checklists.write(results, Path(snakemake.output.methods).parent / "checklists")
    artifacts.write_json(dome_entry.entry(results), snakemake.output.dome_entry)
    render(snakemake.input.notebook, snakemake.output.html, results.config["study"]["title"])
    outcome(f"report: {len(snakemake.output.tables)} figures and the documents")
