"""The checks of the ten tips, and the verdict: each one answered from the result files of a study."""
