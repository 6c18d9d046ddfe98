"""Judge the study by the checks of the ten tips."""

from collections import Counter

from tentips.jobs.job import logged, outcome

with logged(snakemake.log[0], snakemake.threads, snakemake.input, snakemake.output):
    import yaml

    from tentips import artifacts
    from tentips.checks.scorecard import scorecard
    from tentips.results import Results

    config = yaml.safe_dump(snakemake.params.config, sort_keys=False, allow_unicode=True)
    artifacts.write_text(config, snakemake.output.config)
    judged = scorecard(Results("results"))
    artifacts.write_json(judged, snakemake.output.scorecard)
    counts = Counter(each["status"] for each in judged["checks"])
    outcome("scorecard: " + ", ".join(f"{counts[status]} {status}" for status in ("pass", "warn", "fail", "skip")))
