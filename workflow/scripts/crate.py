"""Export the finished study as an RO-Crate; rows of the data stay at home."""

from pathlib import Path

from tentips.jobs.job import logged, outcome

with logged(snakemake.log[0], snakemake.threads, snakemake.input, snakemake.output):
    from tentips.release import crate
    from tentips.results import Results

    folder = Path(snakemake.output[0]).parent
    crate.write(Results("results"), folder, snakemake.params.engine)
    outcome(f"crate: {sum(file.is_file() for file in folder.rglob('*'))} files in {folder}")
