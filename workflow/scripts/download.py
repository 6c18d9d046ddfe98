"""Download one source to resources/downloads."""

from tentips.jobs.job import logged, outcome

with logged(snakemake.log[0], snakemake.threads, snakemake.input, snakemake.output):
    from tentips.data.datasets import read_registry
    from tentips.data.download import download

    download(read_registry()[snakemake.wildcards.dataset], snakemake.output[0])
    outcome(f"download: {snakemake.output[0]}")
