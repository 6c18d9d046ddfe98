"""Judge the checks, draw the figures, and put the report together."""

from pathlib import Path

from tentips.job import logged, say

with logged(snakemake.log[0], snakemake.threads):
    import yaml

    from tentips import artifacts
    from tentips.checks import scorecard
    from tentips.notebook import render
    from tentips.reporting import figures
    from tentips.results import Results

    results = Results("results")
    artifacts.write_text(
        yaml.safe_dump(snakemake.params.config, sort_keys=False, allow_unicode=True), snakemake.output.config
    )
    judged = scorecard(results)
    artifacts.write_json(judged, snakemake.output.scorecard)
    say(judged["verdict"]["text"])
    figures.write_all(results, Path(snakemake.output.models).parent)
    render(snakemake.input.notebook, snakemake.output.html, results.config["study"]["title"])
