"""Write the analysis plan down before the first search; a later plan is added, not put in its place."""

from tentips.job import logged, say

with logged(snakemake.log[0], snakemake.threads):
    from tentips import plan, provenance

    added = plan.register(snakemake.output[0], snakemake.params.plan, provenance.now())
    say("a new analysis plan is registered" if added else "the analysis plan is as registered")
