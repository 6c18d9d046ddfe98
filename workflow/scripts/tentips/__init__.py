"""The tentips library: one concept per module, plain arguments, no knowledge of Snakemake.

Nothing is imported here, so that a light rule never pays for a heavy neighbour.
"""
