"""Draw the figures and put the report together."""

from pathlib import Path

from tentips.job import logged

with logged(snakemake.log[0], snakemake.threads, snakemake.input, snakemake.output):
    from tentips import artifacts
    from tentips.notebook import render
    from tentips.reporting import datasheet, figures
    from tentips.results import Results

    results = Results("results")
    figures.write_all(results, Path(snakemake.output.texts).parent)
    artifacts.write_text(datasheet.markdown(results), snakemake.output.datasheet)
    render(snakemake.input.notebook, snakemake.output.html, results.config["study"]["title"])
